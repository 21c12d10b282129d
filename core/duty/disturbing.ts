// Decides what is owed while a service is away: a word to the technical contacts of its controllers at the start, by the hour, at the end; no gate (P-23).
import { type DisturbanceTerms, disturbanceTerms, suspectedFrom, toldAt } from '../clock/disturbance.ts';
import type { Configuration } from '../directory/directory.ts';
import { usedIt } from '../directory/tenancy.ts';
import { type Disturbance, ownDisturbances } from '../incident/disturbance.ts';
import type { Incident } from '../incident/incident.ts';
import { type ControllerId, dutyId } from '../kernel/ids.ts';
import { type Instant, between, days, durationOf, earliest, hours, latest, minutes, plus } from '../kernel/time.ts';
import { type DutyRef, isTerminal } from './duty.ts';
import type { DutySpec } from './spec.ts';
import { type Plan, type Situation, type Word, end, untilArrived, wait } from './turn.ts';
import { mayHaveLeft } from './withdrawing.ts';

/** TOM 3: whoever uses it hears so within this, once it is known. */
const tellWithin = minutes(15);
/** By the hour for three days; from then on a person writes. */
const updatesAtMost = 72;

/** The step of the human duty that asks whether it still lasts. */
export const lastingStep = 'lasting';

/** The first disturbance of a case bears plain steps; a further one is told by words of its own. */
const stepOf = (nth: number, what: string): string => (nth === 1 ? what : `${nth}:${what}`);

type Step = { readonly nth: number; readonly what: 'start' | 'update' | 'end'; readonly update: number };

const stepIn = (step: string): Step | undefined => {
  const found = /^(?:(\d+):)?(start|update|end)(?::(\d+))?$/.exec(step);
  return found ? { nth: Number(found[1] ?? 1), what: found[2] as Step['what'], update: Number(found[3] ?? 0) } : undefined;
};

type One = { readonly about: Disturbance; readonly nth: number; readonly terms: DisturbanceTerms };

const ownOf = (incident: Incident, configuration: Configuration): readonly One[] =>
  ownDisturbances(incident).flatMap((about, i) => {
    const terms = disturbanceTerms(about, configuration);
    return terms === undefined ? [] : [{ about, nth: i + 1, terms }];
  });

/** Those who used it then: whose data only lie in its backups miss nothing. Since when it is known that it is theirs. */
const usersOf = (incident: Incident, { directory }: Configuration, about: Disturbance): ReadonlyMap<ControllerId, Instant> => {
  const named = about.unidentified ? incident.controllers.filter((id) => !about.controllers.includes(id)) : [];
  const known = [
    ...about.controllers.map((id) => [id, about.heardAt] as const),
    ...named.map((id) => [id, latest(about.heardAt, incident.controllersAt[id] ?? about.heardAt)] as const),
  ];
  return new Map(known.filter(([id]) => usedIt(directory.controllers.get(id), about.since)));
};

/** How many times it has been said by now that it lasts. */
const hoursOf = ({ about, terms }: One, now: Instant): number => {
  const until = earliest(now, about.restored?.heardAt ?? now);
  return Math.min(updatesAtMost, Math.max(0, Math.floor(between(about.heardAt, until) / terms.every)));
};

const hourOf = ({ about, terms }: One, nth: number): Instant => plus(about.heardAt, durationOf(nth * terms.every));

/** What is said of it is when it is late, not when it begins. */
const promised = (one: One, nth: number): Instant => plus(hourOf(one, nth), tellWithin);

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

const toldTo = (one: One, [recipient, knownAt]: readonly [ControllerId, Instant], now: Instant): readonly DutySpec[] => {
  const { about, nth, terms } = one;
  const kind = 'disturbance';
  const start = latest(toldAt(about, terms), knownAt);
  const { restored } = about;
  const startBy = latest(plus(knownAt, tellWithin), plus(start, minutes(5)));
  return [
    { kind, recipient, step: stepOf(nth, 'start'), deadlineAt: startBy, notBefore: start },
    ...upTo(hoursOf(one, now)).map(
      (n): DutySpec => ({ kind, recipient, step: stepOf(nth, `update:${n}`), deadlineAt: plus(hourOf(one, n), tellWithin) }),
    ),
    ...(restored
      ? [{ kind, recipient, step: stepOf(nth, 'end'), deadlineAt: latest(plus(restored.heardAt, tellWithin), startBy) } as const]
      : []),
  ];
};

/** Each hour makes its words, and the next hour; whoever could say that it is over is asked from the second hour on. */
const goingOn = (one: One, now: Instant): readonly DutySpec[] => {
  const { about, nth } = one;
  const over = about.restored !== undefined;
  const made = Math.min(updatesAtMost, hoursOf(one, now) + (over ? 0 : 1));
  const turns = upTo(made).map((n): DutySpec => {
    const notBefore = hourOf(one, n);
    return {
      kind: 'fanout',
      recipient: 'ledger',
      step: stepOf(nth, `disturbance:${n}`),
      deadlineAt: plus(notBefore, minutes(5)),
      notBefore,
    };
  });
  const asked: DutySpec = {
    kind: 'human',
    recipient: 'incident-lead',
    step: stepOf(nth, lastingStep),
    deadlineAt: plus(about.heardAt, hours(4)),
    notBefore: plus(about.heardAt, hours(2)),
  };
  return over ? turns : [...turns, asked];
};

/** From the incident alone, whatever was decided about data: the two tracks run beside each other. */
export const disturbanceOwed = (incident: Incident, configuration: Configuration, now: Instant): readonly DutySpec[] =>
  ownOf(incident, configuration).flatMap((one) => {
    const users = usersOf(incident, configuration, one.about);
    return users.size === 0 ? [] : [...[...users].flatMap((user) => toldTo(one, user, now)), ...goingOn(one, now)];
  });

/** Every word of a disturbance that may have gone to this controller, one more disturbance than is known among them: ids are derived, so a report finds its duty. */
export const disturbanceWords = (
  incident: Incident,
  recipient: ControllerId,
  configuration: Configuration,
  now: Instant,
): readonly DutySpec[] => {
  const known = ownDisturbances(incident);
  const isPossible = known.length > 0 || incident.findings.some(({ rule }) => rule.disturbs);
  if (!isPossible) return [];
  return [...known.map(({ heardAt }) => heardAt), now].flatMap((heardAt, i) => {
    const { every } = disturbanceTerms({ assets: [] }, configuration) ?? { every: hours(1) };
    const updates = Math.min(updatesAtMost, Math.max(0, Math.floor(between(heardAt, now) / every)) + 1);
    const steps = ['start', ...upTo(updates).map((n) => `update:${n}`), 'end'];
    return steps.map((what): DutySpec => ({ kind: 'disturbance', recipient, step: stepOf(i + 1, what), deadlineAt: now }));
  });
};

const oneOf = ({ incident, configuration }: Situation, nth: number): One | undefined =>
  ownOf(incident, configuration).find((one) => one.nth === nth);

/** Is what this duty asks about still away? */
export const isLasting = (s: Situation): boolean => {
  const nth = Number(/^(\d+):/.exec(s.duty.step)?.[1] ?? 1);
  const about = ownDisturbances(s.incident)[nth - 1];
  return about !== undefined && about.restored === undefined;
};

/** The end has to know whether anybody was told of the start. */
export const startBefore = ({ kind, subject, recipient, step }: Situation['duty']): readonly DutyRef[] => {
  const end = kind === 'disturbance' ? stepIn(step) : undefined;
  return end?.what === 'end' ? [{ subject, id: dutyId(subject, kind, recipient, stepOf(end.nth, 'start')) }] : [];
};

const told = (s: Situation, { about }: One, word: Word, at: Instant): Plan => ({
  do: 'act',
  act: { type: 'disturbance', controller: s.duty.recipient as ControllerId, word, about, at },
  after: { state: 'SENT', until: plus(s.now, s.configuration.policy.deliveryWithin) },
});

const nothingCame = 'nothing came back about it';

const startTold = (s: Situation, one: One): Plan => {
  const { about, terms } = one;
  const at = latest(toldAt(about, terms), s.duty.createdAt);
  if (s.duty.state === 'SENT') return about.restored ? end('EXPIRED', nothingCame) : untilArrived(s);
  if (about.restored) return end('CANCELLED', 'it was back before this was told');
  return s.now < at ? wait(at) : told(s, one, { what: 'start', next: promised(one, hoursOf(one, at) + 1) }, at);
};

/** What is late is not made up for: the next hour says the same. */
const updateTold = (s: Situation, one: One, nth: number): Plan => {
  const [at, next] = [hourOf(one, nth), hourOf(one, nth + 1)];
  const isSent = s.duty.state === 'SENT';
  if (one.about.restored) return isSent ? end('EXPIRED', nothingCame) : end('CANCELLED', 'it was back before this was told');
  if (s.now >= next) return end('EXPIRED', isSent ? nothingCame : 'not sent in its hour: the next one says the same');
  if (isSent) return wait(next);
  if (at <= toldAt(one.about, one.terms)) return end('CANCELLED', 'the start is told later than this');
  return told(s, one, { what: 'update', nth, ...(nth < updatesAtMost && { next: promised(one, nth + 1) }) }, s.duty.createdAt);
};

/** Whoever heard of the start hears of the end; whoever would have to have heard of it as well. */
const endTold = (s: Situation, one: One): Plan => {
  const { about, terms } = one;
  if (!about.restored) return end('CANCELLED', 'it is away');
  if (s.duty.state === 'SENT') {
    const until = plus(s.duty.sentAt ?? s.now, days(1));
    return s.now < until ? wait(until) : end('EXPIRED', nothingCame);
  }
  const [start] = s.told ?? [];
  // Somebody is about to send it, or has just done so.
  if (start?.owner !== undefined && !isTerminal(start.state)) return wait(plus(s.now, minutes(1)));
  const counts = between(about.since, about.restored.at) >= terms.after;
  return counts || (start !== undefined && mayHaveLeft(start))
    ? told(s, one, { what: 'end' }, s.duty.createdAt)
    : end('CANCELLED', 'it was back before anybody had to be told');
};

export const tellOfDisturbance = (s: Situation): Plan => {
  const step = stepIn(s.duty.step);
  const one = step && oneOf(s, step.nth);
  if (!one) return end('CANCELLED', 'nobody is to be told of this service any more');
  if (step.what === 'start') return startTold(s, one);
  return step.what === 'end' ? endTold(s, one) : updateTold(s, one, step.update);
};

/** By when somebody assesses it: a loss that lasts an hour is suspected to be one, whoever is still looking (P-23). */
export const assessBy = ({ incident, configuration, duty }: Situation): Instant =>
  earliest(duty.deadlineAt, ...suspectedFrom(incident, configuration.policy));
