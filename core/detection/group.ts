// Decides in which group a match stands for a correlation, what it counts there, and which correlations a rule is for.
import { canonical, derived } from '../kernel/hash.ts';
import { absentOf } from './absent.ts';
import { isNumeric } from './correlate.ts';
import { fieldText } from './field.ts';
import type { Correlation, Rule, RuleSet } from './rule.ts';
import type { Match } from './walk.ts';

type Above = { readonly counting: readonly Correlation[]; readonly missing: readonly Correlation[] };

const nowhere: Above = { counting: [], missing: [] };

const aboveIn = (set: RuleSet): ReadonlyMap<string, Above> => {
  const correlations = set.rules.filter((rule) => rule.type === 'correlation');
  const names = new Set(correlations.flatMap((rule) => [...rule.rules, ...absentOf(rule)]));
  const aboveOf = (name: string): Above => ({
    counting: correlations.filter((rule) => rule.rules.includes(name)),
    missing: correlations.filter((rule) => absentOf(rule).includes(name)),
  });
  return new Map([...names].map((name) => [name, aboveOf(name)]));
};

/** Sets never change once compiled. */
const above = new WeakMap<RuleSet, ReadonlyMap<string, Above>>();

/** The correlations that build upon a rule, and those that its match silences. */
export const upon = (set: RuleSet, { name }: Rule): Above => {
  const known = above.get(set) ?? aboveIn(set);
  above.set(set, known);
  return known.get(name) ?? nowhere;
};

/** What a field is called in the events of one rule. */
export const pathOf = ({ aliases }: Correlation, field: string, { name }: Rule): string => aliases[field]?.[name] ?? field;

/** A missing group-by value counts nowhere (D-30). */
export const groupOf = (correlation: Correlation, { rule, facts }: Pick<Match, 'rule' | 'facts'>): string | undefined => {
  const values: string[] = [];
  for (const field of correlation.groupBy) {
    const value = facts.fields[pathOf(correlation, field, rule)];
    if (value === undefined) return undefined;
    values.push(value);
  }
  const { kind, groupBy, aliases, timespan, condition, rules } = correlation;
  // The shape stands in the key: state survives a new threshold, and starts anew when grouping or members change (detection.md 6.5).
  return derived([correlation.id, { kind, groupBy, aliases, timespan, field: condition.field ?? [], rules }, values]);
};

export const countedValue = (correlation: Correlation, match: Match): string | undefined => {
  const fields = correlation.condition.field;
  if (fields === undefined) return undefined;
  const paths = fields.map((field) => pathOf(correlation, field, match.rule));
  if (isNumeric(correlation.kind)) return match.event && fieldText(match.event, paths[0] ?? '');
  const values = paths.map((path) => match.facts.fields[path]);
  if (values.some((value) => value === undefined)) return undefined;
  return values.length === 1 ? values[0] : canonical(values);
};
