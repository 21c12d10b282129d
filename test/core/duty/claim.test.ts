// Holds that a claim lapses by itself, that nobody acts on a lapsed one, and that trying again is slowed and never ends (I-16, I-23).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff, blockedAgain, claimed, effectTimeout, isDue, isOwnClaim, leaseFor, leaseMargin, mayAct } from '#core/duty/claim.ts';
import { dutyStates } from '#core/duty/duty.ts';
import { durationOf, hours, minutes, plus, seconds } from '#core/kernel/time.ts';
import { aDuty, hence, t0 } from '../given.ts';

const duty = aDuty({ kind: 'inform' });
const mine = claimed(duty, { owner: 'node-1', epoch: 3, leaseUntil: plus(t0, leaseFor) });

describe('a duty is due', () => {
  it('from its hour on', () => {
    expect(isDue(duty, t0, 1)).toBe(true);
    expect(isDue(aDuty({ kind: 'inform' }, { nextAt: hence(durationOf(1)) }), t0, 1)).toBe(false);
  });

  it('in no state that is an end, and in every other', () => {
    const due = dutyStates.filter((state) => isDue(aDuty({ kind: 'inform' }, { state }), t0, 1));
    expect(due).toEqual(['OPEN', 'SENT', 'BLOCKED']);
  });

  it('again when its lease ran out, or its owner was an earlier start of this node (D-7)', () => {
    expect(isDue(mine, hence(minutes(1)), 3)).toBe(false);
    expect(isDue(mine, plus(t0, leaseFor), 3)).toBe(true);
    expect(isDue(mine, hence(minutes(1)), 4)).toBe(true);
    expect(isDue(aDuty({ kind: 'inform' }, { state: 'DONE', ownerEpoch: 3 }), hence(hours(9)), 4)).toBe(false);
  });
});

describe('a claim', () => {
  it('raises the fence and the count, and sets the wake-up to the end of the lease', () => {
    expect(mine).toEqual({
      ...duty,
      gen: 1,
      attempts: 1,
      owner: 'node-1',
      ownerEpoch: 3,
      leaseUntil: plus(t0, leaseFor),
      nextAt: plus(t0, leaseFor),
    });
    expect(claimed(mine, { owner: 'node-2', epoch: 3, leaseUntil: hence(minutes(9)) })).toMatchObject({
      gen: 2,
      attempts: 2,
      owner: 'node-2',
    });
  });

  it('keeps the deadline', () => {
    expect(mine.deadlineAt).toBe(duty.deadlineAt);
  });

  it('permits no act without a lease, or with less than the margin left', () => {
    const last = plus(t0, durationOf(leaseFor - leaseMargin));
    expect(mayAct(mine, last)).toBe(true);
    expect(mayAct(mine, plus(last, durationOf(1)))).toBe(false);
    expect(mayAct(duty, t0)).toBe(false);
  });

  // F-19: a write whose acknowledgement was lost is tried again, and then fails on its own success.
  it('is known as our own by owner, lease and fence together, never by one of them', () => {
    const asked = { seen: duty, owner: 'node-1', leaseUntil: plus(t0, leaseFor) };
    expect(isOwnClaim(mine, asked)).toBe(true);
    expect(isOwnClaim({ ...mine, owner: 'node-2' }, asked)).toBe(false);
    expect(isOwnClaim({ ...mine, leaseUntil: plus(t0, durationOf(leaseFor + 1)) }, asked)).toBe(false);
    for (const gen of [duty.gen - 1, duty.gen, duty.gen + 2]) expect(isOwnClaim({ ...mine, gen }, asked)).toBe(false);
    expect(isOwnClaim(duty, asked)).toBe(false);
  });

  it('leaves an effect that starts at the last moment time to end', () => {
    expect(leaseMargin).toBeGreaterThan(effectTimeout);
  });
});

describe('the next try', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const attempts = fc.nat({ max: 100_000 });

  it('waits anything between nothing and a ceiling that doubles up to five minutes, and never not at all', () => {
    fc.assert(
      fc.property(attempts, fraction, (n, f) => {
        const wait = backoff(n, f);
        expect(wait).toBeGreaterThanOrEqual(1);
        expect(wait).toBeLessThanOrEqual(Math.min(300_000, 1_000 * 2 ** n));
      }),
    );
  });

  it('uses the whole range: no two nodes fall into step', () => {
    expect([0, 0.25, 0.5, 0.999_999].map((f) => backoff(3, f))).toEqual([1, 2_000, 4_000, 8_000]);
    expect(backoff(50, 0.999_999_9)).toBe(300_000);
  });

  it('comes no sooner than a channel asks for', () => {
    fc.assert(
      fc.property(
        attempts,
        fraction,
        fc.integer({ min: 0, max: 3_600_000 }),
        (n, f, ms) => void expect(backoff(n, f, durationOf(ms))).toBeGreaterThanOrEqual(Math.max(ms, backoff(n, f))),
      ),
    );
    expect(backoff(1, 0.5, seconds(90))).toBe(90_000);
  });

  it('of a blocked duty is tomorrow', () => {
    expect(blockedAgain(t0)).toBe(hence(hours(24)));
  });
});
