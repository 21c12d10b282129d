// Decides what a match says to be back: the cases that a disturbing rule would have made of the same thing, by the same fields (P-23).
import type { IdKey } from '../kernel/ids.ts';
import { caseKeyOf } from './find.ts';
import type { IncidentBlock, RuleSet } from './rule.ts';
import type { Match } from './walk.ts';

const blocksIn = ({ rules }: RuleSet): ReadonlyMap<string, readonly IncidentBlock[]> => {
  const known = new Map<string, IncidentBlock[]>();
  for (const { incident } of rules)
    for (const name of incident?.disturbance ?? []) known.set(name, [...(known.get(name) ?? []), ...(incident ? [incident] : [])]);
  return known;
};

/** Sets never change once compiled. */
const blocks = new WeakMap<RuleSet, ReadonlyMap<string, readonly IncidentBlock[]>>();

/** Keys of the cases whose disturbance this match ends. A field that its event lacks names no case. */
export const restoredKeys = (set: RuleSet, { rule, facts }: Pick<Match, 'rule' | 'facts'>, key: IdKey): readonly string[] => {
  const known = blocks.get(set) ?? blocksIn(set);
  blocks.set(set, known);
  const named = (known.get(rule.name) ?? []).filter(({ dedupe }) => dedupe.by.every((path) => facts.fields[path] !== undefined));
  return [...new Set(named.map((block) => caseKeyOf(block, facts, key)))];
};
