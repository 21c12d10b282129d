// Decides when the members of a group make a firing: event-time windows that end at a member, both ends inclusive (D-30).
import { type Instant, minus, plus } from '../kernel/time.ts';
import type { Condition, Correlation, CorrelationType, Member } from './rule.ts';

/** One window that satisfies its correlation, with the members that make it do so, in order of time. */
export type Firing = { readonly end: Instant; readonly members: readonly Member[] };

/** By event time, then by id: the same order whatever the arrival was. */
const byTime = (a: Member, b: Member): number => a.time - b.time || a.stage - b.stage || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const holds = (condition: Condition, n: number): boolean =>
  (condition.gt === undefined || n > condition.gt) &&
  (condition.gte === undefined || n >= condition.gte) &&
  (condition.lt === undefined || n < condition.lt) &&
  (condition.lte === undefined || n <= condition.lte) &&
  (condition.eq === undefined || n === condition.eq) &&
  (condition.neq === undefined || n !== condition.neq);

const hasBounds = ({ field: _field, ...bounds }: Condition): boolean => Object.values(bounds).some((bound) => bound !== undefined);

/** An event that matched two of the rules is still one event. */
const eventsIn = (members: readonly Member[]): readonly Member[] => [...new Map(members.map((m) => [m.id, m])).values()];

/** Not undone by more of what is not negative. */
export const isFloor = ({ field: _field, gt: _gt, gte: _gte, ...others }: Condition): boolean =>
  Object.values(others).every((bound) => bound === undefined);

const numeric = ['value_sum', 'value_avg', 'value_percentile'] as const satisfies readonly CorrelationType[];
type Numeric = (typeof numeric)[number];

/** They need the numbers themselves, and all of a window. */
export const isNumeric = (kind: CorrelationType): kind is Numeric => numeric.some((one) => one === kind);

const isNumber = ({ value }: Member): boolean => value !== undefined && value !== '' && Number.isFinite(Number(value));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);

const stagesIn = (members: readonly Member[]): number => new Set(members.map((m) => m.stage)).size;

/** Nearest-rank percentile: where the members at or under the value reach that share. */
const percentile = (numbers: readonly number[], share: number): number | undefined =>
  [...numbers].sort((a, b) => a - b)[Math.max(0, Math.ceil((share / 100) * numbers.length) - 1)];

/** `temporal` with bounds counts the distinct rules; without, all of them are meant. */
const temporal = (correlation: Correlation, members: readonly Member[]): boolean =>
  hasBounds(correlation.condition) ? holds(correlation.condition, stagesIn(members)) : stagesIn(members) === correlation.rules.length;

/**
 * The members on any chain of all stages, in order of time, that ends in the window's last instant; none where no chain does.
 * A login before the ban is no part of it: whose data that touched has nothing to do with this. The same instant counts as in order.
 */
const chainOf = ({ rules }: Correlation, inside: readonly Member[], end: Instant): readonly Member[] => {
  const last = rules.length - 1;
  let reached = -1;
  const ledTo = inside.filter((member) => {
    const follows = member.stage <= reached + 1;
    if (follows) reached = Math.max(reached, member.stage);
    return follows;
  });
  let next = last + 1;
  const leadingOn = ledTo.toReversed().filter((member) => {
    const leads = member.stage === last ? member.time === end : next <= member.stage + 1;
    if (leads) next = Math.min(next, member.stage);
    return leads;
  });
  return next === 0 ? leadingOn.toReversed() : [];
};

const measured = (kind: Numeric, numbers: readonly number[], share = 50): number | undefined => {
  if (numbers.length === 0) return undefined;
  if (kind === 'value_percentile') return percentile(numbers, share);
  return kind === 'value_sum' ? sum(numbers) : sum(numbers) / numbers.length;
};

/** Does the window that ends there hold? A crowd has thousands of windows: the numbers are taken out of its members once. */
const measuring = (correlation: Correlation, kind: Numeric, sorted: readonly Member[]): ((end: Instant) => boolean) => {
  const events = eventsIn(sorted.filter(isNumber));
  const numbers = events.map(({ value }) => Number(value));
  const placeOf = (time: number): number => {
    let [low, high] = [0, events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((events[middle]?.time ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (end) => {
    const found = measured(kind, numbers.slice(placeOf(minus(end, correlation.timespan)), placeOf(end + 1)), correlation.percentile);
    return found !== undefined && holds(correlation.condition, found);
  };
};

type Counting = Exclude<CorrelationType, 'temporal_ordered' | Numeric>;

const satisfied = (correlation: Correlation, kind: Counting, members: readonly Member[]): boolean => {
  const { condition } = correlation;
  switch (kind) {
    case 'event_count':
      return holds(condition, eventsIn(members).length);
    case 'value_count':
      return holds(condition, new Set(members.flatMap((m) => m.value ?? [])).size);
    case 'temporal':
      return temporal(correlation, members);
  }
};

type Window = { readonly end: Instant; readonly inside: () => readonly Member[] };

/** What fires in a window, told once it is asked for: all of its members, or those on a chain. Undefined where the condition does not hold. */
type Fires = (window: Window) => (() => readonly Member[]) | undefined;

const firing = (correlation: Correlation, sorted: readonly Member[]): Fires => {
  const { kind } = correlation;
  if (kind === 'temporal_ordered')
    return ({ inside, end }) => {
      const chain = chainOf(correlation, inside(), end);
      return chain.length > 0 ? () => chain : undefined;
    };
  if (isNumeric(kind)) {
    const holdsAt = measuring(correlation, kind, sorted);
    return ({ inside, end }) => (holdsAt(end) ? inside : undefined);
  }
  return ({ inside }) => {
    const members = inside();
    return satisfied(correlation, kind, members) ? () => members : undefined;
  };
};

const same = (a: Member, b: Member): boolean => a.id === b.id && a.stage === b.stage;

const windowOf = ({ timespan }: Correlation, sorted: readonly Member[], end: Instant): Window => ({
  end,
  inside: () => sorted.filter((m) => m.time >= minus(end, timespan) && m.time <= end),
});

/** More windows than this that one member lies in are a crowd. */
const crowd = 32;

/**
 * Of a crowd: the windows that hold by this member, and the first and the last of those that held without it. The others were told of when
 * they came to hold; told again at each late member, a wave that arrives backwards would cost the cube of its length.
 */
const news = <W extends Pick<Firing, 'end'>>(correlation: Correlation, holding: readonly W[], others: readonly Member[]): readonly W[] => {
  const heldIn = firing(correlation, others);
  const known = holding.filter(({ end }) => heldIn(windowOf(correlation, others, end)) !== undefined);
  const again = new Set(known.slice(1, -1));
  return holding.filter((one) => !again.has(one));
};

/**
 * Every window that contains `added`, ends at a member and satisfies the correlation; of a crowd of them those that are news.
 * `members` holds the group around it. `added` may be among them; as given here it knows at least as much as a stored one.
 */
export const firingsOf = (correlation: Correlation, members: readonly Member[], added: Member): readonly Firing[] => {
  const sorted = [...members.filter((m) => !same(m, added)), added].sort(byTime);
  const last = plus(added.time, correlation.timespan);
  const ends = [...new Set(sorted.filter((m) => m.time >= added.time && m.time <= last).map((m) => m.time))];
  const firesIn = firing(correlation, sorted);
  const holding = ends.flatMap((end) => {
    const fired = firesIn(windowOf(correlation, sorted, end));
    return fired ? [{ end, fired }] : [];
  });
  const isOther = (m: Member): boolean => m !== added;
  const told = holding.length > crowd ? news(correlation, holding, sorted.filter(isOther)) : holding;
  return told.map(({ end, fired }) => ({ end, members: fired() })).filter((one) => one.members.includes(added));
};
