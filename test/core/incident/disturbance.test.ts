// Holds when a service counts as disturbed: since when, for whom, what ends it, and what a case knows of it that took another in (P-23, R-205).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Disturbed,
  disturbedBy,
  effects,
  isDisturbed,
  isEndedBy,
  keysOf,
  ownDisturbances,
  restoredBy,
  toldElsewhere,
  withThoseOf,
} from '#core/incident/disturbance.ts';
import type { RestoreCommand } from '#core/incident/restored.ts';
import { type IncidentId, incidentId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';
import { decide } from '#core/incident/decide.ts';
import { aFinding, anIncident, attach, hence, idKey, lead, none, refusal, t0, when } from '../given.ts';

const availability = { ...none, availability: 'possible' } as const;
const given = { rule: 'db_down', nature: availability, disturbs: true } as const;
const sign = (at = 0, more = {}) => ({ ...aFinding({ ...given, time: hence(minutes(at)), ...more }) });
const heard = (...at: readonly number[]): Disturbed =>
  at.reduce<Disturbed>((known, one) => disturbedBy(known, sign(one), hence(minutes(one))), {});
const back = (at: number, more = {}) => ({ key: 'case', restoredAt: hence(minutes(at)), at: hence(minutes(at + 1)), ...more });
const other = incidentId(idKey, 'other', 1);

describe('a disturbance', () => {
  it('begins with the first sign of a rule that says so, and with no other', () => {
    expect(heard(0)).toEqual({
      disturbances: [{ key: 'case', since: t0, heardAt: t0, lastAt: t0, assets: ['archive'], controllers: ['museum'] }],
    });
    expect(disturbedBy({}, aFinding(), t0)).toEqual({});
    const known = heard(0);
    expect(disturbedBy(known, aFinding(), t0)).toEqual(known);
    expect(disturbedBy({}, sign(0, { unidentified: true }), t0).disturbances).toMatchObject([{ unidentified: true }]);
  });

  it('is the same one whatever the order of its signs, save when it was heard', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 4, 9, 30], { minLength: 4 }), (order) => {
        const known = order.reduce<Disturbed>(
          (all, at) => disturbedBy(all, sign(at, { controllers: at === 9 ? ['theatre'] : ['museum'] }), t0),
          {},
        );
        expect(known.disturbances).toMatchObject([
          { since: t0, lastAt: hence(minutes(30)), controllers: ['museum', 'theatre'], assets: ['archive'] },
        ]);
      }),
    );
  });

  it('ends with a recovery that is not older than its last sign', () => {
    expect(isEndedBy(heard(0, 10), back(9))).toBe(false);
    expect(isEndedBy(heard(0, 10), back(10))).toBe(true);
    expect(isEndedBy(heard(0), back(10, { key: 'another' }))).toBe(false);
    const over = restoredBy(heard(0, 10), back(20));
    expect(over.disturbances).toMatchObject([{ restored: { at: hence(minutes(20)), heardAt: hence(minutes(21)) } }]);
    expect(isDisturbed(heard(0))).toBe(true);
    expect(isDisturbed(over)).toBe(false);
    expect(isDisturbed({})).toBe(false);
    expect(isEndedBy(over, back(30))).toBe(false);
    expect(restoredBy(heard(0, 10), back(9))).toEqual(heard(0, 10));
  });

  it('takes a late sign of its time, and one of a later time is another', () => {
    const over = restoredBy(heard(10), back(20));
    expect(disturbedBy(over, sign(5), hence(hours(1))).disturbances).toMatchObject([{ since: hence(minutes(5)), restored: {} }]);
    expect(disturbedBy(over, sign(20), hence(hours(1))).disturbances).toHaveLength(1);
    expect(disturbedBy(over, sign(21), hence(hours(1))).disturbances).toMatchObject([
      { restored: {} },
      { since: hence(minutes(21)), heardAt: hence(hours(1)) },
    ]);
  });

  it('is ended once; a later word adds what it meant, and moves no time', () => {
    const over = restoredBy(heard(0), back(20));
    expect(restoredBy(over, back(40, { effect: 'lost' })).disturbances).toMatchObject([
      { restored: { at: hence(minutes(20)), heardAt: hence(minutes(21)), effect: 'lost' } },
    ]);
    expect(restoredBy(over, back(40))).toEqual(over);
    // Of two only the last is spoken of.
    const twice = restoredBy(disturbedBy(over, sign(60), hence(hours(1))), back(70));
    expect(restoredBy(twice, back(80, { effect: 'none' })).disturbances?.map(({ restored }) => restored?.effect)).toEqual([
      undefined,
      'none',
    ]);
  });

  it('is told by the case that heard of it first, as others know that took it in', () => {
    expect(toldElsewhere({}, other)).toEqual({});
    const copy = toldElsewhere(heard(0), other);
    expect(copy.disturbances).toMatchObject([{ home: other, key: 'case' }]);
    expect(toldElsewhere(copy, 'inc-third' as IncidentId)).toEqual(copy);
    expect(ownDisturbances(copy)).toEqual([]);
    expect(ownDisturbances(heard(0))).toHaveLength(1);
    const added = copy.disturbances ?? [];
    const mine = 'inc-mine' as IncidentId;
    expect(withThoseOf({}, [], mine)).toEqual({});
    expect(withThoseOf({}, added, mine)).toEqual(copy);
    expect(withThoseOf(copy, added, mine)).toEqual(copy);
    expect(withThoseOf(heard(0), added, other)).toEqual(heard(0));
    expect(disturbedBy({}, { ...sign(), toldUnder: other }, t0).disturbances).toMatchObject([{ home: other }]);
  });

  it('is one with what other signs tell of the same asset, where a person speaks', () => {
    const alarm = disturbedBy({}, { ...sign(), caseKey: 'alarm' }, t0);
    const elsewhere = disturbedBy({}, { ...sign(0, { assets: ['mill'] }), caseKey: 'mill' }, t0);
    expect(keysOf([heard(0), alarm, elsewhere, {}], 'case')).toEqual(['case', 'alarm']);
    expect(keysOf([heard(0), restoredBy(alarm, back(5, { key: 'alarm' }))], 'case')).toEqual(['case']);
  });
});

const away = anIncident(given);
const word = (more: Partial<RestoreCommand> = {}): RestoreCommand => ({
  type: 'Restore',
  at: hence(hours(2)),
  actor: lead,
  key: 'case',
  restoredAt: hence(hours(1)),
  effect: 'unreachable',
  how: 'looked at the machine',
  ...more,
});
const signal = (more: Partial<RestoreCommand> = {}): RestoreCommand => ({
  type: 'Restore',
  at: hence(hours(2)),
  actor: { by: 'machine', rule: 'db_up' },
  key: 'case',
  restoredAt: hence(hours(1)),
  ...more,
});

describe('the word that a service is back', () => {
  it('is of a signal, which knows no effect, or of a person, who says how it is known', () => {
    expect(when(away, signal()).disturbances?.[0]?.restored).toEqual({ at: hence(hours(1)), heardAt: hence(hours(2)) });
    expect(when(away, word()).disturbances?.[0]?.restored).toEqual({
      at: hence(hours(1)),
      heardAt: hence(hours(2)),
      effect: 'unreachable',
    });
    expect(when(when(away, signal()), word()).disturbances?.[0]?.restored).toEqual({
      at: hence(hours(1)),
      heardAt: hence(hours(2)),
      effect: 'unreachable',
    });
  });

  it.each([
    ['without a time', { restoredAt: Number.NaN as never }, 'restoredAt', 'Give the time as a date and a time of day, UTC.'],
    ['later than now', { restoredAt: hence(hours(3)) }, 'restoredAt', "It can't be back later than now"],
    ['before its last sign', { restoredAt: hence(minutes(-1)) }, 'restoredAt', 'It was still away at 2026-03-13T21:00:00Z'],
    ['without how it is known', { how: ' ' }, 'how', 'Say how you know'],
    ['without an effect of the list', { effect: 'a bit' }, 'effect', `Say what it meant for people: one of ${effects.join(', ')}.`],
    ['of what was never away', { key: 'another' }, 'key', 'There is no such disturbance here.'],
  ])('is refused of a person %s', (_what, more, field, message) => {
    const refused = refusal(away, word(more));
    expect(refused).toMatchObject({ kind: 'invalid', field });
    expect(refused.message).toContain(message);
  });

  it('is refused twice, of a person and of a signal, and of a signal that is older than the last sign', () => {
    expect(refusal(when(away, word()), word()).kind).toBe('already');
    expect(refusal(when(away, signal()), signal()).kind).toBe('already');
    expect(refusal(away, signal({ restoredAt: hence(minutes(-1)) })).kind).toBe('already');
    expect(refusal(anIncident(), signal()).kind).toBe('already');
  });

  it('asks no case for its state: a service that is away is away, whatever was decided', () => {
    const refuted = when(away, { type: 'Refute', at: hence(minutes(9)), actor: lead, evidence: 'The logs of that hour are whole.' });
    expect(when(refuted, word())).toMatchObject({ state: 'refuted', disturbances: [{ restored: { effect: 'unreachable' } }] });
    const closed = when(away, { type: 'Close', at: hence(minutes(9)), actor: lead, reason: 'x', mergedInto: other });
    expect(when(closed, signal())).toMatchObject({ state: 'closed', disturbances: [{ restored: {} }] });
  });

  it('makes a suspicion of data that are lost, while nobody decided, and of nothing else (R-122)', () => {
    expect(when(away, word({ effect: 'lost' }))).toMatchObject({ state: 'suspected', suspectedAt: hence(hours(2)) });
    for (const effect of effects.filter((one) => one !== 'lost')) expect(when(away, word({ effect })).state).toBe('open');
    const harmless = anIncident({ ...given, data: 'unlikely' });
    expect(when(harmless, word({ effect: 'lost' })).state).toBe('open');
    const refuted = when(away, { type: 'Refute', at: hence(minutes(9)), actor: lead, evidence: 'The logs of that hour are whole.' });
    expect(when(refuted, word({ effect: 'lost' })).state).toBe('refuted');
  });

  it('stands in the register with its time, its effect and how it is known', () => {
    const lineOf = (command: RestoreCommand) => {
      const decided = decide(command, away);
      return decided.ok ? recordEvents(away, decided.value).entries[0] : undefined;
    };
    expect(lineOf(word())).toMatchObject({
      type: 'ServiceRestored',
      actor: 'person:incident-lead:lena',
      data: { restoredAt: '2026-03-13T22:00:00Z', effect: 'unreachable', how: 'looked at the machine' },
    });
    expect(lineOf(signal())).toMatchObject({ actor: 'machine:db_up', data: { restoredAt: '2026-03-13T22:00:00Z', effect: 'not stated' } });
    expect(lineOf(signal())?.data).not.toHaveProperty('how');
  });
});

describe('a case', () => {
  it('hears of it by its first finding and by a later one', () => {
    expect(away.disturbances).toHaveLength(1);
    expect(anIncident()).not.toHaveProperty('disturbances');
    expect(when(anIncident(), attach(hence(minutes(7)), given)).disturbances).toMatchObject([{ heardAt: hence(minutes(7)) }]);
  });

  it('that takes another in knows what that one tells, under its reference', () => {
    const both = when(anIncident({ id: other }), { type: 'Absorb', at: hence(hours(1)), other: away });
    expect(both.disturbances).toMatchObject([{ home: away.id }]);
    expect(when(both, signal()).disturbances).toMatchObject([{ home: away.id, restored: {} }]);
    expect(when(anIncident({ id: other }), { type: 'Absorb', at: hence(hours(1)), other: anIncident() })).not.toHaveProperty(
      'disturbances',
    );
  });
});
