// Decides how a walk is driven where its groups are at hand: no world is asked, nothing waits.
import type { Member, RuleSet } from './rule.ts';
import { type Match, type Request, walk } from './walk.ts';

export type Answer = (request: Request) => readonly Member[];

/** All that follows from the matches, with groups that answer at once. */
export const climb = (set: RuleSet, matches: readonly Match[], answer: Answer): readonly Match[] => {
  const walking = walk(set, matches);
  let step = walking.next();
  while (!step.done) step = walking.next(answer(step.value));
  return step.value;
};

/** Groups of one dry run: they keep everything, and end with it. */
export const plainGroups = (): Answer => {
  const groups = new Map<string, Map<string, Member>>();
  return ({ group, member, window, look }) => {
    const members = groups.get(group) ?? new Map<string, Member>();
    if (!look) groups.set(group, members.set(`${member.stage}/${member.id}`, member));
    return [...members.values()].filter((one) => Math.abs(one.time - member.time) <= window);
  };
};

type Told = Pick<Match, 'id' | 'silences' | 'silencedBy'>;

/** At the end of a dry run: is it a firing that one of the rules it names as absent silenced, before or after? */
export const silencedAmong = (all: readonly Told[]): ((match: Told) => boolean) => {
  const silenced = new Set(all.flatMap(({ silences = [] }) => silences).map(({ firing }) => firing.id));
  return ({ id, silencedBy }) => silencedBy !== undefined || silenced.has(id);
};
