// Decides what every journal of mail does: what was kept since comes back whole, what is older does not, a repeat is one (P-25).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DutyId } from '#core/kernel/ids.ts';
import type { Journal, Testimony } from '#flow/ports.ts';
import { at } from './samples.ts';

export type JournalUnderTest = { readonly journal: Journal; readonly close: () => Promise<void> };

const said = (second: number, what: Testimony['what'], eventId: string): Testimony => ({
  duty: `duty-${'b'.repeat(26)}` as DutyId,
  what,
  at: at(second),
  by: 'ses',
  eventId,
});

export const journalContract = (name: string, open: () => Promise<JournalUnderTest>): void => {
  describe(`the contract of the journal on ${name}`, () => {
    let world: JournalUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());
    const since = async (second: number): Promise<readonly Testimony[]> =>
      (await Array.fromAsync(world.journal.since(at(second)))).toSorted((a, b) => a.at - b.at);

    it('is empty before anything was kept', async () => {
      expect(await since(0)).toEqual([]);
    });

    it('gives back what was kept since, and nothing older', async () => {
      const all = [said(0, 'sent', 'e-0'), said(10, 'delivered', 'e-1'), said(20, 'bounced', 'e-2'), said(30, 'delayed', 'e-3')];
      for (const one of all.toReversed()) await world.journal.keep(one);
      expect(await since(10)).toEqual(all.slice(1));
      expect(await since(31)).toEqual([]);
    });

    it('takes a repeat for what it is', async () => {
      for (let i = 0; i < 2; i += 1) await world.journal.keep(said(5, 'delivered', 'e-1'));
      const kept = await since(0);
      expect(new Set(kept.map((one) => JSON.stringify(one))).size).toBe(1);
    });
  });
};
