// Holds who may count the affected people of a controller and who may confirm it, and what becomes of counts when cases merge (D-14).
import { describe, expect, it } from 'vitest';
import type { DataSubjectCommand } from '#core/incident/data-subjects.ts';
import type { Actor } from '#core/incident/incident.ts';
import { incidentId, personId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';
import { decide } from '#core/incident/decide.ts';
import { anIncident, caseId, hence, idKey, named, refusal, t0, when } from '../given.ts';

const person = (id: string): Extract<Actor, { by: 'person' }> => ({ by: 'person', person: personId(id), role: 'sysop' });
const museum = named('museum');

const byList = (n: number, more: Partial<Extract<DataSubjectCommand, { type: 'CountDataSubjects' }>> = {}): DataSubjectCommand => ({
  type: 'CountDataSubjects',
  at: hence(minutes(n)),
  actor: person('ada'),
  controller: museum,
  count: { min: n, best: n + 1, max: n + 2 },
  asOf: t0,
  from: { list: `hash-${n}` },
  ...more,
});
const check = (n: number, more: Partial<Extract<DataSubjectCommand, { type: 'CheckDataSubjects' }>> = {}): DataSubjectCommand => ({
  type: 'CheckDataSubjects',
  at: hence(hours(1)),
  actor: person('ben'),
  controller: museum,
  countedAt: hence(minutes(n)),
  how: 'against the table of accounts',
  ...more,
});

describe('a count', () => {
  it('stands unchecked, with its list by hash alone', () => {
    const { dataSubjects } = when(anIncident(), byList(3));
    expect(dataSubjects).toEqual({
      museum: {
        count: { min: 3, best: 4, max: 5 },
        basis: 'list',
        asOf: t0,
        at: hence(minutes(3)),
        actor: person('ada'),
        lists: [{ hash: 'hash-3', incident: caseId }],
      },
    });
  });

  it('may be an estimate without a list, if somebody says on what it rests', () => {
    const estimate = byList(3, { from: { why: ' rows in reach ' } });
    expect(when(anIncident(), estimate).dataSubjects?.['museum']).toMatchObject({ basis: 'estimate', why: 'rows in reach', lists: [] });
    expect(refusal(anIncident(), byList(3, { from: { why: ' ' } }))).toMatchObject({ field: 'why' });
  });

  it('is replaced by a later one, which nobody has checked', () => {
    const incident = when(anIncident(), byList(3), check(3), byList(7));
    expect(incident.dataSubjects?.['museum']?.count.max).toBe(9);
    expect(incident.dataSubjects?.['museum']?.checked).toBeUndefined();
  });

  it.each([
    ['of a controller that is not on the incident', byList(1, { controller: named('clinic') }), 'controller'],
    ['whose least is more than its best', byList(1, { count: { min: 3, best: 2, max: 9 } }), 'best'],
    ['whose best is more than its most', byList(1, { count: { min: 1, best: 10, max: 9 } }), 'best'],
    ['below nought', byList(1, { count: { min: -1, best: 2, max: 9 } }), 'best'],
    ['of half a person', byList(1, { count: { min: 1, best: 1.5, max: 2 } }), 'best'],
    ['made after now', byList(1, { asOf: hence(minutes(2)) }), 'asOf'],
  ])('is refused: %s', (_name, command, field) => {
    expect(refusal(anIncident(), command)).toMatchObject({ kind: 'invalid', field });
  });

  it('is refused on a closed incident', () => {
    const closed = when(anIncident(), { type: 'Close', at: hence(minutes(1)), actor: person('ada'), reason: 'x' });
    expect(refusal(closed, byList(2))).toMatchObject({ kind: 'wrong-state' });
  });
});

describe('a check', () => {
  it('confirms the count when a second person made it', () => {
    const { dataSubjects } = when(anIncident(), byList(3), check(3));
    expect(dataSubjects?.['museum']?.checked).toEqual({ at: hence(hours(1)), actor: person('ben') });
  });

  it.each([
    ['whoever counted can’t', check(3, { actor: { ...person('ada'), role: 'management' } }), 'actor'],
    ['it was counted anew meanwhile', check(2), 'countedAt'],
    ['nobody counted', check(3, { controller: named('clinic') }), 'controller'],
    ['nobody says how', check(3, { how: '  ' }), 'how'],
  ])('is refused: %s', (_name, command, field) => {
    expect(refusal(when(anIncident(), byList(3)), command)).toMatchObject({ kind: 'invalid', field });
  });

  it('is made once', () => {
    expect(refusal(when(anIncident(), byList(3), check(3)), check(3))).toMatchObject({ kind: 'already' });
  });
});

describe('a look at personal data', () => {
  const look = (reason: string): DataSubjectCommand => ({
    type: 'ViewPersonalData',
    at: hence(minutes(9)),
    actor: person('ben'),
    reason,
    of: { handles: ['account-1'] },
  });

  it('stands in the register with its reason and changes nothing else', () => {
    const incident = when(anIncident(), byList(3));
    const decided = decide(look(' to call the person '), incident);
    if (!decided.ok) throw new Error('refused');
    const { incident: after, entries } = recordEvents(incident, decided.value);
    expect(entries).toMatchObject([
      { type: 'PersonalDataViewed', actor: 'person:sysop:ben', data: { reason: 'to call the person', handles: ['account-1'] } },
    ]);
    expect({ ...after, ver: incident.ver, head: incident.head }).toEqual(incident);
  });

  it('needs a reason', () => {
    expect(refusal(anIncident(), look(' '))).toMatchObject({ field: 'reason' });
  });
});

describe('the register', () => {
  it('holds the counts, and of the list its hash alone', () => {
    const decided = decide(byList(3), anIncident());
    const entries = decided.ok ? recordEvents(anIncident(), decided.value).entries : [];
    expect(entries[0]?.data).toEqual({
      controller: 'museum',
      count: { min: 3, best: 4, max: 5 },
      basis: 'list',
      asOf: '2026-03-13T21:00:00Z',
      lists: ['hash-3'],
    });
  });
});

describe('two cases that become one', () => {
  const otherId = incidentId(idKey, 'case', 2);
  const both = (other: Parameters<typeof when>, own: Parameters<typeof when>) =>
    when(when(...own), { type: 'Absorb', at: hence(hours(2)), other: when(...other) }).dataSubjects;

  it('bound the count of a controller of both, and nobody has checked that', () => {
    const counts = both([anIncident({ id: otherId }), byList(7), check(7)], [anIncident(), byList(3), check(3)]);
    expect(counts?.['museum']).toEqual({
      count: { min: 7, best: 8, max: 14 },
      basis: 'both',
      asOf: t0,
      at: hence(minutes(7)),
      actor: person('ada'),
      lists: [
        { hash: 'hash-3', incident: caseId },
        { hash: 'hash-7', incident: otherId },
      ],
    });
  });

  it('keep the count of one of them as it is', () => {
    expect(both([anIncident({ id: otherId }), byList(7), check(7)], [anIncident()])?.['museum']?.checked).toBeDefined();
    expect(both([anIncident({ id: otherId })], [anIncident(), byList(3)])?.['museum']?.count.max).toBe(5);
    expect(both([anIncident({ id: otherId })], [anIncident()])).toBeUndefined();
  });
});
