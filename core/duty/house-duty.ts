// Decides how a duty begins that belongs to no incident: somebody of the house is told, by the channels on which people are told of anything.
import { genesis } from '../kernel/hash.ts';
import { type SubjectId, dutyId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/time.ts';
import type { Duty } from './duty.ts';

export type HouseDuty = Pick<Duty, 'kind' | 'recipient' | 'step' | 'deadlineAt' | 'softAt'> & {
  readonly subject: SubjectId;
  /** When it is made, and due at once. */
  readonly now: Instant;
};

/** Made again it is the same duty (I-12). */
export const houseDuty = ({ subject, kind, recipient, step, deadlineAt, softAt, now }: HouseDuty): Duty => ({
  v: 1,
  id: dutyId(subject, kind, recipient, step),
  subject,
  kind,
  recipient,
  step,
  lane: 'page',
  state: 'OPEN',
  deadlineAt,
  nextAt: now,
  gen: 0,
  attempts: 0,
  softAt,
  createdAt: now,
  evidence: [],
  head: genesis,
});
