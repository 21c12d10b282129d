// Decides how the duty ledger stands in SQLite: documents with the columns that conditions and the due index need.
import type { Attempt, Duty, DutyRef } from '#core/duty/duty.ts';
import { isTerminal, lanes } from '#core/duty/duty.ts';
import { type Due, shareOf } from '#core/duty/order.ts';
import { claimed, isDue } from '#core/duty/claim.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { DutyId, SubjectId } from '#core/kernel/ids.ts';
import { type Instant, earliest, instantOf } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import {
  type CaseRecord,
  type Claim,
  type Ledger,
  type OnStranger,
  PortError,
  type Receipt,
  type SignalRecord,
  type Write,
} from '#flow/ports.ts';
import type { Database, Row } from './database.ts';
import { type Hearing, heardIn, hearing } from './heard.ts';

const doc = <T extends { readonly v?: number }>(row: Row | undefined): T | undefined => {
  if (!row) return undefined;
  const value = JSON.parse(String(row['doc'])) as T;
  if (value.v !== undefined && value.v !== 1)
    throw new PortError('ledger', 'unknown-version', `an item has version ${value.v}, which this version does not know`);
  return value;
};

/** A list goes on without what a newer version wrote, when it has somebody to tell. */
const knownDoc = <T extends { readonly v?: number }>(row: Row | undefined, onStranger: OnStranger | undefined): T | undefined => {
  try {
    return doc<T>(row);
  } catch (cause) {
    if (!onStranger || !(cause instanceof PortError)) throw cause;
    onStranger(String(row?.['id']));
    return undefined;
  }
};

const docs = <T extends { readonly v?: number }>(rows: readonly Row[], onStranger?: OnStranger): readonly T[] =>
  rows.flatMap((row) => knownDoc<T>(row, onStranger) ?? []);

const putIncident = (db: Database, incident: Incident, ifVer: number): boolean => {
  const text = JSON.stringify(incident);
  return ifVer === 0
    ? db.run(
        'INSERT OR IGNORE INTO incident (id, ver, opened_at, doc) VALUES (?, ?, ?, ?)',
        incident.id,
        incident.ver,
        incident.openedAt,
        text,
      ) === 1
    : db.run(
        'UPDATE incident SET ver = ?, opened_at = ?, doc = ? WHERE id = ? AND ver = ?',
        incident.ver,
        incident.openedAt,
        text,
        incident.id,
        ifVer,
      ) === 1;
};

const updateDuty =
  'UPDATE duty SET lane = ?, state = ?, gen = ?, next_at = ?, owner_epoch = ?, doc = ? WHERE subject = ? AND id = ? AND gen = ? AND state = ?';
const updateChained = `${updateDuty} AND json_extract(doc, '$.head.seq') = ? AND coalesce(?, json_extract(doc, '$.nextAt')) = json_extract(doc, '$.nextAt')`;

const putDuty = (db: Database, duty: Duty, condition: Extract<Write, { readonly put: 'duty' }>['if']): boolean => {
  // Terminal duties leave the due index; nothing else ever does (I-10).
  const nextAt = isTerminal(duty.state) ? null : duty.nextAt;
  const values = [duty.lane, duty.state, duty.gen, nextAt, duty.ownerEpoch ?? null, JSON.stringify(duty)] as const;
  if (condition === 'absent')
    return (
      db.run(
        'INSERT OR IGNORE INTO duty (lane, state, gen, next_at, owner_epoch, doc, subject, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...values,
        duty.subject,
        duty.id,
      ) === 1
    );
  const where = [...values, duty.subject, duty.id, condition.gen, condition.state] as const;
  return condition.seq === undefined
    ? db.run(updateDuty, ...where) === 1
    : db.run(updateChained, ...where, condition.seq, condition.nextAt ?? null) === 1;
};

const putCase = (db: Database, record: CaseRecord, ifVer: number): boolean =>
  ifVer === 0
    ? db.run('INSERT OR IGNORE INTO cases (key, ver, doc) VALUES (?, ?, ?)', record.key, record.ver, JSON.stringify(record)) === 1
    : db.run('UPDATE cases SET ver = ?, doc = ? WHERE key = ? AND ver = ?', record.ver, JSON.stringify(record), record.key, ifVer) === 1;

/** A receipt stays, but for one: what was quarantined may be read after all, and the event has one receipt then as before. */
const exchangeReceipt = (db: Database, receipt: Receipt): boolean =>
  db.run(
    `UPDATE receipt SET disposition = ?, at = ?, doc = ? WHERE source = ? AND delivery = ? AND disposition = 'quarantined'`,
    receipt.disposition,
    receipt.at,
    JSON.stringify(receipt),
    receipt.source,
    receipt.delivery,
  ) === 1;

const putReceipt = (db: Database, receipt: Receipt): boolean =>
  db.run(
    'INSERT OR IGNORE INTO receipt (source, delivery, disposition, at, doc) VALUES (?, ?, ?, ?, ?)',
    receipt.source,
    receipt.delivery,
    receipt.disposition,
    receipt.at,
    JSON.stringify(receipt),
  ) === 1;

const putSignal = (db: Database, signal: SignalRecord, condition: Extract<Write, { readonly put: 'signal' }>['if']): boolean =>
  condition === 'absent'
    ? db.run('INSERT OR IGNORE INTO signal (id, doc) VALUES (?, ?)', signal.id, JSON.stringify(signal)) === 1
    : db.run(
        "UPDATE signal SET doc = ? WHERE id = ? AND json_array_length(doc, '$.incidents') = ?",
        JSON.stringify(signal),
        signal.id,
        condition.incidents,
      ) === 1;

const putEntry = (db: Database, entry: Entry): boolean =>
  db.run('INSERT OR IGNORE INTO entry (chain, seq, doc) VALUES (?, ?, ?)', entry.chain, entry.seq, JSON.stringify(entry)) === 1;

const apply = (db: Database, write: Write): boolean => {
  switch (write.put) {
    case 'incident':
      return putIncident(db, write.incident, write.ifVer);
    case 'duty':
      return putDuty(db, write.duty, write.if);
    case 'case':
      return putCase(db, write.record, write.ifVer);
    case 'receipt':
      return write.if === 'quarantined' ? exchangeReceipt(db, write.receipt) : putReceipt(db, write.receipt);
    case 'signal':
      return putSignal(db, write.signal, write.if);
    case 'entry':
      return putEntry(db, write.entry);
  }
};

const dutyRow = (db: Database, ref: DutyRef): Duty | undefined =>
  doc<Duty>(db.get('SELECT doc FROM duty WHERE subject = ? AND id = ?', ref.subject, ref.id));

const claim = (db: Database, wanted: Claim): Promise<Duty | undefined> =>
  db.write(() => {
    const duty = dutyRow(db, wanted.ref);
    if (!duty || !isDue(duty, wanted.now, wanted.epoch)) return undefined;
    // Gen and state as they were seen are the write's own condition.
    const mine = claimed(duty, wanted);
    return putDuty(db, mine, wanted.seen) ? mine : undefined;
  });

const intend = (db: Database, attempt: Attempt): Promise<boolean> =>
  db.write(
    () =>
      db.run(
        'INSERT OR IGNORE INTO attempt (subject, duty, gen, channel, at) VALUES (?, ?, ?, ?, ?)',
        attempt.subject,
        attempt.duty,
        attempt.gen,
        attempt.channel,
        attempt.intentAt,
      ) === 1,
  );

type Wanted = { readonly lane: string; readonly now: Instant; readonly epoch: number; readonly page: number };

/**
 * Earliest first, page by page, on a moving key: a burst is read to its end (F-24). Dead claims are looked for among the claims:
 * left to itself SQLite looks through everything that waits.
 */
async function* due(db: Database, { lane, now, epoch, page }: Wanted): AsyncGenerator<Due> {
  const dead = db.all(deadClaims, lane, epoch, now);
  for (const row of dead) yield asDue(row);
  let after: readonly [number, string] = [Number.MIN_SAFE_INTEGER, ''];
  for (;;) {
    const rows = db.all(duePage, lane, now, ...after, page);
    for (const row of rows) yield asDue(row);
    const last = rows.at(-1);
    if (!last || rows.length < page) return;
    after = [Number(last['next_at']), String(last['id'])];
  }
}

const dueRow = 'SELECT subject, id, next_at, doc FROM duty';
const deadClaims = `${dueRow} INDEXED BY duty_claimed WHERE lane = ? AND owner_epoch < ? AND next_at > ? ORDER BY next_at`;
const duePage = `${dueRow} WHERE lane = ? AND next_at <= ? AND (next_at, id) > (?, ?) ORDER BY next_at, id LIMIT ?`;

/** Whatever version wrote it: a nomination is a hint, and whoever reads the duty itself sees what it is. */
const asDue = (row: Row): Due => {
  const subject = String(row['subject']) as SubjectId;
  const { deadlineAt, controller } = JSON.parse(String(row['doc'])) as Pick<Duty, 'deadlineAt' | 'controller'>;
  return {
    subject,
    id: String(row['id']) as DutyId,
    nextAt: instantOf(Number(row['next_at'])),
    deadlineAt,
    share: shareOf({ subject, ...(controller === undefined ? {} : { controller }) }),
  };
};

/** Lane by lane, because the index is: four looks instead of a walk through all that waits. */
const nextWake = (db: Database): Instant | undefined => {
  const first = lanes.flatMap((lane) => {
    const at = db.get('SELECT MIN(next_at) AS at FROM duty WHERE lane = ? AND next_at IS NOT NULL', lane)?.['at'];
    return typeof at === 'number' ? [instantOf(at)] : [];
  });
  return first.length === 0 ? undefined : earliest(...first);
};

const attemptsOf = (db: Database, ref: DutyRef): readonly Attempt[] =>
  db.all('SELECT gen, channel, at FROM attempt WHERE subject = ? AND duty = ? ORDER BY gen, channel', ref.subject, ref.id).map((row) => ({
    subject: ref.subject,
    duty: ref.id,
    gen: Number(row['gen']),
    channel: String(row['channel']),
    intentAt: instantOf(Number(row['at'])),
  }));

async function* incidents(db: Database, onStranger?: OnStranger): AsyncGenerator<Incident> {
  for (const row of db.all('SELECT id FROM incident ORDER BY opened_at, id')) {
    const incident = knownDoc<Incident>(db.get('SELECT id, doc FROM incident WHERE id = ?', String(row['id'])), onStranger);
    if (incident) yield incident;
  }
}

async function* entries(db: Database): AsyncGenerator<Entry> {
  for (const row of db.all('SELECT DISTINCT chain FROM entry ORDER BY chain')) {
    yield* docs<Entry>(db.all('SELECT doc FROM entry WHERE chain = ? ORDER BY seq', String(row['chain'])));
  }
}

type Counted = Awaited<ReturnType<Ledger['intake']>>[number];

const intake = (db: Database): readonly Counted[] => [
  ...db.all('SELECT source, disposition, COUNT(*) AS n FROM receipt GROUP BY source, disposition ORDER BY source, disposition').map(
    (row): Counted => ({
      source: String(row['source']),
      disposition: String(row['disposition']) as Receipt['disposition'],
      count: Number(row['n']),
    }),
  ),
  ...db
    .all('SELECT source, n FROM stored ORDER BY source')
    .map((row): Counted => ({ source: String(row['source']), disposition: 'stored', count: Number(row['n']) })),
  // What has its receipt but was not yet taken from the queue waits for nothing.
  ...db
    .all(
      'SELECT source, COUNT(*) AS n FROM queue WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.source = queue.source AND r.delivery = queue.delivery) GROUP BY source ORDER BY source',
    )
    .map((row): Counted => ({ source: String(row['source']), disposition: 'waiting', count: Number(row['n']) })),
];

const quarantined = `SELECT doc FROM receipt WHERE disposition = 'quarantined' AND (? IS NULL OR source = ?) ORDER BY at DESC, delivery LIMIT ?`;

export type LedgerSettings = {
  /** How many due duties are read at once: small in tests, so that paging is met. */
  readonly page?: number;
};

const commit = async (db: Database, { note, noted }: Hearing, writes: readonly Write[]): Promise<'committed' | 'conflict'> => {
  const done = await db.write((): 'committed' | 'conflict' => {
    if (!writes.every((write) => apply(db, write))) return 'conflict';
    note(writes);
    return 'committed';
  });
  if (done === 'committed') noted(writes);
  return done;
};

export const embeddedLedger = (db: Database, { page = 500 }: LedgerSettings = {}): Ledger => {
  const ears = hearing(db);
  return {
    incident: async (id) => doc<Incident>(db.get('SELECT doc FROM incident WHERE id = ?', id)),
    incidents: (onStranger) => incidents(db, onStranger),
    duty: async (ref) => dutyRow(db, ref),
    dutiesOf: async (subject, onStranger) =>
      docs<Duty>(db.all('SELECT id, doc FROM duty WHERE subject = ? ORDER BY id', subject), onStranger),
    caseOf: async (key) => doc<CaseRecord & { v?: number }>(db.get('SELECT doc FROM cases WHERE key = ?', key)),
    signal: async (id) => doc<SignalRecord & { v?: number }>(db.get('SELECT doc FROM signal WHERE id = ?', id)),
    receipt: async (source, delivery) =>
      doc<Receipt & { v?: number }>(db.get('SELECT doc FROM receipt WHERE source = ? AND delivery = ?', source, delivery)),
    due: (lane, now, epoch) => due(db, { lane, now, epoch, page }),
    nextWake: async () => nextWake(db),
    claim: (wanted) => claim(db, wanted),
    intend: (attempt) => intend(db, attempt),
    attemptsOf: async (ref) => attemptsOf(db, ref),
    commit: (writes) => commit(db, ears, writes),
    entriesOf: async (chain) => docs<Entry>(db.all('SELECT doc FROM entry WHERE chain = ? ORDER BY seq', chain)),
    entries: () => entries(db),
    intake: async () => intake(db),
    heard: async () => heardIn(db),
    quarantined: async (limit, source) => docs<Receipt & { v?: number }>(db.all(quarantined, source ?? null, source ?? null, limit)),
  };
};
