// Holds what is owed while a service is away: who is told what, by when, what each turn does of it, and what is not said any more (P-23).
import { describe, expect, it } from 'vitest';
import { disturbanceOwed, disturbanceWords, startBefore } from '#core/duty/disturbing.ts';
import type { Duty } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { planOf } from '#core/duty/plan.ts';
import type { DutySpec } from '#core/duty/spec.ts';
import type { Incident } from '#core/incident/incident.ts';
import { dutyId, incidentId, incidentSubject } from '#core/kernel/ids.ts';
import { type Duration, days, hours, minutes } from '#core/kernel/time.ts';
import {
  aConfiguration,
  aController,
  aDuty,
  aSentDuty,
  anAsset,
  anIncident,
  attach,
  caseId,
  hence,
  idKey,
  lead,
  named,
  none,
  t0,
  when,
} from '../given.ts';

const given = {
  rule: 'db_down',
  nature: { ...none, availability: 'possible' },
  disturbs: true,
  controllers: ['museum', 'theatre'],
} as const;
const away = anIncident(given);
const restore = (at: Duration, heardAt = at) =>
  ({ type: 'Restore', at: hence(heardAt), actor: { by: 'machine', rule: 'db_up' }, key: 'case', restoredAt: hence(at) }) as const;
const back = (at = minutes(20), heardAt = at): Incident => when(away, restore(at, heardAt));
const configuration = aConfiguration();

const owedAt = (incident: Incident, at: Duration, of = configuration) => disturbanceOwed(incident, of, hence(at));
const short = ({ kind, recipient, step, deadlineAt, notBefore }: DutySpec) => [
  kind,
  recipient,
  step,
  (deadlineAt - t0) / 60_000,
  ...(notBefore === undefined ? [] : [(notBefore - t0) / 60_000]),
];

describe('what is owed of a disturbance', () => {
  it('is the start to each that uses it by +15, the next hour, and the question whether it lasts', () => {
    expect(owedAt(away, minutes(0)).map(short)).toEqual([
      ['disturbance', 'museum', 'start', 15, 5],
      ['disturbance', 'theatre', 'start', 15, 5],
      ['fanout', 'ledger', 'disturbance:1', 65, 60],
      ['human', 'incident-lead', 'lasting', 240, 120],
    ]);
    expect(owed(away, configuration, t0)).toEqual(expect.arrayContaining([...owedAt(away, minutes(0))]));
  });

  it('is a word by the hour while it lasts, each by a quarter past', () => {
    expect(owedAt(away, minutes(59)).filter(({ step }) => step.startsWith('update'))).toEqual([]);
    expect(
      owedAt(away, hours(2))
        .map(short)
        .filter(([, who]) => who === 'museum' || who === 'ledger'),
    ).toEqual([
      ['disturbance', 'museum', 'start', 15, 5],
      ['disturbance', 'museum', 'update:1', 75],
      ['disturbance', 'museum', 'update:2', 135],
      ['fanout', 'ledger', 'disturbance:1', 65, 60],
      ['fanout', 'ledger', 'disturbance:2', 125, 120],
      ['fanout', 'ledger', 'disturbance:3', 185, 180],
    ]);
  });

  it('is the end once it is back, by a quarter of an hour after that was heard, and nothing that begins later', () => {
    expect(
      owedAt(back(minutes(70), minutes(80)), days(2))
        .map(short)
        .filter(([, who]) => who !== 'theatre'),
    ).toEqual([
      ['disturbance', 'museum', 'start', 15, 5],
      ['disturbance', 'museum', 'update:1', 75],
      ['disturbance', 'museum', 'end', 95],
      ['fanout', 'ledger', 'disturbance:1', 65, 60],
    ]);
    // Not before what it ends.
    expect(owedAt(back(minutes(0), minutes(0)), minutes(1)).map(short)[1]).toEqual(['disturbance', 'museum', 'end', 15]);
  });

  it('has its hours by the policy, for three days', () => {
    const often = aConfiguration({ policy: { disturbance: { every: minutes(20) } } });
    expect(
      owedAt(away, minutes(61), often)
        .filter(({ step }) => step.startsWith('update'))
        .map(({ step }) => step),
    ).toHaveLength(6);
    const long = owedAt(away, days(30)).filter(({ recipient }) => recipient === 'museum' || recipient === 'ledger');
    expect(long.filter(({ kind }) => kind === 'disturbance').at(-1)?.step).toBe('update:72');
    expect(long.at(-1)?.step).toBe('disturbance:72');
  });

  it('comes late to whoever hears late: the quarter of an hour counts from there', () => {
    const late = anIncident({ ...given, openedAt: hence(minutes(30)) });
    expect(owedAt(late, minutes(30)).map(short)[0]).toEqual(['disturbance', 'museum', 'start', 45, 32]);
    // A threshold that leaves no time has five minutes.
    const patient = aConfiguration({ policy: { disturbance: { after: minutes(40) } } });
    expect(owedAt(away, minutes(0), patient).map(short)[0]).toEqual(['disturbance', 'museum', 'start', 45, 40]);
  });

  it('is nothing of an asset that is never told of, of one that nobody uses, and of what is no disturbance', () => {
    const silent = aConfiguration({ assets: [{ ...anAsset('archive', ['museum']), disturbance: 'never' }] });
    expect(owedAt(away, hours(2), silent)).toEqual([]);
    expect(owedAt(anIncident({ ...given, controllers: [] }), hours(2))).toEqual([]);
    expect(owedAt(anIncident(), hours(2))).toEqual([]);
  });

  it('is nothing to whoever left, though data of his lie in a backup, and to whoever comes later; one that is not known any more is told', () => {
    const museum = (customer: NonNullable<ReturnType<typeof aController>['customer']>) =>
      aConfiguration({ controllers: [{ ...aController('museum'), customer }] });
    const toldIn = (of: typeof configuration) =>
      owedAt(away, minutes(0), of)
        .filter(({ step }) => step === 'start')
        .map(({ recipient }) => recipient);
    expect(toldIn(museum({ until: hence(days(-3) as Duration) }))).toEqual(['theatre']);
    expect(toldIn(museum({ from: hence(days(3)) }))).toEqual(['theatre']);
    expect(toldIn(museum({ from: hence(days(-3) as Duration), until: hence(days(3)) }))).toEqual(['museum', 'theatre']);
  });

  it('waits for people where nobody knows whose it is', () => {
    const unknown = anIncident({ ...given, controllers: [], assets: [], unidentified: true });
    expect(owedAt(unknown, minutes(0))).toEqual([]);
    const identified = when(unknown, {
      type: 'Identify',
      at: hence(minutes(50)),
      actor: lead,
      controllers: [named('library')],
      reason: 'its name',
    });
    expect(owedAt(identified, minutes(50)).map(short)[0]).toEqual(['disturbance', 'library', 'start', 65, 50]);
    // What people add to a case for another reason uses no service by that.
    const widened = when(away, {
      type: 'Widen',
      at: hence(minutes(9)),
      actor: lead,
      controllers: [named('library')],
      reason: 'seen in its log',
    });
    expect(owedAt(widened, minutes(9)).some(({ recipient }) => recipient === 'library')).toBe(false);
  });

  it('has words of its own for a second one, and none for what another case tells', () => {
    const twice = when(back(), attach(hence(minutes(40)), given));
    expect(
      owedAt(twice, minutes(100))
        .map(short)
        .filter(([, who]) => who === 'museum' || who === 'ledger' || who === 'incident-lead'),
    ).toEqual([
      ['disturbance', 'museum', 'start', 15, 5],
      ['disturbance', 'museum', 'end', 35],
      ['disturbance', 'museum', '2:start', 55, 45],
      ['disturbance', 'museum', '2:update:1', 115],
      ['fanout', 'ledger', '2:disturbance:1', 105, 100],
      ['fanout', 'ledger', '2:disturbance:2', 165, 160],
      ['human', 'incident-lead', '2:lasting', 280, 160],
    ]);
    const both = when(anIncident({ id: incidentId(idKey, 'other', 1) }), { type: 'Absorb', at: hence(hours(1)), other: away });
    expect(owedAt(both, hours(2))).toEqual([]);
  });
});

const museum = { kind: 'disturbance', recipient: 'museum' } as const;
const open = (step: string) => aDuty({ ...museum, step });
const sent = (step: string, at: Duration) => aSentDuty({ ...museum, step }, hence(at));
const plan = (duty: Duty, incident: Incident, at: Duration, told?: readonly Duty[]) =>
  planOf({ duty, incident, configuration, now: hence(at), ...(told && { told }) });
const ending = (state: string, reason: string) => ({ do: 'end', ending: { state, reason } });
const word = (incident: Incident, said: object, at: Duration) => ({
  do: 'act',
  act: { type: 'disturbance', controller: 'museum', word: said, about: incident.disturbances?.[0], at: hence(at) },
  after: { state: 'SENT' },
});

describe('the start', () => {
  it('is told when the threshold is reached, and says by when the next word comes', () => {
    expect(plan(open('start'), away, minutes(4))).toMatchObject({ do: 'wait', until: hence(minutes(5)) });
    const told = plan(open('start'), away, minutes(5));
    expect(told).toMatchObject(word(away, { what: 'start', next: hence(minutes(75)) }, minutes(5)));
    expect(told).toMatchObject({ after: { until: hence(minutes(35)) } });
  });

  it('is not told of what is back, and nobody chases it then', () => {
    expect(plan(open('start'), back(), minutes(20))).toMatchObject(ending('CANCELLED', 'it was back before this was told'));
    expect(plan(sent('start', minutes(5)), back(), minutes(35))).toMatchObject(ending('EXPIRED', 'nothing came back about it'));
  });

  it('has a person beside it while it lasts and nothing says that it arrived', () => {
    expect(plan(sent('start', minutes(5)), away, minutes(35))).toMatchObject({
      do: 'wait',
      until: hence(minutes(275)),
      create: [{ kind: 'human', recipient: 'incident-lead' }],
    });
  });
});

describe('the word of an hour', () => {
  it('is told in its hour, and ends with the next', () => {
    expect(plan(open('update:2'), away, hours(2))).toMatchObject(
      word(away, { what: 'update', nth: 2, next: hence(minutes(195)) }, minutes(0)),
    );
    expect(plan(sent('update:2', hours(2)), away, minutes(150))).toMatchObject({ do: 'wait', until: hence(hours(3)) });
    expect(plan(sent('update:2', hours(2)), away, hours(3))).toMatchObject(ending('EXPIRED', 'nothing came back about it'));
    expect(plan(open('update:2'), away, hours(3))).toMatchObject(ending('EXPIRED', 'not sent in its hour: the next one says the same'));
  });

  it('is not told of what is back', () => {
    expect(plan(open('update:1'), back(minutes(70)), minutes(71))).toMatchObject(ending('CANCELLED', 'it was back before this was told'));
    expect(plan(sent('update:1', hours(1)), back(minutes(70)), minutes(71))).toMatchObject(ending('EXPIRED', 'nothing came back about it'));
  });

  it('is none where the start comes later, and the last promises a person', () => {
    const patient = aConfiguration({ policy: { disturbance: { after: minutes(50), every: minutes(20) } } });
    expect(planOf({ duty: open('update:2'), incident: away, configuration: patient, now: hence(minutes(40)) })).toMatchObject(
      ending('CANCELLED', 'the start is told later than this'),
    );
    const asLate = aConfiguration({ policy: { disturbance: { after: minutes(40), every: minutes(20) } } });
    expect(planOf({ duty: open('update:2'), incident: away, configuration: asLate, now: hence(minutes(40)) })).toMatchObject({ do: 'end' });
    const last = plan(open('update:72'), away, hours(72));
    expect(last).toMatchObject({ do: 'act', act: { word: { what: 'update', nth: 72 } } });
    expect(last.do === 'act' && last.act.type === 'disturbance' && last.act.word).not.toHaveProperty('next');
  });
});

describe('the end', () => {
  const started = sent('start', minutes(5));

  it('is told to whoever heard of the start, however short it was', () => {
    const short = back(minutes(3), minutes(10));
    expect(plan(open('end'), short, minutes(10), [started])).toMatchObject(word(short, { what: 'end' }, minutes(0)));
    // A try without an outcome may have left.
    expect(plan(open('end'), short, minutes(10), [{ ...open('start'), unsure: true, state: 'CANCELLED' }])).toMatchObject({ do: 'act' });
  });

  it('is told to whoever would have to have heard of it', () => {
    expect(plan(open('end'), back(minutes(5)), minutes(5), [open('start')])).toMatchObject({ do: 'act' });
    expect(plan(open('end'), back(minutes(5)), minutes(5), [])).toMatchObject({ do: 'act' });
    const made = open('start');
    const untried = { ...made, head: { ...made.head, seq: 1 } };
    expect(plan(open('end'), back(minutes(4)), minutes(5), [untried])).toMatchObject(
      ending('CANCELLED', 'it was back before anybody had to be told'),
    );
  });

  it('waits while somebody is about to send the start', () => {
    const claimed = { ...open('start'), owner: 'worker' };
    expect(plan(open('end'), back(), minutes(20), [claimed])).toMatchObject({ do: 'wait', until: hence(minutes(21)) });
    expect(plan(open('end'), back(), minutes(20), [{ ...claimed, state: 'CANCELLED' }])).toMatchObject({ do: 'act' });
  });

  it('is over with its delivery, or after a day without one', () => {
    expect(plan(sent('end', minutes(20)), back(), hours(2))).toMatchObject({
      do: 'wait',
      until: hence((minutes(20) + days(1)) as Duration),
    });
    expect(plan(sent('end', minutes(20)), back(), (minutes(20) + days(1)) as Duration)).toMatchObject({ do: 'end' });
    expect(plan(open('end'), back(minutes(4)), minutes(5))).toMatchObject({ do: 'end', ending: { state: 'CANCELLED' } });
    expect(plan(sent('end', minutes(20)), back(), days(2))).toMatchObject(ending('EXPIRED', 'nothing came back about it'));
    expect(plan(open('end'), away, minutes(20))).toMatchObject(ending('CANCELLED', 'it is away'));
  });

  it('has to know its start, and nothing else has to', () => {
    const subject = incidentSubject(caseId);
    expect(startBefore(open('end'))).toEqual([{ subject, id: dutyId(subject, 'disturbance', 'museum', 'start') }]);
    expect(startBefore(open('2:end'))).toEqual([{ subject, id: dutyId(subject, 'disturbance', 'museum', '2:start') }]);
    expect(startBefore(open('start'))).toEqual([]);
    expect(startBefore(aDuty({ kind: 'notice', step: 'end' }))).toEqual([]);
  });
});

describe('a word that cannot be read', () => {
  it('is told to nobody', () => {
    for (const step of ['begin', '3:start', 'start:x', 'x1:start', '12:start', '1:2:start', 'restart'])
      expect(plan(open(step), away, hours(1))).toMatchObject(ending('CANCELLED', 'nobody is to be told of this service any more'));
  });
});

describe('what people are asked beside that', () => {
  const lasting = (step: string) => aDuty({ kind: 'human', step });
  const assess = { kind: 'review', step: 'assess', deadlineAt: hence(hours(4)) } as const;

  it('is whether it lasts, until it does not', () => {
    expect(plan(lasting('lasting'), away, hours(2))).toMatchObject({
      do: 'act',
      act: { type: 'page', topic: 'lasting', roles: ['sysop', 'incident-lead'] },
    });
    expect(plan(lasting('lasting'), back(), hours(2))).toMatchObject(ending('CANCELLED', 'it is back'));
    const twice = when(back(), attach(hence(minutes(40)), given));
    expect(plan(lasting('lasting'), twice, hours(2))).toMatchObject(ending('CANCELLED', 'it is back'));
    expect(plan(lasting('2:lasting'), twice, hours(2))).toMatchObject({ do: 'act', act: { topic: 'lasting' } });
    for (const step of ['7:lasting', '12:lasting'])
      expect(plan(lasting(step), twice, hours(2))).toMatchObject(ending('CANCELLED', 'it is back'));
    expect(plan(lasting('x2:lasting'), twice, hours(2))).toMatchObject(ending('CANCELLED', 'it is back'));
  });

  it('is the assessment within the hour, after which a loss is suspected; back in time it has its ordinary hours', () => {
    expect(plan(aDuty(assess), away, minutes(1))).toMatchObject({ do: 'act', after: { until: hence(hours(1)) } });
    expect(plan(aSentDuty(assess, t0), away, minutes(59))).toMatchObject({ do: 'wait', until: hence(hours(1)) });
    expect(plan(aSentDuty(assess, t0), away, hours(1))).toMatchObject({
      ...ending('EXPIRED', 'a service is away for so long that a loss is suspected'),
      commands: [{ type: 'Suspect', actor: { by: 'machine', rule: 'policy.disturbance' }, why: 'lasting' }],
    });
    expect(plan(aSentDuty(assess, t0), back(), hours(1))).toMatchObject({ do: 'wait', until: hence(hours(4)) });
    expect(plan(aSentDuty(assess, t0), back(), hours(4))).toMatchObject({
      ...ending('EXPIRED', 'assessment unanswered'),
      commands: [{ type: 'Suspect', actor: { by: 'machine', rule: 'policy.assessWithin' }, why: 'unanswered' }],
    });
  });
});

describe('what may have gone out before a restore', () => {
  it('is every word that could have been owed by then, of one more than is known', () => {
    const steps = (incident: Incident, at: Duration) =>
      disturbanceWords(incident, named('museum'), configuration, hence(at)).map(({ step }) => step);
    expect(steps(away, minutes(130))).toEqual(['start', 'update:1', 'update:2', 'update:3', 'end', '2:start', '2:update:1', '2:end']);
    expect(steps(anIncident(), minutes(130))).toEqual([]);
    const { disturbances: _, ...older } = away;
    expect(steps(older as Incident, minutes(130))).toEqual(['start', 'update:1', 'end']);
    expect(steps(away, days(30)).filter((step) => step.startsWith('update'))).toHaveLength(72);
    const often = aConfiguration({ policy: { disturbance: { every: minutes(20) } } });
    expect(disturbanceWords(away, named('museum'), often, hence(minutes(45))).map(({ step }) => step)).toContain('update:3');
    // A sign that the copy knows may have made one that it does not know, whatever other signs there are.
    const mixed = when(older as Incident, attach(hence(minutes(1)), { rule: 'archive_read' }));
    expect(steps({ ...mixed, disturbances: [] } as Incident, minutes(1))).toEqual(['start', 'update:1', 'end']);
    const { findings: _findings, ...bare } = away;
    expect(steps({ ...bare, findings: [] } as unknown as Incident, minutes(130))).toHaveLength(8);
    const [first] = disturbanceWords(away, named('museum'), configuration, hence(hours(1)));
    expect(first).toEqual({ kind: 'disturbance', recipient: 'museum', step: 'start', deadlineAt: hence(hours(1)) });
  });
});
