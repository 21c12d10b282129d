// Holds who is told and called and when it stops: delivery ends an inform, an answer ends a call, a decision ends a call to decide (D-6).
import { describe, expect, it } from 'vitest';
import { type Duty, sendingsOf } from '#core/duty/duty.ts';
import { planOf } from '#core/duty/plan.ts';
import type { Command } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Instant, hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, aDuty, aSentDuty, hence, anIncident, confirm, lead, possible, t0, when } from '../given.ts';

const configuration = aConfiguration();
const suspected = anIncident();
const taken = when(suspected, { type: 'Acknowledge', at: hence(minutes(2)), actor: lead });
const confirmed = when(suspected, confirm({ at: hence(minutes(30)) }));
const refuted = when(suspected, {
  type: 'Refute',
  at: hence(minutes(30)),
  actor: lead,
  evidence: 'The export was empty; the log is whole.',
});
const closed = when(suspected, { type: 'Close', at: hence(minutes(30)), actor: lead, reason: 'merged' });
const plan = (duty: Duty, now: Instant, incident: Incident = suspected) => planOf({ duty, incident, configuration, now });

describe('an inform', () => {
  it('pages its role and is done by delivery, acknowledged or not', () => {
    for (const incident of [suspected, taken, confirmed, refuted])
      expect(plan(aDuty({ kind: 'inform', recipient: 'management' }), t0, incident)).toEqual({
        do: 'act',
        act: { type: 'page', roles: ['management'], topic: 'inform', reach: 'first' },
        after: { state: 'DONE', reason: 'delivered' },
      });
  });
});

describe('a word on a case that goes on', () => {
  const digest = aDuty({ kind: 'inform', recipient: 'incident-lead', step: 'digest:3' });
  const again = { kind: 'call', recipient: 'sysop', step: 'again:0' } as const;

  it('says how many more there are to one role, by the first channel that works', () => {
    expect(plan(digest, t0)).toMatchObject({
      act: { roles: ['incident-lead'], topic: 'digest', reach: 'first' },
      after: { state: 'DONE' },
    });
  });

  it('calls for what is new on every channel, taken before or not, and waits for no answer', () => {
    for (const incident of [suspected, taken, confirmed])
      expect(plan(aDuty(again, { createdAt: hence(minutes(3)) }), t0, incident)).toMatchObject({
        do: 'act',
        act: { type: 'page', roles: ['sysop'], topic: 'again', reach: 'all' },
        after: { state: 'DONE', reason: 'told' },
      });
  });

  it('calls the next role where nobody in this one can be reached, and after the last the first', () => {
    const next = (recipient: string) =>
      plan(aDuty({ ...again, recipient }), t0) as { unreachable?: { ending: object; create: readonly object[] } };
    expect(next('sysop').unreachable).toEqual({
      ending: { state: 'EXPIRED', reason: 'nobody in this role can be reached' },
      create: [{ kind: 'call', recipient: 'incident-lead', step: 'again:0', deadlineAt: hence(minutes(5)) }],
    });
    expect(next('management').unreachable?.create).toMatchObject([{ recipient: 'sysop' }]);
    // One who took it and stands in no chain.
    expect(next('head-of-product').unreachable?.create).toMatchObject([{ recipient: 'sysop' }]);
  });

  it('is not said to whoever took the case since', () => {
    for (const createdAt of [t0, hence(minutes(2))])
      expect(plan(aDuty(again, { createdAt }), t0, taken)).toMatchObject({
        do: 'end',
        ending: { state: 'CANCELLED', reason: 'acknowledged since' },
      });
  });

  it('is no more when the case is over', () => {
    for (const incident of [refuted, closed])
      expect(plan(aDuty(again), t0, incident)).toMatchObject({ do: 'end', ending: { state: 'CANCELLED', reason: incident.state } });
  });
});

describe('a ticket', () => {
  it('is opened once', () => {
    expect(plan(aDuty({ kind: 'ticket', recipient: 'desk' }), t0)).toEqual({
      do: 'act',
      act: { type: 'ticket' },
      after: { state: 'DONE', reason: 'ticket open' },
    });
  });
});

describe('a call', () => {
  const first = { kind: 'call', recipient: 'sysop', step: '0' } as const;
  const second = { kind: 'call', recipient: 'incident-lead', step: '1' } as const;
  const third = { kind: 'call', recipient: 'management', step: '2' } as const;

  it('reaches for its role on every channel and waits for an answer', () => {
    expect(plan(aDuty(first), t0)).toMatchObject({
      do: 'act',
      act: { type: 'page', roles: ['sysop'], topic: 'call', reach: 'all' },
      after: { state: 'SENT', until: hence(minutes(5)) },
    });
  });

  it('is ended by a person who confirms: nobody else has to be woken', () => {
    expect(plan(aSentDuty(first, t0), hence(minutes(31)), confirmed)).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'acknowledged' },
      create: [],
    });
  });

  it('is ended by an answer', () => {
    expect(plan(aSentDuty(first, t0), hence(minutes(2)), taken)).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'acknowledged' },
      create: [],
    });
    expect(plan(aDuty(second), hence(minutes(2)), taken)).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'acknowledged' },
      create: [],
    });
  });

  it('waits its time out when woken early', () => {
    expect(plan(aSentDuty(first, t0), hence(minutes(3)))).toMatchObject({ do: 'wait', until: hence(minutes(5)), create: [] });
  });

  it.each([
    [first, minutes(5), { recipient: 'incident-lead', step: '1' }],
    [second, minutes(10), { recipient: 'management', step: '2' }],
    [third, minutes(15), { recipient: 'sysop', step: '3' }],
    [{ ...first, step: '3' }, minutes(15), { recipient: 'incident-lead', step: '4' }],
  ])('hands on to the next of the chain, and round: %o', (spec, timeout, next) => {
    const unanswered = plan(aSentDuty(spec, t0), hence(timeout));
    expect(unanswered).toMatchObject({
      do: 'end',
      ending: { state: 'EXPIRED', reason: 'no answer in time' },
      create: [{ kind: 'call', ...next }],
    });
    expect(plan(aSentDuty(spec, t0), hence((timeout - 1) as never)).do).toBe('wait');
  });

  it('skips a role in which nobody can be reached', () => {
    const made = plan(aDuty(first), t0);
    expect(made.do === 'act' && made.unreachable).toMatchObject({
      ending: { state: 'EXPIRED', reason: 'nobody in this role can be reached' },
      create: [{ kind: 'call', recipient: 'incident-lead', step: '1' }],
    });
  });

  it('gives the next of the chain five minutes until it counts as late', () => {
    const unanswered = plan(aSentDuty(first, t0), hence(minutes(5)));
    expect(unanswered.do === 'end' && unanswered.create).toEqual([
      { kind: 'call', recipient: 'incident-lead', step: '1', deadlineAt: hence(minutes(10)) },
    ]);
  });

  it('skips a role at once, but draws breath when nobody of the whole chain can be reached', () => {
    const skipped = (duty: Duty) => {
      const made = plan(duty, t0);
      return made.do === 'act' ? made.unreachable?.create : undefined;
    };
    expect(skipped(aDuty(second))).toEqual([{ kind: 'call', recipient: 'management', step: '2', deadlineAt: hence(minutes(5)) }]);
    expect(skipped(aDuty(third))).toEqual([
      { kind: 'call', recipient: 'sysop', step: '3', deadlineAt: hence(minutes(10)), notBefore: hence(minutes(5)) },
    ]);
  });

  it('gives everybody after the last timeout of the policy that one', () => {
    const patient = aConfiguration({ policy: { call: { chain: ['sysop', 'management'], timeouts: [minutes(5), minutes(20)] } } });
    for (const step of ['1', '2', '3', '40'])
      expect(planOf({ duty: aDuty({ ...first, step }), incident: suspected, configuration: patient, now: t0 })).toMatchObject({
        after: { until: hence(minutes(20)) },
      });
  });

  it('stays with its role, and comes again after a quarter of an hour, where the policy now names nobody and no hours', () => {
    const emptied = aConfiguration({ policy: { call: { chain: [], timeouts: [] } } });
    const made = (now: Instant) => planOf({ duty: aSentDuty(second, t0), incident: suspected, configuration: emptied, now });
    expect(made(hence(minutes(14)))).toMatchObject({ do: 'wait', until: hence(minutes(15)) });
    expect(made(hence(minutes(15)))).toMatchObject({ do: 'end', create: [{ recipient: 'incident-lead', step: '2' }] });
  });

  // D-6: only a person can be on it.
  it('is not ended by an awareness that no person declared', () => {
    const declared = when(suspected, { ...confirm({ at: hence(minutes(1)) }), actor: { by: 'machine', rule: 'import' } } as Command);
    expect(plan(aDuty(first), hence(minutes(2)), declared).do).toBe('act');
    expect(plan(aSentDuty(first, t0), hence(minutes(5)), declared)).toMatchObject({ do: 'end', ending: { state: 'EXPIRED' } });
  });

  it.each([
    ['refuted', refuted],
    ['closed', closed],
  ])('is cancelled where the case is %s, before anybody else is woken', (state, over) => {
    for (const duty of [aSentDuty(first, t0), aDuty(first)])
      expect(plan(duty, hence(minutes(31)), over)).toEqual({
        do: 'end',
        ending: { state: 'CANCELLED', reason: state },
        create: [],
        commands: [],
      });
  });
});

describe('a call to decide', () => {
  const spec = { kind: 'call', recipient: 'management', step: 'decide' } as const;

  it('comes again every two hours, and an acknowledgement does not end it', () => {
    expect(plan(aDuty(spec), hence(hours(2)), taken)).toEqual({
      do: 'act',
      act: { type: 'page', topic: 'decide', roles: ['management'], reach: 'all' },
      after: { state: 'SENT', until: hence(hours(4)) },
    });
    expect(plan(aSentDuty(spec, hence(hours(2))), hence(hours(3)), taken)).toMatchObject({ do: 'wait', until: hence(hours(4)) });
    expect(plan(aSentDuty(spec, hence(hours(2))), hence(hours(4)), taken).do).toBe('act');
  });

  it('is ended by a decision', () => {
    for (const decided of [confirmed, refuted]) {
      const reason = decided.state;
      expect(plan(aSentDuty(spec, hence(hours(2))), hence(hours(3)), decided)).toMatchObject({
        do: 'end',
        ending: { state: 'DONE', reason },
      });
      expect(plan(aDuty(spec), hence(hours(3)), decided)).toMatchObject({ do: 'end', ending: { state: 'CANCELLED', reason } });
    }
  });

  it('goes on while the breach is still to be assessed', () => {
    expect(plan(aDuty(spec), hence(hours(2)), anIncident({ nature: possible })).do).toBe('act');
  });
});

describe('an assessment', () => {
  const assessed = anIncident({ nature: possible });
  const spec = { kind: 'review', step: 'assess' } as const;

  it('pages the lead once and waits until its deadline', () => {
    expect(plan(aDuty(spec), t0, assessed)).toEqual({
      do: 'act',
      act: { type: 'page', roles: ['incident-lead'], topic: 'assess', reach: 'first' },
      after: { state: 'SENT', until: hence(hours(4)) },
    });
    expect(plan(aSentDuty(spec, t0), hence(hours(1)), assessed)).toMatchObject({ do: 'wait', until: hence(hours(4)), commands: [] });
  });

  it('becomes a suspicion when nobody answered in time (D-5), sent or not', () => {
    for (const duty of [aSentDuty(spec, t0), aDuty(spec), aDuty(spec, { state: 'BLOCKED' })])
      expect(plan(duty, hence(hours(4)), assessed)).toMatchObject({
        do: 'end',
        ending: { state: 'EXPIRED', reason: 'assessment unanswered' },
        commands: [{ type: 'Suspect', at: hence(hours(4)), actor: { by: 'machine', rule: 'policy.assessWithin' }, why: 'unanswered' }],
      });
  });

  it('is done once somebody decided', () => {
    expect(plan(aSentDuty(spec, t0), hence(hours(4)), confirmed)).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'confirmed' },
      commands: [],
    });
    expect(plan(aDuty(spec), t0, suspected)).toMatchObject({ do: 'end', ending: { state: 'DONE', reason: 'suspected' } });
  });
});

describe('a consultation', () => {
  const spec = { kind: 'consult', recipient: 'dpo', step: 'suspected' } as const;

  it('is sent and waits until its deadline', () => {
    expect(plan(aDuty(spec), t0)).toEqual({ do: 'act', act: { type: 'consult' }, after: { state: 'SENT', until: hence(hours(4)) } });
    expect(plan(aSentDuty(spec, t0), hence(hours(1)))).toMatchObject({ do: 'wait', until: hence(hours(4)) });
  });

  // P-3: with the officer unreachable every notice is on time and the register shows it.
  it('ends without an answer and delays nothing', () => {
    expect(plan(aSentDuty(spec, t0), hence(hours(4)))).toMatchObject({
      do: 'end',
      ending: { state: 'EXPIRED', reason: 'consulted, no answer' },
      commands: [],
      create: [],
    });
    expect(plan(aSentDuty(spec, t0), hence(hours(1)), confirmed)).toMatchObject({
      ending: { state: 'EXPIRED', reason: 'consulted, decided before an answer' },
    });
    expect(plan(aDuty(spec), hence(hours(1)), confirmed)).toMatchObject({ do: 'end', ending: { state: 'CANCELLED', reason: 'confirmed' } });
    expect(plan(aDuty(spec), hence(hours(5)), suspected)).toMatchObject({ do: 'act', act: { type: 'consult' } });
  });

  it('is done by advice, even by late advice', () => {
    const advised = when(confirmed, { type: 'Advise', at: hence(hours(1)), text: 'Inform them today.' });
    expect(plan(aSentDuty(spec, t0), hence(hours(9)), advised)).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'advice given' },
    });
  });
});

describe('a search for the controller', () => {
  const unknown = anIncident({ controllers: [], unidentified: true });
  const spec = { kind: 'identify-controller', deadlineAt: hence(hours(1)) } as const;

  it('pages the lead at once, and past its hour the deputies too, every hour', () => {
    expect(plan(aDuty(spec), t0, unknown)).toMatchObject({
      do: 'act',
      act: { roles: ['incident-lead'], topic: 'identify' },
      after: { until: hence(hours(1)) },
    });
    expect(plan(aSentDuty(spec, t0), hence(minutes(30)), unknown)).toMatchObject({ do: 'wait', until: hence(hours(1)) });
    expect(plan(aSentDuty(spec, t0), hence(hours(1)), unknown)).toMatchObject({
      act: { roles: ['incident-lead', 'management'], topic: 'identify' },
      after: { state: 'SENT', until: hence(hours(2)) },
    });
    expect(plan(aSentDuty(spec, hence(hours(1))), hence(hours(1.5)), unknown)).toMatchObject({ do: 'wait', until: hence(hours(2)) });
    const twice = [t0, hence(hours(1))].map((at) => ({ at, channel: 'slack.lena', via: 'provider' as const }));
    expect(plan(aDuty(spec, { state: 'SENT', sentAt: t0, evidence: twice }), hence(hours(1.5)), unknown)).toMatchObject({
      do: 'wait',
      until: hence(hours(2)),
    });
    expect(plan(aSentDuty(spec, hence(hours(1))), hence(hours(2)), unknown).do).toBe('act');
    // The page of the first minute is none of those that the deputies hear: at the hour they hear it, however late the first went out.
    expect(plan(aSentDuty(spec, hence(minutes(59))), hence(hours(1)), unknown).do).toBe('act');
    expect(plan(aDuty(spec, { state: 'BLOCKED' }), hence(minutes(15)), unknown)).toMatchObject({ do: 'wait', until: hence(hours(1)) });
  });

  it('ends when the controller is known or the case is over', () => {
    expect(plan(aSentDuty(spec, t0), hence(hours(1)), suspected)).toMatchObject({
      do: 'end',
      ending: { state: 'DONE', reason: 'identified' },
    });
    const over = when(unknown, { type: 'Close', at: t0, actor: lead, reason: 'merged' });
    expect(plan(aSentDuty(spec, t0), hence(hours(1)), over)).toMatchObject({ do: 'end', ending: { state: 'CANCELLED', reason: 'closed' } });
  });
});

describe('a person beside a duty', () => {
  const notice = aDuty({ kind: 'notice', recipient: 'museum', step: 'suspected' });
  const beside = { kind: 'human', recipient: 'sysop', step: notice.id, parent: notice.id } as const;
  const human = (duty: Duty, now: Instant, parent?: Duty) =>
    planOf({ duty, incident: suspected, configuration, now, ...(parent ? { parent } : {}) });

  it('is told at once and again every four hours', () => {
    expect(human(aDuty(beside), t0, notice)).toMatchObject({
      do: 'act',
      act: { roles: ['sysop', 'incident-lead'], topic: 'human' },
      after: { until: hence(hours(4)) },
    });
    expect(human(aSentDuty(beside, t0), hence(hours(3)), notice)).toMatchObject({ do: 'wait', until: hence(hours(4)) });
    expect(human(aSentDuty(beside, t0), hence(hours(4)), notice).do).toBe('act');
  });

  it('counts its four hours from the last word, however many there were', () => {
    const said = (...at: readonly number[]) =>
      aDuty(beside, {
        state: 'SENT',
        sentAt: t0,
        evidence: at.map((hour) => ({ at: hence(hours(hour)), channel: 'slack.sam', via: 'provider' as const })),
      });
    expect(human(said(0, 4, 8), hence(hours(11)), notice)).toMatchObject({ do: 'wait', until: hence(hours(12)) });
    expect(human(said(0, 4, 8), hence(hours(12)), notice).do).toBe('act');
    expect(human(said(), hence(hours(3)), notice)).toMatchObject({ do: 'wait', until: hence(hours(4)) });
  });

  it('counts from what was said, not from what was heard of it since', () => {
    const evidence = [
      { at: t0, channel: 'slack.sam', via: 'provider' as const },
      { at: hence(hours(3)), channel: 'slack.sam', via: 'provider' as const, says: 'delivered' as const },
    ];
    const heard = aDuty(beside, { state: 'SENT', sentAt: t0, evidence });
    expect(sendingsOf(heard)).toEqual(evidence.slice(0, 1));
    expect(human(heard, hence(hours(3.5)), notice)).toMatchObject({ do: 'wait', until: hence(hours(4)) });
    expect(human(heard, hence(hours(4)), notice).do).toBe('act');
  });

  it('is let go when the machine managed after all', () => {
    expect(human(aSentDuty(beside, t0), hence(hours(1)), { ...notice, state: 'DONE' })).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'what it stood beside is done' },
    });
    expect(human(aSentDuty(beside, t0), hence(hours(4)), { ...notice, state: 'BLOCKED' }).do).toBe('act');
  });

  it.each([
    ['withdraw', 'withdraw'],
    ['update', 'update'],
  ])('hears what it is about: %s', (step, topic) => {
    expect(human(aDuty({ kind: 'human', step }), t0)).toMatchObject({ act: { topic } });
  });
});

describe('a kind of a later version', () => {
  it('is not dropped: it waits, with a person beside it (I-43)', () => {
    const later = aDuty({ kind: 'letter' });
    expect(plan(later, t0)).toMatchObject({
      do: 'wait',
      until: hence(hours(1)),
      create: [{ kind: 'human', recipient: 'sysop', step: later.id, parent: later.id, deadlineAt: later.deadlineAt }],
    });
  });
});
