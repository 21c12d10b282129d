// Decides how two sets of rules compare over the same raw events: each is played by the whole flow, and the cases are held against each other (6.5).
import type { RuleSet } from '#core/detection/rule.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Log } from '#flow/ports.ts';
import type { InForce } from './node.ts';
import { type Ending, playStory } from './play-run.ts';
import type { Arrival } from './play-story.ts';

/** A case as it is compared: ids differ by rule sets, what it says does not (D-3). */
export type Case = {
  readonly title: string;
  readonly outcome: string;
  readonly level: string;
  readonly rules: readonly string[];
  readonly controllers: readonly string[];
};

/** `onlyA`: cases that only the first set makes, or makes so. */
export type Compared = { readonly a: Ending; readonly b: Ending; readonly onlyA: readonly Case[]; readonly onlyB: readonly Case[] };

const caseOf = (incident: Incident): Case => ({
  title: incident.title,
  outcome: incident.outcome,
  level: incident.level,
  rules: incident.findings.map(({ rule }) => rule.name),
  controllers: incident.controllers,
});

/** Those of the first that have no like among the second, each like counted once. */
const without = (first: readonly Case[], second: readonly Case[]): readonly Case[] => {
  const left = second.map((one) => JSON.stringify(one));
  return first.filter((one) => {
    const at = left.indexOf(JSON.stringify(one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

export const compareRules = async (
  arrivals: readonly Arrival[],
  sets: { readonly a: RuleSet; readonly b: RuleSet },
  { inForce, log }: { readonly inForce: InForce; readonly log: Log },
): Promise<Compared> => {
  const story = { name: 'stored raw events', arrivals, audited: false } as const;
  const playedBy = async (rules: RuleSet) => {
    const { ending, incidents } = await playStory(story, { ...inForce, rules }, log);
    return { ending, cases: incidents.map(caseOf) };
  };
  const [a, b] = [await playedBy(sets.a), await playedBy(sets.b)];
  return { a: a.ending, b: b.ending, onlyA: without(a.cases, b.cases), onlyB: without(b.cases, a.cases) };
};
