// Decides what a stream remembers of its groups: 24 h of lateness, and of a crowd only what can still change an answer (D-30).
import { type Duration, type Instant, hours, instantOf, minus, plus } from '../kernel/time.ts';
import { isFloor } from './correlate.ts';
import { type Correlation, type Member, numericMembers } from './rule.ts';
import type { Request } from './walk.ts';

export const lateness: Duration = hours(24);

/** Where nothing can be left out without changing an answer, a group keeps its newest members only (D-27); of larger numbers as many. */
const leastCap = numericMembers;

/** A small group is kept as it is, so that each of its windows is told. */
const smallGroup = 64;

/** A clock that stands wrong must not make all others late: the stream's time leaps only when that many events in a row do. */
const leapsInARow = 100;

export type Groups = {
  /** Adds the member, once, and answers with those that can share a window with it. */
  readonly answer: (request: Request) => readonly Member[];
  readonly size: () => number;
  /** Members that came too late, and groups that outgrew what is kept. */
  readonly told: () => { readonly tooLate: number; readonly saturated: number };
};

/** `keys` name the members of a group that is not small; most groups are, and there are many of them. */
type Group = { readonly members: Member[]; keys: Set<string> | undefined; readonly window: Duration; saturated: boolean };

const keyOf = ({ stage, id }: Member): string => `${stage}/${id}`;

/** The first place whose member is not earlier than `time`. */
const placeOf = (members: readonly Member[], time: Instant): number => {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((members[middle]?.time ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** How many are enough, where more can't undo it. */
const enough = ({ condition, rules }: Correlation): number | undefined => {
  if (!isFloor(condition)) return undefined;
  // An event that matched several of the rules stands here several times and counts once.
  return Math.ceil(Math.max(condition.gte ?? 1, (condition.gt ?? 0) + 1)) * rules.length;
};

const capOf = ({ condition: { field: _field, ...bounds }, rules }: Correlation): number =>
  Math.max(leastCap, ...Object.values(bounds).map((bound) => 3 * Math.ceil(bound ?? 0) * rules.length));

const around = (members: readonly Member[], time: Instant, window: Duration): readonly Member[] =>
  members.slice(placeOf(members, minus(time, window)), placeOf(members, instantOf(plus(time, window) + 1)));

const takeOut = ({ members, keys }: Group, place: number): void => {
  const [gone] = members.splice(place, 1);
  if (gone) keys?.delete(keyOf(gone));
};

/** Where one before and one after it share a window, every window that holds a member holds one of those two as well. */
const betweenAlike = (group: Group, at: number, alike: (a: Member, b: Member) => boolean): boolean => {
  const { members, window } = group;
  const one = members[at];
  if (!one) return false;
  let before = at - 1;
  while (before >= 0 && !alike(members[before] as Member, one)) before -= 1;
  let after = at + 1;
  while (after < members.length && !alike(members[after] as Member, one)) after += 1;
  const [first, last] = [members[before], members[after]];
  return first !== undefined && last !== undefined && last.time - first.time <= window;
};

/** The same for a number: any window that holds it holds all of the `reach` before it, or all of those after it; both are enough. */
const amongMany = ({ members, window }: Group, at: number, reach: number, areEnough: (some: readonly Member[]) => boolean): boolean => {
  const [first, last] = [members[at - reach], members[at + reach]];
  if (first === undefined || last === undefined || last.time - first.time > window) return false;
  return areEnough(members.slice(at - reach, at)) && areEnough(members.slice(at + 1, at + reach + 1));
};

const sameStage = (a: Member, b: Member): boolean => a.stage === b.stage;
const sameValue = (a: Member, b: Member): boolean => a.value === b.value;

/** The nearest earlier member that is alike, whose need may have ended with the new one. */
const previous = (group: Group, at: number, alike: (a: Member, b: Member) => boolean): number => {
  const one = group.members[at];
  let before = at - 1;
  while (one && before >= 0 && !alike(group.members[before] as Member, one)) before -= 1;
  return before;
};

const thinAlike = (group: Group, at: number, alike: (a: Member, b: Member) => boolean): number => {
  const before = previous(group, at, alike);
  if (before < 0 || !betweenAlike(group, before, alike)) return at;
  takeOut(group, before);
  return at - 1;
};

const thinMany = (group: Group, at: number, reach: number, areEnough: (some: readonly Member[]) => boolean): void => {
  const place = [at - reach, at].find((one) => amongMany(group, one, reach, areEnough));
  if (place !== undefined) takeOut(group, place);
};

/** Takes out what no answer needs any more, now that a member stands at `at`. */
const thin = (group: Group, correlation: Correlation, at: number): void => {
  const n = enough(correlation);
  switch (correlation.kind) {
    case 'event_count':
      if (n !== undefined) thinMany(group, at, n, () => true);
      return;
    case 'value_count': {
      const place = thinAlike(group, at, sameValue);
      if (n !== undefined) thinMany(group, place, 3 * n, (some) => new Set(some.map(({ value }) => value)).size >= n);
      return;
    }
    case 'temporal':
      thinAlike(group, at, sameStage);
      return;
    case 'temporal_ordered':
      // Of three stages, what lies between two of the middle one matters.
      if (correlation.rules.length <= 2) thinAlike(group, at, sameStage);
      return;
    default:
  }
};

const holds = ({ members, keys }: Group, member: Member): boolean =>
  keys ? keys.has(keyOf(member)) : members.some((one) => one.stage === member.stage && one.id === member.id);

const insert = (group: Group, member: Member): number => {
  const { members, keys } = group;
  const at = placeOf(members, instantOf(member.time + 1));
  members.splice(at, 0, member);
  keys?.add(keyOf(member));
  if (!keys && members.length > smallGroup) group.keys = new Set(members.map(keyOf));
  return at;
};

/** The same member again: what is known of it by now replaces what was. */
const replace = ({ members }: Group, member: Member): void => {
  const at = members.findIndex((one) => one.stage === member.stage && one.id === member.id);
  if (at >= 0 && members[at]?.time === member.time) members[at] = member;
};

/** The time that a stream has reached. */
const streamClock = () => {
  let reached: Instant | undefined;
  let leaps = 0;
  return (time: Instant): Instant => {
    const leaped = reached !== undefined && time > plus(reached, lateness);
    leaps = leaped ? leaps + 1 : 0;
    if (reached === undefined || (time > reached && (!leaped || leaps >= leapsInARow))) reached = time;
    return reached;
  };
};

export const streamGroups = (): Groups => {
  const groups = new Map<string, Group>();
  const reachedAt = streamClock();
  let [sinceSweep, tooLate, saturated] = [0, 0, 0];

  /** So many members later that each has paid for looking at two groups. */
  const sweep = (reached: Instant): void => {
    sinceSweep += 1;
    if (sinceSweep < Math.max(10_000, groups.size / 2)) return;
    sinceSweep = 0;
    for (const [name, { members, window }] of groups) {
      const last = members.at(-1);
      if (!last || last.time < reached - lateness - window) groups.delete(name);
    }
  };

  const trim = (group: Group, most: number, reached: Instant): void => {
    const old = placeOf(group.members, instantOf(reached - lateness - group.window));
    const over = Math.max(0, group.members.length - most);
    if (over > old && !group.saturated) {
      group.saturated = true;
      saturated += 1;
    }
    for (const gone of group.members.splice(0, Math.max(old, over))) group.keys?.delete(keyOf(gone));
  };

  return {
    size: () => groups.size,
    told: () => ({ tooLate, saturated }),
    answer: ({ group: name, member, window, correlation, look }) => {
      if (look) return around(groups.get(name)?.members ?? [], member.time, window);
      const reached = reachedAt(member.time);
      sweep(reached);
      if (member.time < reached - lateness - window) {
        tooLate += 1;
        return [];
      }
      const group = groups.get(name) ?? { members: [], keys: undefined, window, saturated: false };
      groups.set(name, group);
      const known = holds(group, member);
      if (known) replace(group, member);
      const at = known ? undefined : insert(group, member);
      const { members } = group;
      const near = around(members, member.time, window);
      if (at !== undefined && members.length > smallGroup) {
        thin(group, correlation, at);
        trim(group, capOf(correlation), reached);
      }
      return near;
    },
  };
};
