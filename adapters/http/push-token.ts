// Decides whether a push token is Google's: signed by a key that Google publishes, for this audience, by this service account, and still good.
import { type JsonWebKey, createPublicKey, verify } from 'node:crypto';
import { type Duration, type Instant, between, hours, minutes, seconds } from '#core/kernel/time.ts';
import { type Clock, PortError } from '#flow/ports.ts';

export type PushTokenSettings = {
  readonly clock: Clock;
  /** @default Google's own. */
  readonly keysUrl?: string;
};

export type Wanted = { readonly audience: string; readonly serviceAccount: string };

const googleKeys = 'https://www.googleapis.com/oauth2/v3/certs';
const issuers: readonly unknown[] = ['https://accounts.google.com', 'accounts.google.com'];

/** Google says six hours, and shows a key before it signs with it. While Google is away, keys are kept. */
const keptFor: Duration = hours(6);
/** A stranger may name any key: no more often than this is Google asked for one that is not there. */
const askedEvery: Duration = minutes(1);
const leeway: Duration = minutes(1);
const patience: Duration = seconds(5);

type Keys = ReadonlyMap<string, JsonWebKey>;
type Fields = Readonly<Record<string, unknown>>;

const object = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const parsed = (text: string): Fields => {
  try {
    return object(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return {};
  }
};

/** Two seconds since 1970, as JWT has them (RFC 7519). */
const isCurrent = ({ exp, iat }: Fields, now: Instant): boolean =>
  typeof exp === 'number' && exp * 1_000 > now - leeway && typeof iat === 'number' && iat * 1_000 < now + leeway;

const isMeant = (claims: Fields, wanted: Wanted, now: Instant): boolean =>
  issuers.includes(claims['iss']) &&
  claims['aud'] === wanted.audience &&
  claims['email'] === wanted.serviceAccount &&
  claims['email_verified'] === true &&
  isCurrent(claims, now);

const fetched = async (url: string): Promise<Keys> => {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(patience) });
    const keys: unknown = answer.ok ? object(await answer.json())['keys'] : undefined;
    if (!Array.isArray(keys)) throw new Error(`answered ${answer.status}`);
    return new Map(
      keys
        .map(object)
        .filter(({ kty, kid }) => kty === 'RSA' && typeof kid === 'string')
        .map((key) => [String(key['kid']), key as JsonWebKey]),
    );
  } catch (cause) {
    throw new PortError('secrets', 'again', 'the keys of Google could not be read', { cause });
  }
};

/** Keys, asked for when they are needed: at most one request at a time, and one a minute. */
const keyring = (url: string, clock: Clock): ((kid: string) => Promise<JsonWebKey | undefined>) => {
  let held: { readonly keys: Keys; readonly readAt: Instant } | undefined;
  let asked: Instant | undefined;
  let asking: Promise<void> | undefined;
  const isWanting = (kid: string): boolean => !held?.keys.has(kid) || between(held.readAt, clock.now()) >= keptFor;
  const mayAsk = (): boolean => asked === undefined || between(asked, clock.now()) >= askedEvery;
  const ask = async (): Promise<void> => {
    asked = clock.now();
    held = { keys: await fetched(url), readAt: asked };
  };
  return async (kid) => {
    if (!asking && isWanting(kid) && mayAsk()) {
      asking = ask().finally(() => {
        asking = undefined;
      });
    }
    // With keys at hand, however old, whoever they fit is let in while Google is away.
    await asking?.catch((cause: unknown) => {
      if (!held) throw cause;
    });
    if (!held) throw new PortError('secrets', 'again', 'the keys of Google are not known yet');
    return held.keys.get(kid);
  };
};

/** Throws PortError while Google's keys can't be had. */
export const googlePushTokens = ({
  clock,
  keysUrl = googleKeys,
}: PushTokenSettings): ((token: string, wanted: Wanted) => Promise<boolean>) => {
  const keyOf = keyring(keysUrl, clock);
  return async (token, wanted) => {
    const [head = '', claims = '', signature = ''] = token.split('.');
    const { alg, kid } = parsed(head);
    // What can be seen to be wrong is refused before anybody is asked for a key.
    if (alg !== 'RS256' || typeof kid !== 'string' || !isMeant(parsed(claims), wanted, clock.now())) return false;
    const key = await keyOf(kid);
    if (!key) return false;
    const signed = Buffer.from(`${head}.${claims}`);
    return verify('RSA-SHA256', signed, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
  };
};
