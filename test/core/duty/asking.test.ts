// Holds what people are asked for beside the machine's duties: to look at a report, to call its sender, to see to the sub-processor.
import { describe, expect, it } from 'vitest';
import type { Asked } from '#core/detection/rule.ts';
import { type Duty, type DutyKind, dutyKinds, endsByWord } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { planOf } from '#core/duty/plan.ts';
import { isProved } from '#core/duty/proof.ts';
import { firstKnown } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Instant, days, hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, aDuty, aSentDuty, anIncident, attach, confirm, hence, lead, likely, possible, t0, when } from '../given.ts';

const configuration = aConfiguration();
const asking = (...owes: readonly Asked[]): Incident => anIncident({ nature: possible, owes });
const refuted = (incident: Incident): Incident =>
  when(incident, { type: 'Refute', at: t0, actor: lead, evidence: 'The export was empty; the log is whole.' });
const closed = (incident: Incident): Incident => when(incident, { type: 'Close', at: t0, actor: lead, reason: 'merged' });
const kinds: readonly DutyKind[] = ['phone', 'subprocessor', 'review'];
const linesOf = (incident: Incident, now: Instant = t0) =>
  owed(incident, configuration, now)
    .filter(({ kind, step }) => kinds.includes(kind) && step !== 'assess')
    .map(({ kind, recipient, step, deadlineAt, notBefore }) => [kind, recipient, step, deadlineAt, notBefore]);

describe('what rules ask of people', () => {
  it.each<readonly [Asked, ReturnType<typeof linesOf>]>([
    ['triage', [['review', 'incident-lead', 'triage', hence(hours(2)), undefined]]],
    ['verify-sender', [['phone', 'incident-lead', 'verify-sender', hence(hours(2)), undefined]]],
    [
      'subprocessor',
      [
        ['subprocessor', 'incident-lead', 'inform', hence(hours(25)), undefined],
        ['subprocessor', 'incident-lead', 'review-protection', hence(hours(169)), hence(hours(25))],
        ['subprocessor', 'incident-lead', 'review-destruction', hence(hours(337)), hence(hours(25))],
      ],
    ],
  ])('%s is owed from the hour in which it is seen', (one, lines) => {
    expect(linesOf(asking(one), hence(hours(1)))).toEqual(lines);
  });

  it('is owed once, by however many rules', () => {
    const twice = when(asking('triage'), attach(t0, { rule: 'another', owes: ['triage', 'verify-sender'] }));
    expect(linesOf(twice).map(([, , step]) => step)).toEqual(['triage', 'verify-sender']);
    expect(linesOf(anIncident())).toEqual([]);
  });

  it('is owed while the case lives, confirmed or not', () => {
    expect(linesOf(when(asking('subprocessor'), confirm({ at: t0 })))).toHaveLength(3);
    expect(linesOf(refuted(asking('subprocessor', 'triage')))).toEqual([]);
    expect(linesOf(closed(asking('subprocessor', 'triage')))).toEqual([]);
  });
});

const plan = (duty: Duty, now: Instant, incident: Incident) => planOf({ duty, incident, configuration, now });
const within = hence(hours(1));
const rows = [
  { kind: 'review', step: 'triage', topic: 'triage', every: hours(1) },
  { kind: 'phone', step: 'verify-sender', topic: 'verify-sender', every: hours(1) },
  { kind: 'subprocessor', step: 'inform', topic: 'tell-subprocessor', every: days(1) },
  { kind: 'subprocessor', step: 'review-protection', topic: 'review-subprocessor', every: days(1) },
] as const;

describe.each(rows)('a $kind for $step', ({ kind, step, topic, every }) => {
  const spec = { kind, step, deadlineAt: within };
  const incident = asking('triage');

  it('pages the lead at once, and past its deadline the deputies too, again and again', () => {
    expect(plan(aDuty(spec), t0, incident)).toMatchObject({
      do: 'act',
      act: { roles: ['incident-lead'], topic },
      after: { state: 'SENT', until: within },
    });
    expect(plan(aSentDuty(spec, t0), hence(minutes(30)), incident)).toMatchObject({ do: 'wait', until: within });
    const late = {
      act: { roles: ['incident-lead', 'management'], topic },
      after: { state: 'SENT', until: hence((hours(1) + every) as typeof every) },
    };
    expect(plan(aSentDuty(spec, t0), within, incident)).toMatchObject(late);
    // However late the first page went out: it was none that the deputies heard.
    expect(plan(aSentDuty(spec, hence(minutes(59))), within, incident)).toMatchObject(late);
    // Nobody was asked before the deadline: then both at once, and the next look is not one that is over already.
    expect(plan(aDuty(spec), within, incident)).toMatchObject(late);
  });

  it('is quiet between two pages, and never ends by itself', () => {
    const sent = aSentDuty(spec, within);
    const next = hence((hours(1) + every) as typeof every);
    expect(plan(sent, hence(hours(1.5)), incident)).toMatchObject({ do: 'wait', until: next });
    expect(plan(sent, next, incident).do).toBe('act');
    // One page of the first minute does not take back that of the hour.
    const pages = [t0, within].map((at) => ({ at, channel: 'slack.lena', via: 'provider' as const }));
    const twice = aDuty(spec, { state: 'SENT', sentAt: t0, evidence: pages });
    expect(plan(twice, hence(hours(1.5)), incident)).toMatchObject({ do: 'wait', until: next });
    expect(plan(sent, hence(days(400)), incident).do).toBe('act');
  });

  it('is not answered by a suspicion that the clock made', () => {
    const suspected = when(incident, { type: 'Suspect', at: t0, actor: { by: 'machine', rule: 'x' }, why: 'unanswered' });
    expect(plan(aDuty(spec), t0, suspected).do).toBe('act');
  });
});

describe('a finding that its source archived', () => {
  const spec = { kind: 'human', step: 'archived' } as const;

  it('is asked about until people decide', () => {
    const suspected = anIncident();
    expect(plan(aDuty(spec), t0, suspected)).toMatchObject({ act: { roles: ['sysop', 'incident-lead'], topic: 'archived' } });
    expect(plan(aSentDuty(spec, t0), hence(hours(4)), suspected).do).toBe('act');
    for (const [incident, reason] of [
      [when(suspected, confirm({ at: t0 })), 'confirmed'],
      [refuted(suspected), 'refuted'],
    ] as const)
      expect(plan(aSentDuty(spec, t0), hence(hours(4)), incident)).toMatchObject({ do: 'end', ending: { state: 'CANCELLED', reason } });
    // Another thing that a person was asked for stays.
    expect(plan(aSentDuty({ ...spec, step: 'update' }, t0), hence(hours(4)), refuted(suspected)).do).toBe('act');
  });
});

describe('the end', () => {
  const sent = (kind: DutyKind, step: string): Duty => aSentDuty({ kind, step, deadlineAt: within }, t0);
  const confirmed = when(asking('triage'), confirm({ at: t0 }));

  it('of a triage is a decision of people', () => {
    for (const [incident, reason] of [
      [confirmed, 'confirmed'],
      [refuted(asking()), 'refuted'],
      [closed(asking()), 'closed'],
    ] as const)
      expect(plan(sent('review', 'triage'), hence(hours(2)), incident)).toMatchObject({ do: 'end', ending: { state: 'DONE', reason } });
  });

  it.each([
    ['phone', 'verify-sender'],
    ['subprocessor', 'inform'],
  ] as const)('of a %s comes with that of the case, no earlier', (kind, step) => {
    expect(plan(sent(kind, step), hence(hours(2)), confirmed).do).toBe('act');
    for (const [incident, reason] of [
      [refuted(asking()), 'refuted'],
      [closed(asking()), 'closed'],
    ] as const)
      expect(plan(sent(kind, step), hence(hours(2)), incident)).toMatchObject({ do: 'end', ending: { state: 'CANCELLED', reason } });
  });

  it('by a person’s word is that of what a person was asked for, and of nothing else', () => {
    const ends = dutyKinds.filter((kind) => endsByWord({ kind, step: 'triage' }));
    expect(ends).toEqual(['phone', 'review', 'human', 'subprocessor', 'own-report', 'own-art34']);
    expect(endsByWord({ kind: 'review', step: 'assess' })).toBe(false);
  });

  it('by a word is proved by that word alone', () => {
    const word = { at: t0, channel: 'word: called them', via: 'provider' } as const;
    const page = { at: t0, channel: 'slack.sam', via: 'provider' } as const;
    for (const kind of ['phone', 'subprocessor'] as const) {
      expect(isProved(aDuty({ kind }, { state: 'DONE', evidence: [page, word] }), 'DoneByPerson')).toBe(true);
      expect(isProved(aDuty({ kind }, { state: 'DONE', evidence: [page] }), 'DoneByPerson')).toBe(false);
    }
    // A decision on the incident ends a triage too; the incident's own chain proves it.
    expect(isProved(aDuty({ kind: 'review', step: 'triage' }, { state: 'DONE', evidence: [] }), 'DutyDone')).toBe(true);
  });
});

describe('a message that states the breach as a fact (P-7)', () => {
  const friday = hence(hours(-60));
  const told = anIncident({ nature: likely, time: friday, fact: true });
  const monday = (since: Instant, reason?: string) => ({ ...confirm({ at: t0, since }), ...(reason === undefined ? {} : { reason }) });

  it('makes its arrival the hour since when it was known: later needs a reason, earlier none', () => {
    expect(() => when(told, monday(t0))).toThrow('It was known here at 2026-03-11T09:00:00Z.');
    expect(when(told, monday(friday)).aware?.at).toBe(friday);
    expect(when(told, monday(hence(hours(-61)))).aware?.at).toBe(hence(hours(-61)));
    expect(when(told, monday(t0, 'the mailbox was not read')).aware?.at).toBe(t0);
  });

  it('counts beside a human view, whichever came first', () => {
    const taken = (at: Instant) => when(told, { type: 'Acknowledge', at, actor: lead });
    expect(() => when(taken(hence(hours(-1))), monday(hence(hours(-2))))).toThrow('2026-03-11T09:00:00Z');
    expect(() => when(taken(hence(hours(-70))), monday(friday))).toThrow('2026-03-10T23:00:00Z');
  });

  it('is not what a mere sign is', () => {
    const sign = anIncident({ nature: likely, time: friday });
    expect([firstKnown(sign), firstKnown(told)]).toEqual([undefined, friday]);
    expect(when(sign, monday(t0)).aware?.at).toBe(t0);
  });
});
