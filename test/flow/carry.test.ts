// Holds that a merge drops no open duty of the case that it closes, and moves no deadline later (P-14).
import { describe, expect, it } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import { makeIncidentDuty, type DutySpec } from '#core/duty/spec.ts';
import { incidentId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { carriedByMerge } from '#flow/carry.ts';
import { anIncident, hence, idKey } from '../core/given.ts';

const survivor = anIncident();
const left = { id: incidentId(idKey, 'other', 1), controllers: [] };
const now = hence(hours(2));
const identify: DutySpec = { kind: 'identify-controller', recipient: 'incident-lead', step: '1', deadlineAt: hence(hours(3)) };

const of = (owner: typeof left, spec: DutySpec, more: Partial<Duty> = {}): Duty => ({
  ...makeIncidentDuty(owner, spec, hence(hours(1))),
  ...more,
});
const theirs = (spec: Partial<DutySpec> = {}, more: Partial<Duty> = {}): Duty => of(left, { ...identify, ...spec }, more);
const ours = (spec: Partial<DutySpec> = {}, more: Partial<Duty> = {}): Duty =>
  of({ ...left, id: survivor.id }, { ...identify, ...spec }, more);

const written = (duties: readonly Duty[], existing: readonly Duty[] = [], of = survivor) =>
  carriedByMerge({ survivor: of, left: duties, existing: { duties: existing, ids: existing.map(({ id }) => id) }, now });
const dutiesIn = (done: ReturnType<typeof written>): readonly Duty[] =>
  done.writes.flatMap((write) => (write.put === 'duty' ? [write.duty] : []));

describe('what goes on after a merge', () => {
  it('is each open question to a person, by the deadline that it had, asked again at once', () => {
    const [duty] = dutiesIn(written([theirs({}, { state: 'SENT', nextAt: hence(hours(3)) })]));
    expect(duty).toMatchObject({
      incident: survivor.id,
      kind: 'identify-controller',
      state: 'OPEN',
      deadlineAt: hence(hours(3)),
      nextAt: now,
    });
  });

  it('is none of what the survivor owes by its own clocks, and nothing that is over', () => {
    for (const kind of ['call', 'release', 'consult', 'notice', 'inform', 'ticket'] as const)
      expect(dutiesIn(written([theirs({ kind })]))).toEqual([]);
    for (const state of ['DONE', 'CANCELLED', 'EXPIRED', 'CLOSED'] as const) expect(dutiesIn(written([theirs({}, { state })]))).toEqual([]);
  });

  it.each([
    ['phone', 'verify-sender', true],
    ['subprocessor', 'inform', true],
    ['narrow', '1', true],
    ['review', 'triage', true],
    ['review', 'assess', false],
    ['human', 'archived', true],
    ['human', 'update', false],
  ] as const)('of kind %s, step %s: %s', (kind, step, goesOn) => {
    expect(dutiesIn(written([theirs({ kind, step })])).length).toBe(goesOn ? 1 : 0);
  });

  it('wakes no earlier than it would have', () => {
    const [duty] = dutiesIn(written([theirs({ kind: 'subprocessor', step: 'review-protection' }, { nextAt: hence(hours(24)) })]));
    expect(duty?.nextAt).toBe(hence(hours(24)));
  });

  it('asks the question that is open in the survivor, not one that was answered', () => {
    const [duty] = dutiesIn(written([theirs()], [ours({}, { state: 'DONE' })], { ...survivor, identifyRound: 2 }));
    expect(duty).toMatchObject({ step: '2', deadlineAt: hence(hours(3)) });
    const answered = { ...survivor, scope: { nth: 1, at: hence(hours(1)), about: [] } };
    expect(dutiesIn(written([theirs({ kind: 'narrow' })], [], answered))).toMatchObject([{ kind: 'narrow', step: '2' }]);
  });
});

describe('what both owe', () => {
  const waiting = { state: 'SENT', nextAt: hence(hours(5)) } as const;

  it('is owed once, by the earlier deadline, with a line in its chain', () => {
    const done = written([theirs()], [ours({ deadlineAt: hence(hours(5)) }, waiting)]);
    expect(dutiesIn(done)).toMatchObject([{ deadlineAt: hence(hours(3)), nextAt: hence(hours(3)), state: 'SENT' }]);
    expect(done.writes[1]).toMatchObject({ put: 'entry', entry: { type: 'DutyBroughtForward', actor: 'machine:merge' } });
  });

  it('stays as it is where its own deadline is the earlier, or where it is over', () => {
    for (const known of [
      ours({ deadlineAt: hence(hours(3)) }),
      ours({ deadlineAt: hence(hours(2)) }),
      ours({ deadlineAt: hence(hours(5)) }, { state: 'DONE' }),
    ])
      expect(written([theirs()], [known]).writes).toEqual([]);
  });

  it('never takes a lease away from whoever is at it', () => {
    const claimed = ours({ deadlineAt: hence(hours(5)) }, { owner: 'worker', nextAt: hence(minutes(124 * 60)) });
    expect(dutiesIn(written([theirs()], [claimed]))).toMatchObject([{ deadlineAt: hence(hours(3)), nextAt: claimed.nextAt }]);
  });

  it('is neither made nor woken a second time in the same transaction', () => {
    const known = ours({ deadlineAt: hence(hours(5)) }, waiting);
    const other = ours({ kind: 'release', step: 'suspected' });
    const { existing } = written([theirs(), theirs({ kind: 'phone', step: 'verify-sender' })], [known, other]);
    expect(existing.duties).toEqual([other]);
    expect(new Set(existing.ids)).toEqual(new Set([known.id, other.id, ours({ kind: 'phone', step: 'verify-sender' }).id]));
  });
});
