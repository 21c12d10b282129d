// Decides what one round of a soak is: which signals come, whether a person acts, which fault strikes and when.
import { type Post, attack, ban, leak, places } from './cast.ts';
import type { Dice } from './dice.ts';

/** `start`: so long after the process was begun, in parts of a start. `change`, `message`: at the nth from now on. `delay`: after a time. */
export type Moment =
  | { readonly at: 'start'; readonly part: number }
  | { readonly at: 'delay'; readonly milliseconds: number }
  | { readonly at: 'change' | 'message'; readonly nth: number };

/** `ahead`: the machine slept, and its clock shows it. */
export type Fault = { readonly type: 'kill' } | { readonly type: 'stop'; readonly milliseconds: number; readonly ahead: number };

export type Plan = { readonly posts: readonly Post[]; readonly act: boolean; readonly moment: Moment; readonly fault: Fault };

/** Which places have been attacked or robbed, and how often. */
export type Told = { readonly leaks: Map<number, number>; readonly attacks: Set<number>; bans: number };

const news = (roll: Dice, told: Told): readonly Post[] => {
  const place = roll.below(places);
  if (roll.chance(0.6)) {
    const nth = (told.leaks.get(place) ?? 0) + 1;
    told.leaks.set(place, nth);
    return [leak(place, nth)];
  }
  told.attacks.add(place);
  return attack(place, 1 + roll.below(3));
};

const again = (roll: Dice, told: Told): readonly Post[] => {
  const known = [...told.leaks];
  const [place, nth] = known[roll.below(known.length)] ?? [];
  return place === undefined || nth === undefined ? [] : [leak(place, 1 + roll.below(nth))];
};

const noise = (told: Told): readonly Post[] => {
  told.bans += 1;
  return [ban(told.bans)];
};

const postsOf = (roll: Dice, told: Told): readonly Post[] => [
  ...(roll.chance(0.3) ? news(roll, told) : []),
  ...(roll.chance(0.3) ? again(roll, told) : []),
  ...(roll.chance(0.5) ? noise(told) : []),
];

const faultOf = (roll: Dice): Fault => {
  const kind = roll.fraction();
  if (kind < 0.65) return { type: 'kill' };
  // Longer than an effect may last: whatever was in flight has no known outcome.
  if (kind < 0.66) return { type: 'stop', milliseconds: 11_000, ahead: 0 };
  // Past the lease of two minutes.
  if (kind < 0.69) return { type: 'stop', milliseconds: 100 + roll.below(200), ahead: 60_000 + roll.below(180_000) };
  return { type: 'stop', milliseconds: 20 + roll.below(300), ahead: 0 };
};

const momentOf = (roll: Dice, isFresh: boolean, isKill: boolean): Moment => {
  const kind = roll.fraction();
  const nth = 1 + roll.below(6);
  const milliseconds = roll.below(400);
  if (isFresh && isKill && kind < 0.15) return { at: 'start', part: roll.fraction() };
  if (kind < 0.5) return { at: 'message', nth };
  return kind < 0.8 ? { at: 'change', nth: nth * 3 } : { at: 'delay', milliseconds };
};

/** `isFresh`: the process has to be started for this round. */
export const planOf = (roll: Dice, told: Told, isFresh: boolean): Plan => {
  const posts = postsOf(roll, told);
  const act = roll.chance(0.35);
  const fault = faultOf(roll);
  return { posts, act, fault, moment: momentOf(roll, isFresh, fault.type === 'kill') };
};
