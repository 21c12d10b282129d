// Holds how it is learned how often a source is heard: over a week, twice its longest silence, and never from a silence that was an alarm.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duration, type Instant, days, hours, instantOf, minutes, plus } from '#core/kernel/time.ts';
import { type Heard, heardAgain, isHearing, learnedEvery } from '#core/signal/heard.ts';

const start = instantOf(1_773_453_600_000);
/** Heard at the start, then after each of these silences. */
const heardAfter = (...silences: readonly Duration[]): Heard => {
  let at: Instant = start;
  let heard = heardAgain(undefined, 'auth0', at);
  for (const silence of silences) {
    at = plus(at, silence);
    heard = heardAgain(heard, 'auth0', at);
  }
  return heard;
};
const daily = (n: number): readonly Duration[] => Array.from({ length: n }, () => days(1));

describe('what is learned of a source', () => {
  it('is nothing before it was heard for a week', () => {
    expect(learnedEvery(heardAfter())).toBeUndefined();
    expect(learnedEvery(heardAfter(...daily(6)))).toBeUndefined();
  });

  it('is twice its longest silence, and an hour at least', () => {
    expect(learnedEvery(heardAfter(...daily(7)))).toBe(days(2));
    const busy = Array.from({ length: 7 * 24 * 6 }, () => minutes(10));
    expect(learnedEvery(heardAfter(...busy))).toBe(hours(1));
  });

  it('grows with a silence that was no alarm, and not with one that was', () => {
    expect(learnedEvery(heardAfter(...daily(7), hours(36)))).toBe(days(3));
    expect(learnedEvery(heardAfter(...daily(7), days(10)))).toBe(days(2));
    expect(heardAfter(...daily(7), days(10)).at).toBe(plus(start, days(17)));
  });

  it('never goes back in time, whatever comes late', () => {
    const late = heardAgain(heardAfter(hours(2)), 'auth0', plus(start, hours(1)));
    expect(late).toEqual({ source: 'auth0', since: start, at: plus(start, hours(2)), longest: hours(2) });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { maxLength: 20 }), (offsets) => {
        let heard: Heard | undefined;
        for (const offset of offsets) {
          const next = heardAgain(heard, 'auth0', instantOf(start + offset));
          expect(next.at).toBeGreaterThanOrEqual(heard?.at ?? next.at);
          expect(next.longest).toBeGreaterThanOrEqual(heard?.longest ?? 0);
          heard = next;
        }
      }),
      { numRuns: 50 },
    );
  });

  it('leaves out what was fetched', () => {
    expect([isHearing('http:1#0'), isHearing('backfill:90#0')]).toEqual([true, false]);
  });
});
