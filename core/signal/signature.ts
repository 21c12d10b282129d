// Decides when a delivery is signed by whoever holds a secret of the source: HMAC-SHA-256 over time and body, and not longer ago than the window.
import { hmacHex, sameText } from '../kernel/hash.ts';
import { type Duration, type Instant, between, instantOf, minutes } from '../kernel/time.ts';

/**
 * What a sender writes beside the body: `Art33-Timestamp: 1773453566` and `Art33-Signature: v1=<hex>`, several with commas between them.
 * Others do it in their own way: Slack with `v0`, Meta, GitHub and their like (WebSub) with `sha256`, over the body alone.
 */
export type Signature = { readonly timestamp: string; readonly signature: string; readonly scheme?: Scheme /** @default art33 */ };

export type Scheme = 'art33' | 'slack' | 'hub';

/** `before`: what is signed before the body as it was sent (compressed, where it is). Without a time a copy is good for ever: as the same delivery. */
const schemes: Readonly<
  Record<Scheme, { readonly mark: string; readonly before: (timestamp: string) => string; readonly timed: boolean }>
> = {
  art33: { mark: 'v1', before: (timestamp) => `${timestamp}.`, timed: true },
  slack: { mark: 'v0', before: (timestamp) => `v0:${timestamp}:`, timed: true },
  hub: { mark: 'sha256', before: () => '', timed: false },
};

/** How far the sender's clock and ours may lie apart, and for how long a copy of the request would be accepted: as the same delivery. */
export const replayWindow: Duration = minutes(5);

/** The hex behind the mark. The timestamp is taken as it is written. */
export const signatureOf = (secret: string, timestamp: string, body: Uint8Array, scheme: Scheme = 'art33'): string =>
  hmacHex(secret, schemes[scheme].before(timestamp), body);

const given = (text: string, mark: string): readonly string[] =>
  text.split(',', 8).flatMap((one) => {
    const [name, hex = '', more] = one.trim().split('=');
    return name?.toLowerCase() === mark && more === undefined && /^[0-9a-f]{64}$/i.test(hex) ? [hex.toLowerCase()] : [];
  });

/** The signature that fits, `late` for one that fits and is of another time, nothing else. Every secret is tried, whichever fits. */
export const signedBy = (
  secrets: readonly string[],
  { timestamp, signature, scheme = 'art33' }: Signature,
  { body, now }: { readonly body: Uint8Array; readonly now: Instant },
): { readonly hex: string; readonly late: boolean } | undefined => {
  const { mark, timed } = schemes[scheme];
  if (timed && !/^\d{1,12}$/.test(timestamp)) return undefined;
  const claims = given(signature, mark);
  const [hex] = secrets
    .map((secret) => signatureOf(secret, timestamp, body, scheme))
    .filter((right) => claims.map((claim) => sameText(claim, right)).includes(true));
  const late = timed && Math.abs(between(instantOf(Number(timestamp) * 1_000), now)) > replayWindow;
  return hex === undefined ? undefined : { hex, late };
};
