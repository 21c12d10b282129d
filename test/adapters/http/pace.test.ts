// Decides that a sink is never used faster than it bears, by a clock of the test's own.
import { describe, expect, it } from 'vitest';
import { type Duration, instantOf, seconds } from '#core/kernel/time.ts';
import type { PortError } from '#flow/ports.ts';
import { tokenBucket } from '#adapters/http/pace.ts';
import { kindOf } from '#test/contract/effects.ts';
import { zero } from '#test/contract/samples.ts';

const signal = new AbortController().signal;

/** Waiting moves no clock: the test sees which wait each caller was given. */
const bucket = (perSecond: number, burst = 1) => {
  let now: number = zero;
  const waits: Duration[] = [];
  const take = tokenBucket({
    port: 'pager',
    perSecond,
    burst,
    clock: { now: () => instantOf(now) },
    wait: async (time) => {
      waits.push(time);
    },
  });
  return { take: (by = signal) => take(by), waits, move: (ms: number) => (now += ms) };
};

describe('a token bucket', () => {
  it('gives turns one interval apart', async () => {
    const { take, waits } = bucket(4);
    for (let i = 0; i < 4; i += 1) await take();
    expect(waits).toEqual([250, 500, 750]);
  });

  it('lets a burst through at once after a rest, and only that', async () => {
    const { take, waits, move } = bucket(1, 3);
    for (let i = 0; i < 4; i += 1) await take();
    move(3_600_000);
    for (let i = 0; i < 4; i += 1) await take();
    expect(waits).toEqual([1_000, 1_000]);
  });

  it('sends back who would wait too long, with the time to come again, and books nothing for him', async () => {
    const { take, waits } = bucket(1);
    for (let i = 0; i < 6; i += 1) await take();
    const failures = await Promise.all([1, 2].map(() => take().catch((failure: PortError) => [failure.kind, failure.retryAfter])));
    expect(failures).toEqual([
      ['again', seconds(6)],
      ['again', seconds(6)],
    ]);
    expect(waits).toHaveLength(5);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is not made for a rate of %d', (perSecond) => {
    expect(() => tokenBucket({ port: 'mailer', perSecond, clock: { now: () => zero } })).toThrow(/^rate of the mailer: /);
  });

  it('is not silenced by a clock that was set back', async () => {
    const { take, waits, move } = bucket(1);
    await take();
    move(-3_600_000);
    await take();
    expect(waits).toEqual([]);
  });

  it('sends nobody whose time ended while he waited', async () => {
    const ending = new AbortController();
    const take = tokenBucket({ port: 'pager', perSecond: 1, clock: { now: () => zero } });
    await take(ending.signal);
    const waiting = kindOf(take(ending.signal));
    ending.abort();
    expect(await waiting).toBe('again');
  });
});
