// Decides what every store of correlation members keeps: sets in event time, whatever the order of arrival (detection.md 6.2).
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Member } from '#core/detection/rule.ts';
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
    const add = (group: string, one: Member) => world.correlations.add(group, one, minutes(10), expires);

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
