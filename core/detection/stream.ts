// Decides what a stream of events makes fire when its state is held in memory: the same walk as everywhere, with a map as the store.
import { type Instant, minus, plus } from '../kernel/time.ts';
import { matchAll } from './detect.ts';
import type { Detection, EvaluatedEvent, Member, MemberFacts, RuleSet } from './rule.ts';
import { type Keyed, type Match, type Request, carriedFields, keyedFields, walk } from './walk.ts';

export type StreamOptions = {
  /** Event time; an event without one is matched, never correlated. */
  readonly timeOf: (event: EvaluatedEvent) => Instant | undefined;
  readonly keyed: Keyed;
  /** Which detections match; without it all are tried, whatever their log source. */
  readonly detect?: (event: EvaluatedEvent) => readonly Detection[];
};

type Groups = Map<string, Map<string, Member>>;

const nobody: Omit<MemberFacts, 'fields'> = { assets: [], controllers: [], unidentified: true, personalData: 'likely' };

/** Adds the member, once, and answers with those that can share a window with it. */
const answer = (groups: Groups, { group, member, window }: Request): readonly Member[] => {
  const members = groups.get(group) ?? new Map<string, Member>();
  groups.set(group, members.set(`${member.stage}/${member.id}`, member));
  const [from, to] = [minus(member.time, window), plus(member.time, window)];
  return [...members.values()].filter((one) => one.time >= from && one.time <= to);
};

const run = (set: RuleSet, matches: readonly Match[], groups: Groups): readonly Match[] => {
  const walking = walk(set, matches);
  let step = walking.next();
  while (!step.done) step = walking.next(answer(groups, step.value));
  return step.value;
};

/** All matches of a stream in its order of arrival, detections and correlations, each once. */
export const evaluateStream = (
  set: RuleSet,
  events: readonly EvaluatedEvent[],
  { timeOf, keyed, detect }: StreamOptions,
): readonly Match[] => {
  const paths = carriedFields(set);
  const groups: Groups = new Map();
  const firings = new Map<string, Match>();
  for (const [i, event] of events.entries()) {
    const time = timeOf(event);
    const id = `event-${i}`;
    const facts: MemberFacts = { ...nobody, fields: keyedFields(event, paths, keyed) };
    const matches = (detect?.(event) ?? matchAll(set, event)).map(
      (rule): Match => ({ rule, time: time ?? (0 as Instant), id, signals: [id], facts, event }),
    );
    for (const match of time === undefined ? matches : run(set, matches, groups)) firings.set(`${match.rule.name}/${match.id}`, match);
  }
  return [...firings.values()];
};
