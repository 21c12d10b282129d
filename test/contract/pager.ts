// Decides what every pager does: a page arrives whole enough to act on, its words stay words, and a failure is said truly.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { Pager } from '#flow/ports.ts';
import { kindOf, lateEffect, long, sampleEffect, samplePage } from './effects.ts';

export type PagerUnderTest = {
  readonly pager: Pager;
  /** What a reader sees of each page, as one text. */
  readonly arrived: () => Promise<readonly string[]>;
  readonly outage: (away: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const pagerContract = (name: string, open: () => Promise<PagerUnderTest>): void => {
  describe(`the contract of pagers on ${name}`, () => {
    let world: PagerUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('shows title, lines, link and whom it is for', async () => {
      await world.pager.page(samplePage(1), sampleEffect(1));
      const [seen] = await world.arrived();
      for (const part of [
        'Suspected breach 1',
        'Objects read from a bucket',
        'Decide within 4 h',
        'https://art33.example.com/incidents/inc-sample0001',
        'SysOp',
      ]) {
        expect(seen).toContain(part);
      }
    });

    it('delivers a page that is far too long, cut with a mark and with its link', async () => {
      await world.pager.page(samplePage(1, { title: long(2_000), lines: [long(20_000), long(20_000)] }), sampleEffect(1));
      const [seen] = await world.arrived();
      expect(seen).toContain('[cut]');
      expect(seen).toContain('https://art33.example.com/incidents/inc-sample0001');
    });

    it('delivers a page without any line or title', async () => {
      await world.pager.page(samplePage(1, { title: fromConfiguration(''), lines: [] }), sampleEffect(1));
      expect(await world.arrived()).toHaveLength(1);
    });

    it.each(['<!channel>', '<@U0123>', '<https://evil.example|Approve>', '</incident>'])(
      'turns %s into words, never into markup',
      async (attack) => {
        const text = fromConfiguration(attack);
        await world.pager.page(samplePage(1, { title: text, lines: [text], to: text, link: text }), sampleEffect(1));
        const [seen] = await world.arrived();
        expect(seen).not.toContain('<');
        expect(seen).not.toContain('>');
      },
    );

    it('sends nothing once the time for the attempt is over', async () => {
      expect(await kindOf(world.pager.page(samplePage(1), lateEffect(1)))).toBe('again');
      expect(await world.arrived()).toHaveLength(0);
    });

    it('asks for another attempt while the world is away, and that attempt arrives once', async () => {
      await world.outage(true);
      expect(await kindOf(world.pager.page(samplePage(1), sampleEffect(1)))).toBe('again');
      await world.outage(false);
      expect(await kindOf(world.pager.page(samplePage(1), sampleEffect(1)))).toBe('none');
      expect(await world.arrived()).toHaveLength(1);
    });
  });
};
