// Decides when the members of a group make a firing: event-time windows that end at a member, both ends inclusive (D-30).
import { type Instant, minus, plus } from '../kernel/time.ts';
import type { Condition, Correlation, Member } from './rule.ts';

/** One window that satisfies its correlation. */
export type Firing = { readonly end: Instant; readonly members: readonly Member[] };

/** By event time, then by id: the same order whatever the arrival was. */
export const byTime = (a: Member, b: Member): number => a.time - b.time || a.stage - b.stage || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const holds = (condition: Condition, n: number): boolean =>
  (condition.gt === undefined || n > condition.gt) &&
  (condition.gte === undefined || n >= condition.gte) &&
  (condition.lt === undefined || n < condition.lt) &&
  (condition.lte === undefined || n <= condition.lte) &&
  (condition.eq === undefined || n === condition.eq) &&
  (condition.neq === undefined || n !== condition.neq);

const hasBounds = ({ field: _field, ...bounds }: Condition): boolean => Object.values(bounds).some((bound) => bound !== undefined);

const numbersOf = (members: readonly Member[]): readonly number[] =>
  members.flatMap((m) => (m.value === undefined || m.value === '' || !Number.isFinite(Number(m.value)) ? [] : [Number(m.value)]));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);

const stagesIn = (members: readonly Member[]): number => new Set(members.map((m) => m.stage)).size;

/** Nearest-rank percentile: where the members at or under the value reach that share. */
const percentile = (numbers: readonly number[], share: number): number | undefined =>
  [...numbers].sort((a, b) => a - b)[Math.max(0, Math.ceil((share / 100) * numbers.length) - 1)];

/** `temporal` with bounds counts the distinct rules; without, all of them are meant. */
const temporal = (correlation: Correlation, members: readonly Member[]): boolean =>
  hasBounds(correlation.condition) ? holds(correlation.condition, stagesIn(members)) : stagesIn(members) === correlation.rules.length;

/** Stage after stage in order of time; what happens in the same instant may count as in order. */
const ordered = (correlation: Correlation, members: readonly Member[]): boolean => {
  let next = 0;
  for (const member of [...members].sort(byTime)) {
    if (member.stage === next) next += 1;
    if (next === correlation.rules.length) return true;
  }
  return false;
};

const satisfied = (correlation: Correlation, members: readonly Member[]): boolean => {
  const { condition } = correlation;
  switch (correlation.kind) {
    case 'event_count':
      return holds(condition, members.length);
    case 'value_count':
      return holds(condition, new Set(members.flatMap((m) => m.value ?? [])).size);
    case 'value_sum':
      return numbersOf(members).length > 0 && holds(condition, sum(numbersOf(members)));
    case 'value_avg': {
      const numbers = numbersOf(members);
      return numbers.length > 0 && holds(condition, sum(numbers) / numbers.length);
    }
    case 'value_percentile': {
      const found = percentile(numbersOf(members), correlation.percentile ?? 50);
      return found !== undefined && holds(condition, found);
    }
    case 'temporal':
      return temporal(correlation, members);
    case 'temporal_ordered':
      return ordered(correlation, members);
  }
};

/** An ordered chain ends where its last stage is; any other correlation at any member. */
const mayEnd = (correlation: Correlation, member: Member): boolean =>
  correlation.kind !== 'temporal_ordered' || member.stage === correlation.rules.length - 1;

/**
 * Every window that contains `added`, ends at a member and satisfies the correlation.
 * `members` holds the group around it; `added` may or may not be among them yet.
 */
export const firingsOf = (correlation: Correlation, members: readonly Member[], added: Member): readonly Firing[] => {
  const known = members.some((m) => m.id === added.id && m.stage === added.stage) ? members : [...members, added];
  const sorted = [...known].sort(byTime);
  const last = plus(added.time, correlation.timespan);
  const ends = new Set(sorted.filter((m) => m.time >= added.time && m.time <= last && mayEnd(correlation, m)).map((m) => m.time));
  return [...ends].flatMap((end): readonly Firing[] => {
    const inside = sorted.filter((m) => m.time >= minus(end, correlation.timespan) && m.time <= end);
    return satisfied(correlation, inside) ? [{ end, members: inside }] : [];
  });
};
