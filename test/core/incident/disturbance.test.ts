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
import { splitOf } from '#core/incident/split.ts';
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
    expect(refusal(away, signal({ key: 'another' }))).toEqual({
      kind: 'already',
      message: 'No disturbance that lasts here is over by that.',
    });
    expect(refusal(when(away, word()), word())).toEqual({
      kind: 'already',
      message: 'This disturbance is over, and its effect is on record.',
    });
  });

  it('takes the very moment of the last sign, and of now; once it is back its time is not asked about any more', () => {
    expect(when(away, word({ restoredAt: t0 })).disturbances?.[0]?.restored?.at).toBe(t0);
    expect(when(away, word({ restoredAt: hence(hours(2)) })).disturbances?.[0]?.restored?.at).toBe(hence(hours(2)));
    expect(when(when(away, signal()), word({ restoredAt: hence(minutes(-9)) })).disturbances?.[0]?.restored?.effect).toBe('unreachable');
    const { how: _, ...silent } = word();
    expect(refusal(away, silent).field).toBe('how');
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
    const eventsOf = (of: typeof away) => {
      const decided = decide(word({ effect: 'lost' }), of);
      return decided.ok ? decided.value : [];
    };
    expect(eventsOf(away).at(-1)).toMatchObject({ type: 'BreachSuspected', actor: lead, why: 'loss' });
    // Suspected already by other signs: nothing to suspect anew.
    const suspected = when(away, { type: 'Suspect', at: hence(minutes(1)), actor: lead, why: 'x' });
    expect(eventsOf({ ...suspected, outcome: 'breach-assessment' } as typeof away).map(({ type }) => type)).toEqual(['ServiceRestored']);
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
    const plain = decide(signal(), away);
    expect(plain.ok && Object.keys(plain.value[0] ?? {}).toSorted()).toEqual(['actor', 'at', 'key', 'restoredAt', 'type']);
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

  it('that is a part of another knows what the whole tells, and what it heard of before stays as it is', () => {
    const two = when(away, attach(hence(minutes(3)), { rule: 'archive_read' }));
    const into = incidentId(idKey, 'part', 1);
    const part = { rules: ['archive_read'], controllers: [] };
    const split = splitOf(two, { at: hence(hours(1)), actor: lead, reason: 'another matter', part, into, hasLeft: () => false });
    if (!split.ok) throw new Error(split.error.message);
    expect(recordEvents(undefined, split.value.goes).incident.disturbances).toMatchObject([{ home: two.id, key: 'case' }]);
    expect(recordEvents(two, split.value.stays).incident.disturbances).toEqual(two.disturbances);
    const plain = when(anIncident(), attach(hence(minutes(3)), { rule: 'archive_listed' }));
    const other2 = splitOf(plain, {
      at: hence(hours(1)),
      actor: lead,
      reason: 'x',
      part: { rules: ['archive_read'], controllers: [] },
      into,
      hasLeft: () => false,
    });
    expect(other2.ok && recordEvents(undefined, other2.value.goes).incident).not.toHaveProperty('disturbances');
  });
});

describe('of several disturbances', () => {
  const mill = { ...sign(0, { assets: ['mill'] }), caseKey: 'mill' };
  const two = disturbedBy(heard(0), mill, hence(minutes(2)));

  it('a sign belongs to that of its key, and changes no other', () => {
    expect(two.disturbances).toHaveLength(2);
    expect(disturbedBy(two, sign(9), hence(minutes(9))).disturbances).toMatchObject([
      { key: 'case', lastAt: hence(minutes(9)) },
      { key: 'mill', lastAt: t0 },
    ]);
  });

  it('one that shares an asset with what a person means is meant too, whatever else it hit', () => {
    const wide = disturbedBy(heard(0), { ...sign(0, { assets: ['archive', 'mill'] }), caseKey: 'wide' }, t0);
    expect(keysOf([wide], 'case')).toEqual(['case', 'wide']);
  });

  it('each that a merge brings is added, unless the very same is known', () => {
    const known = toldElsewhere(heard(0), other);
    const [first] = known.disturbances ?? [];
    if (!first) throw new Error('none');
    const mine = 'inc-mine' as IncidentId;
    for (const more of [{ home: 'inc-third' as IncidentId }, { key: 'another' }, { heardAt: hence(minutes(1)) }])
      expect(withThoseOf(known, [{ ...first, ...more }], mine).disturbances).toHaveLength(2);
    expect(withThoseOf(known, [first], mine).disturbances).toHaveLength(1);
  });

  it('and of none at all nothing ends', () => {
    expect(isEndedBy({}, back(10))).toBe(false);
    expect(restoredBy({}, back(10))).toEqual({ disturbances: [] });
    expect(restoredBy(heard(0), back(10)).disturbances?.[0]?.restored).not.toHaveProperty('effect');
  });
});
