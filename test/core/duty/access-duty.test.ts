// Decides who is told when somebody comes in without the identity provider.
import { expect, it } from 'vitest';
import { accessDuties } from '#core/duty/access-duty.ts';
import { accessOfSubject, accessSubject, dutyId, isOfHouse, personId, sourceSubject } from '#core/kernel/ids.ts';
import { instantOf, minutes, plus } from '#core/kernel/time.ts';

const now = instantOf(Date.UTC(2026, 10, 25, 3, 0, 0));
const by = personId('malik-brandt');

it('everybody who decides and the SysOp are owed a word, at once', () => {
  const duties = accessDuties(by, now);
  expect(duties.map(({ recipient }) => recipient)).toEqual(['incident-lead', 'management', 'sysop']);
  for (const duty of duties) {
    expect(duty).toMatchObject({ subject: 'access:malik-brandt', kind: 'human', lane: 'page', state: 'OPEN', nextAt: now, createdAt: now });
    expect([duty.deadlineAt, duty.softAt]).toEqual([plus(now, minutes(15)), plus(now, minutes(15))]);
    expect([duty.gen, duty.attempts, duty.evidence, duty.v]).toEqual([0, 0, [], 1]);
    expect(duty.step).toBe('break-glass 2026-11-25T03:00:00Z');
    expect(duty.id).toBe(dutyId(accessSubject(by), 'human', duty.recipient, duty.step));
  }
});

it('the same coming in is the same duty, another is another', () => {
  const ids = (...of: Parameters<typeof accessDuties>) => accessDuties(...of).map(({ id }) => id);
  expect(ids(by, now)).toEqual(ids(by, now));
  expect(new Set([...ids(by, now), ...ids(by, plus(now, minutes(1))), ...ids(personId('greta-vogt'), now)]).size).toBe(9);
});

it('its subject names the person, and belongs to the house', () => {
  expect([accessOfSubject(accessSubject(by)), isOfHouse(accessSubject(by))]).toEqual([by, true]);
  expect([accessOfSubject(sourceSubject('sshd')), isOfHouse(sourceSubject('sshd'))]).toEqual([undefined, false]);
  expect(accessOfSubject('access:Two Words' as ReturnType<typeof accessSubject>)).toBeUndefined();
});
