// Holds that findings add up the same in any order and number (D-3), and that nobody is named on a guess.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levels, likelihoods } from '#core/detection/rule.ts';
import { evolve } from '#core/incident/evolve.ts';
import { signalCap } from '#core/incident/fold.ts';
import type { Incident, IncidentEvent } from '#core/incident/incident.ts';
import { genesis } from '#core/kernel/hash.ts';
import { durationOf, instantOf, minutes } from '#core/kernel/time.ts';
import { type FindingGiven, aFinding, aSignal, hence, anIncident, attach, caseId, lead, likely, none, t0, when } from '../given.ts';

const rules = ['archive_read', 'bulk_export', 'stuffing', 'new_key'] as const;
const nature = fc.record({
  confidentiality: fc.constantFrom(...likelihoods),
  integrity: fc.constantFrom(...likelihoods),
  availability: fc.constantFrom(...likelihoods),
});

const findingGiven: fc.Arbitrary<FindingGiven> = fc
  .record({
    rule: fc.constantFrom(...rules),
    version: fc.constantFrom(1, 2),
    time: fc.integer({ min: 0, max: 3_600_000 }).map((ms) => hence(durationOf(ms))),
    nature,
    data: fc.constantFrom('likely' as const, 'unlikely' as const),
    controllers: fc.subarray(['museum', 'theatre', 'library']),
    assets: fc.subarray(['archive', 'relay']),
    unidentified: fc.boolean(),
  })
  // A rule's head belongs to its name and version.
  .map((given) => ({
    ...given,
    level: levels[(rules.indexOf(given.rule) + given.version) % levels.length] ?? 'low',
    title: `${given.rule} ${given.version}`,
  }));

const incidentOf = ([first, ...rest]: readonly FindingGiven[]): Incident =>
  when(anIncident({ ...first, signals: [] }), ...rest.map((given) => attach(t0, given)));

const said = (incident: Incident) => ({
  title: incident.title,
  outcome: incident.outcome,
  level: incident.level,
  nature: incident.nature,
  personalData: incident.personalData,
  controllers: incident.controllers,
  unidentified: incident.unidentified,
  occurred: [incident.occurredFrom, incident.occurredTo],
  findings: incident.findings,
});

const shuffledWithRepeats = fc.array(findingGiven, { minLength: 1, maxLength: 8 }).chain((list) =>
  fc.tuple(
    fc.constant(list),
    fc.subarray(list).chain((again) => fc.shuffledSubarray([...list, ...again], { minLength: list.length + again.length })),
  ),
);

describe('findings', () => {
  it('say the same in every order and however often they come', () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ([list, otherwise]) => {
        expect(said(incidentOf(otherwise))).toEqual(said(incidentOf(list)));
      }),
    );
  });

  it('name exactly the controllers whose personal data one of them touches', () => {
    fc.assert(
      fc.property(fc.array(findingGiven, { minLength: 1, maxLength: 8 }), (list) => {
        const touching = list.filter((f) => f.data === 'likely' && Object.values(f.nature ?? none).some((part) => part !== 'none'));
        expect(incidentOf(list).controllers).toEqual([...new Set(touching.flatMap((f) => f.controllers ?? []))].sort());
      }),
    );
  });

  it('never lower an outcome', () => {
    const rising = ['none', 'security-incident', 'breach-assessment', 'suspected-breach'];
    fc.assert(
      fc.property(fc.array(findingGiven, { minLength: 2, maxLength: 8 }), (list) => {
        const outcomes = list.map((_, i) => rising.indexOf(incidentOf(list.slice(0, i + 1)).outcome));
        expect(outcomes).toEqual([...outcomes].sort((a, b) => a - b));
      }),
    );
  });

  it('of one rule name only those controllers whose data it touched', () => {
    const both = incidentOf([{ data: 'unlikely', controllers: ['museum'] }, { controllers: ['theatre'] }]);
    expect(both.controllers).toEqual(['theatre']);
  });

  it('take the title of the gravest rule', () => {
    const both = incidentOf([
      { rule: 'stuffing', nature: none, level: 'critical' },
      { rule: 'bulk_export', nature: likely, level: 'low' },
    ]);
    expect(both.title).toBe('Title of bulk_export');
  });
});

describe('signals', () => {
  it('are kept in order of their own time, once each', () => {
    const attached = when(
      anIncident({ signals: [aSignal(2, hence(minutes(2)))] }),
      attach(t0, {}, [aSignal(1, hence(minutes(1))), aSignal(2, hence(minutes(2)))]),
    );
    expect(attached.signals.map((s) => s.id)).toEqual(['sig-1', 'sig-2']);
    expect(attached.signalCount).toBe(2);
    expect(attached.occurredTo).toBe(hence(minutes(2)));
  });

  it('are counted beyond those that the incident shows', () => {
    const flood = Array.from({ length: signalCap + 50 }, (_, n) => aSignal(n, instantOf(t0 + n)));
    const flooded = when(anIncident({ signals: [] }), attach(t0, {}, flood));
    expect(flooded.signals).toHaveLength(signalCap);
    expect(flooded.signalCount).toBe(signalCap + 50);
  });
});

describe('awareness', () => {
  const confirmedAt = (ms: number): IncidentEvent => ({
    type: 'BreachConfirmed',
    at: instantOf(t0 + 10_000),
    awareAt: instantOf(t0 + ms),
    actor: lead,
    how: 'seen',
  });

  // set once; a correction may only move it earlier.
  it('never moves later, whatever is confirmed in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 10 }), (times) => {
        let incident = anIncident();
        for (const ms of times) {
          const before = incident.aware?.at ?? Number.POSITIVE_INFINITY;
          incident = evolve(incident, confirmedAt(ms), genesis);
          expect(incident.aware?.at).toBeLessThanOrEqual(before);
        }
        expect(incident.aware?.at).toBe(t0 + Math.min(...times));
      }),
    );
  });

  it('does not begin before there is an incident', () => {
    expect(() => evolve(undefined, confirmedAt(0), genesis)).toThrow('BreachConfirmed before IncidentOpened');
    expect(evolve(undefined, { type: 'IncidentOpened', at: t0, id: caseId, finding: aFinding(), signals: [] }, genesis).state).toBe('open');
  });
});
