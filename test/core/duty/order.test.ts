// Holds in which order what is due is performed: the earliest deadline first, and no controller's thousand before another's one (A12, TH-32).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Due, burst, inTurn, shareOf } from '#core/duty/order.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { aDuty, caseId, hence, named, t0 } from '../given.ts';

const { subject } = aDuty({ kind: 'notice' });
const due = (id: string, share: string, deadline: number): Due => ({
  id: id as DutyId,
  subject,
  share,
  nextAt: t0,
  deadlineAt: hence(minutes(deadline)),
});
const many = (share: string, n: number, deadline: (i: number) => number): readonly Due[] =>
  Array.from({ length: n }, (_, i) => due(`${share}-${String(i).padStart(4, '0')}`, share, deadline(i)));
const idsOf = (all: readonly Due[]): readonly string[] => all.map((one) => one.id);

const anyDue = fc
  .array(fc.record({ share: fc.constantFrom('museum', 'theatre', 'library'), deadline: fc.nat({ max: 20 }) }), { maxLength: 120 })
  .map((given) => given.map(({ share, deadline }, i) => due(`duty-${String(i).padStart(3, '0')}`, share, deadline)));
const shuffled = anyDue.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));

describe('what is due', () => {
  it('goes by its deadline, and by id where two are due at once', () => {
    expect(idsOf(inTurn([due('c', 'museum', 9), due('b', 'theatre', 3), due('a', 'library', 9)]))).toEqual(['b', 'a', 'c']);
  });

  it('goes in the same order however it was found, and nothing of it is lost or doubled', () => {
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        const turn = idsOf(inTurn(all));
        expect(idsOf(inTurn(mixed))).toEqual(turn);
        expect(turn.toSorted()).toEqual(idsOf(all).toSorted());
      }),
    );
  });

  it('of one share alone goes by its deadlines, however much it is', () => {
    const all = many('museum', 3 * burst, (i) => 1_000 - i);
    expect(inTurn(all)).toEqual(all.toReversed());
  });

  // TH-32: a flood of one controller's must not hold up the single duty of another.
  it('lets a controller with one wait for no more than one burst of another', () => {
    const flood = many('museum', 1_000, () => 1);
    const order = inTurn([...flood, due('single', 'theatre', 500)]);
    expect(order.findIndex((one) => one.id === 'single')).toBe(burst);
  });

  it('gives each share the same burst in each round', () => {
    fc.assert(
      fc.property(anyDue, (all) => {
        const placed = new Map<string, number>();
        let last = 0;
        for (const one of inTurn(all)) {
          const nth = placed.get(one.share) ?? 0;
          placed.set(one.share, nth + 1);
          const round = Math.floor(nth / burst);
          expect(round).toBeGreaterThanOrEqual(last);
          last = round;
        }
      }),
    );
  });

  it('goes by deadline inside a round, whoever it is for', () => {
    const both = [...many('museum', burst, (i) => 2 * i), ...many('theatre', burst, (i) => 2 * i + 1)];
    const deadlines = inTurn(both).map((one) => one.deadlineAt);
    expect(deadlines).toEqual(deadlines.toSorted((a, b) => a - b));
  });

  it('comes 25 of a share in a row', () => {
    expect(burst).toBe(25);
    const order = inTurn([...many('museum', burst + 1, () => 1), ...many('theatre', burst + 1, () => 2)]);
    expect(order.slice(-2).map((one) => one.share)).toEqual(['museum', 'theatre']);
  });
});

describe('a duty has its turn', () => {
  it('with the one controller that it is about, or with its case', () => {
    expect(shareOf(aDuty({ kind: 'notice', recipient: 'museum', deadlineAt: hence(hours(1)) }))).toBe('museum');
    expect(shareOf({ controller: named('theatre'), subject })).toBe('theatre');
    expect(shareOf({ subject })).toBe(caseId);
  });
});
