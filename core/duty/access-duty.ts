// Decides who is told when somebody comes in without the identity provider: everybody who decides, and who sees to the systems (P-13).
import { type RoleName, decidingRoles } from '../directory/directory.ts';
import { type PersonId, accessSubject } from '../kernel/ids.ts';
import { type Instant, minutes, plus, rfc3339 } from '../kernel/time.ts';
import type { Duty } from './duty.ts';
import { houseDuty } from './house-duty.ts';

const toldRoles: readonly RoleName[] = [...decidingRoles, 'sysop'];

/** One word to each role, each time that somebody comes in. */
export const accessDuties = (person: PersonId, now: Instant): readonly Duty[] => {
  const step = `break-glass ${rfc3339(now)}`;
  const by = plus(now, minutes(15));
  return toldRoles.map((recipient) =>
    houseDuty({ subject: accessSubject(person), kind: 'human', recipient, step, deadlineAt: by, softAt: by, now }),
  );
};
