// Decides how a condition is read: `or` binds less than `and`, that less than `not`, that less than `N of`; operators in any letter case.
import { printable } from '../../kernel/safe.ts';
import { type Compiled, allOf, noneOf, someOf } from './document.ts';
import { matcherOf, tokensOf } from './pattern.ts';

export type Selections = ReadonlyMap<string, Compiled>;

/** `negates` tells whether a `not` stands anywhere: filters need one. */
export type ReadCondition = { readonly compiled: Compiled; readonly negates: boolean };

const longest = 8_000;
const deepest = 50;

/** Names are matched as written; only `*` is special in them. */
const named = (pattern: string, selections: Selections): readonly Compiled[] => {
  // `them` leaves out what begins with an underscore (Sigma 2.1).
  const them = pattern.toLowerCase() === 'them';
  const fits = matcherOf(tokensOf(them ? '*' : pattern), true);
  return [...selections].flatMap(([name, compiled]) => (fits(name) && !(them && name.startsWith('_')) ? [compiled] : []));
};

/** A reader over words; it returns the reason as text where a condition can't be read. */
const reader = (words: readonly string[], selections: Selections) => {
  let at = 0;
  const is = (word: string): boolean => words[at]?.toLowerCase() === word;
  const take = (): string => words[at++] ?? '';

  const quantified = (): Compiled | string => {
    const count = take().toLowerCase();
    take();
    const pattern = take();
    const found = named(pattern, selections);
    if (found.length === 0) return `no selection fits "${printable(pattern)}" after "of"; there are: ${[...selections.keys()].join(', ')}`;
    if (count === 'all') return allOf(found);
    const n = count === 'any' ? 1 : Number(count);
    if (n < 1 || n > found.length)
      return `"${n} of" can never be met by ${found.length} selections; write a number from 1 to ${found.length}`;
    return someOf(found, n);
  };

  const single = (): Compiled | string => {
    const name = take();
    const found = selections.get(name);
    if (found) return found;
    if (name === '') return 'the condition ends too early; a selection is missing after the last operator';
    if (name === '|') return 'aggregations after "|" are gone since Sigma 2; write a correlation document';
    return `no selection is named "${printable(name)}"; there are: ${[...selections.keys()].join(', ')}`;
  };

  const primary = (depth: number): Compiled | string => {
    if (!is('(')) return words[at + 1]?.toLowerCase() === 'of' && /^(?:all|any|\d{1,4})$/i.test(words[at] ?? '') ? quantified() : single();
    if (depth > deepest) return `parentheses are nested deeper than ${deepest}; name parts as selections`;
    take();
    const inside = either(depth + 1);
    if (typeof inside === 'string') return inside;
    return take() === ')' ? inside : 'a parenthesis is not closed; add ")"';
  };

  const negated = (depth: number): Compiled | string => {
    let negations = 0;
    for (; is('not') && !selections.has(words[at] ?? ''); take()) negations += 1;
    const part = primary(depth);
    return typeof part === 'string' || negations % 2 === 0 ? part : noneOf(part);
  };

  const joined = (operator: 'and' | 'or', next: (depth: number) => Compiled | string, depth: number): Compiled | string => {
    const parts: Compiled[] = [];
    do {
      const part = next(depth);
      if (typeof part === 'string') return part;
      parts.push(part);
    } while (is(operator) && take() !== '');
    return operator === 'and' ? allOf(parts) : someOf(parts);
  };

  const both = (depth: number): Compiled | string => joined('and', negated, depth);
  const either = (depth: number): Compiled | string => joined('or', both, depth);
  return { read: () => either(0), rest: () => words[at] };
};

/** One condition, or why it is refused. */
export const readCondition = (text: string, selections: Selections): ReadCondition | string => {
  if (text.length > longest) return `a condition has at most ${longest} characters; name parts as selections`;
  const words = text.match(/[()|]|[^\s()|]+/g) ?? [];
  const { read, rest } = reader(words, selections);
  const compiled = read();
  if (typeof compiled === 'string') return compiled;
  const left = rest();
  if (left === '|') return 'aggregations after "|" are gone since Sigma 2; write a correlation document';
  if (left !== undefined) return `"${printable(left)}" stands where "and", "or" or the end was expected`;
  return { compiled, negates: words.some((word) => word.toLowerCase() === 'not') };
};

/** A condition or a list of them, of which any will do. */
export const readConditions = (tree: unknown, selections: Selections): ReadCondition | string => {
  const texts: readonly unknown[] = Array.isArray(tree) ? tree : [tree];
  if (texts.length === 0 || !texts.every((text): text is string => typeof text === 'string' && text.trim() !== '')) {
    return 'a condition is text, or a list of texts of which any will do, such as "selection and not filter"';
  }
  const read = texts.map((text) => readCondition(text, selections));
  const wrong = read.find((one) => typeof one === 'string');
  if (wrong !== undefined) return wrong;
  const all = read.filter((one) => typeof one !== 'string');
  return { compiled: someOf(all.map((one) => one.compiled)), negates: all.every((one) => one.negates) };
};
