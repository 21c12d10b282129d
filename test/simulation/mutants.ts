// Decides which guards of the protocol are taken out one at a time, to see that the simulation notices (RT-05). Each is one place in the source.

export type Mutant = {
  readonly name: string;
  /** What the guard protects, for the table. */
  readonly guard: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
};

const claim = 'core/duty/claim.ts';
const calling = 'core/duty/calling.ts';
const plan = 'core/duty/plan.ts';
const releasing = 'core/duty/releasing.ts';
const settling = 'core/duty/settle.ts';
const duty = 'core/duty/duty.ts';
const perform = 'flow/perform.ts';
const act = 'flow/act.ts';
const change = 'flow/change.ts';
const creating = 'flow/create-owed.ts';
const receive = 'flow/receive.ts';
const assess = 'flow/assess.ts';
const cases = 'flow/cases.ts';
const ledger = 'adapters/embedded/ledger.ts';
const database = 'adapters/embedded/database.ts';

export const mutants: readonly Mutant[] = [
  // Claim and lease.
  {
    name: 'claim-ended',
    guard: 'an ended duty is never due',
    file: claim,
    find: '  !isTerminal(duty.state) && (duty.nextAt',
    put: '  (duty.nextAt',
  },
  { name: 'claim-held', guard: 'a duty that another holds is not due', file: claim, find: '(duty.nextAt <= now ||', put: '(true ||' },
  {
    name: 'claim-dead-epoch',
    guard: 'a claim of a start that is no more is void at once',
    file: claim,
    find: 'duty.ownerEpoch < epoch)',
    put: 'duty.ownerEpoch < 0)',
  },
  { name: 'gen-stays', guard: 'each claim raises the fence', file: claim, find: '  gen: duty.gen + 1,', put: '  gen: duty.gen,' },
  {
    name: 'lease-not-pushed',
    guard: 'a claim pushes the wake-up to the end of its lease',
    file: claim,
    find: '  nextAt: by.leaseUntil,',
    put: '  nextAt: duty.nextAt,',
  },
  {
    name: 'self-fence',
    guard: 'no effect after the lease',
    file: claim,
    find: 'duty.leaseUntil !== undefined && now <= minus(duty.leaseUntil, leaseMargin)',
    put: 'true',
  },
  {
    name: 'fence-margin',
    guard: 'no effect with less than the margin left',
    file: claim,
    find: 'now <= minus(duty.leaseUntil, leaseMargin)',
    put: 'now <= duty.leaseUntil',
  },
  {
    name: 'fence-at-sink',
    guard: 'the fence stands directly before the effect',
    file: act,
    find: '    if (!mayAct(duty, world.clock.now())) throw new Fenced();\n    return effect();',
    put: '    return effect();',
  },
  {
    name: 'own-claim',
    guard: 'an own claim that was tried again is recognised',
    file: claim,
    find: 'standing.owner === owner && standing.gen === seen.gen + 1',
    put: 'standing.owner === owner && standing.gen === seen.gen',
  },
  {
    name: 'retry-after',
    guard: 'a Retry-After is honoured',
    file: claim,
    find: 'Math.max(retryAfter ?? 0, Math.ceil',
    put: 'Math.max(0, Math.ceil',
  },
  {
    name: 'longest-retry-after',
    guard: 'of several channels the longest Retry-After counts',
    file: 'flow/page.ts',
    find: 'return retryAfter > 0 ? { ...mildest, retryAfter: durationOf(retryAfter) } : mildest;',
    put: 'return mildest;',
  },
  {
    name: 'index-lag-of-search',
    guard: 'a ticket is looked for only when search can know it',
    file: claim,
    find: 'return rest > 0 ? durationOf(rest) : undefined;',
    put: 'return undefined;',
  },
  {
    name: 'ticket-probe',
    guard: 'a ticket is looked for before it is made again',
    file: 'flow/ticket.ts',
    find: 'tried.length > 0 ? await',
    put: 'false ? await',
  },
  {
    name: 'gen-condition',
    guard: 'a write with a lost claim does not apply',
    file: ledger,
    find: 'AND gen = ? AND state = ?',
    put: 'AND ? IS NOT NULL AND state = ?',
  },
  {
    name: 'chain-condition',
    guard: 'a write on a duty that changed meanwhile does not apply',
    file: ledger,
    find: "AND json_extract(doc, '$.head.seq') = ?",
    put: 'AND ? IS NOT NULL',
  },

  // Finish.
  {
    name: 'settle-fence',
    guard: 'whoever lost or laid down its claim settles nothing',
    file: perform,
    find: "if (!current || current.owner !== mine.owner || current.gen !== mine.gen) return 'fenced';",
    put: "if (!current) return 'fenced';",
  },
  {
    name: 'decided-when-written',
    guard: 'what the clock decides is decided on the incident as it is written',
    file: perform,
    find: 'outcomeOfPlan(duty, planFor(duty, fresh), world.clock.now())',
    put: 'outcomeOfPlan(duty, plan, world.clock.now())',
  },
  {
    name: 'finish-line',
    guard: 'each change of a duty has its line in the register',
    file: perform,
    find: "  return [\n    { put: 'duty', duty, if: asRead(current) },\n    { put: 'entry', entry },\n  ];",
    put: "  return [{ put: 'duty', duty, if: asRead(current) }];",
  },
  {
    name: 'successor-with-end',
    guard: 'the successor is made in the transaction that ends its parent',
    file: perform,
    find: '...dutyWrites(changed.incident, outcome.create, [',
    put: '...dutyWrites(changed.incident, [], [',
  },
  {
    name: 'commands-with-end',
    guard: "what the clock decides is written with the duty's turn",
    file: perform,
    find: '  const events = commands.flatMap((command) => {',
    put: '  const events = commands.slice(0, 0).flatMap((command) => {',
  },
  {
    name: 'done-without-act',
    guard: 'an act that failed is not done',
    file: perform,
    find: "if (result.ok && plan.after.state === 'DONE')",
    put: "if (plan.after.state === 'DONE')",
  },
  {
    name: 'stranger-in-the-way',
    guard: 'a duty of a newer version stops no settlement',
    file: perform,
    find: "if (!(cause instanceof PortError) || cause.kind !== 'unknown-version') throw cause;",
    put: 'throw cause;',
  },
  {
    name: 'intent-first',
    guard: 'an intent stands before every effect',
    file: act,
    find: '    await world.ledger.intend({ duty: turn.duty.id, subject: turn.duty.subject, gen: turn.duty.gen, channel, intentAt: world.clock.now() });\n',
    put: '',
  },
  {
    name: 'blocked-ends',
    guard: 'a refusal for good blocks, and does not end',
    file: settling,
    find: "state: refused ? 'BLOCKED' : duty.state,",
    put: "state: refused ? 'EXPIRED' : duty.state,",
  },
  {
    name: 'human-beside',
    guard: 'a person stands beside what is late or blocked',
    file: settling,
    find: 'create: needsHuman ? [besides(duty, now)] : [],',
    put: 'create: [],',
  },
  {
    name: 'soft-deadline',
    guard: 'past the soft deadline a person stands beside it',
    file: settling,
    find: '(refused || now >= duty.softAt)',
    put: 'refused',
  },
  {
    name: 'conflict-decided-again',
    guard: 'a decision that met a conflict is taken again',
    file: change,
    find: 'const tries = 12;',
    put: 'const tries = 1;',
  },

  // What a turn plans.
  {
    name: 'sent-is-done',
    guard: 'accepted is not delivered',
    file: plan,
    find: "after: { state: 'SENT', until: plus(s.now, s.configuration.policy.deliveryWithin), create: [promisedUpdate(s)] },",
    put: "after: { state: 'DONE', reason: 'sent' },",
  },
  {
    name: 'silence-is-noticed',
    guard: 'a notice without delivery brings a person',
    file: plan,
    find: "create: [{ kind: 'human', recipient: 'incident-lead', step: s.duty.id, parent: s.duty.id, deadlineAt: plus(s.now, hours(1)) }],",
    put: 'create: [],',
  },
  {
    name: 'assessment-unanswered',
    guard: 'an assessment that nobody answers becomes a suspicion',
    file: plan,
    find: "commands: [{ type: 'Suspect', at: s.now, actor: { by: 'machine', rule: 'policy.assessWithin' }, why: 'unanswered' }],",
    put: 'commands: [],',
  },
  {
    name: 'acknowledged-is-quiet',
    guard: 'who is called is nobody when somebody took it',
    file: calling,
    find: "  if (isTaken(s.incident)) return end(s.duty.state === 'SENT' ? 'DONE' : 'CANCELLED', 'acknowledged');\n",
    put: '',
  },
  {
    name: 'time-to-answer',
    guard: 'each role has its time to answer',
    file: calling,
    find: "  if (isEarly(until, s.now)) return wait(until);\n  if (s.duty.state === 'SENT') return end(",
    put: "  if (s.duty.state === 'SENT') return end(",
  },
  {
    name: 'next-role',
    guard: 'no answer calls the next role',
    file: calling,
    find: "'no answer in time', { create: [nextCall(s)] });",
    put: "'no answer in time');",
  },
  {
    name: 'unreachable-role',
    guard: 'a role that nobody can reach calls the next at once',
    file: calling,
    find: 'create: [nextCallAfterNone(s)] },',
    put: 'create: [] },',
  },
  {
    name: 'undecided-suspicion',
    guard: "nobody decided: the contract's policy acts",
    file: releasing,
    find: '    ...(send.length > 0\n',
    put: '    ...(send.length > 9_999\n',
  },
  {
    name: 'confirmed-at-its-hour',
    guard: 'a confirmed notice goes at its hour',
    file: releasing,
    find: '    reached.length > 0 ? [{',
    put: '    reached.length > 9_999 ? [{',
  },
  {
    name: 'hold',
    guard: 'what a person holds does not go',
    file: releasing,
    find: 'return hold && hold.until > due ?',
    put: 'return hold && hold.until < 0 ?',
  },
  {
    name: 'delivery-ends-mail-only',
    guard: 'a delivered page ends no duty',
    file: duty,
    find: "=> lane === 'notify';",
    put: "=> lane !== 'ticket';",
  },
  {
    name: 'report-moves-no-clock',
    guard: 'a report about a sending is no sending',
    file: duty,
    find: 'evidence.filter((one) => one.says === undefined);',
    put: 'evidence;',
  },

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
    find: "[...(await deskWrites(world, desk)), { put: 'receipt', receipt }];",
    put: '[...(await deskWrites(world, desk))];',
  },
  {
    name: 'assess-conflict',
    guard: 'an assessment that met a conflict is made again',
    file: assess,
    find: "return (await world.ledger.receipt(raw.source, raw.delivery)) ? { disposition, signal, findings } : 'conflict';",
    put: 'return { disposition, signal, findings };',
  },
  {
    name: 'identity-first',
    guard: "a signal's identity is taken before it joins a group",
    file: assess,
    find: 'if (!(await claimIdentity(world, raw, signal)))',
    put: 'if (!signal)',
  },
  {
    name: 'case-record',
    guard: 'a case is remembered with its first finding',
    file: cases,
    find: 'if (record.cases.length > 0) writes.push',
    put: 'if (record.cases.length > 9_999) writes.push',
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
    find: '    if (known) return false;\n',
    put: '    if (known) return true;\n',
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
    name: 'absent-means-absent',
    guard: 'a duty is made only where there is none',
    file: ledger,
    find: "'INSERT OR IGNORE INTO duty (",
    put: "'INSERT OR REPLACE INTO duty (",
  },
  {
    name: 'incident-version',
    guard: 'two changes of one incident follow each other',
    file: ledger,
    find: "doc = ? WHERE id = ? AND ver = ?',",
    put: "doc = ? WHERE id = ? AND ? IS NOT NULL',",
  },
  {
    name: 'chain-once',
    guard: 'a line of the register is written once',
    file: ledger,
    find: 'entry.chain, entry.seq, JSON.stringify(entry)) === 1;',
    put: 'entry.chain, entry.seq, JSON.stringify(entry)) >= 0;',
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

export const mutantNames: readonly string[] = mutants.map((one) => one.name);

export const mutantNamed = (name: string): Mutant => {
  const found = mutants.find((one) => one.name === name);
  if (!found) throw new Error(`there is no mutant ${name}`);
  return found;
};
