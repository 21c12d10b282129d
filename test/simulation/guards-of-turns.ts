// Names the guards of how a turn is planned, carried out and finished: each with the source as it is and as it would be without.
import type { Mutant } from './mutants.ts';

const calling = 'core/duty/calling.ts';
const plan = 'core/duty/plan.ts';
const releasing = 'core/duty/releasing.ts';
const settling = 'core/duty/settle.ts';
const duty = 'core/duty/duty.ts';
const perform = 'flow/perform.ts';
const act = 'flow/act.ts';
const change = 'flow/change.ts';

export const turns: readonly Mutant[] = [
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
    file: 'core/duty/turn.ts',
    find: "create: [{ kind: 'human', recipient: 'incident-lead', step: s.duty.id, parent: s.duty.id, deadlineAt: plus(s.now, hours(1)) }],",
    put: 'create: [],',
  },
  {
    name: 'assessment-unanswered',
    guard: 'an assessment that nobody answers becomes a suspicion',
    file: plan,
    find: "commands: [{ type: 'Suspect', at: s.now, actor: { by: 'machine', rule }, why }],",
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
];
