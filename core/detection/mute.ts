// Decides what a filter that somebody answers for takes out of the matches: counted under its name, and never a likely breach in a maintenance window.
import type { Instant } from '../kernel/time.ts';
import type { Finding } from './finding.ts';
import { outcomeOf } from './outcome.ts';
import type { Detection, EvaluatedEvent, Mute, Rule } from './rule.ts';
import type { Match } from './walk.ts';

/** A rule that matched and of which nobody was told, and why: a filter's name, or the status of a rule that is only watched. */
export type Silence = { readonly rule: string; readonly by: string };

/** Told by the event's own time, so that a replay says the same. */
const isInForce = ({ from, until }: Mute, time: Instant): boolean => time < until && (from === undefined || time >= from);

const takenBy = (mutes: readonly Mute[], event: EvaluatedEvent, time: Instant): Mute | undefined =>
  mutes.find((mute) => isInForce(mute, time) && !mute.keeps(event));

/** What is left of the matches when the filters have taken theirs. What a maintenance window speaks of stays: others may build on it. */
export const unmuted = (
  found: readonly Detection[],
  { event, time }: { readonly event: EvaluatedEvent; readonly time: Instant },
): { readonly left: readonly Detection[]; readonly silent: readonly Silence[] } => {
  const silent: Silence[] = [];
  const left = found.filter(({ name, mutes = [] }) => {
    const by = takenBy(
      mutes.filter(({ from }) => from === undefined),
      event,
      time,
    );
    if (by) silent.push({ rule: name, by: by.name });
    return by === undefined;
  });
  return { left, silent };
};

/** Statuses that are only watched: matched and counted, nobody is told (detection.md 6.4). */
const watched: ReadonlySet<string> = new Set(['experimental', 'deprecated', 'unsupported']);
export const isWatched = ({ status }: Pick<Rule, 'status'>): boolean => watched.has(status);

/** A rule that would tell people if it were not only watched. */
export const shadows = (matches: readonly Match[]): readonly Silence[] =>
  matches
    .filter(({ rule }) => rule.incident !== undefined && rule.level !== 'informational' && isWatched(rule))
    .map(({ rule }) => ({ rule: rule.name, by: rule.status }));

const inWindow = ({ rule, event, time }: Match): Mute | undefined => {
  if (rule.type === 'correlation' || !rule.mutes || !event) return undefined;
  return takenBy(
    rule.mutes.filter(({ from }) => from !== undefined),
    event,
    time,
  );
};

/** What a firing of one event alone, such as one that waits for another not to come, rests on. What rests on several is in no window. */
const below = ({ rule, members = [] }: Match, all: readonly Match[]): Match | undefined => {
  const [only, second] = members;
  if (rule.type !== 'correlation' || !only || second) return undefined;
  return all.find((one) => one.id === only.id && rule.rules.includes(one.rule.name));
};

/** The maintenance window that this finding of a match, among all of its event, falls into; a likely breach falls into none. */
export const windowOf = (match: Match, finding: Finding, all: readonly Match[] = []): Silence | undefined => {
  const { nature, personalData } = finding;
  if (outcomeOf({ nature, personalData, level: finding.rule.level }) === 'suspected-breach') return undefined;
  const by = inWindow(below(match, all) ?? match);
  return by && { rule: match.rule.name, by: by.name };
};
