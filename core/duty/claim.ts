// Decides claim, lease and fence as pure transitions (reliability.md 6.3): who may act, and until when.
import { type Duration, type Instant, durationOf, minus, minutes, plus, seconds } from '../kernel/time.ts';
import { type Attempt, type Duty, isTerminal } from './duty.ts';

/** How long a claim holds. An effect takes at most 10 s. */
export const leaseFor: Duration = minutes(2);
/** An effect does not start with less than this left of the lease: the bug of most "lease and conditional write" designs (I-16). */
export const leaseMargin: Duration = seconds(15);
export const effectTimeout: Duration = seconds(10);

/** Due by time, or claimed by a start of this node that is no more (D-7). */
export const isDue = (duty: Duty, now: Instant, epoch: number): boolean =>
  !isTerminal(duty.state) && (duty.nextAt <= now || (duty.ownerEpoch !== undefined && duty.ownerEpoch < epoch));

/** The duty as claimed: the wake-up becomes the lease's end, so a crash needs no reaper. */
export const claimed = (duty: Duty, by: { readonly owner: string; readonly epoch: number; readonly leaseUntil: Instant }): Duty => ({
  ...duty,
  gen: duty.gen + 1,
  attempts: duty.attempts + 1,
  owner: by.owner,
  ownerEpoch: by.epoch,
  leaseUntil: by.leaseUntil,
  nextAt: by.leaseUntil,
});

/** What a claim asks for, as the item would show it. */
type Asked = { readonly seen: { readonly gen: number }; readonly owner: string; readonly leaseUntil: Instant };

/** A claim that failed on its condition may be the repetition of our own that succeeded: same owner, same lease, one gen up (F-19). */
export const isOwnClaim = (standing: Pick<Duty, 'gen' | 'owner' | 'leaseUntil'>, { seen, owner, leaseUntil }: Asked): boolean =>
  standing.owner === owner && standing.gen === seen.gen + 1 && standing.leaseUntil === leaseUntil;

/** Self-fence: checked right before every effect (I-16). */
export const mayAct = (duty: Duty, now: Instant): boolean => duty.leaseUntil !== undefined && now <= minus(duty.leaseUntil, leaseMargin);

const firstBackoff = 1_000;
const longestBackoff = 300_000;

/** Full jitter from 1 s to 5 min; a Retry-After is honoured when it asks for longer. `fraction` in [0, 1). */
export const backoff = (attempts: number, fraction: number, retryAfter?: Duration): Duration => {
  const ceiling = Math.min(longestBackoff, firstBackoff * 2 ** Math.min(attempts, 20));
  return durationOf(Math.max(retryAfter ?? 0, Math.ceil(fraction * ceiling), 1));
};

/**
 * A ticket that may have been made shows up in search only after the index caught up: two minutes (D-20, F-44). The clocks of who tried
 * and who looks may be half a minute off each, so it is three by theirs.
 */
export const searchableAfter: Duration = minutes(3);

/** How long until what an earlier try may have made can be found; undefined when it can by now. */
export const untilSearchable = (attempts: readonly Pick<Attempt, 'intentAt'>[], now: Instant): Duration | undefined => {
  const last = attempts.reduce((latest, one) => Math.max(latest, one.intentAt), Number.NEGATIVE_INFINITY);
  const rest = last + searchableAfter - now;
  return rest > 0 ? durationOf(rest) : undefined;
};

/** A blocked duty is looked at again daily (reliability.md 6.2). */
export const blockedAgain = (now: Instant): Instant => plus(now, durationOf(86_400_000));
