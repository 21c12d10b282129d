// Holds what the audit says against a duty: unproved, off the index, late, missing; and that it says nothing against a sound one (6.4).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duty, type DutyKind, type Evidence, dutyKinds, dutyStates, isTerminal, lanes } from '#core/duty/duty.ts';
import { fanout } from '#core/duty/fanout.ts';
import { owed } from '#core/duty/owed.ts';
import { isFanningOut, isIndexed, isProved, lateBy, missingOf } from '#core/duty/proof.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import { durationOf, hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, aDuty, anIncident, hence, t0 } from '../given.ts';

const evidence = (channel: string, more: Partial<Evidence> = {}): Evidence => ({ at: t0, channel, via: 'provider', ...more });
const mail = evidence('mail.contact-1', { providerId: 'ses-1' });
const report = evidence('ses', { providerId: 'event-1' });
const word = evidence('word: phoned the desk');
const of = (kind: DutyKind, state: Duty['state'], ...proofs: readonly Evidence[]): Duty => aDuty({ kind }, { state, evidence: proofs });

describe('a duty is proved', () => {
  it.each(dutyKinds)('as SENT when a channel took it, and not else: %s', (kind) => {
    expect(isProved(of(kind, 'SENT', mail), 'DutySent')).toBe(true);
    expect(isProved(of(kind, 'SENT', evidence('slack.sam')), 'DutySent')).toBe(true);
    for (const none of [[], [report], [word], [evidence('ticket')], [evidence('word: by mail.contact-1')]])
      expect(isProved(of(kind, 'SENT', ...none), 'DutySent')).toBe(false);
  });

  it.each(['notice', 'update', 'final', 'withdrawal'] as const)(
    'as legal mail by a delivery or a named person’s word (I-21): %s',
    (kind) => {
      expect(isProved(of(kind, 'DONE', mail, report), 'DeliveryConfirmed')).toBe(true);
      // The delivery may be told before the sending was written down.
      expect(isProved(of(kind, 'DONE', report), 'DeliveryConfirmed')).toBe(true);
      expect(isProved(of(kind, 'DONE', mail, word), 'DeliveryConfirmed')).toBe(true);
      expect(isProved(of(kind, 'CLOSED', mail, word), 'DoneByPerson')).toBe(true);
    },
  );

  it.each(['DONE', 'CLOSED'] as const)('as legal mail not by the handing over, a bounce, or nothing: %s', (state) => {
    expect(isProved(of('notice', state), 'DeliveryConfirmed')).toBe(false);
    expect(isProved(of('notice', state, mail), 'DeliveryConfirmed')).toBe(false);
    expect(isProved(of('notice', state, mail, report), 'DeliveryFailed')).toBe(false);
    expect(isProved(of('notice', state, mail, report), undefined)).toBe(false);
    expect(isProved(of('notice', state, mail, evidence('ses')), 'DeliveryConfirmed')).toBe(false);
  });

  it('as a human duty by a named person’s word alone', () => {
    expect(isProved(of('human', 'DONE', evidence('slack.sam'), word), 'DoneByPerson')).toBe(true);
    expect(isProved(of('human', 'DONE', evidence('slack.sam')), 'DoneByPerson')).toBe(false);
    expect(isProved(of('human', 'DONE', word), 'DutyDone')).toBe(false);
    expect(isProved(of('human', 'DONE'), 'DoneByPerson')).toBe(false);
  });

  it.each(['ticket', 'inform', 'call', 'fanout'] as const)('as an act by what came of it: %s', (kind) => {
    expect(isProved(of(kind, 'DONE', evidence(kind)), 'DutyDone')).toBe(true);
    expect(isProved(of(kind, 'DONE'), 'DutyDone')).toBe(false);
  });

  it.each(['review', 'release', 'consult', 'identify-controller'] as const)(
    'by the incident’s own chain where a decision ends it: %s',
    (kind) => expect(isProved(of(kind, 'DONE'), 'DutyDone')).toBe(true),
  );

  it.each(['OPEN', 'BLOCKED', 'CANCELLED', 'EXPIRED'] as const)('when it claims nothing: %s', (state) => {
    for (const kind of dutyKinds) expect(isProved(of(kind, state), undefined)).toBe(true);
  });
});

describe('a duty stands in the index', () => {
  const duty = aDuty({ kind: 'inform' });
  const place = { lane: duty.lane, nextAt: duty.nextAt };

  it.each(dutyStates)('once while it may wake, never when it is ended: %s', (state) => {
    const one = { ...duty, state };
    expect(isIndexed(one, [])).toBe(isTerminal(state));
    expect(isIndexed(one, [place])).toBe(!isTerminal(state));
    expect(isIndexed(one, [place, place])).toBe(false);
  });

  it('in its own lane, at its own hour', () => {
    for (const lane of lanes) expect(isIndexed(duty, [{ ...place, lane }])).toBe(lane === duty.lane);
    expect(isIndexed(duty, [{ ...place, nextAt: hence(durationOf(1)) }])).toBe(false);
  });
});

describe('a duty is late', () => {
  it('by the time since it was due, unless it is ended', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e6, max: 9e6 }), fc.constantFrom(...dutyStates), (by, state) => {
        const late = lateBy(aDuty({ kind: 'inform' }, { state, nextAt: t0 }), hence(durationOf(by)));
        expect(late).toBe(isTerminal(state) ? 0 : Math.max(by, 0));
      }),
    );
  });

  it('only after its lease, when it is claimed', () => {
    const claimed = aDuty({ kind: 'inform' }, { owner: 'node-1', leaseUntil: hence(minutes(2)), nextAt: hence(minutes(2)) });
    expect(lateBy(claimed, hence(minutes(1)))).toBe(0);
    expect(lateBy(claimed, hence(minutes(9)))).toBe(minutes(7));
  });
});

describe('what an incident owes', () => {
  const incident = anIncident();
  const specs = owed(incident, aConfiguration(), t0);
  const all = specs.map((spec) => makeIncidentDuty(incident, spec, t0));
  const ids = all.map((duty) => duty.id);

  it('is missing as long as it is not there, whatever else is', () => {
    expect(specs.length).toBeGreaterThan(4);
    expect(missingOf(incident, specs, ids)).toBe(0);
    expect(missingOf(incident, specs, [])).toBe(specs.length);
    fc.assert(
      fc.property(fc.subarray(ids), (some) => {
        expect(missingOf(incident, specs, [...some, aDuty({ kind: 'human' }).id])).toBe(specs.length - some.length);
      }),
    );
  });

  it('is still being made until the fan-out duty’s deadline, or its end', () => {
    const making = makeIncidentDuty(incident, fanout(1, t0), t0);
    expect(isFanningOut([...all, making], making.deadlineAt)).toBe(true);
    expect(isFanningOut([making], hence(hours(1)))).toBe(false);
    expect(isFanningOut([{ ...making, state: 'DONE' }], t0)).toBe(false);
    expect(isFanningOut(all, t0)).toBe(false);
    // One that waits for its hour makes nothing yet; one that was claimed is at it, however long its lease.
    const later = { ...making, nextAt: hence(minutes(1)) };
    expect(isFanningOut([later], t0)).toBe(false);
    expect(isFanningOut([{ ...making, nextAt: t0 }], t0)).toBe(true);
    expect(isFanningOut([{ ...later, attempts: 1 }], t0)).toBe(true);
    expect(isFanningOut([{ ...making, kind: 'ticket' }], t0)).toBe(false);
  });
});
