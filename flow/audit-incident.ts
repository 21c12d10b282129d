// What happens to one incident at an audit: are its duties all there, proved, in time, and does every chain bear what stands on it?
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { isFanningOut, isIndexed, isProved, lateBy, missingOf } from '#core/duty/proof.ts';
import type { Incident } from '#core/incident/incident.ts';
import { incidentSubject } from '#core/kernel/ids.ts';
import { type Safe, safeId } from '#core/kernel/safe.ts';
import { type Duration, type Instant, between, days, durationOf } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import { type Fault, dutyFault, incidentFault } from '#core/register/standing.ts';
import type { DueIndex } from './audit-index.ts';
import { type Existing, existingOf, rescore } from './change.ts';
import { createOwed } from './create-owed.ts';
import type { World } from './ports.ts';

/** What one incident adds to the report. */
export type Examined = {
  readonly repaired: number;
  readonly unproved: number;
  readonly broken: number;
  /** Duties that a newer version wrote: left to it, counted, said (I-43). */
  readonly unknown: number;
  /** How late each duty is that is late at all. */
  readonly late: readonly Duration[];
  /** Duties that were not in the index as they should be: it may lag, so it is looked at again at the end. */
  readonly suspects: readonly Duty[];
};

/** How long an incident is looked at after it was closed or refuted. */
const lookedAtFor: Duration = days(14);

const overSince = (incident: Incident): Instant | undefined =>
  incident.state === 'closed' ? incident.closedAt : incident.state === 'refuted' ? incident.refuted.at : undefined;

/** What is long over is left alone, unless something of it may still wake. */
const isPast = (incident: Incident, duties: readonly Duty[], now: Instant): boolean => {
  const since = overSince(incident);
  return since !== undefined && between(since, now) > lookedAtFor && duties.every((duty) => isTerminal(duty.state));
};

type Made = { readonly made: number; readonly gone: number };

const missingMade = async (world: World, incident: Incident, { duties, ids }: Existing): Promise<Made> => {
  const none = { made: 0, gone: 0 };
  const now = world.clock.now();
  if (isFanningOut(duties, now)) return none;
  if (missingOf(incident, owed(incident, world.directory.current().configuration, now), ids) === 0) return none;
  const { made, gone } = await createOwed(world, incident.id, { goOn: () => true });
  if (made > 0) world.log.error('duty-was-missing', { incident: safeId(incident.id), made });
  if (gone > 0) world.log.error('duty-gone', { incident: safeId(incident.id), gone });
  return { made, gone };
};

type Chained<T> = {
  readonly first: T;
  readonly chain: string;
  readonly again: () => Promise<T | undefined>;
  readonly faultOf: (value: T, entries: readonly Entry[]) => Fault | undefined;
};

type Read<T> = { readonly value: T; readonly entries: readonly Entry[]; readonly fault: Fault | undefined };

/** Somebody may write between the two reads: only what is at odds each time is a fault. */
const looks = 3;

const read = async <T>(world: World, { first, chain, again, faultOf }: Chained<T>): Promise<Read<T>> => {
  let value = first;
  for (let look = 1; ; look += 1) {
    const entries = await world.ledger.entriesOf(chain);
    const fault = faultOf(value, entries);
    if (fault === undefined || look === looks) return { value, entries, fault };
    value = (await again()) ?? value;
  }
};

const tell = (world: World, fault: Fault, of: Readonly<Record<string, Safe>>): void =>
  world.log.error('chain-broken', { ...of, seq: fault.seq });

const incidentBroken = async (world: World, incident: Incident): Promise<number> => {
  const { fault } = await read(world, {
    first: incident,
    chain: incident.id,
    again: () => world.ledger.incident(incident.id),
    faultOf: incidentFault,
  });
  if (fault) tell(world, fault, { incident: safeId(incident.id) });
  return fault ? 1 : 0;
};

const dutyProved = async (world: World, duty: Duty): Promise<Pick<Examined, 'unproved' | 'broken'>> => {
  const { value, entries, fault } = await read(world, {
    first: duty,
    chain: duty.id,
    again: () => world.ledger.duty(duty),
    faultOf: dutyFault,
  });
  if (fault) tell(world, fault, { duty: safeId(duty.id) });
  const proved = isProved(value, entries.at(-1)?.type);
  // Nothing is invented to repair it: somebody has to find out what became of it.
  if (!proved) world.log.error('duty-unproved', { duty: safeId(duty.id) });
  return { unproved: proved ? 0 : 1, broken: fault ? 1 : 0 };
};

/** So many chains are read at once. */
const atOnce = 16;

const allProved = async (world: World, duties: readonly Duty[]): Promise<Pick<Examined, 'unproved' | 'broken'>> => {
  let [unproved, broken] = [0, 0];
  for (let i = 0; i < duties.length; i += atOnce) {
    for (const one of await Promise.all(duties.slice(i, i + atOnce).map((duty) => dutyProved(world, duty)))) {
      unproved += one.unproved;
      broken += one.broken;
    }
  }
  return { unproved, broken };
};

/** Undefined: long over, nothing of it open. Without an index nothing can be said against it. */
export const examine = async (world: World, incident: Incident, index: DueIndex | undefined): Promise<Examined | undefined> => {
  const subject = incidentSubject(incident.id);
  const existing = await existingOf(world, subject);
  const { duties, ids } = existing;
  const unknown = ids.length - duties.length;
  const now = world.clock.now();
  if (unknown === 0 && index?.names(subject) !== true && isPast(incident, duties, now)) return undefined;
  const { made, gone } = await missingMade(world, incident, existing);
  if (await rescore(world, incident)) world.log.info('severity-changed', { incident: safeId(incident.id) });
  const broken = await incidentBroken(world, incident);
  const own = await examineDuties(world, duties, index);
  return { ...own, repaired: made, unproved: own.unproved + gone, broken: own.broken + broken, unknown };
};

/** What ended lately or not yet: are these proved, in time, in the index as they should be? */
export const examineDuties = async (world: World, duties: readonly Duty[], index: DueIndex | undefined): Promise<Examined> => {
  const now = world.clock.now();
  return {
    ...(await allProved(world, duties)),
    repaired: 0,
    unknown: 0,
    late: duties.map((duty) => lateBy(duty, now)).filter((late) => late > durationOf(0)),
    suspects: index === undefined ? [] : duties.filter((duty) => !isIndexed(duty, index.of(duty))),
  };
};

/** Ended for so long that nobody looks at it any more. */
export const isForgotten = ({ state, endedAt }: Duty, now: Instant): boolean =>
  isTerminal(state) && endedAt !== undefined && between(endedAt, now) > lookedAtFor;
