// Decides whether a start on a damaged ledger is refused: what is wrong, that nothing was changed, how to restore, and not one byte touched.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#adapters/embedded/database.ts';
import { cleanUp, freshFolder, start } from './process.ts';

const pageSize = 4_096;
/** `closed`: as an orderly end leaves it, all in one file. `killed`: as `kill -9` leaves it, with the log beside it. */
const made = { closed: '', killed: '' };

const copyOf = (from: string): string => {
  const folder = freshFolder();
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(folder, name));
  return folder;
};

const fill = (db: ReturnType<typeof openDatabase>, from: number): Promise<void> =>
  db.write(() => {
    for (let i = from; i < from + 400; i += 1)
      db.run(
        `INSERT INTO duty VALUES ('s', ?, 'page', 'OPEN', 0, ?, NULL, ?)`,
        `d${i}`,
        i,
        JSON.stringify({ id: `d${i}`, text: 'x'.repeat(400) }),
      );
  });

beforeAll(async () => {
  const folder = freshFolder();
  const first = openDatabase(join(folder, 'art33.db'));
  await fill(first, 0);
  first.close();
  made.closed = copyOf(folder);
  const second = openDatabase(join(folder, 'art33.db'));
  await fill(second, 400);
  made.killed = copyOf(folder);
  second.close();
});
afterAll(cleanUp);

const file = (folder: string): string => join(folder, 'art33.db');

const overwrite = (folder: string, at: number, bytes: Uint8Array): void => {
  const whole = readFileSync(file(folder));
  whole.set(bytes, at);
  writeFileSync(file(folder), whole);
};
const cutAt = (folder: string, size: number): void => writeFileSync(file(folder), readFileSync(file(folder)).subarray(0, size));
const change = (folder: string, sql: string): void => {
  const db = new DatabaseSync(file(folder));
  db.exec(sql);
  db.close();
};

/** The file and, where there is one, the log beside it: what holds the data. A log that holds nothing may come. */
const bytesIn = (folder: string): Readonly<Record<string, string>> => {
  const log = `${file(folder)}-wal`;
  const hex = (path: string): string => (existsSync(path) ? readFileSync(path).toString('hex') : '');
  return { file: hex(file(folder)), log: hex(log) };
};

type Damage = { readonly name: string; readonly from: keyof typeof made; readonly spoil: (folder: string) => void; readonly says: RegExp };

const middle = (folder: string): number => Math.floor(statSync(file(folder)).size / pageSize / 2) * pageSize;

const damages: readonly Damage[] = [
  {
    name: 'is garbage',
    from: 'closed',
    spoil: (folder) => writeFileSync(file(folder), Buffer.alloc(8_192, 'not a database')),
    says: /not a database/,
  },
  {
    name: 'lacks its second half',
    from: 'closed',
    spoil: (folder) => cutAt(folder, middle(folder)),
    says: /malformed|out of range|invalid page/i,
  },
  {
    name: 'lacks its last thousand bytes',
    from: 'closed',
    spoil: (folder) => cutAt(folder, statSync(file(folder)).size - 1_000),
    says: /page|malformed/i,
  },
  { name: 'ends within its header', from: 'closed', spoil: (folder) => cutAt(folder, 50), says: /malformed|not a database/ },
  {
    name: 'has one page in its middle flipped',
    from: 'closed',
    spoil: (folder) =>
      overwrite(
        folder,
        middle(folder),
        readFileSync(file(folder))
          .subarray(middle(folder), middle(folder) + pageSize)
          .map((byte) => byte ^ 0xff),
      ),
    says: /page/i,
  },
  {
    name: 'has one page in its middle flipped, and a log beside it',
    from: 'killed',
    spoil: (folder) => overwrite(folder, middle(folder), new Uint8Array(pageSize).fill(0xa5)),
    says: /page|malformed/i,
  },
  {
    name: 'is of layout 99',
    from: 'closed',
    spoil: (folder) => change(folder, `UPDATE meta SET value = '99' WHERE name = 'layout'`),
    says: /layout 99; this version reads layout 1/,
  },
  {
    name: 'is of layout 99 and has other tables',
    from: 'closed',
    spoil: (folder) => change(folder, `UPDATE meta SET value = '99' WHERE name = 'layout'; DROP TABLE counter`),
    says: /layout 99/,
  },
];

describe('a start on a ledger', () => {
  it.each(damages)('that $name is refused in one message, and not a byte is changed', async ({ from, spoil, says }) => {
    const folder = copyOf(made[from]);
    spoil(folder);
    const before = bytesIn(folder);
    const ended = await start(['--once', '--json', '--data', folder]).ended;
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    const said = ended.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning:'));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(says);
    expect(said[0]).toMatch(/^The ledger \S+ can't be opened: .+\. It was not changed\. .*put back the latest backup/);
    expect(bytesIn(folder)).toEqual(before);
  });

  it('whose log holds a layout that this version does not know leaves both as they were, also when the process ends', async () => {
    const folder = copyOf(made.killed);
    // Kept from being written back into the file, as it would be by an orderly end.
    const keep = freshFolder();
    const db = new DatabaseSync(file(folder));
    db.exec(`UPDATE meta SET value = '99' WHERE name = 'layout'`);
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(keep, name));
    db.close();
    const before = bytesIn(keep);
    expect(before['log']).not.toBe('');
    const ended = await start(['--once', '--json', '--data', keep]).ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/layout 99/);
    expect(bytesIn(keep)).toEqual(before);
  });

  it('that is whole, with or without a log beside it, is not refused', () => {
    for (const from of ['closed', 'killed'] as const) {
      const db = openDatabase(file(copyOf(made[from])));
      expect(db.get('SELECT COUNT(*) AS n FROM duty')?.['n']).toBe(from === 'closed' ? 400 : 800);
      db.close();
    }
  });

  it('that lost its log’s index is read again from the log', () => {
    const folder = copyOf(made.killed);
    rmSync(`${file(folder)}-shm`);
    const db = openDatabase(file(folder));
    expect(db.get('SELECT COUNT(*) AS n FROM duty')?.['n']).toBe(800);
    db.close();
  });

  it('that broke off at its first bytes begins again', () => {
    const folder = freshFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(file(folder), '');
    openDatabase(file(folder)).close();
    expect(statSync(file(folder)).size).toBeGreaterThan(0);
  });

  it('where a duty stands in no index is refused: it would never be due', () => {
    const folder = copyOf(made.closed);
    const statement = (condition: string): string => `CREATE INDEX duty_waiting ON duty (lane, next_at, id) WHERE ${condition}`;
    // The index is left empty, and then said to hold everything: no page is damaged, and 400 duties are in no index.
    const db = new DatabaseSync(file(folder), { defensive: false });
    db.exec(
      `DROP INDEX duty_waiting; ${statement('next_at < 0')}; PRAGMA writable_schema = ON;
       UPDATE sqlite_master SET sql = '${statement('next_at IS NOT NULL')}' WHERE name = 'duty_waiting'`,
    );
    db.close();
    const before = bytesIn(folder);
    expect(() => openDatabase(file(folder))).toThrow(/missing from index duty_waiting.*It was not changed/);
    expect(bytesIn(folder)).toEqual(before);
  });
});
