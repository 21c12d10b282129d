// Decides how one machine keeps its ledger: one SQLite file, commits grouped, every promise kept only after the group's fsync (D-7).
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { PortError } from '#flow/ports.ts';

const schema = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, ver INTEGER NOT NULL, opened_at INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS duty (
  subject TEXT NOT NULL, id TEXT NOT NULL, lane TEXT NOT NULL, state TEXT NOT NULL, gen INTEGER NOT NULL,
  next_at INTEGER, owner_epoch INTEGER, doc TEXT NOT NULL, PRIMARY KEY (subject, id)) STRICT;
DROP INDEX IF EXISTS duty_due;
CREATE INDEX IF NOT EXISTS duty_waiting ON duty (lane, next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS duty_claimed ON duty (owner_epoch) WHERE owner_epoch IS NOT NULL;
CREATE TABLE IF NOT EXISTS attempt (
  subject TEXT NOT NULL, duty TEXT NOT NULL, gen INTEGER NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (subject, duty, gen, channel)) STRICT;
CREATE TABLE IF NOT EXISTS cases (key TEXT PRIMARY KEY, ver INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS signal (id TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS receipt (
  source TEXT NOT NULL, delivery TEXT NOT NULL, disposition TEXT NOT NULL, at INTEGER NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (source, delivery)) STRICT;
CREATE INDEX IF NOT EXISTS receipt_kind ON receipt (disposition, source);
CREATE TABLE IF NOT EXISTS heard (source TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS entry (chain TEXT NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (chain, seq)) STRICT;
CREATE TABLE IF NOT EXISTS raw (ref TEXT PRIMARY KEY, source TEXT NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS stored (source TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS queue (n INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, delivery TEXT NOT NULL, doc TEXT NOT NULL,
  UNIQUE (source, delivery)) STRICT;
CREATE TABLE IF NOT EXISTS member (
  grp TEXT NOT NULL, time INTEGER NOT NULL, stage INTEGER NOT NULL, id TEXT NOT NULL, expires INTEGER NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (grp, time, stage, id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS member_expiry ON member (expires);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
`;

/** The layout this code reads and writes; an unknown one is refused, never guessed (I-43). */
export const layout = '1';

export type Database = {
  readonly get: (sql: string, ...values: readonly SqlValue[]) => Row | undefined;
  readonly all: (sql: string, ...values: readonly SqlValue[]) => readonly Row[];
  /**
   * Runs the writes as one unit: all of them or, when they throw or return 'conflict', none.
   * Settles after the group it fell into is on disk.
   */
  readonly write: <T>(unit: () => T) => Promise<T>;
  readonly run: (sql: string, ...values: readonly SqlValue[]) => number;
  readonly close: () => void;
};

type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, string | number | bigint | null | Uint8Array>>;

type Waiting = { readonly done: () => void; readonly lost: (cause: unknown) => void };

/**
 * A file in memory rather than SQLite's `:memory:`, which walks through all its pages at every commit that moved one:
 * a hundred thousand duties made each commit ten times as slow.
 */
const inMemory = 'file:art33?vfs=memdb';

const openFile = (path: string): DatabaseSync => {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(path === ':memory:' ? inMemory : path);
  // Before the log beside it is made: SQLite gives that the same mode.
  if (path !== ':memory:') chmodSync(path, 0o600);
  db.exec('PRAGMA busy_timeout = 2000');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  return db;
};

const has = (db: DatabaseSync, table: string): boolean => db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table) !== undefined;

/** What is wrong with it, if anything. The whole file, and for duties their indexes too: one that no index names would never be due. */
const damage = (db: DatabaseSync): string | undefined => {
  const checks = ['PRAGMA quick_check(1)', ...(has(db, 'duty') ? ['PRAGMA integrity_check(duty)'] : [])];
  const found = checks.map((check) => String(Object.values(db.prepare(check).get() ?? {})[0]));
  return found.find((word) => word !== 'ok')?.replace(/\s+/g, ' ');
};

const unknownLayout = (db: DatabaseSync): string | undefined => {
  const row = has(db, 'meta') ? db.prepare(`SELECT value FROM meta WHERE name = 'layout'`).get() : undefined;
  return row === undefined || row['value'] === layout ? undefined : String(row['value']);
};

/** Looked at as a reader: whoever may write replays and empties the log beside the file, at the latest when the process ends. */
const examine = (path: string): void => {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const wrong = damage(db);
    if (wrong !== undefined) throw new Error(wrong);
    const other = unknownLayout(db);
    if (other !== undefined)
      throw new Error(`it has layout ${other}; this version reads layout ${layout} (start the version that wrote it)`);
  } finally {
    db.close();
  }
};

/** A damaged file, or one of a layout that nobody here knows, is refused with the way out; it is never overwritten. */
const openSound = (path: string): DatabaseSync => {
  try {
    if (path !== ':memory:' && existsSync(path)) examine(path);
    const db = openFile(path);
    db.exec(schema);
    db.prepare(`INSERT OR IGNORE INTO meta (name, value) VALUES ('layout', ?)`).run(layout);
    return db;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new Error(
      `The ledger ${path} can't be opened: ${reason}. It was not changed. Move it aside and put back the latest backup of its folder.`,
      { cause },
    );
  }
};

export type DatabaseSettings = {
  /** Calls back when a group of commits is to be closed: one turn of the event loop gathers what came together, one fsync for all. */
  readonly gather?: (commit: () => void) => void;
};

/** Opens the ledger's file, or `:memory:`. */
export const openDatabase = (path: string, { gather = setImmediate }: DatabaseSettings = {}): Database => {
  const db = openSound(path);
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  let group: Waiting[] = [];
  let open = false;

  const commitGroup = (): void => {
    const waiting = group;
    group = [];
    if (!open) return;
    open = false;
    try {
      statement('COMMIT').run();
    } catch (cause) {
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const { lost } of waiting) lost(new PortError('ledger', 'again', 'the ledger could not be written to disk', { cause }));
      return;
    }
    for (const { done } of waiting) done();
  };

  const begin = (): void => {
    if (open) return;
    statement('BEGIN IMMEDIATE').run();
    open = true;
    gather(commitGroup);
  };

  const write = <T>(unit: () => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      try {
        begin();
        statement('SAVEPOINT unit').run();
      } catch (cause) {
        reject(new PortError('ledger', 'again', 'the ledger is busy', { cause }));
        return;
      }
      try {
        const value = unit();
        if (value === 'conflict') statement('ROLLBACK TO unit').run();
        statement('RELEASE unit').run();
        group.push({ done: () => resolve(value), lost: reject });
      } catch (cause) {
        statement('ROLLBACK TO unit').run();
        statement('RELEASE unit').run();
        reject(cause);
      }
    });

  return {
    get: (sql, ...values) => statement(sql).get(...values) as Row | undefined,
    all: (sql, ...values) => statement(sql).all(...values) as readonly Row[],
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    write,
    close: () => {
      commitGroup();
      db.close();
    },
  };
};
