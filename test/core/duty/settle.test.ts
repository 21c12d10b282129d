// Holds what becomes of a duty after its turn: no count of tries ends it, trouble brings a person, the deadline stays (I-23, D-10).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimed } from '#core/duty/claim.ts';
import { type Duty, dutyKinds, isTerminal } from '#core/duty/duty.ts';
import { type ActResult, besides, ended, failed, sent, waiting } from '#core/duty/settle.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import { durationOf, hours, minutes, plus, seconds } from '#core/kernel/time.ts';
import { aDuty, hence, caseId, t0 } from '../given.ts';

type Failure = Extract<ActResult, { readonly ok: false }>;
const failure = (kind: Failure['kind'], more: Partial<Failure> = {}): Failure => ({
  ok: false,
  kind,
  reason: 'SMTP answered 421',
  evidence: [],
  ...more,
});
const held = (duty: Duty): Duty => claimed(duty, { owner: 'node-1', epoch: 1, leaseUntil: hence(minutes(2)) });
const notice = held(aDuty({ kind: 'notice', recipient: 'museum', step: 'suspected' }));
const proof = { at: t0, channel: 'mail', via: 'provider' as const, providerId: 'x' };

describe('a duty made', () => {
  it('is open, due now, and carries what it is about', () => {
    expect(
      makeIncidentDuty(
        { id: caseId, controllers: [] },
        { kind: 'inform', recipient: 'sysop', step: '1', deadlineAt: hence(minutes(15)) },
        t0,
      ),
    ).toMatchObject({
      state: 'OPEN',
      lane: 'page',
      gen: 0,
      attempts: 0,
      incident: caseId,
      nextAt: t0,
      createdAt: t0,
      deadlineAt: hence(minutes(15)),
    });
  });

  it('has its soft deadline by lane: a call 2 min, a page 15, a mail 30, a ticket 4 h', () => {
    const softOf = (kind: Duty['kind']) => aDuty({ kind }).softAt - t0;
    expect(['call', 'inform', 'notice', 'ticket'].map((kind) => softOf(kind as Duty['kind']) / 60_000)).toEqual([2, 15, 30, 240]);
  });

  it('wakes no sooner than asked, and counts its soft deadline from then', () => {
    const later = aDuty({ kind: 'human', notBefore: hence(hours(20)) });
    expect(later).toMatchObject({ nextAt: hence(hours(20)), softAt: hence(hours(20.25)) });
  });
});

describe('a failed try', () => {
  it('ends no duty of any kind, however many went before', () => {
    const kinds = fc.constantFrom(...dutyKinds);
    const results = fc.constantFrom('again' as const, 'unsure' as const, 'refused' as const);
    fc.assert(
      fc.property(kinds, results, fc.nat({ max: 1_000_000 }), fc.nat({ max: 20_000 }), (kind, what, attempts, late) => {
        const duty = held(aDuty({ kind }, { attempts }));
        const now = hence(minutes(late));
        const next = failed(duty, failure(what), now, 0.5).duty;
        expect(isTerminal(next.state)).toBe(false);
        expect(next.nextAt).toBeGreaterThan(now);
        expect(next.nextAt).toBeLessThanOrEqual(plus(now, hours(24)));
        expect(next).toMatchObject({ deadlineAt: duty.deadlineAt, gen: duty.gen, lastFailure: 'SMTP answered 421' });
        expect(next).not.toHaveProperty('leaseUntil');
        expect(next).not.toHaveProperty('owner');
        expect(next).not.toHaveProperty('ownerEpoch');
      }),
    );
  });

  it('comes again after a jittered wait, or when the channel says', () => {
    expect(failed(notice, failure('again'), t0, 0.5)).toMatchObject({
      type: 'AttemptFailed',
      create: [],
      duty: { state: 'OPEN', nextAt: hence(seconds(1)) },
    });
    expect(failed(notice, failure('again', { retryAfter: minutes(10) }), t0, 0.5).duty.nextAt).toBe(hence(minutes(10)));
  });

  it('brings a person from the soft deadline on, always the same one', () => {
    expect(failed(notice, failure('again'), hence(minutes(29)), 0).create).toEqual([]);
    const first = failed(notice, failure('again'), hence(minutes(30)), 0).create;
    const second = failed(notice, failure('again'), hence(hours(9)), 0).create;
    expect(first).toEqual([{ kind: 'human', recipient: 'sysop', step: notice.id, parent: notice.id, deadlineAt: hence(minutes(90)) }]);
    const idsOf = (specs: typeof first) => specs.map((spec) => makeIncidentDuty({ id: caseId, controllers: [] }, spec, t0).id);
    expect(idsOf(first)).toEqual(idsOf(second));
  });

  it('brings no person beside the person', () => {
    expect(failed(held(aDuty({ kind: 'human' })), failure('refused'), hence(hours(9)), 0).create).toEqual([]);
  });
});

describe('a try without an outcome', () => {
  it('is remembered, for it may have left; one that was refused or put off did not', () => {
    expect(failed(notice, failure('unsure'), t0, 0.5).duty).toHaveProperty('unsure', true);
    for (const kind of ['again', 'refused'] as const) expect(failed(notice, failure(kind), t0, 0.5).duty).not.toHaveProperty('unsure');
  });
});

describe('what a failed try had already proved', () => {
  it('stays with the duty', () => {
    const second = { ...proof, channel: 'slack.sam' };
    expect(failed({ ...notice, evidence: [proof] }, failure('again', { evidence: [second] }), t0, 0.5).duty.evidence).toEqual([
      proof,
      second,
    ]);
  });
});

describe('a try refused for good', () => {
  it('blocks the duty until tomorrow and brings a person at once', () => {
    const blocked = failed(notice, failure('refused'), t0, 0.5);
    expect(blocked).toMatchObject({ type: 'DutyBlocked', duty: { state: 'BLOCKED', nextAt: hence(hours(24)) } });
    expect(blocked.create).toEqual([besides(notice, t0)]);
    expect(failed(blocked.duty, failure('again'), hence(hours(24)), 0.5).duty.state).toBe('BLOCKED');
  });

  // D-5 and P-6 act by the clock when nobody answers: a chat that refuses the page can't stop them.
  const byTheClock = ['release', 'review', 'call', 'identify-controller', 'own-assessment', 'own-report', 'own-art34'] as const;
  it.each(byTheClock)('does not put the clock of a %s off to tomorrow', (kind) => {
    expect(failed(held(aDuty({ kind })), failure('refused'), t0, 0.5).duty).toMatchObject({ state: 'BLOCKED', nextAt: hence(minutes(15)) });
  });

  it('lets no channel ask for a wait beyond a deadline that acts by itself', () => {
    const release = held(aDuty({ kind: 'release', deadlineAt: hence(minutes(30)) }));
    expect(failed(release, failure('again', { retryAfter: hours(1) }), t0, 0.5).duty.nextAt).toBe(hence(minutes(30)));
    // At its deadline and past it there is none left to keep: it does not spin.
    for (const late of [minutes(30), hours(2)])
      expect(failed(release, failure('again', { retryAfter: hours(1) }), hence(late), 0.5).duty.nextAt).toBe(plus(hence(late), hours(1)));
  });
});

describe('a turn that succeeded', () => {
  it('keeps the first hour of sending and adds its evidence', () => {
    const once = sent(notice, [proof], hence(minutes(30)), t0);
    expect(once).toMatchObject({ state: 'SENT', sentAt: t0, nextAt: hence(minutes(30)), evidence: [proof] });
    const twice = sent(once, [{ ...proof, at: hence(minutes(9)) }], hence(hours(1)), hence(minutes(9)));
    expect(twice.sentAt).toBe(t0);
    expect(twice.evidence).toHaveLength(2);
    expect(twice).not.toHaveProperty('leaseUntil');
  });

  it('ends with a reason and an hour, and keeps the deadline', () => {
    expect(ended(notice, { state: 'DONE', reason: 'delivered' }, hence(durationOf(5)))).toMatchObject({
      state: 'DONE',
      reason: 'delivered',
      endedAt: hence(durationOf(5)),
      deadlineAt: notice.deadlineAt,
    });
  });

  it('waits without another word', () => {
    expect(waiting(notice, hence(hours(1)))).toMatchObject({ state: 'OPEN', nextAt: hence(hours(1)) });
    expect(waiting(notice, hence(hours(1)))).not.toHaveProperty('owner');
  });
});
