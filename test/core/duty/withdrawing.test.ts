// Holds when a withdrawal leaves: after what it takes back, only if that may have left, and not for one that is affected again (P-14).
import { describe, expect, it } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import { planOf } from '#core/duty/plan.ts';
import type { Situation } from '#core/duty/turn.ts';
import { mayHaveLeft, withdrawalsOf, wordsTo } from '#core/duty/withdrawing.ts';
import type { Command } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { dutyId, incidentId, incidentSubject } from '#core/kernel/ids.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { aConfiguration, aDuty, anIncident, caseId, confirm, hence, idKey, lead, named, t0, when } from '../given.ts';

const evidence = 'The rows of that hour name the other alone.';
const museum = [named('museum')];
const release: Command = { type: 'Release', at: hence(hours(1)), actor: lead };
const narrow = (at = hence(hours(3))): Command => ({ type: 'Narrow', at, actor: lead, controllers: museum, reason: evidence });
const widen: Command = { type: 'Widen', at: hence(hours(4)), actor: lead, controllers: museum, reason: 'Its rows were found.' };
const withdraw: Command = { type: 'Withdraw', at: hence(hours(5)), actor: lead, reason: evidence };

const told = when(anIncident({ controllers: ['museum', 'theatre'] }), release);
const narrowed = when(told, narrow());

const sentAt = hence(hours(2));
const mail = (n: number) => ({ at: sentAt, channel: `mail.contact-${n}`, via: 'provider' as const });
const notice = (step: string, more: Partial<Duty> = {}): Duty => aDuty({ kind: 'notice', recipient: 'museum', step }, more);
const sent = (step: string, more: Partial<Duty> = {}): Duty => notice(step, { state: 'SENT', sentAt, evidence: [mail(2)], ...more });
const withdrawal = (step = '1', more: Partial<Duty> = {}): Duty => aDuty({ kind: 'withdrawal', recipient: 'museum', step }, more);

const plan = (incident: Incident, words: readonly Duty[], more: Partial<Situation> = {}) =>
  planOf({ duty: withdrawal(), incident, configuration: aConfiguration(), now: hence(hours(6)), told: words, ...more });

describe('a withdrawal', () => {
  it('names what it takes back, when that left, when it was decided, and goes to the contact that took it', () => {
    expect(plan(narrowed, [sent('suspected')])).toEqual({
      do: 'act',
      act: {
        type: 'withdrawal',
        controller: 'museum',
        why: 'not-affected',
        decidedAt: hence(hours(3)),
        told: [{ as: 'suspected', incident: caseId, at: sentAt }],
        first: [1],
      },
      after: { state: 'SENT', until: plus(hence(hours(6)), minutes(30)) },
    });
    expect(plan(when(told, withdraw), [sent('suspected')])).toMatchObject({ act: { why: 'no-breach' } });
  });

  it('is not owed where nothing was accepted', () => {
    const nothing = { do: 'end', ending: { state: 'CANCELLED', reason: 'nothing was sent to this controller' } };
    expect(plan(narrowed, [])).toMatchObject(nothing);
    expect(plan(narrowed, [notice('suspected', { state: 'CANCELLED', attempts: 1, head: { seq: 2, hash: '' } })])).toMatchObject(nothing);
    expect(plan(narrowed, [], { duty: withdrawal('2') })).toMatchObject({ do: 'end', ending: { state: 'CANCELLED' } });
  });

  it('is one of its own controller and number', () => {
    const both = when(told, withdraw);
    expect(plan(both, [], { duty: withdrawal('2') })).toMatchObject({
      ending: { state: 'CANCELLED', reason: 'no withdrawal of that number is on the incident' },
    });
    const other = aDuty({ kind: 'notice', recipient: 'theatre', step: 'suspected' }, { state: 'SENT', sentAt, evidence: [mail(12)] });
    const duty = aDuty({ kind: 'withdrawal', recipient: 'theatre', step: '1' });
    expect(plan(both, [other], { duty })).toMatchObject({ act: { controller: 'theatre', first: [11] } });
    // A word on the phone names no contact.
    const word = { ...other, evidence: [{ at: sentAt, channel: 'word: mail.contact-1 read it out', via: 'provider' as const }] };
    expect(plan(both, [word], { duty })).toMatchObject({ act: { first: [] } });
  });

  it('waits for what is on its way, longer for what a person has to look at', () => {
    expect(plan(narrowed, [notice('suspected')])).toMatchObject({ do: 'wait', until: hence(minutes(361)) });
    const blocked = notice('suspected', { state: 'BLOCKED' });
    for (const words of [[blocked], [blocked, notice('confirmed')]])
      expect(plan(narrowed, words)).toMatchObject({ do: 'wait', until: hence(minutes(375)) });
  });

  it('does not leave when the controller is affected after all; when the whole is over it does', () => {
    expect(plan(when(narrowed, widen), [sent('suspected')])).toMatchObject({
      ending: { state: 'CANCELLED', reason: 'affected after all' },
    });
    expect(plan(when(told, withdraw), [sent('suspected')])).toMatchObject({ do: 'act' });
  });

  it('takes back every notice that may have left, and none that an earlier one took back', () => {
    const both = when(told, confirm({ at: hence(hours(2)), release: true }), narrow());
    const words = [sent('suspected'), sent('confirmed', { sentAt: hence(hours(2.5)), evidence: [mail(1)] })];
    expect(plan(both, words)).toMatchObject({
      act: {
        told: [
          { as: 'suspected', at: sentAt },
          { as: 'confirmed', at: hence(hours(2.5)) },
        ],
        first: [1, 0],
      },
    });
    const twice = when(told, narrow(), widen, { ...release, at: hence(hours(5)) }, narrow(hence(hours(6))));
    const first = withdrawal('1', { state: 'SENT', sentAt, evidence: [mail(1)] });
    const again = { duty: withdrawal('2') };
    expect(plan(twice, [sent('suspected'), first, sent('suspected:2')], again)).toMatchObject({ act: { told: [{ as: 'suspected' }] } });
    expect(
      plan(twice, [sent('suspected'), first, notice('suspected:2', { state: 'CANCELLED', head: { seq: 2, hash: '' } })], again),
    ).toMatchObject({
      ending: { state: 'CANCELLED', reason: 'withdrawn already' },
    });
    // The first one was called off when it came back: nothing told it that the notice is wrong.
    const off = withdrawal('1', { state: 'CANCELLED', head: { seq: 2, hash: '' } });
    expect(plan(twice, [sent('suspected'), off], again)).toMatchObject({ do: 'act' });
  });

  it('once sent waits for its arrival, with a person beside it', () => {
    const open = plan(narrowed, [], { duty: withdrawal('1', { state: 'SENT', sentAt, evidence: [mail(1)] }) });
    expect(open).toMatchObject({ do: 'wait', create: [{ kind: 'human', parent: withdrawal().id }] });
  });
});

describe('what it has to know', () => {
  it('is every notice to that controller and every earlier withdrawal, by the ids that they have', () => {
    const twice = when(told, narrow(), widen, { ...release, at: hence(hours(5)) }, narrow(hence(hours(6))));
    expect(withdrawalsOf(twice).map(({ controller, nth }) => [controller, nth])).toEqual([
      ['museum', 1],
      ['museum', 2],
    ]);
    expect(wordsTo(twice, withdrawal('2')).map(({ id }) => id)).toEqual([
      notice('suspected').id,
      notice('suspected:2').id,
      withdrawal('1').id,
    ]);
    expect(wordsTo(twice, withdrawal('1')).map(({ id }) => id)).toEqual([notice('suspected').id, notice('suspected:2').id]);
  });

  it('is what a merged case told, under its reference', () => {
    const younger = incidentId(idKey, 'case', 2);
    const other = when(anIncident({ id: younger, controllers: ['museum'] }), release);
    const both = when(anIncident(), { type: 'Absorb', at: hence(hours(2)), other }, narrow());
    const subject = incidentSubject(younger);
    const id = dutyId(subject, 'notice', 'museum', 'suspected');
    expect(wordsTo(both, withdrawal())).toEqual([{ subject, id }]);
    expect(plan(both, [{ ...sent('suspected'), id }])).toMatchObject({ act: { told: [{ incident: younger }] } });
  });
});

describe('a message may have left', () => {
  const tried = (attempts: number, seq: number, more: Partial<Duty> = {}): Duty =>
    notice('suspected', { attempts, head: { seq, hash: '' }, ...more });

  it('when a channel took it, a report came, a try has no outcome, or a claim lapsed in the middle', () => {
    expect(mayHaveLeft(sent('suspected'))).toBe(true);
    expect(mayHaveLeft(tried(1, 2, { evidence: [{ ...mail(1), says: 'bounced' }] }))).toBe(true);
    expect(mayHaveLeft(tried(1, 3, { unsure: true }))).toBe(true);
    // Two claims, and only the second wrote what came of it.
    expect(mayHaveLeft(tried(2, 2))).toBe(true);
  });

  it('not when every try came to its end without', () => {
    expect(mayHaveLeft(tried(1, 2))).toBe(false);
    expect(mayHaveLeft(tried(3, 4))).toBe(false);
    expect(mayHaveLeft(tried(0, 1))).toBe(false);
  });
});

describe('a notice that is taken back', () => {
  const planNotice = (incident: Incident, duty: Duty) => planOf({ duty, incident, configuration: aConfiguration(), now: hence(hours(6)) });

  it('ends before it left, with the reason; after that its withdrawal takes its place', () => {
    expect(planNotice(narrowed, notice('suspected'))).toMatchObject({
      ending: { state: 'CANCELLED', reason: `not affected after all: ${evidence}` },
    });
    expect(planNotice(when(told, withdraw), notice('suspected', { state: 'BLOCKED' }))).toMatchObject({
      ending: { state: 'CANCELLED', reason: 'withdrawn before it was sent' },
    });
    expect(planNotice(narrowed, sent('suspected'))).toMatchObject({ ending: { state: 'EXPIRED' } });
  });

  it('is not the one that is told again, nor that of another', () => {
    const again = when(narrowed, widen, { ...release, at: hence(hours(5)) });
    expect(planNotice(again, notice('suspected:2'))).toMatchObject({ do: 'act', act: { as: 'suspected' } });
    expect(planNotice(narrowed, aDuty({ kind: 'notice', recipient: 'theatre', step: 'suspected' }))).toMatchObject({ do: 'act' });
  });

  it('leaves nothing for a person to withdraw or to update once nothing holds', () => {
    const plans = (incident: Incident, step: string) =>
      planOf({ duty: aDuty({ kind: 'human', step }), incident, configuration: aConfiguration(), now: hence(hours(6)) });
    for (const step of ['withdraw', 'update']) {
      expect(plans(when(told, withdraw), step)).toMatchObject({ ending: { state: 'CANCELLED', reason: 'withdrawn' } });
      expect(plans(narrowed, step)).toMatchObject({ do: 'act' });
      // Nothing was let go as far as this ledger knows: a restore may have put the notice back.
      expect(plans(anIncident(), step)).toMatchObject({ do: 'act' });
    }
    expect(plans(when(told, withdraw), 'other')).toMatchObject({ do: 'act' });
  });
});

describe('the release of one that is not affected after all', () => {
  it.each(['suspected', 'confirmed'] as const)('ends, that of the others goes on (%s)', (as) => {
    const from = anIncident({ controllers: ['museum', 'theatre'] });
    const incident = when(as === 'confirmed' ? when(from, confirm({ at: hence(hours(1)) })) : from, narrow());
    const planFor = (step: string) =>
      planOf({ duty: aDuty({ kind: 'release', step }), incident, configuration: aConfiguration(), now: hence(hours(3)) });
    expect(planFor(`${as}:museum`)).toMatchObject({ ending: { state: 'CANCELLED', reason: 'this controller is not affected after all' } });
    expect(planFor(as).do).not.toBe('end');
  });
});

describe('the question of the scope', () => {
  const incident = anIncident({ controllers: ['museum', 'theatre'] });
  const asked = (of: Incident, more: Partial<Situation> = {}) =>
    planOf({ duty: aDuty({ kind: 'narrow' }), incident: of, configuration: aConfiguration(), now: hence(hours(1)), ...more });

  it('is put to the lead, past its deadline to the deputy too, once a day', () => {
    expect(asked(incident)).toMatchObject({ act: { roles: ['incident-lead'], topic: 'narrow' }, after: { until: hence(hours(4)) } });
    const duty = aDuty({ kind: 'narrow' }, { state: 'SENT', sentAt: hence(hours(1)) });
    expect(asked(incident, { duty })).toMatchObject({ do: 'wait', until: hence(hours(4)) });
    expect(asked(incident, { duty, now: hence(hours(4)) })).toMatchObject({
      act: { roles: ['incident-lead', 'management'] },
      after: { until: hence(hours(28)) },
    });
  });

  it('ends with an answer, with the incident, or when nobody shares anything any more', () => {
    expect(asked(when(incident, narrow()))).toMatchObject({ ending: { state: 'DONE', reason: 'answered' } });
    expect(asked(when(incident, narrow()), { duty: aDuty({ kind: 'narrow', step: '2' }) })).toMatchObject({
      ending: { state: 'CANCELLED' },
    });
    expect(asked(when(incident, { type: 'Close', at: t0, actor: lead, reason: 'test' }))).toMatchObject({
      ending: { state: 'CANCELLED', reason: 'closed' },
    });
    expect(asked(incident, { configuration: aConfiguration({ assets: [] }) })).toMatchObject({
      ending: { state: 'CANCELLED', reason: 'nobody is only possibly affected any more' },
    });
  });
});
