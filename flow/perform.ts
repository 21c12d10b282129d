// What happens when a duty is due: claim it, plan, act, settle. Retry lives in the ledger, never here (D-8).
import { backoff, effectTimeout, isDue, leaseFor, mayAct } from '#core/duty/claim.ts';
import { type Duty, type DutyRef, isTerminal } from '#core/duty/duty.ts';
import { startBefore } from '#core/duty/disturbing.ts';
import { planOf } from '#core/duty/plan.ts';
import type { Plan } from '#core/duty/turn.ts';
import { type ActResult, type Transition, ended, failed, sent, waiting } from '#core/duty/settle.ts';
import { type DutySpec, makeIncidentDuty } from '#core/duty/spec.ts';
import { wordsTo } from '#core/duty/withdrawing.ts';
import { type Command, decide } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { accessOfSubject, incidentSubject, recipientsSubject, ruleOfSubject, sourceOfSubject } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import { type Instant, plus } from '#core/kernel/time.ts';
import { recordDuty } from '#core/register/record.ts';
import { performAbsence } from './absences.ts';
import { act } from './act.ts';
import { type Existing, asRead, changeWrites, dutyWrites, existingOf, untilCommitted, wakeFor } from './change.ts';
import { performForAccess, performForRecipient, performForRule } from './tell-house.ts';
import { performForSource } from './perform-for-source.ts';
import { PortError, type World, type Write } from './ports.ts';

/** Who works: a name for the claim, and the start of the node it belongs to (0 where leases are by time only). */
export type Worker = { readonly name: string; readonly epoch: number };

export type Performed = 'done' | 'not-due' | 'lost' | 'fenced' | 'unknown';

/** One that a newer version wrote is left to it, and said aloud: an error line is an alarm (I-43). */
const knownDuty = async (world: World, ref: DutyRef): Promise<Duty | undefined | 'unknown'> => {
  try {
    return await world.ledger.duty(ref);
  } catch (cause) {
    if (!(cause instanceof PortError) || cause.kind !== 'unknown-version') throw cause;
    world.log.error('item-version-unknown', { duty: safeId(ref.id) });
    return 'unknown';
  }
};

const incidentOf = async (world: World, duty: Duty): Promise<Incident | undefined> =>
  duty.incident === undefined ? undefined : world.ledger.incident(duty.incident);

const parentOf = async (world: World, duty: Duty): Promise<Duty | undefined> =>
  duty.parent === undefined ? undefined : world.ledger.duty({ subject: duty.subject, id: duty.parent });

/** A withdrawal, and the end of a disturbance, have to know what left, and what is still on its way. */
const toldOf = async (world: World, duty: Duty, incident: Incident): Promise<readonly Duty[] | undefined> => {
  const before = duty.kind === 'withdrawal' ? wordsTo(incident, duty) : startBefore(duty);
  if (duty.kind !== 'withdrawal' && before.length === 0) return undefined;
  const words = await Promise.all(before.map((ref) => world.ledger.duty(ref)));
  return words.filter((one) => one !== undefined);
};

/** One turn of one duty. Returns instead of throwing when the outside failed: the ledger tries again. */
export const perform = async (world: World, ref: DutyRef, worker: Worker): Promise<Performed> => {
  const seen = await knownDuty(world, ref);
  if (seen === 'unknown') return 'unknown';
  const now = world.clock.now();
  if (!seen || !isDue(seen, now, worker.epoch)) return 'not-due';
  const mine = await world.ledger.claim({
    ref,
    seen: { gen: seen.gen, state: seen.state },
    owner: worker.name,
    epoch: worker.epoch,
    now,
    leaseUntil: plus(now, leaseFor),
  });
  if (!mine) return 'lost';
  if (sourceOfSubject(mine.subject) !== undefined) return performForSource(world, mine);
  if (mine.awaits !== undefined) return performAbsence(world, mine);
  if (ruleOfSubject(mine.subject) !== undefined) return performForRule(world, mine);
  if (accessOfSubject(mine.subject) !== undefined) return performForAccess(world, mine);
  if (mine.subject === recipientsSubject) return performForRecipient(world, mine);
  const incident = await incidentOf(world, mine);
  if (!incident) return 'lost';
  const parent = await parentOf(world, mine);
  const told = await toldOf(world, mine, incident);
  const { configuration } = world.directory.current();
  const planFor = (duty: Duty, of: Incident): Plan =>
    planOf({ duty, incident: of, configuration, now: world.clock.now(), ...(parent && { parent }), ...(told && { told }) });
  const plan = planFor(mine, incident);
  // Decided on the incident as it is when it is written: a hold that came meanwhile holds.
  if (plan.do !== 'act') return settle(world, mine, (duty, fresh) => outcomeOfPlan(duty, planFor(duty, fresh), world.clock.now()));
  if (!mayAct(mine, world.clock.now())) return 'fenced';
  const result = await act(world, { duty: mine, incident, plan, timeout: effectTimeout });
  if (result === 'fenced') return 'fenced';
  const fraction = world.chance.fraction();
  return settle(world, mine, (duty) => outcomeOfAct({ duty, plan, result, now: world.clock.now(), fraction }));
};

type Outcome = Transition & { readonly commands: readonly Command[] };

const outcomeOfPlan = (duty: Duty, plan: Plan, now: Instant): Outcome => {
  // The incident changed meanwhile, and now there is something to do: due again at once.
  if (plan.do === 'act') return { duty: waiting(duty, now), create: [], commands: [], type: 'DutyWaits' };
  return plan.do === 'end'
    ? { duty: ended(duty, plan.ending, now), create: plan.create, commands: plan.commands, type: `Duty${word(plan.ending.state)}` }
    : { duty: waiting(duty, plan.until), create: plan.create, commands: plan.commands, type: 'DutyWaits' };
};

const word = (state: string): string => state.charAt(0) + state.slice(1).toLowerCase();

type Acted = {
  readonly duty: Duty;
  readonly plan: Extract<Plan, { readonly do: 'act' }>;
  readonly result: ActResult;
  readonly now: Instant;
  readonly fraction: number;
};

const outcomeOfAct = ({ duty, plan, result, now, fraction }: Acted): Outcome => {
  const none = { create: [] as readonly DutySpec[], commands: [] as readonly Command[] };
  if (result.ok && plan.after.state === 'DONE')
    return { ...none, duty: ended({ ...duty, evidence: [...duty.evidence, ...result.evidence] }, plan.after, now), type: 'DutyDone' };
  if (result.ok && plan.after.state === 'SENT')
    return { ...none, create: plan.after.create ?? [], duty: sent(duty, result.evidence, plan.after.until, now), type: 'DutySent' };
  if (!result.ok && plan.unreachable && (result.kind === 'refused' || now >= duty.softAt)) {
    const { ending, create } = plan.unreachable;
    return { ...none, duty: ended({ ...duty, lastFailure: result.reason }, ending, now), create, type: 'DutyExpired' };
  }
  if (!result.ok) return { ...failed(duty, result, now, fraction), commands: [] };
  return { ...none, duty: waiting(duty, plus(now, backoff(duty.attempts, fraction))), type: 'DutyWaits' };
};

/**
 * Writes what came of it, in one transaction, if the claim still holds. Decided again when the incident changed meanwhile, and
 * on the duty as it stands: a bounce may have been noted on it before its sending was.
 */
const settle = (world: World, mine: Duty, outcomeOn: (duty: Duty, incident: Incident) => Outcome): Promise<Performed> =>
  untilCommitted<Performed>(async () => {
    const current = await world.ledger.duty(mine);
    // Lost to another; or laid down already, by our own write of a try ago (F-19) or by the report that ended it meanwhile.
    if (!current || current.owner !== mine.owner || current.gen !== mine.gen) return 'fenced';
    const incident = await incidentOf(world, mine);
    if (!incident) return 'lost';
    const now = world.clock.now();
    const outcome = outcomeOn(current, incident);
    const existing = await standing(world, incident, outcome);
    const writes: Write[] = [...ownWrites(outcome, current, now)];
    const changed = applyCommands(world, { incident, commands: outcome.commands, existing, now, settling: mine.id });
    writes.push(...changed.writes, ...dutyWrites(changed.incident, outcome.create, [...existing.ids, ...newIds(changed.writes)], now));
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes.slice(1));
    world.log.info('duty-turn', { duty: safeId(mine.id), incident: safeId(incident.id), ended: isTerminal(outcome.duty.state) });
    return 'done';
  });

/** The duty as it is now, with its line; waking up to look is no event: the chain keeps what changed something (I-35). */
const ownWrites = (outcome: Outcome, current: Duty, now: Instant): readonly Write[] => {
  if (outcome.type === 'DutyWaits') return [{ put: 'duty', duty: outcome.duty, if: asRead(current) }];
  const { duty, entry } = recordDuty(outcome.duty, { at: now, actor: `machine:${current.lane}`, type: outcome.type });
  return [
    { put: 'duty', duty, if: asRead(current) },
    { put: 'entry', entry },
  ];
};

/** Duties that are there already, as far as the outcome has to know: a thousand others are not read for one (F-28). */
const standing = async (world: World, incident: Incident, outcome: Outcome): Promise<Existing> => {
  if (outcome.commands.length > 0 || outcome.create.length > readOneByOne) return existingOf(world, incidentSubject(incident.id));
  const now = world.clock.now();
  const asked = outcome.create.map((spec) => makeIncidentDuty(incident, spec, now));
  const found = await Promise.all(asked.map((duty) => knownDuty(world, duty)));
  return { duties: [], ids: asked.flatMap((duty, i) => (found[i] === undefined ? [] : [duty.id])) };
};

const readOneByOne = 8;

const newIds = (writes: readonly Write[]): readonly string[] => writes.flatMap((write) => (write.put === 'duty' ? [write.duty.id] : []));

type Commanded = {
  readonly incident: Incident;
  readonly commands: readonly Command[];
  readonly existing: Existing;
  readonly now: Instant;
  readonly settling: string;
};

/** Commands of the plan; one that is refused by now (a person was faster) is left out. */
const applyCommands = (
  world: World,
  { incident, commands, existing, now, settling }: Commanded,
): { incident: Incident; writes: readonly Write[] } => {
  const events = commands.flatMap((command) => {
    const decided = decide(command, incident);
    return decided.ok ? decided.value : [];
  });
  if (events.length === 0) return { incident, writes: [] };
  return changeWrites({ before: incident, events, existing, configuration: world.directory.current().configuration, now, settling });
};
