// Decides which correlation groups stay in memory as they stand in the file: a flood asks for the same ones at each of its events (TH-16).
import type { Member } from '#core/detection/rule.ts';
import type { Duration } from '#core/kernel/time.ts';

/** In the order of their keys in the file. */
const inOrder = (a: Member, b: Member): number => a.time - b.time || a.stage - b.stage || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Where the member stands, or would stand. */
const placeOf = (members: readonly Member[], member: Member): number => {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = members[middle];
    if (one && inOrder(one, member) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The members within the window, on either side the nearest `atMost`; the member itself is on the first side. */
const around = (members: readonly Member[], member: Member, window: Duration, atMost: number): readonly Member[] => {
  const place = placeOf(members, member);
  let from = place + 1;
  // What has the same instant is no later, whatever its stage and id.
  while (members[from]?.time === member.time) from += 1;
  const before = members.slice(Math.max(0, from - atMost), from).filter((one) => one.time >= member.time - window);
  const after = members.slice(from, from + atMost).filter((one) => one.time <= member.time + window);
  return [...before, ...after];
};

/** Members in all; a group alone may have half of that. */
const rememberedMembers = 40_000;

export type GroupMemory = {
  /** What is around a member that stands in the file; `read` gives the whole group where it is not held yet, undefined where it is too large. */
  readonly with: (group: string, member: Member, read: (atMost: number) => readonly Member[] | undefined) => Held | undefined;
};
export type Held = { readonly around: (window: Duration, atMost: number) => readonly Member[] };

export const groupMemory = (remembered = rememberedMembers): GroupMemory => {
  const groups = new Map<string, Member[]>();
  let count = 0;
  const forget = (group: string): void => {
    count -= groups.get(group)?.length ?? 0;
    groups.delete(group);
  };
  const makeRoom = (): void => {
    for (const oldest of groups.keys()) {
      if (count <= remembered || groups.size <= 1) break;
      forget(oldest);
    }
  };
  const hold = (group: string, members: readonly Member[]): Member[] => {
    const held = [...members];
    groups.set(group, held);
    count += held.length;
    return held;
  };
  return {
    with: (group, member, read) => {
      const known = groups.get(group);
      const whole = known ? undefined : read(remembered / 2);
      if (!known && !whole) return undefined;
      const members = known ?? hold(group, whole ?? []);
      const place = placeOf(members, member);
      const there = members[place];
      if (!there || inOrder(there, member) !== 0) {
        members.splice(place, 0, member);
        count += 1;
      }
      if (known) {
        // Asked for last, forgotten last.
        groups.delete(group);
        groups.set(group, known);
      }
      if (members.length > remembered / 2) forget(group);
      makeRoom();
      return { around: (window, atMost) => around(members, member, window, atMost) };
    },
  };
};
