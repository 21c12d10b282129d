// What happens to a firing that opens only where something else does not come: it waits as a duty, is looked at once, and hears of what came late.
import { type Awaited, arrivalOf, silencedBy } from '#core/detection/absent.ts';
import { nearestMembers } from '#core/detection/rule.ts';
import type { Match } from '#core/detection/walk.ts';
import { absenceDuty, absenceEnding, absenceRef, openedBy } from '#core/duty/absence-duty.ts';
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import { ended } from '#core/duty/settle.ts';
import { decide } from '#core/incident/decide.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import type { Instant } from '#core/kernel/time.ts';
import { recordDuty } from '#core/register/record.ts';
import { type Desk, apply, deskWrites, emptyDesk, place, survivor } from './cases.ts';
import { asRead, untilCommitted, wakeFor } from './change.ts';
import type { Performed } from './perform.ts';
import type { World, Write } from './ports.ts';

const isOn = (desk: Desk, { id }: Duty): boolean => desk.more.some((write) => write.put === 'duty' && write.duty.id === id);

/** A firing that is known waits on with what is known of it by now; one whose case is open already adds to that. */
const awaitOne = async (world: World, desk: Desk, awaits: Awaited, received: Instant): Promise<IncidentId | undefined> => {
  const now = world.clock.now();
  const made = absenceDuty(awaits, { received, now });
  const known = await world.ledger.duty(made);
  if (known && isTerminal(known.state)) return openedBy(known) === undefined ? undefined : place(world, desk, awaits.finding);
  if (known) {
    // Written already, because this very event silences it.
    if (isOn(desk, known)) return undefined;
    desk.more.push({ put: 'duty', duty: { ...known, awaits }, if: asRead(known) });
    return undefined;
  }
  const { duty, entry } = recordDuty(made, { at: now, actor: 'machine:assess', type: 'DutyCreated' });
  desk.more.push({ put: 'duty', duty, if: 'absent' }, { put: 'entry', entry });
  return undefined;
};

/** The case hears of it once; nothing is closed by it. */
const attachArrival = async (world: World, desk: Desk, duty: Duty, match: Match): Promise<IncidentId | undefined> => {
  const id = openedBy(duty);
  const incident = id && (await survivor(world, desk, id));
  if (!incident || !duty.awaits || incident.findings.some(({ rule }) => rule.name === match.rule.name)) return undefined;
  const records = await Promise.all(match.signals.map((signal) => world.ledger.signal(signal as Parameters<World['ledger']['signal']>[0])));
  const finding = arrivalOf(match, duty.awaits.finding);
  const signals = records.flatMap((record) => record?.ref ?? []);
  const decided = decide({ type: 'Attach', at: world.clock.now(), finding, signals }, incident);
  if (decided.ok) apply(desk, incident.id, decided.value);
  return incident.id;
};

/**
 * Firings that these matches silence: one that still waits is looked at now, one that opened a case tells it. Whoever looks at the firing
 * at this moment meets a duty that was written to, and looks again.
 */
const tellSilenced = async (world: World, desk: Desk, matches: readonly Match[]): Promise<readonly (IncidentId | undefined)[]> => {
  const ids: (IncidentId | undefined)[] = [];
  for (const match of matches) {
    for (const { rule, group, firing } of match.silences ?? []) {
      const duty = await world.ledger.duty(absenceRef({ rule, group, firing: firing.id }));
      if (!duty || isOn(desk, duty)) continue;
      if (!isTerminal(duty.state)) desk.more.push({ put: 'duty', duty: { ...duty, nextAt: world.clock.now() }, if: asRead(duty) });
      ids.push(await attachArrival(world, desk, duty, match));
    }
  }
  return ids;
};

/** A transaction has its limits. More windows than this, completed by one late event, all end close to each other. */
const firingsAtMost = 20;

type Heard = { readonly waiting: readonly Awaited[]; readonly matches: readonly Match[]; readonly received: Instant };

/** On the desk, for the one commit of this event. Tells which cases it went into. */
export const tellAbsences = async (world: World, desk: Desk, { waiting, matches, received }: Heard): Promise<readonly IncidentId[]> => {
  const ids: (IncidentId | undefined)[] = [];
  ids.push(...(await tellSilenced(world, desk, matches)));
  for (const awaits of waiting.slice(-firingsAtMost)) ids.push(await awaitOne(world, desk, awaits, received));
  return ids.flatMap((id) => id ?? []);
};

/** `mine`: claimed, its window over. Looked at again when anything of it changed before it was written. */
export const performAbsence = (world: World, mine: Duty): Promise<Performed> =>
  untilCommitted<Performed>(async () => {
    const current = await world.ledger.duty(mine);
    if (!current?.awaits || current.owner !== mine.owner || current.gen !== mine.gen) return 'fenced';
    const { group, firing, window, expires, finding } = current.awaits;
    const by = silencedBy(current.awaits, await world.correlations.add(group, firing, { window, atMost: nearestMembers }, expires));
    const desk = emptyDesk();
    const incident = by === undefined ? await place(world, desk, finding) : undefined;
    const now = world.clock.now();
    const over = ended({ ...current, ...(incident === undefined ? {} : { incident }) }, absenceEnding(by, incident), now);
    const { duty, entry } = recordDuty(over, { at: now, actor: `machine:${current.lane}`, type: 'DutyDone' });
    const writes: readonly Write[] = [
      ...(await deskWrites(world, desk)),
      { put: 'duty', duty, if: asRead(current) },
      { put: 'entry', entry },
    ];
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    world.log.info('duty-turn', { duty: safeId(mine.id), ended: true });
    return 'done';
  });
