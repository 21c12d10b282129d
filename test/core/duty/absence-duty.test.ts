// Holds when a firing that waits for what must not come is looked at, that it is one duty, and what the look says of itself.
import { describe, expect, it } from 'vitest';
import type { Awaited } from '#core/detection/absent.ts';
import { absenceDuty, absenceEnding, absenceRef, openedBy } from '#core/duty/absence-duty.ts';
import { laneOf } from '#core/duty/duty.ts';
import { type SubjectId, dutyId, isAbsenceSubject, ruleOfSubject, sourceOfSubject } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { aFinding, caseId, hence, t0 } from '../given.ts';

const facts = { fields: {}, assets: [], controllers: [], unidentified: false, personalData: 'unlikely' as const };
const awaits: Awaited = {
  group: 'group',
  firing: { time: t0, stage: 1, id: 'firing', signals: [], facts },
  window: minutes(30),
  ordered: false,
  rules: ['came'],
  finding: aFinding(),
  expires: hence(hours(80)),
};
const made = (received = t0) => absenceDuty(awaits, { received, now: hence(minutes(1)) });

describe('the look at a firing that waits', () => {
  it('is due a window after it, or after it came in, whichever is later', () => {
    expect(made()).toMatchObject({ nextAt: hence(minutes(30)), deadlineAt: hence(minutes(30)), softAt: hence(minutes(45)) });
    expect(made(hence(hours(5)))).toMatchObject({ nextAt: hence(minutes(330)), deadlineAt: hence(minutes(330)) });
    expect(absenceDuty(awaits, { received: hence(minutes(-9)), now: t0 })).toMatchObject({ nextAt: hence(minutes(30)), createdAt: t0 });
  });

  it('is a duty like any, which nobody holds and nothing was done for', () => {
    expect(made()).toMatchObject({
      v: 1,
      kind: 'absence',
      lane: 'other',
      state: 'OPEN',
      gen: 0,
      attempts: 0,
      evidence: [],
      head: { seq: 0 },
    });
    expect(made()).toMatchObject({ createdAt: hence(minutes(1)), recipient: 'archive_read', step: 'firing', awaits });
  });

  it('is one for a firing, found again by group, rule and firing', () => {
    const { subject, id } = made();
    expect(id).toBe(dutyId(subject, 'absence', 'archive_read', 'firing'));
    expect(made().lane).toBe(laneOf('absence'));
    expect(absenceRef({ rule: 'archive_read', group: 'group', firing: 'firing' })).toEqual({ subject, id });
    for (const other of [{ rule: 'x' }, { group: 'x' }, { firing: 'x' }])
      expect(absenceRef({ rule: 'archive_read', group: 'group', firing: 'firing', ...other })).not.toEqual({ subject, id });
  });

  it('belongs to no incident, source or rule', () => {
    expect(isAbsenceSubject(made().subject)).toBe(true);
    expect(isAbsenceSubject('source:sshd' as SubjectId)).toBe(false);
    expect([sourceOfSubject(made().subject), ruleOfSubject(made().subject), made().incident]).toEqual([undefined, undefined, undefined]);
  });

  it('says what came of it', () => {
    expect(absenceEnding('came', caseId)).toEqual({ state: 'DONE', reason: 'came came in time' });
    expect(absenceEnding(undefined, undefined)).toEqual({ state: 'DONE', reason: 'by itself it opens nothing' });
    expect(absenceEnding(undefined, caseId)).toEqual({
      state: 'DONE',
      reason: expect.stringMatching(/^it did not come: ART33-[A-Z2-7]{8}$/),
    });
  });

  it('names the case that it opened once it is over', () => {
    expect(openedBy({ ...made(), incident: caseId })).toBeUndefined();
    expect(openedBy({ ...made(), state: 'DONE', incident: caseId })).toBe(caseId);
    expect(openedBy({ ...made(), state: 'DONE' })).toBeUndefined();
  });
});
