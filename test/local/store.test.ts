// Decides whether the store of one machine protects what it holds: one process, one layout, all or nothing, keys that are never made anew.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#adapters/embedded/database.ts';
import { takeLock } from '#adapters/embedded/lock.ts';
import { nextEpoch, playOf, storeKind, storedKind } from '#adapters/embedded/meta.ts';
import { currentSecrets, openSecrets, secretsOf } from '#adapters/embedded/secrets.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { play } from '#local/play.ts';
import { openHarness } from '../flow/harness.ts';
import { exfiltration, stuffing } from '../flow/raw-events.ts';
import { cleanUp, freshFolder } from './process.ts';

afterAll(cleanUp);

describe('the lock of a data folder', () => {
  it('is held once, and free again when it is let go', () => {
    const dir = freshFolder();
    const first = takeLock(dir);
    expect(first).toBeDefined();
    expect(takeLock(dir)).toBeUndefined();
    first?.release();
    const second = takeLock(dir);
    expect(second).toBeDefined();
    second?.release();
  });
});

describe('the ledger’s file', () => {
  const made = (): string => {
    const path = join(freshFolder(), 'art33.db');
    openDatabase(path).close();
    return path;
  };

  it('of a layout that this version does not know is refused, and not touched', () => {
    const path = made();
    const db = new DatabaseSync(path);
    db.exec(`UPDATE meta SET value = '99' WHERE name = 'layout'`);
    db.close();
    const before = readFileSync(path);
    expect(() => openDatabase(path)).toThrow(/layout 99/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('that is damaged is refused with the way out, and not touched', () => {
    const path = made();
    writeFileSync(path, Buffer.alloc(8_192, 'not a database'));
    const before = readFileSync(path);
    expect(() => openDatabase(path)).toThrow(/It was not changed.*backup/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('takes each unit of a group whole or not at all, and a bad unit spoils no good one', async () => {
    const db = openDatabase(':memory:');
    const put = (name: string) => db.run(`INSERT INTO meta (name, value) VALUES (?, '')`, name);
    const good = db.write(() => put('good'));
    const conflict = db.write(() => {
      put('half');
      return 'conflict';
    });
    const bad = db.write(() => {
      put('bad');
      throw new Error('broke off');
    });
    const last = db.write(() => put('last'));
    await expect(bad).rejects.toThrow('broke off');
    expect(await Promise.all([good, conflict, last])).toEqual([1, 'conflict', 1]);
    expect(db.all(`SELECT name FROM meta WHERE name <> 'layout' ORDER BY name`).map((row) => row['name'])).toEqual(['good', 'last']);
    db.close();
  });

  it('counts its starts, and remembers whether its incidents are invented', async () => {
    const path = made();
    const db = openDatabase(path);
    expect([await nextEpoch(db), await nextEpoch(db)]).toEqual([1, 2]);
    await storeKind(db, 'demo', 'here');
    await expect(storeKind(db, 'own', 'here')).rejects.toThrow(/invented/);
    await storeKind(db, 'demo', 'here');
    db.close();
    expect(storedKind(join(path, '..'))).toBe('demo');
  });
});

describe('the keys', () => {
  it('are made once, for their owner alone, one token for each source', () => {
    const dir = freshFolder();
    const first = openSecrets(dir, ['auth0', 'fail2ban']);
    expect(openSecrets(dir, ['auth0', 'fail2ban'])).toEqual(first);
    expect(new Set([first.root, ...Object.values(first.tokens)]).size).toBe(3);
    expect(statSync(join(dir, 'secrets.json')).mode & 0o077).toBe(0);
  });

  it('stay when a source is new', () => {
    const dir = freshFolder();
    const first = openSecrets(dir, ['auth0']);
    const more = openSecrets(dir, ['auth0', 'guardduty']);
    expect(more).toMatchObject({ root: first.root, tokens: first.tokens });
    expect(more.tokens['guardduty']).toBeDefined();
  });

  it('that can’t be read are never made anew: every old case would look new', () => {
    const dir = freshFolder();
    writeFileSync(join(dir, 'secrets.json'), '{"root": 7}');
    expect(() => openSecrets(dir, ['auth0'])).toThrow(/backup/);
    expect(readFileSync(join(dir, 'secrets.json'), 'utf8')).toBe('{"root": 7}');
  });

  it('that are taken away while it runs stay in force, and are not made anew', () => {
    const dir = freshFolder();
    const first = openSecrets(dir, ['auth0']);
    rmSync(join(dir, 'secrets.json'));
    expect(currentSecrets(dir, ['auth0', 'sshd'], first)).toBe(first);
    expect(existsSync(join(dir, 'secrets.json'))).toBe(false);
  });

  it.each([
    ['one', 'a'.repeat(16), ['a'.repeat(16)]],
    ['two while one is replaced', ['a'.repeat(16), 'b'.repeat(16)], ['a'.repeat(16), 'b'.repeat(16)]],
    ['an empty one', '', []],
    ['a short one beside a good one', ['a'.repeat(15), 'b'.repeat(16)], ['b'.repeat(16)]],
    ['what is no text', [7, null] as never, []],
  ])('of a source are %s: only what nobody guesses counts', (_title, held, valid) => {
    expect(secretsOf({ root: '', tokens: { auth0: held } }, 'auth0')).toEqual(valid);
    expect(secretsOf({ root: '', tokens: { auth0: held } }, 'constructor')).toEqual([]);
  });

  it('make pseudonyms that two purposes, or two operators, can’t join', () => {
    const [mine, theirs] = [1, 2].map((n) => keyedPseudonyms(new Uint8Array(32).fill(n)));
    const all = [mine?.of('actor', 'a@example.com'), mine?.of('address', 'a@example.com'), theirs?.of('actor', 'a@example.com')];
    expect(new Set(all).size).toBe(3);
    expect(mine?.of('actor', 'A@Example.com')).toBe(all[0]);
  });
});

describe('a play that broke off', () => {
  it('goes on where it stopped: every event stored once', async () => {
    const h = await openHarness();
    const events = [exfiltration(), ...stuffing('org_museum_shop')];
    const broken = play(h.node, events, {
      again: true,
      onEach: (done) => {
        if (done === 5) throw new Error('killed');
      },
    });
    await expect(broken).rejects.toThrow('killed');
    expect(playOf(h.node.database)).toMatchObject({ next: 5, finished: false });
    expect(await play(h.node, events, { again: true })).toBe(events.length - 5);
    // Not told yet: the same words again mean "go on", not "feed again".
    expect(await play(h.node, events, { again: true })).toBe(0);
    expect(h.node.queue.waiting()).toBe(events.length);
    h.close();
  });

  it('stores nothing again that was assessed already under the same delivery', async () => {
    const h = await openHarness();
    const deliver = () => {
      const [event] = stuffing('org_museum_shop');
      return ingestDelivery(h.world, { source: 'auth0', id: 'play:1:0', bytes: event?.bytes ?? new Uint8Array(), received: h.clock.now() });
    };
    await deliver();
    await h.work();
    await deliver();
    expect(h.node.queue.waiting()).toBe(0);
    const intake = await h.world.ledger.intake();
    expect(intake.map(({ disposition, count }) => [disposition, count])).toEqual([
      ['assessed', 1],
      ['stored', 1],
    ]);
    h.close();
  });
});
