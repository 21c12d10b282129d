// Names the guards of how things are made, reported, taken in and stored: each with the source as it is and as it would be without.
import type { Mutant } from './mutants.ts';

const change = 'flow/change.ts';
const creating = 'flow/create-owed.ts';
const receive = 'flow/receive.ts';
const assess = 'flow/assess.ts';
const cases = 'flow/cases.ts';
const ledger = 'adapters/embedded/ledger.ts';
const database = 'adapters/embedded/database.ts';

/** Every change has its line, and a line is written once: that alone stops most second writers. */
const onceWritten = {
  find: 'entry.chain, entry.seq, JSON.stringify(entry)) === 1;',
  put: 'entry.chain, entry.seq, JSON.stringify(entry)) >= 0;',
};

export const writes: readonly Mutant[] = [
  // Creating.
  {
    name: 'owed-with-incident',
    guard: 'incident and duties appear together',
    file: change,
    find: '      ...createdBy(incident, change),\n',
    put: '',
  },
  { name: 'made-once', guard: 'what is there is not made again', file: change, find: '    if (known.has(made.id)) return [];\n', put: '' },
  {
    name: 'fan-out',
    guard: 'what one transaction cannot hold is left to a fan-out',
    file: change,
    find: ' : dutyWrites(incident, [fanout(incident.ver, now)], existing.ids, now);',
    put: ' : [];',
  },
  {
    name: 'fan-out-to-the-end',
    guard: 'a fan-out goes on until nothing is missing',
    file: creating,
    find: 'const complete = writes.length === missing.length;',
    put: 'const complete = true;',
  },
  {
    name: 'claimed-not-woken',
    guard: 'a wake-up never cuts a claim short',
    file: change,
    find: 'duty.owner === undefined && duty.state',
    put: 'duty.state',
  },
  {
    name: 'command-conflict',
    guard: 'a person is told "done" when it is',
    file: change,
    find: "    if ((await world.ledger.commit(changed.writes)) === 'conflict') return 'conflict';\n    await wakeFor(world, changed.writes);\n    return ok",
    put: '    await world.ledger.commit(changed.writes);\n    await wakeFor(world, changed.writes);\n    return ok',
  },

  // Reports.
  {
    name: 'ended-stays',
    guard: 'what is ended stays ended',
    file: receive,
    find: "    if (isTerminal(duty.state)) return ok('known');\n",
    put: '',
  },
  { name: 'report-once', guard: 'the same report twice is one', file: receive, find: "    if (known) return ok('known');\n", put: '' },
  {
    name: 'bounce-brings-a-person',
    guard: 'a bounce brings a person',
    file: receive,
    find: '...besideWrites(duty, ids, now)];',
    put: '];',
  },

  // Intake.
  {
    name: 'queued-before-2xx',
    guard: 'a door says 2xx only when it is queued',
    file: 'flow/ingest.ts',
    find: '  await world.queues.sendRaw(stored);\n',
    put: '  void world.queues.sendRaw(stored).catch(() => undefined);\n',
  },
  {
    name: 'receipt',
    guard: 'every raw event has its receipt',
    file: assess,
    find: '[...(await deskWrites(world, desk)), receiptWrite(world, raw, outcome)];',
    put: '[...(await deskWrites(world, desk))];',
  },
  {
    name: 'assess-conflict',
    guard: 'an assessment that met a conflict is made again',
    file: assess,
    find: "return standing && standing.disposition !== raw.replaces?.disposition ? { disposition, signal, findings } : 'conflict';",
    put: 'return { disposition, signal, findings };',
  },
  {
    name: 'identity-first',
    guard: "a signal's identity is taken before it joins a group",
    file: assess,
    find: 'if (!(await claimIdentity(world, task, signal)))',
    put: 'if (!signal)',
  },
  {
    name: 'case-record',
    guard: 'a case is remembered with its first finding',
    file: cases,
    find: 'if (isKept) writes.push',
    put: 'if (isKept && record.cases.length > 9_999) writes.push',
  },
  {
    name: 'case-version',
    guard: 'two findings at once make one case',
    file: ledger,
    find: "'INSERT OR IGNORE INTO cases (key, ver, doc) VALUES (?, ?, ?)', record.key, record.ver, JSON.stringify(record)) === 1",
    put: "'INSERT OR IGNORE INTO cases (key, ver, doc) VALUES (?, ?, ?)', record.key, record.ver, JSON.stringify(record)) >= 0",
  },
  {
    name: 'raw-stays-until-assessed',
    guard: 'a raw event stays queued until it is assessed',
    file: 'local/loops.ts',
    find: "    if (cause instanceof PortError) return 'again';\n",
    put: '    if (cause instanceof PortError) return undefined;\n',
  },

  // The store.
  {
    name: 'rollback',
    guard: 'a conflict undoes the whole unit',
    file: database,
    find: "if (value === 'conflict') ",
    put: "if (value === 'never') ",
  },
  {
    name: 'terminal-leaves-index',
    guard: 'an ended duty leaves the due index',
    file: ledger,
    find: 'const nextAt = isTerminal(duty.state) ? null : duty.nextAt;',
    put: 'const nextAt = duty.nextAt;',
  },
  {
    name: 'made-where-none',
    guard: 'a duty is made only where there is none, and its first line is written once',
    file: ledger,
    find: "'INSERT OR IGNORE INTO duty (",
    put: "'INSERT OR REPLACE INTO duty (",
    also: onceWritten,
  },
  {
    name: 'one-after-the-other',
    guard: 'two changes of one incident follow each other, by its version and by its chain',
    file: ledger,
    find: "doc = ? WHERE id = ? AND ver = ?',",
    put: "doc = ? WHERE id = ? AND ? IS NOT NULL',",
    also: onceWritten,
  },
  {
    name: 'all-pages',
    guard: 'what is due is read to its end',
    file: ledger,
    find: '    if (!last || rows.length < page) return;',
    put: '    if (last || !last) return;',
  },
  {
    name: 'next-epoch',
    guard: 'each start has an epoch of its own',
    file: 'adapters/embedded/meta.ts',
    find: "Number(read(db, 'epoch') ?? '0') + 1;",
    put: '1;',
  },

  // Tick.
  {
    name: 'tick-wakes',
    guard: 'a lost wake-up costs a minute',
    file: 'flow/tick.ts',
    find: '      await round.world.queues.wake(',
    put: '      void ((..._: unknown[]) => undefined)(',
  },
  {
    name: 'inline-when-queue-down',
    guard: 'without a queue the tick does it itself',
    file: 'flow/tick.ts',
    find: 'return performInline(round, due.slice(i));',
    put: 'return { inline: 0, complete: false };',
  },
];
