// Decides how long many notices take at the rate of the account: n / rate + 5 s, and SES refuses none of them (D-18, D-24).
import { SESClient } from '@aws-sdk/client-ses';
import { describe, expect, it } from 'vitest';
import { ownBook, tokenBucket } from '#adapters/http/pace.ts';
import { sesMailer } from '#adapters/ses/mailer.ts';
import { type Duration, durationOf, instantOf } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';
import { sampleEffect, sampleEnvelope, sampleMail } from '#test/contract/effects.ts';
import { zero } from '#test/contract/samples.ts';
import { kernel } from '#test/simulation/kernel.ts';
import { sesAtRate } from '#test/sinks/ses.ts';

type Case = { readonly mails: number; readonly perSecond: number; readonly functions: number; readonly shared: boolean };

/** So many functions, each with one mail at a time, before one SES; time is the kernel's. */
const send = async ({ mails, perSecond, functions, shared }: Case) => {
  const time = kernel(zero);
  const later = (ms: number): Promise<void> => new Promise((resolve) => time.after(ms, resolve));
  const client = new SESClient({ region: 'eu-central-1' });
  const ses = sesAtRate(client, { perSecond, now: time.now, latency: () => later(80) });
  const common = ownBook();
  const mailer = () =>
    sesMailer({
      client,
      configurationSet: 'art33-dev',
      turn: tokenBucket({
        port: 'mailer',
        perSecond,
        clock: { now: () => instantOf(time.now()) },
        patience: durationOf(2_000),
        book: shared ? common : ownBook(),
        wait: (span: Duration) => later(span),
      }),
    });
  const waiting = Array.from({ length: mails }, (_, i) => i);
  const work = async (): Promise<void> => {
    const { send: hand } = mailer();
    for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
      // What is refused is the ledger's to try again, a tick later.
      await hand(sampleMail(n), sampleEnvelope(), sampleEffect(n)).catch((failure: unknown) => {
        if (!(failure instanceof PortError) || failure.kind !== 'again') throw failure;
      });
    }
  };
  const done = Promise.all(Array.from({ length: functions }, work));
  await time.run(zero + 3_600_000);
  await done;
  return { accepted: ses.accepted.length, refused: ses.refused(), seconds: ((ses.accepted.at(-1) ?? Number.NaN) - zero) / 1_000 };
};

describe('notices at the rate of SES', () => {
  it.each([
    { mails: 1_000, perSecond: 14, functions: 10 },
    // The functions that lib/pipeline-stack.ts allows at such a rate.
    { mails: 60, perSecond: 1, functions: 2 },
  ])('$mails by $functions functions at $perSecond a second', async ({ mails, perSecond, functions }) => {
    const { accepted, refused, seconds } = await send({ mails, perSecond, functions, shared: true });
    expect([accepted, refused]).toEqual([mails, 0]);
    expect(seconds).toBeLessThan(mails / perSecond + 5);
  });

  it('would be refused were each function to pace by itself', async () => {
    const { accepted, refused } = await send({ mails: 1_000, perSecond: 14, functions: 10, shared: false });
    expect(refused).toBeGreaterThan(500);
    expect(accepted + refused).toBe(1_000);
  });
});
