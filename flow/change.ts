// What happens when an incident changes: events, the duties that follow, and their lines in the register, in one transaction.
import type { Configuration } from '#core/directory/directory.ts';
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { fanout, itemsAtOnce } from '#core/duty/fanout.ts';
import { type DutySpec, type Owner, makeIncidentDuty } from '#core/duty/spec.ts';
import { isOver } from '#core/duty/turn.ts';
import { type Command, type Refused, decide } from '#core/incident/decide.ts';
import type { Incident, IncidentEvent } from '#core/incident/incident.ts';
import { severityIn } from '#core/incident/severity.ts';
import { canonical } from '#core/kernel/hash.ts';
import { type IncidentId, type SubjectId, incidentSubject } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Instant, endOfTime } from '#core/kernel/time.ts';
import { recordDuty, recordEvents } from '#core/register/record.ts';
import { type DutySeen, PortError, type World, type Write } from './ports.ts';

/** How often a decision is taken again when somebody else was faster. */
const tries = 12;

/** Runs a read-decide-commit until it is committed. */
export const untilCommitted = async <T>(attempt: () => Promise<T | 'conflict'>): Promise<T> => {
  for (let i = 0; i < tries; i += 1) {
    const result = await attempt();
    if (result !== 'conflict') return result;
  }
  throw new PortError('ledger', 'again', `no commit in ${tries} tries: something keeps changing the same item`);
};

/** Nobody else may have changed it since: not its claim, not its state, not its chain. */
export const asRead = (duty: Duty): DutySeen => ({ gen: duty.gen, state: duty.state, seq: duty.head.seq, nextAt: duty.nextAt });

/** The duties of a subject: those that can be read, and the ids of all, those of a newer version too: what is there is not made again (I-43). */
export type Existing = { readonly duties: readonly Duty[]; readonly ids: readonly string[] };

export const existingOf = async (world: World, subject: SubjectId): Promise<Existing> => {
  const strangers: string[] = [];
  const duties = await world.ledger.dutiesOf(subject, (id) => strangers.push(id));
  return { duties, ids: [...duties.map((duty) => duty.id), ...strangers] };
};

/** New duties with their first line in the register; what exists already stays as it is (I-12). */
export const dutyWrites = (owner: Owner, specs: readonly DutySpec[], ids: readonly string[], now: Instant): readonly Write[] => {
  const known = new Set(ids);
  return specs.flatMap((spec): readonly Write[] => {
    const made = makeIncidentDuty(owner, spec, now);
    if (known.has(made.id)) return [];
    known.add(made.id);
    const { duty, entry } = recordDuty(made, { at: now, actor: 'machine:owed', type: 'DutyCreated' });
    return [
      { put: 'duty', duty, if: 'absent' },
      { put: 'entry', entry },
    ];
  });
};

/** A decision changes what is due: whoever waits for it wakes now (reliability.md 6.3, `ack`). */
const wakers: ReadonlySet<string> = new Set([
  'BreachSuspected',
  'IncidentAcknowledged',
  'BreachConfirmed',
  'BreachRefuted',
  'NoticeReleased',
  'NoticeHeld',
  'AdviceGiven',
  'ControllerIdentified',
  'ScopeWidened',
  'ScopeNarrowed',
  'ScopeConfirmed',
  'NoticesWithdrawn',
  'OwnBreachAssessed',
  'IncidentMerged',
  'ServiceRestored',
  'SeverityScored',
  'IncidentClosed',
]);
/** That a service is away shortens the time for an assessment that waits already. */
const wakes = (event: IncidentEvent): boolean =>
  wakers.has(event.type) || (event.type === 'FindingAttached' && event.finding.rule.disturbs === true);

const woken: ReadonlySet<string> = new Set([
  'call',
  'consult',
  'review',
  'release',
  'identify-controller',
  'narrow',
  'human',
  'phone',
  'subprocessor',
  'own-assessment',
  'own-report',
  'own-art34',
]);

/** So many at once; a hint only, for each of them looks again by itself. Whoever calls people comes first. */
const wakenAtOnce = 10;
const callsFirst = (a: Duty, b: Duty): number => Number(b.kind === 'call') - Number(a.kind === 'call');

/** What ends the question of the scope, whether it was asked already or not. */
const answers: ReadonlySet<string> = new Set(['ScopeWidened', 'ScopeNarrowed', 'ScopeConfirmed', 'BreachRefuted', 'IncidentClosed']);

const isTakenBack = (event: IncidentEvent, { recipient }: Duty): boolean =>
  (event.type === 'ScopeNarrowed' || event.type === 'NoticesWithdrawn') && event.controllers.some((id) => id === recipient);

/** A notice that is taken back before it left, the question of the scope before it was asked, a word that a service is away when it is back: each ends now, not at its hour. */
const isSettledBy = (events: readonly IncidentEvent[], duty: Duty): boolean => {
  // What waits for a person after a restore goes on waiting for that person.
  if (duty.owner !== undefined || duty.state === 'SENT' || isTerminal(duty.state) || duty.nextAt === endOfTime) return false;
  if (duty.kind === 'narrow') return events.some(({ type }) => answers.has(type));
  // The end itself has something to send, and its own hour for that.
  if (duty.kind === 'disturbance') return !duty.step.endsWith('end') && events.some(({ type }) => type === 'ServiceRestored');
  return duty.kind === 'notice' && events.some((event) => isTakenBack(event, duty));
};

const wakeWrites = (
  events: readonly IncidentEvent[],
  existing: readonly Duty[],
  now: Instant,
  settling: string | undefined,
): readonly Write[] => {
  if (!events.some(wakes)) return [];
  return (
    existing
      // A claimed duty looks again by itself: its holder reads the incident before it acts.
      .filter(
        (duty) =>
          duty.id !== settling &&
          ((duty.owner === undefined && duty.state === 'SENT' && woken.has(duty.kind)) || isSettledBy(events, duty)) &&
          duty.nextAt > now,
      )
      .toSorted(callsFirst)
      .slice(0, wakenAtOnce)
      .map((duty): Write => ({ put: 'duty', duty: { ...duty, nextAt: now }, if: asRead(duty) }))
  );
};

export type Change = {
  readonly before: Incident | undefined;
  readonly events: readonly IncidentEvent[];
  readonly existing: Existing;
  readonly configuration: Configuration;
  readonly now: Instant;
  readonly settling?: string;
  /** How many items new duties may take of the transaction. */
  readonly room?: number;
};

export type Changed = { readonly incident: Incident; readonly writes: readonly Write[] };

/** What is owed now and does not exist; or, where that is too much for one transaction, the duty to make it. */
const createdBy = (incident: Incident, change: Change): readonly Write[] => {
  const { configuration, existing, now } = change;
  const created = dutyWrites(incident, owed(incident, configuration, now), existing.ids, now);
  return created.length <= (change.room ?? itemsAtOnce) ? created : dutyWrites(incident, [fanout(incident.ver, now)], existing.ids, now);
};

/** Whatever changed may make it graver: each new score is a line of the register. What is over is scored no more. */
const scoredAnew = (incident: Incident, { configuration, now }: Pick<Change, 'configuration' | 'now'>): readonly IncidentEvent[] => {
  if (isOver(incident)) return [];
  const severity = severityIn(incident, configuration.directory);
  if (severity === undefined || canonical(severity) === canonical(incident.severity)) return [];
  return [{ type: 'SeverityScored', at: now, severity }];
};

/** The change with what it makes of the severity. */
const withScore = (change: Change): readonly IncidentEvent[] => [
  ...change.events,
  ...scoredAnew(recordEvents(change.before, change.events).incident, change),
];

/** Everything that one change of one incident writes. */
export const changeWrites = (change: Change): Changed => {
  const events = withScore(change);
  const { incident, entries } = recordEvents(change.before, events);
  return {
    incident,
    writes: [
      { put: 'incident', incident, ifVer: change.before?.ver ?? 0 },
      ...entries.map((entry): Write => ({ put: 'entry', entry })),
      ...createdBy(incident, change),
      ...wakeWrites(events, change.existing.duties, change.now, change.settling),
    ],
  };
};

/** Hints that new or woken duties are due. What is written is written: a hint that is lost costs a tick, and nobody is told of a failure. */
export const wakeFor = async (world: World, writes: readonly Write[]): Promise<void> => {
  const due = writes.flatMap((write) => (write.put === 'duty' ? [write.duty] : []));
  try {
    for (const lane of new Set(due.map((duty) => duty.lane)))
      await world.queues.wake(
        lane,
        due.filter((duty) => duty.lane === lane).map(({ subject, id }) => ({ subject, id })),
      );
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    world.log.warn('wake-up-lost', { duties: due.length });
  }
};

/** Carries out a command on an incident. A refusal is an answer; a conflict is decided again. */
export const command = async (
  world: World,
  id: IncidentId,
  commandOf: (incident: Incident, now: Instant) => Command,
): Promise<Result<Incident, Refused>> =>
  untilCommitted(async () => {
    const before = await world.ledger.incident(id);
    if (!before) return fail({ kind: 'invalid', field: 'incident', message: 'There is no such incident.' });
    const now = world.clock.now();
    const decided = decide(commandOf(before, now), before);
    if (!decided.ok) return decided;
    if (decided.value.length === 0) return ok(before);
    const existing = await existingOf(world, incidentSubject(id));
    const { configuration } = world.directory.current();
    const changed = changeWrites({ before, events: decided.value, existing, configuration, now });
    if ((await world.ledger.commit(changed.writes)) === 'conflict') return 'conflict';
    await wakeFor(world, changed.writes);
    return ok(changed.incident);
  });

/** What the directory knows now counts for an incident that nothing else happens to. Tells whether its severity changed. */
export const rescore = async (world: World, seen: Incident): Promise<boolean> => {
  const now = world.clock.now();
  const { configuration } = world.directory.current();
  if (scoredAnew(seen, { configuration, now }).length === 0) return false;
  return untilCommitted(async () => {
    const before = (await world.ledger.incident(seen.id)) ?? seen;
    const events = scoredAnew(before, { configuration, now });
    if (events.length === 0) return false;
    const existing = await existingOf(world, incidentSubject(seen.id));
    const changed = changeWrites({ before, events, existing, configuration, now });
    if ((await world.ledger.commit(changed.writes)) === 'conflict') return 'conflict';
    await wakeFor(world, changed.writes);
    return true;
  });
};
