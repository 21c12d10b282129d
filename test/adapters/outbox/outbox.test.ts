// Decides that the outbox shows each message once, whole, with what is true of it, and nothing from anywhere else.
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantOf, rfc3339 } from '#core/kernel/time.ts';
import type { Mailer } from '#flow/ports.ts';
import { withMailCopies, withPageCopies, withTicketCopies } from '#adapters/outbox/copies.ts';
import { fileOf } from '#adapters/outbox/folder.ts';
import { type FileOutbox, fileOutbox } from '#adapters/outbox/outbox.ts';
import { kindOf, sampleEffect, sampleEnvelope, sampleMail, samplePage, sampleTicket } from '#test/contract/effects.ts';
import { zero } from '#test/contract/samples.ts';
import { render } from '#test/contract/worlds.ts';

let home: string;
let now: number;
let outbox: FileOutbox;
const reopened = (): FileOutbox => fileOutbox({ folder: join(home, 'outbox'), clock: { now: () => instantOf(now) }, render });
const path = (file: string): string => join(home, 'outbox', file);
const text = async (file: string): Promise<string> => Buffer.from((await outbox.content(file))!).toString('utf8');

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'art33-outbox-'));
  now = zero;
  outbox = reopened();
});
afterEach(() => rm(home, { recursive: true, force: true }));

const sendMail = (n: number, key = `mail-${n}`) => outbox.send(sampleMail(n), sampleEnvelope(), sampleEffect(n, { key }));

describe('the outbox', () => {
  it('shows channel, recipient, subject, incident, duty, file and time, labelled as not sent', async () => {
    await sendMail(1);
    expect(await outbox.messages()).toEqual([
      {
        channel: 'mail',
        to: 'privacy@example.com',
        subject: 'Notice',
        incident: 'inc-sample0001',
        duty: 'duty-sample1',
        file: 'mail/mail-1.eml',
        at: zero,
        sent: false,
      },
    ]);
  });

  it('holds the very bytes that would leave', async () => {
    await sendMail(1);
    await outbox.page(samplePage(1), sampleEffect(1, { key: 'page-1' }));
    await outbox.open(sampleTicket(1), sampleEffect(1, { key: 'ticket-1' }));
    expect(await text('mail/mail-1.eml')).toBe(Buffer.from(sampleMail(1).bytes).toString());
    expect(JSON.parse(await text('slack/page-1.json'))).toEqual(render.page(samplePage(1)));
    expect(JSON.parse(await text('ticket/ticket-1.json'))).toEqual(render.ticket(sampleTicket(1)));
  });

  it('sorts by time, then by file', async () => {
    now = zero + 2_000;
    await sendMail(1, 'z');
    await sendMail(2, 'a');
    now = zero;
    await sendMail(3, 'm');
    expect((await outbox.messages()).map(({ file }) => file)).toEqual(['mail/m.eml', 'mail/a.eml', 'mail/z.eml']);
  });

  it('adds no second message for a repeat, and keeps the time of the first', async () => {
    await sendMail(1);
    now += 60_000;
    outbox = reopened();
    await sendMail(1);
    expect((await outbox.messages()).map(({ at }) => at)).toEqual([zero]);
  });

  it('replaces a message that says something else under the same effect', async () => {
    await sendMail(1, 'same');
    await sendMail(2, 'same');
    expect(await outbox.messages()).toHaveLength(1);
    expect(await text('mail/same.eml')).toContain('Notice 2');
  });

  it('holds one whole message, the last, when the same effect comes many times at once', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => sendMail(i + 1, 'same')));
    expect(await reopened().messages()).toHaveLength(1);
    expect(await text('mail/same.eml')).toContain('Notice 30');
  });

  it('shows the same after a start', async () => {
    await sendMail(1);
    await outbox.open(sampleTicket(1), sampleEffect(1, { key: 'ticket-1' }));
    const before = await outbox.messages();
    expect(await reopened().messages()).toEqual(before);
    expect(await reopened().find(sampleTicket(1).label, sampleEffect(1))).toEqual({ via: 'outbox' });
  });

  it.each([
    ['the message is missing', (file: string) => rm(path(file))],
    ['its card is missing', (file: string) => rm(path(`${file}.meta.json`))],
    [
      'its card is cut',
      async (file: string) => writeFile(path(`${file}.meta.json`), (await readFile(path(`${file}.meta.json`))).subarray(0, 20)),
    ],
    ['the message is cut', async (file: string) => writeFile(path(file), (await readFile(path(file))).subarray(0, 20))],
    ['its card is another one', async (file: string) => writeFile(path(file), 'something else')],
  ])('shows nothing half when %s, and mends it with the next attempt', async (_name, damage) => {
    await sendMail(1);
    await damage('mail/mail-1.eml');
    outbox = reopened();
    expect(await outbox.messages()).toEqual([]);
    await sendMail(1);
    expect(await outbox.messages()).toHaveLength(1);
    expect(await text('mail/mail-1.eml')).toContain('Notice 1');
  });

  it('leaves no other file behind', async () => {
    await sendMail(1);
    await sendMail(1);
    expect((await readdir(path('mail'))).toSorted()).toEqual(['mail-1.eml', 'mail-1.eml.meta.json']);
  });

  it('is closed to other users of the machine', async () => {
    await sendMail(1);
    const modes = await Promise.all(
      ['', 'mail', 'slack', 'ticket', 'mail/mail-1.eml', 'mail/mail-1.eml.meta.json'].map(
        async (file) => (await stat(path(file))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o700, 0o600, 0o600]);
  });

  it('writes its card so that people can read it', async () => {
    await sendMail(1);
    expect(JSON.parse(await readFile(path('mail/mail-1.eml.meta.json'), 'utf8'))).toMatchObject({
      channel: 'mail',
      at: rfc3339(instantOf(zero)),
      sent: false,
    });
  });

  it.each([
    '../ledger.db',
    'mail/../../ledger.db',
    '/etc/hostname',
    'mail/mail-1.eml.meta.json',
    'mail/none.eml',
    'mail\\x.eml',
    'mail/\u0000.eml',
    '',
  ])('gives no content for %j', async (file) => {
    await writeFile(join(home, 'ledger.db'), 'secret');
    await sendMail(1);
    expect(await outbox.content(file)).toBeUndefined();
  });

  it('follows no link out of its folder', async () => {
    await writeFile(join(home, 'secret'), 'secret');
    await sendMail(1);
    await symlink(join(home, 'secret'), path('mail/link.eml'));
    expect(await outbox.content('mail/link.eml')).toBeUndefined();
  });
});

describe('the file of an effect', () => {
  it('has its key as name where that is one', () => {
    expect(fileOf('mail', 'duty-abc_1')).toBe('mail/duty-abc_1.eml');
  });

  it('never leaves the folder and is never that of another effect', () => {
    const keys = [
      'a/b',
      'a-b',
      'a:b',
      'a b',
      '../a',
      '..',
      '.',
      '',
      'a.json.meta',
      'a.meta',
      'ä',
      'x'.repeat(200),
      `${'x'.repeat(200)}y`,
      '-a',
      'a\u0000b',
    ];
    const files = keys.map((key) => fileOf('slack', key));
    expect(new Set(files).size).toBe(keys.length);
    for (const file of files) expect(file).toMatch(/^slack\/[A-Za-z0-9_~-]{1,160}\.json$/);
  });
});

describe('a copy of what a real sink took', () => {
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (event: string) => void warnings.push(event), error: () => undefined };
  const real: Mailer = { send: async () => ({ via: 'provider', providerId: 'P1' }) };

  it('is labelled as sent, for each channel', async () => {
    await withMailCopies(real, outbox.copies, log).send(sampleMail(1), sampleEnvelope(), sampleEffect(1));
    await withPageCopies({ page: async () => ({ via: 'provider' }) }, outbox.copies, log).page(samplePage(1), sampleEffect(1));
    const desk = withTicketCopies(
      { find: async () => undefined, open: async () => ({ via: 'provider', providerId: 'SEC-1' }) },
      outbox.copies,
      log,
    );
    expect(await desk.open(sampleTicket(1), sampleEffect(1))).toEqual({ via: 'provider', providerId: 'SEC-1' });
    expect((await outbox.messages()).map(({ channel, sent }) => [channel, sent]).toSorted()).toEqual([
      ['mail', true],
      ['slack', true],
      ['ticket', true],
    ]);
  });

  it('turns the label of a message that was only shown before', async () => {
    const effect = sampleEffect(1);
    await outbox.send(sampleMail(1), sampleEnvelope(), effect);
    await withMailCopies(real, outbox.copies, log).send(sampleMail(1), sampleEnvelope(), effect);
    expect((await outbox.messages()).map(({ sent }) => sent)).toEqual([true]);
  });

  it('is not made of what did not leave', async () => {
    const failing: Mailer = { send: () => Promise.reject(new Error('away')) };
    await expect(withMailCopies(failing, outbox.copies, log).send(sampleMail(1), sampleEnvelope(), sampleEffect(1))).rejects.toThrow(
      'away',
    );
    expect(await outbox.messages()).toEqual([]);
  });

  it('that fails is a warning, never a failure of the mail: it would go twice', async () => {
    await writeFile(join(home, 'outbox'), '');
    expect(await kindOf(withMailCopies(real, outbox.copies, log).send(sampleMail(1), sampleEnvelope(), sampleEffect(1)))).toBe('none');
    const spoiled = fileOutbox({
      folder: join(home, 'other'),
      clock: { now: () => instantOf(now) },
      render: {
        ...render,
        page: () => {
          throw new Error('not to be drawn');
        },
      },
    });
    const pager = withPageCopies({ page: async () => ({ via: 'provider' }) }, spoiled.copies, log);
    expect(await kindOf(pager.page(samplePage(1), sampleEffect(1)))).toBe('none');
    expect(warnings).toEqual(['outbox-copy-failed', 'outbox-copy-failed']);
  });
});
