// Decides what a stream of events makes fire when its state is held in memory: the same walk as everywhere, with a map as the store.
import type { Instant } from '../kernel/time.ts';
import { absentOf } from './absent.ts';
import { climb } from './climb.ts';
import { matchAll } from './detect.ts';
import type { Detection, EvaluatedEvent, MemberFacts, RuleSet } from './rule.ts';
import { type Groups, streamGroups } from './stream-groups.ts';
import { type Keyed, type Match, carriedFields, keyedFields } from './walk.ts';

export type StreamOptions = {
  /** Event time; an event without one is matched, never correlated. */
  readonly timeOf: (event: EvaluatedEvent) => Instant | undefined;
  readonly keyed: Keyed;
  /** Which detections match; without it all are tried, whatever their log source. */
  readonly detect?: (event: EvaluatedEvent) => readonly Detection[];
};

export type Stream = {
  /** What the event makes fire, each firing once. `idOf` tells which event it is: one that comes again counts no second time. */
  readonly add: (event: EvaluatedEvent, idOf: () => string) => readonly Match[];
  readonly groups: Pick<Groups, 'size' | 'told'>;
};

const nobody: Omit<MemberFacts, 'fields'> = { assets: [], controllers: [], unidentified: true, personalData: 'likely' };

/** What nobody counts needs no time and no id. */
const uncounted = { time: 0 as Instant, id: '', signals: [], facts: { ...nobody, fields: {} } };

/** Firings that are remembered, so that a window which only gains members is not told again. */
const remembered = 500_000;

const firstTime = (): ((key: string) => boolean) => {
  let [recent, older] = [new Set<string>(), new Set<string>()];
  return (key) => {
    if (recent.has(key) || older.has(key)) return false;
    if (recent.size >= remembered / 2) [recent, older] = [new Set(), recent];
    recent.add(key);
    return true;
  };
};

/** Evaluates event by event, in the order of arrival. Memory grows with what 24 h hold, never with the stream. */
export const openStream = (set: RuleSet, { timeOf, keyed, detect }: StreamOptions): Stream => {
  const paths = carriedFields(set);
  const groups = streamGroups();
  const isNew = firstTime();
  const counted = new Set(set.rules.flatMap((rule) => (rule.type === 'correlation' ? [...rule.rules, ...absentOf(rule)] : [])));
  const add: Stream['add'] = (event, idOf) => {
    const found = detect?.(event) ?? matchAll(set, event);
    if (found.length === 0) return [];
    const time = counted.size > 0 && found.some((rule) => counted.has(rule.name)) ? timeOf(event) : undefined;
    if (time === undefined) return found.map((rule): Match => ({ rule, event, ...uncounted }));
    const id = idOf();
    const facts: MemberFacts = { ...nobody, fields: keyedFields(event, paths, keyed) };
    const matches = found.map((rule): Match => ({ rule, time, id, signals: [id], facts, event }));
    return climb(set, matches, groups.answer).filter((match) => match.rule.type === 'detection' || isNew(match.id));
  };
  return { add, groups };
};

/** All matches of a stream in its order of arrival, detections and correlations, each once. */
export const evaluateStream = (set: RuleSet, events: readonly EvaluatedEvent[], options: StreamOptions): readonly Match[] => {
  const stream = openStream(set, options);
  return events.flatMap((event, i) => stream.add(event, () => `event-${i}`));
};
