// Decides what a `detection:` or `filter:` block asks for: its selections, joined by its condition; and which log source it is for.
import type { LogSource } from '../rule.ts';
import { type ReadCondition, readConditions } from './condition.ts';
import { type Compiled, type Fields, type Refuse, type Test, isMap, own, under } from './document.ts';
import type { Given } from './given.ts';
import { compileSelection } from './selection.ts';

const parts = ['product', 'service', 'category'] as const;

/** Product, service and category route; `definition` is prose, and the specification allows any further key, by which nobody routes. */
export const readLogSource = (tree: unknown, refuse: Refuse): LogSource | undefined => {
  if (!isMap(tree)) return refuse([], 'a log source is a map with product, service or category');
  const wrong = parts.find((part) => own(tree, part) !== undefined && (typeof own(tree, part) !== 'string' || own(tree, part) === ''));
  if (wrong !== undefined) return refuse([wrong], `${wrong} is text, such as "aws"`);
  const given = parts.filter((part) => own(tree, part) !== undefined);
  if (given.length === 0) return refuse([], 'a log source names at least one of product, service, category');
  return Object.fromEntries(given.map((part) => [part, own(tree, part)])) as LogSource;
};

type Reading = {
  readonly given: Given;
  readonly refuse: Refuse;
  /** Keys of the block that are no selections. */
  readonly besides: readonly string[];
  /** Each selection waits for the first event that gets as far as to it. */
  readonly later?: boolean;
};

const whenAsked = (make: () => Compiled | undefined): Compiled => {
  let test: Test | undefined;
  return {
    test: (event) => {
      test ??= (make() ?? notChecked()).test;
      return test(event);
    },
  };
};

/** What was refused before can't stand in a set that was checked. */
export const notChecked = (): never => {
  throw new Error('a rule that was checked before does not compile; deploy again');
};

/** Selections with the condition. */
export const readBlock = (tree: Fields, { given, refuse, besides, later }: Reading): ReadCondition | undefined => {
  if (Object.hasOwn(tree, 'timeframe'))
    return refuse(['timeframe'], 'timeframe is gone since Sigma 2; write a correlation document with a timespan');
  const names = Object.keys(tree).filter((key) => key !== 'condition' && !besides.includes(key));
  if (names.length === 0) return refuse([], 'at least one selection is needed beside the condition');
  const select = (name: string): Compiled | undefined => compileSelection(tree[name], { given, refuse: under(refuse, name) });
  const compiled = names.map((name) => [name, later ? whenAsked(() => select(name)) : select(name)] as const);
  if (!Object.hasOwn(tree, 'condition')) return refuse([], 'a condition is needed, such as "condition: selection"');
  const good = compiled.filter((entry): entry is readonly [string, Compiled] => entry[1] !== undefined);
  if (good.length < compiled.length) return undefined;
  const read = readConditions(own(tree, 'condition'), new Map(good));
  return typeof read === 'string' ? refuse(['condition'], read) : read;
};

/** What a detection document asks of an event. */
export const readDetectionBlock = (tree: unknown, { refuse, ...more }: Omit<Reading, 'besides'>): Compiled | undefined => {
  const block = isMap(tree) ? own(tree, 'detection') : undefined;
  if (!isMap(block)) return refuse(['detection'], 'a detection is a map with selections and a condition');
  return readBlock(block, { ...more, refuse: under(refuse, 'detection'), besides: [] })?.compiled;
};
