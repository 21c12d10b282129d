// Holds that findings add up the same in any order and number (D-3), and that nobody is named on a guess.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levels, likelihoods } from '#core/detection/rule.ts';
import { evolve } from '#core/incident/evolve.ts';
import { addFinding, asRuleFinding, resourceCap, signalCap, summarise } from '#core/incident/fold.ts';
import type { Incident, IncidentEvent } from '#core/incident/incident.ts';
import { genesis } from '#core/kernel/hash.ts';
import { durationOf, instantOf, minutes } from '#core/kernel/time.ts';
import {
  type FindingGiven,
  aFinding,
  aSignal,
  hence,
  anIncident,
  attach,
  caseId,
  lead,
  likely,
  none,
  possible,
  t0,
  when,
} from '../given.ts';

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

  it('raise the outcome of an open incident', () => {
    const mild = anIncident({ nature: none, level: 'low' });
    expect([mild, when(mild, attach(t0, { rule: 'stuffing', nature: possible }))].map((one) => one.outcome)).toEqual([
      'none',
      'breach-assessment',
    ]);
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

  const mild: FindingGiven = { nature: none, data: 'unlikely', level: 'low' };
  it.each<[string, FindingGiven, FindingGiven]>([
    ['a likely loss', { ...mild, nature: likely }, { ...mild, nature: possible, data: 'likely', level: 'critical' }],
    ['any one of the three losses', { ...mild, nature: { ...none, availability: 'likely' } }, { ...mild, nature: possible }],
    ['a possible loss', { ...mild, nature: possible }, { ...mild, data: 'likely', level: 'critical' }],
    ['personal data', { ...mild, data: 'likely' }, { ...mild, level: 'critical' }],
    ['the level', { ...mild, level: 'high' }, { ...mild, level: 'medium' }],
    ['the name, where all else is the same', mild, mild],
  ])('take the title of the rule that weighs more: %s', (_what, heavy, light) => {
    const later = { ...light, rule: 'stuffing' };
    const earlier = { ...light, rule: 'a_rule' };
    expect(incidentOf([{ ...heavy, rule: 'bulk_export' }, later]).title).toBe('Title of bulk_export');
    if (heavy !== light) expect(incidentOf([earlier, { ...heavy, rule: 'bulk_export' }]).title).toBe('Title of bulk_export');
    expect(incidentOf([later, { ...heavy, rule: 'bulk_export' }]).title).toBe('Title of bulk_export');
  });

  it('of an edited rule take its newer name and its worse level', () => {
    const old = { version: 1, title: 'Old name', level: 'critical' as const };
    const edited = { version: 2, title: 'New name', level: 'low' as const };
    for (const both of [incidentOf([old, edited]), incidentOf([edited, old])])
      expect(both).toMatchObject({ title: 'New name', level: 'critical', findings: [{ rule: { version: 2, level: 'critical' } }] });
  });

  it('are kept as what they said: assets and controllers sorted, those touched apart', () => {
    const finding = aFinding({
      assets: ['relay', 'archive'],
      resources: ['z', 'b'],
      controllers: ['theatre', 'museum'],
      unidentified: true,
    });
    expect(asRuleFinding(finding)).toEqual({
      rule: finding.rule,
      firstAt: t0,
      lastAt: t0,
      nature: likely,
      personalData: 'likely',
      assets: ['archive', 'relay'],
      resources: ['b', 'z'],
      controllers: ['museum', 'theatre'],
      touched: ['museum', 'theatre'],
      unidentified: true,
    });
    expect(asRuleFinding({ ...finding, personalData: 'unlikely' })).toMatchObject({
      controllers: ['museum', 'theatre'],
      touched: [],
      unidentified: false,
    });
  });

  it('name resources up to a limit, each once, whatever an older version kept', () => {
    const many = (from: number) => ({
      resources: Array.from({ length: resourceCap - 1 }, (_, i) => `r${String(from + i).padStart(4, '0')}`),
    });
    const named = (incident: Incident) => incident.findings[0]?.resources;
    expect(named(incidentOf([many(0), many(0)]))).toHaveLength(resourceCap - 1);
    expect(named(incidentOf([many(0), many(100)]))).toHaveLength(resourceCap);
    expect(asRuleFinding(aFinding({ resources: [...many(0).resources, ...many(500).resources] })).resources).toHaveLength(resourceCap);
    const { resources: _none, ...old } = asRuleFinding(aFinding());
    expect(addFinding([old], asRuleFinding(aFinding({ resources: ['a'] })))[0]?.resources).toEqual(['a']);
    expect(addFinding([asRuleFinding(aFinding({ resources: ['a'] }))], old)[0]?.resources).toEqual(['a']);
  });

  it('of one rule leave the question whose data it is open, once one of them asked it', () => {
    const unknown = { controllers: [], unidentified: true };
    for (const both of [incidentOf([unknown, {}]), incidentOf([{}, unknown])])
      expect(both).toMatchObject({ unidentified: true, findings: [{ unidentified: true }] });
  });

  it('say together what one of them says of personal data', () => {
    const both = incidentOf([{ rule: 'stuffing', data: 'unlikely' }, { data: 'likely' }]);
    expect(both.personalData).toBe('likely');
    expect(incidentOf([{ data: 'unlikely' }]).personalData).toBe('unlikely');
  });

  it('are at least one', () => {
    expect(() => summarise([])).toThrow('an incident has at least one finding');
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

  it('of the same moment stand by their ids, whichever came first', () => {
    const idsOf = (...order: readonly number[]) =>
      when(
        anIncident({ signals: [] }),
        attach(
          t0,
          {},
          order.map((n) => aSignal(n)),
        ),
      ).signals.map((s) => s.id);
    for (const order of [idsOf(3, 1, 2), idsOf(2, 3, 1), idsOf(1, 2, 3)]) expect(order).toEqual(['sig-1', 'sig-2', 'sig-3']);
  });

  it('are counted once each, however often they are attached', () => {
    const first = anIncident({ signals: [aSignal(1), aSignal(2)] });
    const more = when(first, attach(t0, {}, [aSignal(1), aSignal(2), aSignal(3)]));
    expect(more.signalCount).toBe(3);
    expect(when(more, attach(t0, {}, [aSignal(4), aSignal(5)])).signalCount).toBe(5);
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

  it('is read from no event of a later version (I-43)', () => {
    expect(() => evolve(anIncident(), { type: 'BreachForgotten', at: t0 } as never, genesis)).toThrow('unreachable');
  });

  it('does not begin before there is an incident', () => {
    expect(() => evolve(undefined, confirmedAt(0), genesis)).toThrow('BreachConfirmed before IncidentOpened');
    expect(evolve(undefined, { type: 'IncidentOpened', at: t0, id: caseId, finding: aFinding(), signals: [] }, genesis).state).toBe('open');
  });
});
