// Decides what the audit holds against a duty as it stands: is it proved, is it in the due index, is it late, does one not exist (6.4)?
import type { Incident } from '../incident/incident.ts';
import { type Duration, type Instant, between, durationOf, minutes } from '../kernel/time.ts';
import { type Duty, type DutyKind, type Evidence, type Lane, endsByWord, isTerminal, laneOf } from './duty.ts';
import { isMaking } from './fanout.ts';
import { type DutySpec, makeIncidentDuty } from './spec.ts';

/** A message that a channel took: `mail.<whom>`, `slack.<whom>`. */
const isTakenOver = ({ channel }: Evidence): boolean => /^(mail|slack)\../.test(channel);
/** A named person's word; how they know stands behind it. */
const isWord = ({ channel }: Evidence): boolean => channel.startsWith('word: ');
/** What a provider reported: it has an id, and it is not the handing over itself. */
const isReport = (evidence: Evidence): boolean => evidence.providerId !== undefined && !isTakenOver(evidence);

/** Kinds that are done by an act alone; what a decision ends is proved by the incident's own chain. */
const byAct: ReadonlySet<DutyKind> = new Set(['ticket', 'inform', 'call', 'fanout']);

/**
 * Is what the duty says of itself proved? `SENT`: a channel took it. Legal mail is done by a delivery or a named person's word
 * (I-21), what a person was asked for by that word; `lastEvent` is what the last line of its chain says came of it: a bounce proves nothing.
 */
export const isProved = (duty: Duty, lastEvent: string | undefined): boolean => {
  if (duty.state === 'SENT') return duty.evidence.some(isTakenOver);
  if (duty.state !== 'DONE' && duty.state !== 'CLOSED') return true;
  const last = duty.evidence.at(-1);
  if (laneOf(duty.kind) === 'notify')
    return last !== undefined && (isWord(last) || isReport(last)) && (lastEvent === 'DeliveryConfirmed' || lastEvent === 'DoneByPerson');
  if (endsByWord(duty) && duty.kind !== 'review') return last !== undefined && isWord(last) && lastEvent === 'DoneByPerson';
  return !byAct.has(duty.kind) || last !== undefined;
};

/** A duty as the due index shows it. */
export type Listed = { readonly lane: Lane; readonly nextAt: Instant };

/** I-09: what may wake stands in the index exactly once, in its lane and at its hour; what is ended never. */
export const isIndexed = (duty: Duty, listed: readonly Listed[]): boolean =>
  isTerminal(duty.state) ? listed.length === 0 : listed.length === 1 && listed[0]?.lane === duty.lane && listed[0].nextAt === duty.nextAt;

/** How long a duty has been due with nobody at it. A claim that holds ends in the future, so it is never late. */
export const lateBy = (duty: Duty, now: Instant): Duration =>
  isTerminal(duty.state) || duty.nextAt >= now ? durationOf(0) : between(duty.nextAt, now);

/** Later than this it is counted, and said (I-41). */
export const overdueAfter: Duration = minutes(5);
/** Later than this whoever should work does not. */
export const stalledAfter: Duration = minutes(15);

/** The rest of a change is still being made by its fan-out duty: what is not there yet is not missing (I-08). */
export const isFanningOut = (duties: readonly Duty[], now: Instant): boolean =>
  duties.some((duty) => isMaking(duty, now) && now <= duty.deadlineAt);

/** How many of these do not exist (I-07). `ids`: of all that do, those of a newer version too. */
export const missingOf = (incident: Incident, specs: readonly DutySpec[], ids: readonly string[]): number => {
  const known = new Set(ids);
  return specs.filter((spec) => !known.has(makeIncidentDuty(incident, spec, incident.openedAt).id)).length;
};
