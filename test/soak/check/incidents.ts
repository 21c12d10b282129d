// Decides whether the incidents are those that the signals call for, and whether what people did to them stands.
import type { Incident } from '#core/incident/incident.ts';
import type { Act, Check, Facts, Violation } from './facts.ts';

/** Not how many signals it counts: which of a campaign's many are counted hangs on the order in which they came. */
const textOf = (incident: Incident, outcome: string): string =>
  [
    incident.title,
    outcome,
    incident.findings
      .map((one) => one.rule.name)
      .toSorted()
      .join(' '),
    incident.controllers.toSorted().join(' '),
  ].join(' | ');

const confirmsOf = (acts: readonly Act[], incident: Incident): readonly Act[] =>
  acts.filter((act) => act.incident === incident.id && act.what === 'confirm');

/** What the outcome may be: as the signals call for, or as a person decided. */
const outcomesFor = (expected: Incident, confirms: readonly Act[]): readonly string[] => {
  if (confirms.some((act) => act.result === 'done')) return ['confirmed-breach'];
  return confirms.length > 0 ? [expected.outcome, 'confirmed-breach'] : [expected.outcome];
};

const same = (facts: Facts): readonly Violation[] => {
  const found = new Map(facts.ledger.incidents.map((one) => [one.id, one]));
  const expected = new Map(facts.expected.map((one) => [one.id, one]));
  const missing = facts.expected
    .filter((one) => !found.has(one.id))
    .map((one): Violation => ({ kind: 'incident-missing', about: textOf(one, one.outcome) }));
  const more = facts.ledger.incidents
    .filter((one) => !expected.has(one.id))
    .map((one): Violation => ({ kind: 'incident-too-many', about: textOf(one, one.outcome) }));
  const different = facts.expected.flatMap((one): readonly Violation[] => {
    const real = found.get(one.id);
    if (!real) return [];
    const allowed = outcomesFor(one, confirmsOf(facts.acts, one)).map((outcome) => textOf(one, outcome));
    const text = textOf(real, real.outcome);
    return allowed.includes(text) ? [] : [{ kind: 'incident-different', about: `${one.id}: ${text}; expected: ${allowed.join(' or ')}` }];
  });
  return [...missing, ...more, ...different];
};

const standing = (incident: Incident | undefined, act: Act, facts: Facts): boolean => {
  if (act.what === 'acknowledge') return incident?.ack !== undefined;
  if (act.what === 'confirm') return incident?.aware?.actor.by === 'person';
  return facts.ledger.duties.some((duty) => duty.id === act.duty && duty.state === 'DONE');
};

/** What a person was told is done, is done. */
const kept = (facts: Facts): readonly Violation[] => {
  const found = new Map<string, Incident>(facts.ledger.incidents.map((one) => [one.id, one]));
  return facts.acts
    .filter((act) => act.result === 'done' && !standing(found.get(act.incident), act, facts))
    .map((act) => ({ kind: 'act-lost', about: `${act.what} on ${act.incident}` }));
};

export const incidentsRight: Check = (facts) => [...same(facts), ...kept(facts)];
