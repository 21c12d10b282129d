// Holds what a person's merge may join, which case goes on, and what its reference reaches from then on (P-14).
import { describe, expect, it } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { isOlder, mergeOf } from '#core/incident/merge.ts';
import { incidentId, reference } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';
import { anIncident, attach, caseId, confirm, folded, hence, idKey, lead, named, t0, when } from '../given.ts';

const otherId = incidentId(idKey, 'other', 1);
const thirdId = incidentId(idKey, 'third', 1);
const merging = { at: hence(hours(6)), actor: lead, reason: 'One attacker, one night.' };
const older = (): Incident => anIncident();
const younger = (id = otherId): Incident => anIncident({ id, openedAt: hence(hours(1)), rule: 'bulk_export', controllers: ['theatre'] });
const refuted = (incident: Incident): Incident =>
  when(incident, { type: 'Refute', at: hence(hours(2)), actor: lead, evidence: 'The export was empty; the log is whole.' });

const merged = (one: Incident, other: Incident) => {
  const done = mergeOf(one, other, merging);
  if (!done.ok) throw new Error(done.error.message);
  const { survivor, absorbed } = done.value;
  return { survivor: folded(survivor.incident, survivor.events), absorbed: folded(absorbed.incident, absorbed.events) };
};

describe('a merge by a person', () => {
  it('goes on in the case that was opened first, whichever he stood on', () => {
    for (const pair of [
      [older(), younger()],
      [younger(), older()],
    ] as const) {
      const both = merged(...pair);
      expect(both.survivor).toMatchObject({ id: caseId, state: 'suspected', openedAt: t0, controllers: ['museum', 'theatre'] });
      expect(both.absorbed).toMatchObject({ id: otherId, state: 'closed', mergedInto: caseId, reason: merging.reason });
    }
  });

  it('is the same merge whoever asks, where both were opened in one instant', () => {
    const [a, b] = [older(), { ...younger(), openedAt: t0 }];
    expect(isOlder(a, b)).not.toBe(isOlder(b, a));
    expect(merged(a, b).survivor.id).toBe(merged(b, a).survivor.id);
  });

  it('goes on in the case of which the other was a part, whatever their ids', () => {
    for (const [whole, part] of [
      [caseId, otherId],
      [otherId, caseId],
    ] as const) {
      const [one, other] = [anIncident({ id: whole }), anIncident({ id: part })];
      const off = { ...other, splitFrom: { incident: whole, at: t0, told: [], both: [] } };
      expect([isOlder(one, off), isOlder(off, one)]).toEqual([true, false]);
    }
  });

  it('keeps the later awareness of neither', () => {
    const known = when(younger(), confirm({ at: hence(hours(3)), since: hence(hours(2)) }));
    expect(merged(when(older(), confirm({ at: hence(hours(4)) })), known).survivor.aware?.at).toBe(hence(hours(2)));
  });

  it('stands in both chains under his name, with his reason', () => {
    const done = mergeOf(older(), younger(), merging);
    if (!done.ok) throw new Error(done.error.message);
    for (const { incident, events } of Object.values(done.value))
      expect(recordEvents(incident, events).entries[0]).toMatchObject({
        actor: 'person:incident-lead:lena',
        data: { reason: merging.reason },
      });
  });

  it('remembers every reference that leads to it, also those of a merge before', () => {
    const two = merged(younger(), younger(thirdId)).survivor;
    expect(merged(older(), two).survivor.absorbed).toEqual([two.id, two.id === otherId ? thirdId : otherId]);
    expect(older()).not.toHaveProperty('absorbed');
  });

  it.each([
    [
      'with itself',
      () => [older(), older()] as const,
      {},
      { kind: 'invalid', field: 'other', message: 'This is the same case. Name another one.' },
    ],
    [
      'without a reason',
      () => [older(), younger()] as const,
      { reason: ' ' },
      { kind: 'invalid', field: 'reason', message: 'Say why the two are one case.' },
    ],
    [
      'with one that is refuted',
      () => [older(), refuted(younger())] as const,
      {},
      { kind: 'wrong-state', field: 'other', message: `${reference(otherId)} is refuted. A refuted case is merged with nothing.` },
    ],
    [
      'of one that is refuted',
      () => [refuted(older()), younger()] as const,
      {},
      { kind: 'wrong-state', field: 'other', message: `${reference(caseId)} is refuted. A refuted case is merged with nothing.` },
    ],
    [
      'with one that was merged already',
      () => [younger(thirdId), merged(older(), younger()).absorbed] as const,
      {},
      {
        kind: 'wrong-state',
        field: 'other',
        message: `${reference(otherId)} was merged already. Name ${reference(caseId)}, where it goes on.`,
      },
    ],
    [
      'with one that is closed',
      () => [older(), when(younger(), { type: 'Close', at: hence(hours(2)), actor: lead, reason: 'archived' })] as const,
      {},
      { kind: 'wrong-state', field: 'other', message: `${reference(otherId)} is closed. A closed case is merged with nothing.` },
    ],
  ])('is refused %s', (_, pair, more, error) => {
    expect(mergeOf(...pair(), { ...merging, ...more })).toEqual({ ok: false, error });
  });
});

describe('whose data it is', () => {
  const unknown = { controllers: [], unidentified: true } as const;
  const identified = (incident: Incident, at = hence(hours(2))): Incident =>
    when(incident, { type: 'Identify', at, actor: lead, controllers: [named('library')], reason: 'Their number.' });
  const answered = (): Incident => identified(anIncident({ ...unknown, resources: ['first'] }));

  it('is asked again after the answer for something that was not hit by then, and for nothing else', () => {
    const later = hence(hours(3));
    expect(when(answered(), attach(later, { ...unknown, resources: ['second'] }))).toMatchObject({ unidentified: true, identifyRound: 2 });
    for (const finding of [
      { ...unknown, resources: ['first'] },
      { ...unknown, resources: [] },
      { ...unknown, resources: ['second'], data: 'unlikely' as const },
      { controllers: ['museum'], resources: ['second'] },
    ])
      expect(when(answered(), attach(later, finding)).unidentified, JSON.stringify(finding)).toBe(false);
  });

  it('stays one question until it is answered, whatever comes meanwhile', () => {
    const asked = when(answered(), attach(hence(hours(3)), { ...unknown, resources: ['second'] }));
    const more = when(
      asked,
      attach(hence(hours(4)), { ...unknown, resources: ['third'] }),
      attach(hence(hours(4)), { controllers: ['museum'] }),
    );
    expect(more).toMatchObject({ unidentified: true, identifyRound: 2 });
    expect(identified(more, hence(hours(5))).unidentified).toBe(false);
  });

  it('is not answered for one case by what was said of the other', () => {
    const open = anIncident({ ...unknown, id: otherId, openedAt: hence(minutes(90)), rule: 'bulk_export', resources: ['second'] });
    expect(merged(answered(), open).survivor).toMatchObject({ unidentified: true, identifyRound: 2 });
    expect(merged(answered(), identified(open)).survivor).toMatchObject({ unidentified: false });
    expect(merged(older(), open).survivor).toMatchObject({ unidentified: true });
    expect(merged(older(), open).survivor).not.toHaveProperty('identifyRound');
  });
});
