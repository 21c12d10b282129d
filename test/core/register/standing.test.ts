// Holds that state and proof change together: what stands in the ledger is what the last entry of its chain tells (I-35).
import { describe, expect, it } from 'vitest';
import { decide, openIncident } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { genesis } from '#core/kernel/hash.ts';
import { durationOf, minutes, plus } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import { recordDuty, recordEvents } from '#core/register/record.ts';
import { dutyFault, incidentFault } from '#core/register/standing.ts';
import { aDuty, aFinding, aSignal, caseId, confirm, hence, t0 } from '../given.ts';

const made = recordDuty(aDuty({ kind: 'ticket' }), { at: t0, actor: 'machine:owed', type: 'DutyCreated' });
const done = recordDuty({ ...made.duty, state: 'DONE' }, { at: hence(minutes(1)), actor: 'machine:ticket', type: 'DutyDone' });
const entries = [made.entry, done.entry];

describe('a duty', () => {
  it('stands on its chain at each of its steps', () => {
    expect(dutyFault(made.duty, [made.entry])).toBeUndefined();
    expect(dutyFault(done.duty, entries)).toBeUndefined();
  });

  it('may be claimed and wait without an entry', () => {
    expect(dutyFault({ ...made.duty, gen: 3, attempts: 3, nextAt: hence(minutes(9)) }, [made.entry])).toBeUndefined();
  });

  it.each<[string, Parameters<typeof dutyFault>[0], readonly Entry[], number]>([
    ['has no chain', made.duty, [], 0],
    ['has no chain and says so', { ...made.duty, head: genesis }, [], 0],
    ['is behind its chain', made.duty, entries, 2],
    ['is ahead of its chain', done.duty, [made.entry], 1],
    ['names another hash', { ...done.duty, head: { seq: 2, hash: made.duty.head.hash } }, entries, 2],
    ['names another number', { ...done.duty, head: { seq: 3, hash: done.duty.head.hash } }, entries, 2],
    ['lost an entry in between', done.duty, [done.entry], 1],
    ['has an entry that was changed', done.duty, [made.entry, { ...done.entry, actor: 'machine:other' }], 2],
    ['is in a state that no entry tells', { ...done.duty, state: 'CANCELLED' }, entries, 2],
    ['has a deadline that was moved', { ...done.duty, deadlineAt: plus(done.duty.deadlineAt, durationOf(1_000)) }, entries, 2],
    ['has the chain of another', { ...done.duty, id: aDuty({ kind: 'inform' }).id }, entries, 2],
  ])('is refused when it %s', (_what, duty, chain, seq) => expect(dutyFault(duty, chain)).toMatchObject({ seq }));
});

const opened = recordEvents(undefined, openIncident(caseId, t0, aFinding(), [aSignal(1)]));
const confirmed = (() => {
  const decided = decide(confirm({ at: hence(minutes(5)) }), opened.incident);
  if (!decided.ok) throw new Error('refused');
  return recordEvents(opened.incident, decided.value);
})();
const told = [...opened.entries, ...confirmed.entries];

describe('an incident', () => {
  it('stands on its chain', () => {
    expect(incidentFault(opened.incident, opened.entries)).toBeUndefined();
    expect(incidentFault(confirmed.incident, told)).toBeUndefined();
  });

  it('is refused when it is behind its chain, or ahead of it', () => {
    const fault = { reason: 'what stands in the ledger names another last entry' };
    expect(incidentFault(opened.incident, told)).toEqual({ seq: told.length, ...fault });
    expect(incidentFault(confirmed.incident, opened.entries)).toEqual({ seq: opened.entries.length, ...fault });
  });

  it.each(['contained', 'refuted', 'closed'] as const)('is refused in a state that no entry tells of: %s', (state) => {
    expect(incidentFault({ ...confirmed.incident, state } as Incident, told)).toMatchObject({ reason: 'no entry tells of its state' });
  });

  it('needs none to be open', () => {
    const open = recordEvents(undefined, openIncident(caseId, t0, aFinding(), [aSignal(1)]).slice(0, 1));
    expect(open.incident.state).toBe('open');
    expect(incidentFault(open.incident, open.entries)).toBeUndefined();
  });

  it.each(['suspected', 'confirmed'] as const)('is refused when nothing but its own word says %s', (state) => {
    const open = recordEvents(undefined, openIncident(caseId, t0, aFinding(), [aSignal(1)]).slice(0, 1));
    expect(incidentFault({ ...open.incident, state } as Incident, open.entries)).toBeDefined();
  });
});
