// Decides what is owed about a source of signals that fell silent, can't be read or left events out, and what a turn of such a duty is: tell its owner, until it is over.
import type { RoleName } from '../directory/directory.ts';
import { sourceSubject } from '../kernel/ids.ts';
import { type Duration, type Instant, days, earliest, endOfTime, minutes, parseInstant, plus, rfc3339 } from '../kernel/time.ts';
import { type Duty, sendingsOf } from './duty.ts';
import { houseDuty } from './house-duty.ts';
import type { Ending } from './turn.ts';

/** How it stands with one source. */
export type SourceState = {
  readonly source: string;
  readonly owner: RoleName;
  /** Undefined: never. */
  readonly heardAt?: Instant;
  /** Undefined: nothing is expected of it. */
  readonly expectedEvery?: Duration;
  /** Did many of its events come within an hour that can't be read? */
  readonly unreadable: boolean;
};

/** So many within an hour are many: the alarm Signals/Quarantined has the same number. */
export const manyUnreadable = 10;

const never = 'never heard';

type At = { readonly deadline: Instant; readonly now: Instant /** @default now */; readonly wakes?: Instant };

const made = (state: Pick<SourceState, 'source' | 'owner'>, kind: 'heartbeat' | 'config', step: string, at: At): Duty => {
  const { deadline, now, wakes = now } = at;
  const about = { subject: sourceSubject(state.source), kind, recipient: state.owner, step };
  return { ...houseDuty({ ...about, deadlineAt: deadline, softAt: plus(wakes, minutes(15)), now }), nextAt: wakes };
};

/** One silence is one duty, whoever finds it and how often (I-12). One that was never heard of has its time too. */
export const silenceDuty = (state: SourceState, now: Instant): Duty | undefined => {
  const { heardAt, expectedEvery } = state;
  if (expectedEvery === undefined) return undefined;
  const due = plus(heardAt ?? now, expectedEvery);
  if (heardAt === undefined) return made(state, 'heartbeat', never, { deadline: due, wakes: due, now });
  return due >= now ? undefined : made(state, 'heartbeat', rfc3339(heardAt), { deadline: due, now });
};

/** `nth`: how many such duties the source had before. */
export const unreadableDuty = (state: SourceState, nth: number, now: Instant): Duty | undefined =>
  state.unreadable ? made(state, 'config', `unreadable ${nth + 1}`, { deadline: plus(now, days(1)), now }) : undefined;

const gap = 'gap ';

/** The source delivers, and not all. */
export const isGap = ({ kind, step }: Duty): boolean => kind === 'config' && step.startsWith(gap);

/** One a day: who fetches a thousand events that were left out is told once. */
export const gapDuty = (state: Pick<SourceState, 'source' | 'owner'>, now: Instant): Duty =>
  made(state, 'config', `${gap}${rfc3339(now).slice(0, 10)}`, { deadline: plus(now, days(1)), now });

/** Was it heard of since it fell silent? */
const isHeard = ({ step }: Duty, { heardAt }: SourceState): boolean => {
  if (heardAt === undefined) return false;
  const silentSince = parseInstant(step);
  return !silentSince.ok || heardAt > silentSince.value;
};

/** What was left out was fetched; over when its owner was told, and the source itself delivers again. */
const gapOver = (duty: Duty, { heardAt }: SourceState): Ending | undefined => {
  const told = sendingsOf(duty).at(-1)?.at ?? endOfTime;
  return (heardAt ?? duty.createdAt) > told ? { state: 'DONE', reason: 'it delivers again' } : undefined;
};

const overBy = (duty: Duty, state: SourceState, isRead: boolean): Ending | undefined => {
  if (isGap(duty)) return gapOver(duty, state);
  if (duty.kind === 'config') return isRead ? { state: 'DONE', reason: 'all of it was read' } : undefined;
  if (isHeard(duty, state)) return { state: 'DONE', reason: `heard again at ${rfc3339(state.heardAt ?? duty.createdAt)}` };
  return state.expectedEvery === undefined ? { state: 'CANCELLED', reason: 'nothing is expected of it any more' } : undefined;
};

export type SourcePlan =
  | { readonly do: 'end'; readonly ending: Ending }
  | { readonly do: 'wait'; readonly until: Instant }
  | { readonly do: 'tell'; readonly until: Instant };

/** A reminder a day; whether it is over is looked at more often. */
const remindEvery: Duration = days(1);
const lookEvery: Duration = minutes(15);

/** `isRead`: nothing of the source is in quarantine. */
export const sourcePlan = (
  duty: Duty,
  state: SourceState,
  { isRead, now }: { readonly isRead: boolean; readonly now: Instant },
): SourcePlan => {
  const ending = overBy(duty, state, isRead);
  if (ending) return { do: 'end', ending };
  const until = plus(now, lookEvery);
  const told = sendingsOf(duty).at(-1)?.at;
  if (told === undefined || now >= plus(told, remindEvery)) return { do: 'tell', until };
  return { do: 'wait', until: earliest(until, plus(told, remindEvery)) };
};
