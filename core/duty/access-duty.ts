// Decides who is told when somebody comes in without the identity provider: everybody who decides, and who sees to the systems (P-13).
import { type RoleName, decidingRoles } from '../directory/directory.ts';
import { genesis } from '../kernel/hash.ts';
import { type PersonId, accessSubject, dutyId } from '../kernel/ids.ts';
import { type Instant, minutes, plus, rfc3339 } from '../kernel/time.ts';
import type { Duty } from './duty.ts';

const toldRoles: readonly RoleName[] = [...decidingRoles, 'sysop'];

/** One word to each role, each time that somebody comes in. */
export const accessDuties = (person: PersonId, now: Instant): readonly Duty[] => {
  const subject = accessSubject(person);
  const step = `break-glass ${rfc3339(now)}`;
  return toldRoles.map((role) => ({
    v: 1,
    id: dutyId(subject, 'human', role, step),
    subject,
    kind: 'human',
    recipient: role,
    step,
    // People are told, by the channels on which they are told of anything.
    lane: 'page',
    state: 'OPEN',
    deadlineAt: plus(now, minutes(15)),
    nextAt: now,
    gen: 0,
    attempts: 0,
    softAt: plus(now, minutes(15)),
    createdAt: now,
    evidence: [],
    head: genesis,
  }));
};
