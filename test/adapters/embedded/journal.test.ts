// Decides what a journal of mail does when a crash cut it off, when the disk is full, and around each handing over.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileJournal, journalled } from '#adapters/embedded/journal.ts';
import { safe } from '#core/kernel/safe.ts';
import { type Journal, type Mailer, PortError, type Testimony } from '#flow/ports.ts';
import { stderrLog } from '#local/log.ts';
import { at } from '#test/contract/samples.ts';

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'art33-journal-'));
  path = join(home, 'journal.jsonl');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const all = (): Promise<readonly Testimony[]> => Array.fromAsync(fileJournal(path).since(at(0)));
const duty = `duty-${'c'.repeat(26)}` as Testimony['duty'];
const one: Testimony = { duty, what: 'tried', at: at(1), by: 'art33', eventId: 'k' };

describe('the file', () => {
  it('is for its owner only', async () => {
    await fileJournal(path).keep(one);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('loses nothing of its other lines to one that a crash cut off', async () => {
    await fileJournal(path).keep(one);
    appendFileSync(path, '{"v":1,"duty":"duty-');
    await fileJournal(path).keep({ ...one, what: 'sent' });
    expect((await all()).map(({ what }) => what)).toEqual(['tried', 'sent']);
  });

  it('that can’t be written or read is a failure of the port', async () => {
    mkdirSync(path);
    await expect(fileJournal(path).keep(one)).rejects.toMatchObject({ port: 'journal', kind: 'again' });
    await expect(all()).rejects.toMatchObject({ port: 'journal', kind: 'again' });
  });
});

const effect = { key: 'k', duty, signal: AbortSignal.timeout(60_000) };
const mail = { bytes: new Uint8Array(), messageId: 'm', sha256: 'h' };
const envelope = { from: 'a@example.com', to: 'b@example.com', subject: safe`s` };
const clock = { now: () => at(1) };
const send = (mailer: Mailer, journal: Journal) =>
  journalled({ mailer, journal, clock, log: stderrLog('silent'), by: 'smtp' }).send(mail, envelope, effect);

describe('around a handing over', () => {
  it('a trace comes before, a note after', async () => {
    const seen: string[] = [];
    const journal: Journal = {
      keep: async ({ what }) => {
        seen.push(what);
      },
      since: async function* () {},
    };
    const mailer: Mailer = {
      send: async () => {
        seen.push('handed over');
        return { via: 'provider' };
      },
    };
    await send(mailer, journal);
    expect(seen).toEqual(['tried', 'handed over', 'sent']);
  });

  it('nothing leaves without its trace', async () => {
    let left = 0;
    const journal: Journal = {
      keep: async () => {
        throw new PortError('journal', 'again', 'full');
      },
      since: async function* () {},
    };
    const mailer: Mailer = {
      send: async () => {
        left += 1;
        return { via: 'provider' };
      },
    };
    await expect(send(mailer, journal)).rejects.toMatchObject({ port: 'journal' });
    expect(left).toBe(0);
  });

  it('a note that fails makes no mail go twice', async () => {
    const journal: Journal = {
      keep: async ({ what }) => {
        if (what === 'sent') throw new PortError('journal', 'again', 'full');
      },
      since: async function* () {},
    };
    await expect(send({ send: async () => ({ via: 'provider' }) }, journal)).resolves.toEqual({ via: 'provider' });
  });
});
