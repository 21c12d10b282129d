// Decides what every mailer does: hands over the very bytes, one mail per effect, and says truly when it could not.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mailer } from '#flow/ports.ts';
import { kindOf, lateEffect, sampleEffect, sampleEnvelope, sampleMail } from './effects.ts';

export type MailerUnderTest = {
  readonly mailer: Mailer;
  /** What arrived, in order, with its recipient. */
  readonly arrived: () => Promise<readonly { readonly to: string; readonly bytes: Uint8Array }[]>;
  /** From now on the world behind it is away, until it is called with false. */
  readonly outage: (away: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const mailerContract = (name: string, open: () => Promise<MailerUnderTest>): void => {
  describe(`the contract of mailers on ${name}`, () => {
    let world: MailerUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('hands over every byte unchanged, dots and long lines included', async () => {
      const mail = sampleMail(1, `.\r\n..\r\n.leading\r\n${'y'.repeat(900)}\r\n\r\n\r\nlast\r\n`);
      await world.mailer.send(mail, sampleEnvelope(), sampleEffect(1));
      const [arrived] = await world.arrived();
      expect(Buffer.from(arrived!.bytes).toString('latin1')).toBe(Buffer.from(mail.bytes).toString('latin1'));
    });

    it('brings each mail to its own recipient and to nobody else', async () => {
      for (const n of [1, 2, 3]) await world.mailer.send(sampleMail(n), sampleEnvelope(`privacy${n}@example.com`), sampleEffect(n));
      const arrived = (await world.arrived()).map(({ to, bytes }) => `${to} ${/Notice \d/.exec(Buffer.from(bytes).toString())?.[0]}`);
      expect(arrived.toSorted()).toEqual([
        'privacy1@example.com Notice 1',
        'privacy2@example.com Notice 2',
        'privacy3@example.com Notice 3',
      ]);
    });

    it('takes mails that are sent at the same time', async () => {
      await Promise.all([1, 2, 3, 4, 5].map((n) => world.mailer.send(sampleMail(n), sampleEnvelope(), sampleEffect(n))));
      expect(await world.arrived()).toHaveLength(5);
    });

    it('sends nothing once the time for the attempt is over', async () => {
      expect(await kindOf(world.mailer.send(sampleMail(1), sampleEnvelope(), lateEffect(1)))).toBe('again');
      expect(await world.arrived()).toHaveLength(0);
    });

    it('asks for another attempt while the world is away, and that attempt arrives once', async () => {
      await world.outage(true);
      expect(await kindOf(world.mailer.send(sampleMail(1), sampleEnvelope(), sampleEffect(1)))).toBe('again');
      await world.outage(false);
      expect(await kindOf(world.mailer.send(sampleMail(1), sampleEnvelope(), sampleEffect(1)))).toBe('none');
      expect(await world.arrived()).toHaveLength(1);
    });

    it.each([
      'privacy@example.com\r\nRCPT TO:<other@example.com>',
      'a@example.com, b@example.com',
      'a@example.com> <b@example.com',
      'nobody',
      '',
    ])('refuses a recipient that is not exactly one address: %j', async (to) => {
      expect(await kindOf(world.mailer.send(sampleMail(1), sampleEnvelope(to), sampleEffect(1)))).toBe('refused');
      expect(await world.arrived()).toHaveLength(0);
    });
  });
};
