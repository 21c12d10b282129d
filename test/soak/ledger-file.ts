// Decides what the soak reads in the ledger's file: beside the running or dead process without changing it, and as a whole at the end.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Configuration } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Database } from '#adapters/embedded/database.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import type { Receipt } from '#flow/ports.ts';
import { readState } from '#flow/report.ts';
import { effectOf } from './check/effects.ts';
import type { Ambiguity, Ledger } from './check/facts.ts';

const docs = <T>(db: Database, sql: string): readonly T[] => db.all(sql).map((row) => JSON.parse(String(row['doc'])) as T);

/** Everything that the checker judges. The process has ended. */
export const readLedger = async (db: Database): Promise<Ledger> => {
  const ledger = embeddedLedger(db);
  const { duties } = await readState(ledger);
  const incidents: Incident[] = [];
  for await (const incident of ledger.incidents()) incidents.push(incident);
  const entries = [];
  for await (const entry of ledger.entries()) entries.push(entry);
  const intake = await ledger.intake();
  return {
    incidents,
    duties,
    entries,
    receipts: docs<Receipt>(db, 'SELECT doc FROM receipt'),
    stored: Object.fromEntries(intake.filter((row) => row.disposition === 'stored').map((row) => [row.source, row.count])),
    waiting: intake.filter((row) => row.disposition === 'waiting').reduce((sum, row) => sum + row.count, 0),
    rawRefs: new Set(db.all('SELECT ref FROM raw').map((row) => String(row['ref']))),
    attempts: db
      .all('SELECT duty, gen, channel FROM attempt')
      .map((row) => ({ duty: String(row['duty']) as DutyId, gen: Number(row['gen']), channel: String(row['channel']) })),
    indexed: new Set(db.all('SELECT id FROM duty WHERE next_at IS NOT NULL').map((row) => String(row['id']))),
  };
};

const openReadOnly = (dataDir: string): DatabaseSync => {
  const db = new DatabaseSync(join(dataDir, 'art33.db'), { readOnly: true });
  db.exec('PRAGMA busy_timeout = 2000');
  return db;
};

/** A look from outside. Nothing is there yet when the process died before it made its tables. */
const look = <T>(dataDir: string, none: T, question: (db: DatabaseSync) => T): T => {
  let db: DatabaseSync | undefined;
  try {
    db = openReadOnly(dataDir);
    return question(db);
  } catch (cause) {
    if (cause instanceof Error && /unable to open|no such table/.test(cause.message)) return none;
    throw cause;
  } finally {
    db?.close();
  }
};

/** Effects with an intent under a claim that was not laid down: begun perhaps, and not settled. */
export const unsettled = (dataDir: string, configuration: Configuration): readonly Pick<Ambiguity, 'effect' | 'attempt'>[] =>
  look<readonly Pick<Ambiguity, 'effect' | 'attempt'>[]>(dataDir, [], (db) =>
    db
      .prepare(
        `SELECT d.doc AS doc, a.channel AS channel FROM attempt a JOIN duty d ON d.subject = a.subject AND d.id = a.duty AND d.gen = a.gen
         WHERE d.owner_epoch IS NOT NULL`,
      )
      .all()
      .map((row) => {
        const duty = JSON.parse(String(row['doc'])) as Duty;
        const channel = String(row['channel']);
        return { effect: effectOf(duty, channel, configuration), attempt: `${duty.id} ${duty.gen} ${channel}` };
      }),
  );

export type Unrest = {
  /** Raw events in the queue and duties due by now. */
  readonly due: number;
  /** Duties that somebody holds, each with its fence, so that two looks can be compared. */
  readonly held: readonly string[];
  /** When the first of what was tried, or is held, is to be tried again. */
  readonly next: number | undefined;
};

export type Watcher = { readonly look: (now: number) => Unrest; readonly close: () => void };

/** What is still to be done; a duty that waits for its hour, or for a person, is none of it. Opened once: to open is a change itself. */
export const watchUnrest = (dataDir: string): Watcher => {
  const db = openReadOnly(dataDir);
  const number = (sql: string, ...values: readonly number[]): number | undefined => {
    const found = (db.prepare(sql).get(...values) as { readonly n: number | null } | undefined)?.n;
    return found === null || found === undefined ? undefined : Number(found);
  };
  return {
    look: (now) => {
      const waiting = number('SELECT COUNT(*) AS n FROM queue') ?? 0;
      const due = number('SELECT COUNT(*) AS n FROM duty WHERE next_at <= ?', now) ?? 0;
      const next = number(
        `SELECT MIN(next_at) AS n FROM duty WHERE owner_epoch IS NOT NULL OR (state = 'OPEN' AND json_extract(doc, '$.attempts') > 0)`,
      );
      const held = db.prepare('SELECT id, gen FROM duty WHERE owner_epoch IS NOT NULL').all();
      return { due: waiting + due, held: held.map((row) => `${row['id']} ${row['gen']}`), next };
    },
    close: () => db.close(),
  };
};
