// Decides what every ticket desk does: opens a ticket whatever the text, finds it by its label and only by it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { TicketDesk } from '#flow/ports.ts';
import { kindOf, lateEffect, long, sampleEffect, sampleTicket } from './effects.ts';

export type DeskUnderTest = {
  readonly desk: TicketDesk;
  /** Each ticket as one text. */
  readonly tickets: () => Promise<readonly string[]>;
  readonly outage: (away: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const ticketDeskContract = (name: string, open: () => Promise<DeskUnderTest>): void => {
  describe(`the contract of ticket desks on ${name}`, () => {
    let world: DeskUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('finds nothing before the ticket is opened, and afterwards the same ticket', async () => {
      const { label } = sampleTicket(1);
      expect(await world.desk.find(label, sampleEffect(1))).toBeUndefined();
      const opened = await world.desk.open(sampleTicket(1), sampleEffect(1));
      expect(await world.desk.find(label, sampleEffect(1))).toEqual(opened);
    });

    it('does not take one ticket for another', async () => {
      await world.desk.open(sampleTicket(12), sampleEffect(12));
      expect(await world.desk.find(sampleTicket(1).label, sampleEffect(1))).toBeUndefined();
    });

    it('holds summary, lines, link and label', async () => {
      await world.desk.open(sampleTicket(1), sampleEffect(1));
      const [ticket] = await world.tickets();
      for (const part of [
        'Suspected breach 1',
        'Objects read from a bucket',
        'Three controllers',
        'https://art33.example.com/incidents/inc-sample0001',
        'art33-sample1',
      ]) {
        expect(ticket).toContain(part);
      }
    });

    it.each([
      ['a summary of 1,000 characters', { summary: long(1_000) }],
      ['an empty summary', { summary: fromConfiguration('') }],
      ['no lines', { lines: [] }],
      ['a line of 100,000 characters', { lines: [long(100_000)] }],
      ['5,000 lines', { lines: Array.from({ length: 5_000 }, () => long(20)) }],
      ['quotes and backslashes without end', { lines: [fromConfiguration('"\\'.repeat(20_000))] }],
      ['emoji without end', { summary: fromConfiguration('🔥'.repeat(300)), lines: [fromConfiguration('🔥'.repeat(20_000))] }],
    ])('opens a ticket with %s', async (_name, change) => {
      await world.desk.open(sampleTicket(1, change), sampleEffect(1));
      const [ticket] = await world.tickets();
      expect(ticket).toContain('https://art33.example.com/incidents/inc-sample0001');
    });

    it('opens and finds nothing once the time for the attempt is over', async () => {
      expect(await kindOf(world.desk.open(sampleTicket(1), lateEffect(1)))).toBe('again');
      expect(await kindOf(world.desk.find(sampleTicket(1).label, lateEffect(1)))).toBe('again');
      expect(await world.tickets()).toHaveLength(0);
    });

    it('asks for another attempt while the world is away, and that attempt opens one ticket', async () => {
      await world.outage(true);
      expect(await kindOf(world.desk.find(sampleTicket(1).label, sampleEffect(1)))).toBe('again');
      expect(await kindOf(world.desk.open(sampleTicket(1), sampleEffect(1)))).toBe('again');
      await world.outage(false);
      await world.desk.open(sampleTicket(1), sampleEffect(1));
      expect(await world.tickets()).toHaveLength(1);
    });
  });
};
