// Decides what every store of correlation members keeps: sets in event time, whatever the order of arrival (detection.md 6.2).
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Member, nearestMembers } from '#core/detection/rule.ts';
import { days, instantOf, minutes, plus } from '#core/kernel/time.ts';
import type { Correlations } from '#flow/ports.ts';
import { at } from './samples.ts';

export type CorrelationsUnderTest = { readonly correlations: Correlations; readonly close: () => Promise<void> };

const facts: Member['facts'] = {
  fields: { 'sig.tenant': 'v'.repeat(26) },
  assets: [],
  controllers: [],
  unidentified: false,
  personalData: 'likely',
};
const expires = plus(at(0), days(30));
const member = (seconds: number, id = `sig-${seconds}`, stage = 0): Member => ({ time: at(seconds), stage, id, signals: [id], facts });
const inOrder = (members: readonly Member[]): readonly Member[] =>
  members.toSorted((a, b) => a.time - b.time || a.stage - b.stage || (a.id < b.id ? -1 : 1));

export const correlationsContract = (name: string, open: () => Promise<CorrelationsUnderTest>): void => {
  describe(`the contract of correlations on ${name}`, () => {
    let world: CorrelationsUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());
    const add = (group: string, one: Member, atMost = nearestMembers) =>
      world.correlations.add(group, one, { window: minutes(10), atMost }, expires);

    it('returns the members within the window on both sides, ends included', async () => {
      for (const seconds of [0, 600, 1_200, 1_201]) await add('g', member(seconds));
      expect(inOrder(await add('g', member(600, 'sig-last')))).toEqual(
        inOrder([member(0), member(600), member(600, 'sig-last'), member(1_200)]),
      );
    });

    it('counts a member that comes twice once', async () => {
      await add('g', member(5));
      expect(await add('g', member(5))).toEqual([member(5)]);
    });

    it('keeps the value, the stage, the facts and the signals below a member', async () => {
      const whole: Member = { time: at(1), stage: 2, id: 'match-1', value: 'v'.repeat(26), signals: ['sig-1', 'sig-2'], facts };
      expect(await add('g', whole)).toEqual([whole]);
    });

    it('keeps two stages of one signal apart', async () => {
      await add('g', member(5, 'sig-1', 0));
      expect(await add('g', member(5, 'sig-1', 1))).toHaveLength(2);
    });

    it('never mixes groups', async () => {
      await add('g', member(1));
      expect(await add('g2', member(2))).toEqual([member(2)]);
    });

    it('gives every member of a crowd', async () => {
      for (let n = 0; n < 30; n += 1) await add('crowd', member(n));
      expect(await add('crowd', member(30))).toHaveLength(31);
    });

    it('gives as many as it is asked for, the nearest on either side, and those of the same instant before', async () => {
      for (const n of [0, 1, 2, 3, 5, 6, 7]) await add('near', member(n));
      await add('near', member(4, 'sig-same'));
      expect(inOrder(await add('near', member(4), 2))).toEqual(inOrder([member(4), member(4, 'sig-same'), member(5), member(6)]));
    });

    it('goes on telling of a crowd that it is one, until the window has left it behind', async () => {
      const whole = { window: minutes(10), atMost: 6, whole: true };
      const tell = (one: Member) => world.correlations.add('many', one, whole, expires);
      for (let n = 0; n < 6; n += 1) await tell(member(n));
      for (let n = 6; n < 9; n += 1) {
        const told = await tell(member(n));
        expect(told.filter(({ id }) => id === `sig-${n}`)).toHaveLength(1);
        expect(told.length).toBeGreaterThanOrEqual(6);
      }
      expect(inOrder(await tell(member(604)))).toEqual([4, 5, 6, 7, 8, 604].map((n) => member(n)));
      expect(inOrder(await tell(member(605)))).toEqual([5, 6, 7, 8, 604, 605].map((n) => member(n)));
      expect(inOrder(await tell(member(1_204)))).toEqual([604, 605, 1_204].map((n) => member(n)));
    });

    it('ends in the same set whatever the order of arrival', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 599 }), { minLength: 1, maxLength: 6 }), async (times) => {
          run += 1;
          const ends: (readonly Member[])[] = [];
          for (const order of [times, times.toReversed()]) {
            const group = `p${run}-${ends.length}`;
            for (const time of order) await add(group, member(time));
            ends.push(inOrder(await add(group, member(300, 'sig-probe'))));
          }
          expect(ends[0]).toEqual(ends[1]);
        }),
        { numRuns: 8 },
      );
    });

    it('holds event times far in the past', async () => {
      const old: Member = { time: instantOf(5), stage: 0, id: 'sig-old', signals: ['sig-old'], facts };
      expect(await add('g', old)).toEqual([old]);
    });
  });
};
