// Decides whether a condition of a mapping holds: words without regard to case as Sigma has them, `*` for any text, never a regular expression.
import { numberOf, reach } from '../fields.ts';
import type { Case, Condition, FieldPath, Test } from './mapping.ts';
import { type Doc, firstAt, parsePath } from './path.ts';

export type Holds = (doc: Doc) => boolean;

/** Longer text is not compared: no word of a vendor's list is. */
const longest = 4_096;

const wordOf = (value: unknown): string | undefined => {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.length > longest) return undefined;
  const word = value.trim().toLowerCase();
  return word === '' ? undefined : word;
};

/** Every piece between the stars in its order, the first at the start and the last at the end: one pass, nothing to back out of. */
const glob = (pattern: string): ((word: string) => boolean) => {
  const pieces = pattern.split('*');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  const inner = pieces.slice(1, -1);
  return (word) => {
    if (word.length < first.length + last.length || !word.startsWith(first) || !word.endsWith(last)) return false;
    let from = first.length;
    for (const piece of inner) {
      const found = word.indexOf(piece, from);
      if (found < 0) return false;
      from = found + piece.length;
    }
    return from <= word.length - last.length;
  };
};

/** What stands at the paths that a mapping's conditions name, each looked up once an event: many cases ask for the same one. */
export type Words = (path: FieldPath) => (doc: Doc) => { readonly value: unknown; readonly word: string | undefined };

/** Remembers the last event, and no other. */
const remembered = (path: FieldPath): ReturnType<Words> => {
  const { fromRoot, steps } = parsePath(path);
  const keys = steps.map(({ key }) => key);
  const found: { value: unknown; word: string | undefined } = { value: undefined, word: undefined };
  let last: unknown;
  return (doc) => {
    const start = fromRoot ? doc.root : doc.event;
    if (start === last) return found;
    last = start;
    found.value = reach(start, keys);
    found.word = wordOf(found.value);
    return found;
  };
};

export const wordsOfEvent = (): Words => {
  const known = new Map<FieldPath, ReturnType<Words>>();
  return (path) => {
    const at = known.get(path) ?? remembered(path);
    known.set(path, at);
    return at;
  };
};

/** Does one of several values at the path pass? Most paths have no list on them. */
const passing = (path: FieldPath, words: Words, passes: (value: unknown, word: string | undefined) => boolean): Holds => {
  if (path.includes('[]')) {
    const first = firstAt(path, (value) => (passes(value, wordOf(value)) ? true : undefined));
    return (doc) => first(doc) === true;
  }
  const at = words(path);
  return (doc) => {
    const { value, word } = at(doc);
    return value !== undefined && value !== null && passes(value, word);
  };
};

/** Any value at the path that is one of these words. A list or an object that is there has no word, but it is there. */
const oneOf = (path: FieldPath, wanted: readonly (string | null)[], words: Words): Holds => {
  const texts = wanted.filter((word) => word !== null).map((word) => word.trim().toLowerCase());
  const exact = new Set(texts.filter((word) => !word.includes('*')));
  const globs = texts.filter((word) => word.includes('*') && word !== '*').map(glob);
  const isThere = passing(path, words, (value, word) => typeof value === 'object' || word !== undefined);
  if (texts.includes('*')) return wanted.includes(null) ? () => true : isThere;
  const matches = passing(path, words, (_, word) => word !== undefined && (exact.has(word) || globs.some((fits) => fits(word))));
  return wanted.includes(null) ? (doc) => matches(doc) || !isThere(doc) : matches;
};

const passes = (path: FieldPath, test: Test, words: Words): Holds => {
  if (!('gte' in test || 'lt' in test)) return oneOf(path, test as readonly (string | null)[], words);
  const { gte = Number.NEGATIVE_INFINITY, lt = Number.POSITIVE_INFINITY } = test;
  const numberAt = firstAt(path, numberOf);
  return (doc) => {
    const number = numberAt(doc);
    return number !== undefined && number >= gte && number < lt;
  };
};

const all = (condition: Condition, words: Words): Holds => {
  const tests = Object.entries(condition).map(([path, test]) => passes(path, test, words));
  const [only, second] = tests;
  if (only && !second) return only;
  return (doc) => tests.every((holds) => holds(doc));
};

/** True where any of these conditions holds. */
export const any = (conditions: readonly Condition[], words: Words): Holds => {
  const each = conditions.map((condition) => all(condition, words));
  const [only, second] = each;
  if (only && !second) return only;
  return (doc) => each.some((holds) => holds(doc));
};

/** What the first case says that holds. */
export const decide = <T>(cases: readonly Case<T>[], words: Words): ((doc: Doc) => T | undefined) => {
  const each = cases.map(({ is, when }) => ({ is, holds: when === undefined ? () => true : any(when, words) }));
  return (doc) => {
    for (const { is, holds } of each) if (holds(doc)) return is;
    return undefined;
  };
};
