// Decides whether a delivery is from its source: by signature, by token, or by a push token of Google; and from a network that it may come from.
import type { SourceSettings } from '#core/directory/source-settings.ts';
import { networkTest } from '#core/detection/sigma/cidr.ts';
import { sameText } from '#core/kernel/hash.ts';
import type { Instant } from '#core/kernel/time.ts';
import { type Scheme, signedBy } from '#core/signal/signature.ts';

/** Whose push tokens are good: who they must be made for, and for which account. */
export type PushSettings = NonNullable<SourceSettings['google']>;

/** Throws PortError when Google's keys can't be had: then nobody knows, and the sender is to try again. */
export type VerifyPush = (token: string, wanted: PushSettings) => Promise<boolean>;

/** What the request says of itself. `address`: undefined where it is not known. */
export type Presented = {
  readonly authorization: string;
  readonly timestamp: string;
  readonly signature: string | undefined;
  readonly scheme: Scheme;
  readonly address: string | undefined;
};

export type Guard = {
  readonly secrets: readonly string[];
  readonly settings: SourceSettings;
  readonly verifyPush: VerifyPush | undefined;
  readonly now: Instant;
};

/** Why a request has no effect but being counted: words of ours, for the counter alone. */
export type TurnedAway = 'wrong or missing credential' | 'signed too long ago, or by a wrong clock' | 'from a network that is not allowed';

/** `replay`: a copy of this request is the same delivery. */
export type Admitted = { readonly replay?: string };

/** An address that is not known lies in no network. */
export const isAllowed = ({ allow }: SourceSettings, address: string | undefined): boolean =>
  allow === undefined || allow.some((network) => networkTest(network)?.(address) === true);

/** `Bearer token`, `Basic base64(user:token)`, or the token and nothing else, as Auth0 sends what one has typed (formats.md A2b). */
const tokenIn = (authorization: string): string => {
  const [, scheme = '', rest = authorization] = /^(Bearer|Basic)\s+(.*)$/is.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return rest.trim();
  return Buffer.from(rest.trim(), 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
};

/** Every secret is compared, whichever fits. */
const isToken = (given: string, secrets: readonly string[]): boolean => secrets.map((secret) => sameText(given, secret)).includes(true);

const isJwt = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);

/** Credentials that are in the head: known before a byte of the body is read. */
export const admittedByHead = async (presented: Presented, guard: Guard): Promise<Admitted | TurnedAway> => {
  const token = tokenIn(presented.authorization);
  if (isToken(token, guard.secrets)) return {};
  const { google } = guard.settings;
  if (google && guard.verifyPush && isJwt(token) && (await guard.verifyPush(token, google))) return {};
  return 'wrong or missing credential';
};

/** A signed request may be repeated by whoever overheard it: it counts as the delivery that it was. */
export const admittedBySignature = (presented: Presented, guard: Guard, body: Uint8Array): Admitted | TurnedAway => {
  const { timestamp, signature = '', scheme } = presented;
  const signed = signedBy(guard.secrets, { timestamp, signature, scheme }, { body, now: guard.now });
  if (!signed) return 'wrong or missing credential';
  return signed.late ? 'signed too long ago, or by a wrong clock' : { replay: signed.hex };
};
