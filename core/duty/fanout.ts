// Decides when an incident owes more than one transaction can hold, and who makes the rest (reliability.md 6.3, I-08).
import { type Instant, minutes, plus } from '../kernel/time.ts';
import { type Duty, isTerminal } from './duty.ts';
import type { DutySpec } from './spec.ts';

/** A transaction of DynamoDB holds 100 items; what creates more than this leaves the rest to a fan-out duty. */
export const itemsAtOnce = 80;

/** A new duty is two items: itself and the first line of its chain. */
export const dutiesAtOnce = itemsAtOnce / 2;

/** It makes what is owed now. One that waits for its hour makes nothing yet, and holds nothing up. */
export const isMaking = ({ kind, state, attempts, nextAt }: Duty, now: Instant): boolean =>
  kind === 'fanout' && !isTerminal(state) && (attempts > 0 || nextAt <= now);

/** One for each change that owed too much: by the version that the change made, so that it is the same one when tried again. */
export const fanout = (version: number, now: Instant): DutySpec => ({
  kind: 'fanout',
  recipient: 'ledger',
  step: String(version),
  deadlineAt: plus(now, minutes(5)),
});
