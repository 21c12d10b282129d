// Decides what a filter document does: its condition is ANDed, as written, to the rules that it names (detection.md 1).
import type { LogSource, Mute } from '../rule.ts';
import { readAnswered } from './answered.ts';
import { readBlock, readLogSource } from './detection.ts';
import { type Fields, type Refuse, type Test, calledOf, isMap, own, textsOf, under } from './document.ts';
import type { Given } from './given.ts';

export type Filter = {
  readonly rules: readonly string[] | 'any';
  readonly logsource: LogSource | undefined;
  readonly test: Test;
  /** Where somebody answers for it: then what it takes out is counted, until its end. */
  readonly mute?: Mute;
};

/** A filter without `not` would keep what it was written to drop: the specification's own example means the opposite of its text. */
const withoutNot = 'a filter is ANDed as written, so its condition needs a "not", such as "condition: not selection"';

export const readFilter = (tree: Fields, { given, refuse }: { readonly given: Given; readonly refuse: Refuse }): Filter | undefined => {
  const inside = under(refuse, 'filter');
  const block = own(tree, 'filter');
  if (!isMap(block)) return inside([], 'a filter is a map with rules, selections and a condition');
  const rules = textsOf(own(block, 'rules'));
  const answered = own(tree, 'incident') === undefined ? undefined : readAnswered(own(tree, 'incident'), under(refuse, 'incident'));
  const read = readBlock(block, { given, refuse: inside, besides: ['rules'] });
  const source = own(tree, 'logsource');
  const logsource = source === undefined ? undefined : readLogSource(source, under(refuse, 'logsource'));
  if (!rules || rules.length === 0) return inside(['rules'], 'name the rules to filter, by name or id, or write "any"');
  if (!read || (source !== undefined && !logsource)) return undefined;
  if (!read.negates) return inside(['condition'], withoutNot);
  const { test } = read.compiled;
  return {
    rules: rules.length === 1 && rules[0]?.toLowerCase() === 'any' ? 'any' : rules,
    logsource,
    test,
    ...(answered ? { mute: { ...answered, name: calledOf(tree), keeps: test } } : {}),
  };
};

/** Does the filter's log source cover the rule's? What a filter leaves out, it leaves open. */
export const covers = (filter: LogSource | undefined, rule: LogSource): boolean =>
  (['product', 'service', 'category'] as const).every(
    (part) => filter?.[part] === undefined || filter[part]?.toLowerCase() === rule[part]?.toLowerCase(),
  );
