// Decides which rules speak for themselves, and under which name: one that a correlation builds upon is silent unless that says `generate`.
import type { Rule, RuleSet } from '#core/detection/rule.ts';
import type { RuleDocument } from '#adapters/config/rule-documents.ts';

/** As a firing names it: the id as written, or else the title. */
export type Spoken = { readonly rule: string; readonly title: string };

/** Rules that only serve correlations (Sigma 2.1, `generate`). */
const silent = (set: RuleSet): ReadonlySet<string> => {
  const correlations = set.rules.filter((rule) => rule.type === 'correlation');
  const generated = new Set(correlations.filter((rule) => rule.generate).flatMap((rule) => rule.rules));
  return new Set(correlations.flatMap((rule) => rule.rules).filter((name) => !generated.has(name)));
};

const writtenId = (tree: unknown): string | undefined => {
  const id = typeof tree === 'object' && tree !== null && Object.hasOwn(tree, 'id') ? (tree as { readonly id: unknown }).id : undefined;
  return typeof id === 'string' ? id : undefined;
};

/** Each rule that speaks, in the order of the set. */
export const spokenRules = (set: RuleSet, documents: readonly RuleDocument[]): ReadonlyMap<Rule, Spoken> => {
  const ids = new Map(documents.map(({ tree, where, line }) => [`${where}:${line?.([]) ?? ''}`, writtenId(tree)]));
  const without = silent(set);
  return new Map(
    set.rules
      .filter((rule) => !without.has(rule.name))
      .map((rule) => [rule, { rule: ids.get(rule.where) ?? rule.title, title: rule.title }] as const),
  );
};
