// Decides what a duty becomes after its turn: the transition, its successors, and what the register says of it.
import type { Instant } from '../kernel/time.ts';
import { type Duration, earliest, hours, minutes, plus } from '../kernel/time.ts';
import { backoff, blockedAgain } from './claim.ts';
import type { Duty, Evidence } from './duty.ts';
import type { Ending } from './turn.ts';
import type { DutySpec } from './spec.ts';

/** What came of the act. */
export type ActResult =
  | { readonly ok: true; readonly evidence: readonly Evidence[] }
  | {
      readonly ok: false;
      readonly kind: 'again' | 'refused' | 'unsure';
      readonly reason: string;
      readonly retryAfter?: Duration;
      readonly evidence: readonly Evidence[];
    };

export type Transition = { readonly duty: Duty; readonly create: readonly DutySpec[]; readonly type: string };

/** Lays the claim down: owner and lease go, the fence stays. */
const unclaimed = (duty: Duty): Omit<Duty, 'owner' | 'ownerEpoch' | 'leaseUntil'> => {
  const { owner: _owner, ownerEpoch: _epoch, leaseUntil: _lease, ...rest } = duty;
  return rest;
};

export const ended = (duty: Duty, ending: Ending | { readonly state: 'CLOSED' | 'DONE'; readonly reason: string }, now: Instant): Duty => ({
  ...unclaimed(duty),
  state: ending.state,
  reason: ending.reason,
  endedAt: now,
});

export const waiting = (duty: Duty, until: Instant): Duty => ({ ...unclaimed(duty), nextAt: until });

export const sent = (duty: Duty, evidence: readonly Evidence[], until: Instant, now: Instant): Duty => ({
  ...unclaimed(duty),
  state: 'SENT',
  sentAt: duty.sentAt ?? now,
  nextAt: until,
  evidence: [...duty.evidence, ...evidence],
});

/** The human duty that stands beside a duty in trouble (I-23). */
export const besides = (duty: Duty, now: Instant): DutySpec => ({
  kind: 'human',
  recipient: 'sysop',
  step: duty.id,
  parent: duty.id,
  deadlineAt: plus(now, hours(1)),
});

/** What these do when nobody answers happens by the clock, whether or not the page could be delivered (D-5, P-6). */
const byTheClock: ReadonlySet<string> = new Set([
  'review',
  'release',
  'identify-controller',
  'call',
  'own-assessment',
  'own-report',
  'own-art34',
]);

const lookAgain = (duty: Duty, now: Instant): Instant => (byTheClock.has(duty.kind) ? plus(now, minutes(15)) : blockedAgain(now));

/** However long a channel asks us to wait, the deadline itself is looked at in time. */
const inTime = (duty: Duty, next: Instant, now: Instant): Instant =>
  byTheClock.has(duty.kind) && duty.deadlineAt > now ? earliest(next, duty.deadlineAt) : next;

/** After a failed try: later again, blocked when refused for good, with a person beside it from the soft deadline on. Never an end. */
export const failed = (duty: Duty, result: Extract<ActResult, { readonly ok: false }>, now: Instant, fraction: number): Transition => {
  const refused = result.kind === 'refused';
  const next = refused ? lookAgain(duty, now) : plus(now, backoff(duty.attempts, fraction, result.retryAfter));
  const needsHuman = duty.kind !== 'human' && (refused || now >= duty.softAt);
  return {
    duty: {
      ...unclaimed(duty),
      state: refused ? 'BLOCKED' : duty.state,
      nextAt: inTime(duty, next, now),
      lastFailure: result.reason,
      ...(result.kind === 'unsure' && { unsure: true }),
      evidence: [...duty.evidence, ...result.evidence],
    },
    create: needsHuman ? [besides(duty, now)] : [],
    type: refused ? 'DutyBlocked' : 'AttemptFailed',
  };
};
