// Decides when a delivery is signed by whoever holds a secret of the source: HMAC-SHA-256 over time and body, and not longer ago than the window.
import { hmacHex, sameText } from '../kernel/hash.ts';
import { type Duration, type Instant, between, instantOf, minutes } from '../kernel/time.ts';

/** What a sender writes beside the body: `Art33-Timestamp: 1773453566` and `Art33-Signature: v1=<hex>`, several with commas between them. */
export type Signature = { readonly timestamp: string; readonly signature: string };

/** How far the sender's clock and ours may lie apart, and for how long a copy of the request would be accepted: as the same delivery. */
export const replayWindow: Duration = minutes(5);

/** The hex of `v1`: over the timestamp as it is written, a full stop, and the body as it was sent (compressed, where it is). */
export const signatureOf = (secret: string, timestamp: string, body: Uint8Array): string => hmacHex(secret, `${timestamp}.`, body);

const given = (text: string): readonly string[] =>
  text
    .split(',', 8)
    .map((one) => /^\s*v1=([0-9a-f]{64})\s*$/i.exec(one)?.[1]?.toLowerCase())
    .filter((one) => one !== undefined);

/** The signature that fits, `late` for one that fits and is of another time, nothing else. Every secret is tried, whichever fits. */
export const signedBy = (
  secrets: readonly string[],
  { timestamp, signature }: Signature,
  { body, now }: { readonly body: Uint8Array; readonly now: Instant },
): { readonly hex: string; readonly late: boolean } | undefined => {
  if (!/^\d{1,12}$/.test(timestamp)) return undefined;
  const claims = given(signature);
  const [hex] = secrets
    .map((secret) => signatureOf(secret, timestamp, body))
    .filter((right) => claims.map((claim) => sameText(claim, right)).includes(true));
  const late = Math.abs(between(instantOf(Number(timestamp) * 1_000), now)) > replayWindow;
  return hex === undefined ? undefined : { hex, late };
};
