// Holds which duties an incident must have in each state: four informs, who is called, who decides, what goes to whom (P-2, D-17).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { owed } from '#core/duty/owed.ts';
import { isCalled } from '#core/incident/growth.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Instant, hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, aController, hence, anIncident, attach, confirm, lead, named, none, possible, t0, when } from '../given.ts';

const configuration = aConfiguration();
const owedBy = (incident: Incident, now: Instant = t0, given = configuration) => owed(incident, given, now);
const linesOf = (
  incident: Incident,
  kind: string,
  now: Instant = t0,
  given = configuration,
): readonly (readonly [string, string, Instant])[] =>
  owedBy(incident, now, given)
    .filter((spec) => spec.kind === kind)
    .map((spec) => [spec.recipient, spec.step, spec.deadlineAt]);

const suspected = anIncident({ controllers: ['museum', 'theatre'] });
const assessed = anIncident({ nature: possible });
const confirmed = when(suspected, confirm({ at: hence(hours(1)) }));
const contained = when(confirmed, { type: 'Contain', at: hence(hours(2)), actor: lead });
const refutation = { type: 'Refute', at: hence(hours(1)), actor: lead, evidence: 'The export was empty; the log is whole.' } as const;
const refuted = when(suspected, refutation);
const closed = when(suspected, { type: 'Close', at: hence(hours(1)), actor: lead, reason: 'merged' });
const security = anIncident({ data: 'unlikely' });
const mild = anIncident({ data: 'unlikely', level: 'medium' });
const everyState: readonly (readonly [string, Incident])[] = Object.entries({
  suspected,
  assessed,
  confirmed,
  contained,
  refuted,
  closed,
  security,
  mild,
});

describe('whatever the incident', () => {
  // P-2, D-6: all four roles hear of every incident, acknowledged or not.
  it.each(everyState)('%s: four roles are informed and there is one ticket', (_name, incident) => {
    for (const one of [incident, when(incident, { type: 'Acknowledge', at: hence(minutes(1)), actor: lead })]) {
      expect(linesOf(one, 'inform').map(([role]) => role)).toEqual(['sysop', 'solution-architect', 'head-of-product', 'management']);
      expect(linesOf(one, 'ticket')).toEqual([['desk', '1', hence(hours(4))]]);
    }
  });

  it('informs at once from level high, else within a day', () => {
    expect(linesOf(suspected, 'inform')[0]?.[2]).toBe(hence(minutes(15)));
    expect(linesOf(mild, 'inform')[0]?.[2]).toBe(hence(hours(24)));
  });

  it.each(everyState)('%s: owes no duty twice, and the same ones at any later hour', (_name, incident) => {
    const idsAt = (now: Instant) => owedBy(incident, now).map((spec) => makeIncidentDuty(incident, spec, now).id);
    expect(new Set(idsAt(t0)).size).toBe(owedBy(incident).length);
    fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), (n) => void expect(idsAt(hence(minutes(n)))).toEqual(idsAt(t0))));
  });
});

describe('an incident', () => {
  const always = ['ticket desk 1', ...['sysop', 'solution-architect', 'head-of-product', 'management'].map((role) => `inform ${role} 1`)];
  const called = 'call sysop 0';
  // Two share the archive: which of them is it (D-5)?
  const narrow = 'narrow incident-lead 1';
  const unknown = anIncident({ controllers: [], unidentified: true });
  const kept = when(suspected, { type: 'HoldByPolicy', at: hence(hours(9)), controllers: [named('museum')], rule: 'contract' });

  it.each<[string, Incident, readonly string[]]>([
    ['to be assessed', assessed, [called, 'review incident-lead assess']],
    ['suspected', suspected, [called, 'release incident-lead suspected', 'consult dpo suspected', narrow]],
    [
      'suspected, a controller kept back by its contract',
      kept,
      [called, 'release incident-lead suspected', 'consult dpo suspected', narrow],
    ],
    ['confirmed', confirmed, [called, 'release incident-lead confirmed', narrow]],
    ['contained', contained, [called, 'release incident-lead confirmed', narrow]],
    [
      'of nobody known',
      unknown,
      [called, 'release incident-lead suspected', 'consult dpo suspected', 'identify-controller incident-lead 1'],
    ],
    ['of nobody known, confirmed', when(unknown, confirm({ at: t0 })), [called, 'identify-controller incident-lead 1']],
    ['of nobody known, closed', when(unknown, { type: 'Close', at: t0, actor: lead, reason: 'test' }), []],
    ['to be assessed, closed', when(assessed, { type: 'Close', at: t0, actor: lead, reason: 'test' }), []],
    ['refuted', refuted, []],
    ['closed', closed, []],
    ['of security alone', security, [called]],
    ['mild', mild, []],
  ])('%s owes exactly this, beside four informs and a ticket', (_name, incident, more) => {
    expect(owedBy(incident).map((spec) => `${spec.kind} ${spec.recipient} ${spec.step}`)).toEqual([...always, ...more]);
  });

  // Whoever left the directory is named by nobody; the others lose nothing by it.
  it('owes a controller who left the directory its released notice all the same, and no new release', () => {
    const less = aConfiguration({ controllers: [aController('theatre', { notice: hours(3) })] });
    const told = when(suspected, { type: 'Release', at: hence(hours(1)), actor: lead });
    const gone = told.releases.find((release) => release.controller !== 'theatre')?.controller;
    expect(linesOf(told, 'notice', t0, less).toSorted()).toEqual(
      [
        ['theatre', 'suspected', hence(hours(3))],
        [gone, 'suspected', hence(hours(1))],
      ].toSorted(),
    );
    expect(linesOf(suspected, 'release', t0, less)).toEqual([['incident-lead', 'suspected', hence(hours(3))]]);
    expect(linesOf(confirmed, 'release', t0, less)).toEqual([['incident-lead', 'confirmed', hence(hours(3))]]);
    for (const incident of [told, suspected, confirmed])
      for (const spec of owedBy(incident, t0, less)) expect(spec.kind).toMatch(/^[a-z-]+$/);
  });
});

describe('a call', () => {
  // D-17.
  it.each([
    ['a breach to be assessed', assessed, true],
    ['a suspected breach, whatever its level', anIncident({ level: 'low' }), true],
    ['a confirmed breach', confirmed, true],
    ['a grave security incident', security, true],
    ['a mild security incident', mild, false],
    ['a refuted suspicion', refuted, false],
  ])('for %s', (_what, incident, isOwed) => {
    expect(isCalled(incident)).toBe(isOwed);
    expect(linesOf(incident, 'call')).toEqual(isOwed ? [['sysop', '0', hence(minutes(5))]] : []);
  });

  it('is owed again for what is new, and a digest for what repeats, each at its hour', () => {
    const grown = [
      { at: hence(minutes(15)), foundAt: t0, why: 'resource' },
      { at: hence(minutes(20)), foundAt: t0, why: 'level', to: 'incident-lead' },
      { at: hence(hours(2)), foundAt: t0, why: 'more' },
    ] as const;
    const again = (incident: Incident) => owedBy({ ...incident, grown }).filter(({ step }) => step.includes(':'));
    expect(again(suspected)).toEqual([
      { kind: 'call', recipient: 'sysop', step: 'again:0', notBefore: hence(minutes(15)), deadlineAt: hence(minutes(20)) },
      { kind: 'call', recipient: 'incident-lead', step: 'again:1', notBefore: hence(minutes(20)), deadlineAt: hence(minutes(25)) },
      { kind: 'inform', recipient: 'sysop', step: 'digest:2', notBefore: hence(hours(2)), deadlineAt: hence(hours(3)) },
    ]);
    expect(again(confirmed)).toHaveLength(3);
    expect(again(refuted)).toEqual([]);
    expect(again(when(suspected, { type: 'Close', at: t0, actor: lead, reason: 'merged' }))).toEqual([]);
    const quiet = aConfiguration({ policy: { call: { chain: [], timeouts: [] } } });
    expect(owedBy({ ...suspected, grown }, t0, quiet).filter(({ step }) => step.includes(':'))).toEqual([]);
  });

  it('goes to nobody where the policy names nobody', () => {
    const quiet = aConfiguration({ policy: { call: { chain: [], timeouts: [] } } });
    expect(linesOf(suspected, 'call', t0, quiet)).toEqual([]);
  });
});

describe('an assessment', () => {
  it('is owed by the lead within four hours of the opening, while nobody decided', () => {
    expect(linesOf(assessed, 'review')).toEqual([['incident-lead', 'assess', hence(hours(4))]]);
    for (const other of [suspected, confirmed, refuted, security, when(assessed, { type: 'Suspect', at: t0, actor: lead, why: 'x' })])
      expect(linesOf(other, 'review')).toEqual([]);
  });
});

describe('a suspicion', () => {
  it('owes a decision by the lead and a consultation of the data protection officer', () => {
    expect(linesOf(suspected, 'release')).toEqual([['incident-lead', 'suspected', hence(hours(4))]]);
    expect(linesOf(suspected, 'consult')).toEqual([['dpo', 'suspected', hence(hours(4))]]);
  });

  it('has to be decided within the strictest contract', () => {
    const strict = aConfiguration({
      controllers: [aController('museum', { notice: hours(3) }), aController('theatre', { notice: hours(2) })],
    });
    expect(linesOf(suspected, 'release', t0, strict)[0]?.[2]).toBe(hence(hours(2)));
  });

  it('owes a decision of its own for a controller that came later', () => {
    const more = when(suspected, attach(hence(hours(9)), { rule: 'other', controllers: ['library'] }));
    expect(linesOf(more, 'release')).toEqual([
      ['incident-lead', 'suspected', hence(hours(4))],
      ['incident-lead', 'suspected:library', hence(hours(13))],
    ]);
    expect(linesOf(more, 'consult')).toHaveLength(1);
  });

  it('owes no such decision any more once that controller is told, or kept back by its contract', () => {
    const more = when(suspected, attach(hence(hours(9)), { rule: 'other', controllers: ['library'] }));
    const told = when(more, { type: 'Release', at: hence(hours(10)), actor: lead, controllers: [named('library')] });
    const kept = when(more, { type: 'HoldByPolicy', at: hence(hours(33)), controllers: [named('library')], rule: 'contract' });
    for (const one of [told, kept]) expect(linesOf(one, 'release')).toEqual([['incident-lead', 'suspected', hence(hours(4))]]);
  });

  it.each([
    ['assessed', assessed],
    ['refuted', refuted],
    ['closed', closed],
    ['security', security],
  ])('is not owed where the incident is %s', (_name, incident) => {
    expect([...linesOf(incident, 'release'), ...linesOf(incident, 'consult'), ...linesOf(incident, 'notice')]).toEqual([]);
  });
});

describe('a confirmation', () => {
  it('owes the release at its hour, until every controller has its own', () => {
    for (const one of [confirmed, contained]) expect(linesOf(one, 'release')).toEqual([['incident-lead', 'confirmed', hence(hours(5))]]);
    const released = when(confirmed, { type: 'Release', at: hence(hours(2)), actor: lead });
    expect(linesOf(released, 'release')).toEqual([]);
  });

  it('owes a release of its own for a controller that came when the others were told (P-7)', () => {
    const released = when(confirmed, { type: 'Release', at: hence(hours(2)), actor: lead });
    const more = when(released, attach(hence(hours(70)), { rule: 'other', controllers: ['library'] }));
    expect(linesOf(more, 'release')).toEqual([['incident-lead', 'confirmed:library', hence(hours(74))]]);
  });
});

describe('notices', () => {
  it('are one per controller and kind of release (R-005)', () => {
    const told = when(suspected, { type: 'Release', at: hence(hours(1)), actor: lead }, confirm({ at: hence(hours(2)), release: true }));
    expect(linesOf(told, 'notice')).toEqual([
      ['museum', 'suspected', hence(hours(24))],
      ['theatre', 'suspected', hence(hours(24))],
      ['museum', 'confirmed', hence(hours(6))],
      ['theatre', 'confirmed', hence(hours(6))],
    ]);
  });

  it('are owed to nobody else', () => {
    const told = when(suspected, { type: 'Release', at: hence(hours(1)), actor: lead, controllers: [named('museum')] });
    expect(linesOf(told, 'notice').map(([who]) => who)).toEqual(['museum']);
  });
});

describe('data of nobody known', () => {
  const unknown = anIncident({ controllers: [], unidentified: true });

  it('owes a search within the hour, and no notice (D-5: never all)', () => {
    expect(linesOf(unknown, 'identify-controller', hence(hours(2)))).toEqual([['incident-lead', '1', hence(hours(3))]]);
    expect(linesOf(unknown, 'notice')).toEqual([]);
  });

  it('owes none where personal data is unlikely, the case is over, or nothing is unknown', () => {
    const others = [
      anIncident({ unidentified: true, data: 'unlikely' }),
      anIncident({ unidentified: true, nature: none }),
      when(unknown, refutation),
      suspected,
    ];
    for (const other of others) expect(linesOf(other, 'identify-controller')).toEqual([]);
  });
});

describe('a refutation', () => {
  it('owes a person who thinks of the withdrawal, where controllers were told (P-14)', () => {
    const told = when(suspected, { type: 'Release', at: hence(minutes(30)), actor: lead }, refutation);
    expect(linesOf(told, 'human')).toEqual([['incident-lead', 'withdraw', hence(hours(5))]]);
    expect(linesOf(refuted, 'human')).toEqual([]);
    const back = when(told, { type: 'Withdraw', at: hence(hours(2)), actor: lead, reason: 'It was our own export, the log shows.' });
    expect(linesOf(back, 'human')).toEqual([]);
    expect(linesOf(back, 'withdrawal')).toEqual([
      ['museum', '1', hence(hours(6))],
      ['theatre', '1', hence(hours(6))],
    ]);
    // What was taken back is owed no more, and what went out is no fresh notice.
    expect(linesOf(back, 'notice')).toEqual([]);
  });
});

describe('the question which of several is affected', () => {
  it('is put to the lead within the hours of the decision, but not at once: the release asks him already', () => {
    const [spec] = owedBy(suspected).filter(({ kind }) => kind === 'narrow');
    expect(spec).toMatchObject({ recipient: 'incident-lead', step: '1', deadlineAt: hence(hours(4)), notBefore: hence(hours(1)) });
  });

  it('is not put where one alone is, and not again once it was answered; for one more it is', () => {
    const sure = { type: 'ConfirmScope', at: hence(hours(1)), actor: lead, reason: 'both were exported' } as const;
    expect(linesOf(anIncident(), 'narrow')).toEqual([]);
    const answered = when(suspected, sure);
    expect(linesOf(answered, 'narrow')).toEqual([]);
    const more = when(answered, attach(hence(hours(2)), { rule: 'other', controllers: ['museum', 'library'] }));
    expect(linesOf(more, 'narrow').map(([, step]) => step)).toEqual(['2']);
  });

  it('is over with the incident', () => {
    for (const over of [refuted, closed]) expect(linesOf(over, 'narrow')).toEqual([]);
  });
});

describe('a controller that was ruled out and came back', () => {
  const evidence = 'The rows of that hour name the other alone.';
  const back = (from: Incident): Incident =>
    when(
      from,
      { type: 'Narrow', at: hence(hours(5)), actor: lead, controllers: [named('museum')], reason: evidence },
      { type: 'Widen', at: hence(hours(6)), actor: lead, controllers: [named('museum')], reason: 'Its rows were found.' },
    );

  it('has a release of its own again, since the first may be over, by the clock that it had', () => {
    expect(linesOf(back(suspected), 'release')).toEqual([
      ['incident-lead', 'suspected', hence(hours(4))],
      ['incident-lead', 'suspected+1:museum', hence(hours(10))],
    ]);
    expect(linesOf(back(confirmed), 'release')).toEqual([
      ['incident-lead', 'confirmed', hence(hours(5))],
      ['incident-lead', 'confirmed+1:museum', hence(hours(5))],
    ]);
    expect(linesOf(back(back(suspected)), 'release').map(([, step]) => step)).toEqual(['suspected', 'suspected+2:museum']);
  });

  it('is told by a notice of its own again', () => {
    const released = when(suspected, { type: 'Release', at: hence(hours(1)), actor: lead });
    const again = when(back(released), { type: 'Release', at: hence(hours(7)), actor: lead });
    expect(linesOf(again, 'notice').map(([to, step]) => [to, step])).toEqual([
      ['theatre', 'suspected'],
      ['museum', 'suspected:2'],
    ]);
  });
});
