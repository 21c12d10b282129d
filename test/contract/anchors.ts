// Decides what every place for anchors does: the newest comes back as it went in, and what is written stays written (P-11).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#core/kernel/hash.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import type { Anchor } from '#core/register/verify.ts';
import type { Anchors } from '#flow/ports.ts';
import { at } from './samples.ts';

export type AnchorsUnderTest = { readonly anchors: Anchors; readonly close: () => Promise<void> };

const anchorAt = (second: number, text: string): Anchor => ({
  v: 1,
  at: rfc3339(at(second)),
  root: sha256(text),
  chains: { [text]: [sha256(text)] },
});

export const anchorsContract = (name: string, open: () => Promise<AnchorsUnderTest>): void => {
  describe(`the contract of anchors on ${name}`, () => {
    let world: AnchorsUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('has none before the first', async () => {
      expect(await world.anchors.latest()).toBeUndefined();
    });

    it('gives the newest back, in whatever order they came, to the millisecond', async () => {
      const newest = { ...anchorAt(60, 'newest'), at: rfc3339(at(60)).replace('Z', '.007Z') };
      for (const one of [anchorAt(0, 'first'), newest, anchorAt(60, 'almost'), anchorAt(30, 'middle')]) await world.anchors.put(one);
      expect(await world.anchors.latest()).toEqual(newest);
    });

    it('keeps the first when another is written for the same instant', async () => {
      await world.anchors.put(anchorAt(0, 'true'));
      await world.anchors.put(anchorAt(0, 'forged'));
      expect(await world.anchors.latest()).toEqual(anchorAt(0, 'true'));
    });
  });
};
