// Decides what every book of turns does: one turn for each caller, an interval apart, and no turn that is too far away.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instant, instantOf, minutes, seconds } from '#core/kernel/time.ts';
import type { Book } from '#adapters/http/pace.ts';
import { zero } from './samples.ts';

/** `book` opens the same book again, as another process does. */
export type BookUnderTest = { readonly book: () => Book; readonly close: () => Promise<void> };

const terms = { interval: 100, ahead: seconds(2) };
const later = (ms: number): Instant => instantOf(zero + ms);

export const turnsContract = (name: string, open: () => Promise<BookUnderTest>): void => {
  describe(`the contract of turns on ${name}`, () => {
    let world: BookUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('gives turns one interval apart, and at once after a rest', async () => {
      const book = world.book();
      expect([await book(later(0), terms), await book(later(30), terms), await book(later(5_000), terms)]).toEqual([
        zero,
        zero + 100,
        zero + 5_000,
      ]);
    });

    it('gives nobody the turn of another, who ever asks at the same time', async () => {
      const turns = await Promise.all(Array.from({ length: 8 }, () => world.book()(later(0), terms)));
      expect(turns.toSorted()).toEqual(Array.from({ length: 8 }, (_, i) => zero + i * 100));
    });

    it('says a turn that is too far away, and books it for nobody', async () => {
      const book = world.book();
      const long = { interval: 1_500, ahead: seconds(2) };
      await book(later(0), long);
      await book(later(0), long);
      expect([await book(later(0), long), await book(later(0), long)]).toEqual([zero + 3_000, zero + 3_000]);
      expect(await book(later(1_000), long)).toBe(zero + 3_000);
    });

    it('is not silenced by a clock that was wrong', async () => {
      await world.book()(instantOf(zero + minutes(10)), terms);
      expect(await world.book()(later(0), terms)).toBe(zero);
    });
  });
};
