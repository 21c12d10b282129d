// Decides how SES behaves at its rate: what comes faster is refused with Throttling. MiniStack has no rate, so it is held here (D-18).
import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';

export type SesAtRate = {
  /** When each mail was accepted, ms. */
  readonly accepted: readonly number[];
  readonly refused: () => number;
};

/** No more than `perSecond` in any second, by the test's own clock; each answer takes `latency`. */
export const sesAtRate = (
  client: SESClient,
  { perSecond, now, latency }: { readonly perSecond: number; readonly now: () => number; readonly latency: () => Promise<void> },
): SesAtRate => {
  const accepted: number[] = [];
  let refused = 0;
  mockClient(client)
    .on(SendRawEmailCommand)
    .callsFake(async () => {
      const at = now();
      if (accepted.filter((one) => one > at - 1_000).length >= perSecond) {
        refused += 1;
        throw Object.assign(new Error('Maximum sending rate exceeded.'), { name: 'Throttling', $metadata: { httpStatusCode: 400 } });
      }
      accepted.push(at);
      await latency();
      return { MessageId: `ses-${accepted.length}` };
    });
  return { accepted, refused: () => refused };
};
