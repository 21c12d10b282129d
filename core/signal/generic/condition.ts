// Decides whether a condition of a mapping holds: words without regard to case as Sigma has them, `*` for any text, never a regular expression.
import { numberOf } from '../fields.ts';
import type { Case, Condition, FieldPath, Test } from './mapping.ts';
import { type Doc, firstAt } from './path.ts';

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

/** Any value at the path that is one of these words. A list or an object that is there has no word, but it is there. */
const oneOf = (path: FieldPath, words: readonly (string | null)[]): Holds => {
  const texts = words.filter((word) => word !== null).map((word) => word.trim().toLowerCase());
  const exact = new Set(texts.filter((word) => !word.includes('*')));
  const globs = texts.filter((word) => word.includes('*') && word !== '*').map(glob);
  const isThere = firstAt(path, (value) => (typeof value === 'object' || wordOf(value) !== undefined ? true : undefined));
  if (texts.includes('*')) return words.includes(null) ? () => true : (doc) => isThere(doc) === true;
  const matches = firstAt(path, (value) => {
    const word = wordOf(value);
    return word !== undefined && (exact.has(word) || globs.some((fits) => fits(word))) ? true : undefined;
  });
  if (!words.includes(null)) return (doc) => matches(doc) === true;
  return (doc) => matches(doc) === true || isThere(doc) === undefined;
};

const passes = (path: FieldPath, test: Test): Holds => {
  if (!('gte' in test || 'lt' in test)) return oneOf(path, test as readonly (string | null)[]);
  const { gte = Number.NEGATIVE_INFINITY, lt = Number.POSITIVE_INFINITY } = test;
  const numberAt = firstAt(path, numberOf);
  return (doc) => {
    const number = numberAt(doc);
    return number !== undefined && number >= gte && number < lt;
  };
};

const all = (condition: Condition): Holds => {
  const tests = Object.entries(condition).map(([path, test]) => passes(path, test));
  return (doc) => tests.every((holds) => holds(doc));
};

/** True where any of these conditions holds. */
export const any = (conditions: readonly Condition[]): Holds => {
  const each = conditions.map(all);
  return (doc) => each.some((holds) => holds(doc));
};

/** What the first case says that holds. */
export const decide = <T>(cases: readonly Case<T>[]): ((doc: Doc) => T | undefined) => {
  const each = cases.map(({ is, when }) => ({ is, holds: when === undefined ? () => true : any(when) }));
  return (doc) => each.find(({ holds }) => holds(doc))?.is;
};
