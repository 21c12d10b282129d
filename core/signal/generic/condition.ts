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

/** What stands at a path, and the word that it is compared by. */
type Place = { readonly value: (doc: Doc) => unknown; readonly word: (doc: Doc) => string | undefined };

/** The places that a mapping's conditions name, each looked up once an event: many cases ask for the same one. */
export type Words = (path: FieldPath) => Place;

/** Remembers the last event, and no other. */
const remembered = (path: FieldPath): Place => {
  const { fromRoot, steps } = parsePath(path);
  const keys = steps.map(({ key }) => key);
  let last: unknown;
  let found: unknown;
  let word: string | undefined;
  let isSpelt = false;
  const value = (doc: Doc): unknown => {
    const start = fromRoot ? doc.root : doc.event;
    if (start === last) return found;
    last = start;
    found = reach(start, keys);
    isSpelt = false;
    return found;
  };
  return {
    value,
    word: (doc) => {
      const known = value(doc);
      if (isSpelt) return word;
      word = wordOf(known);
      isSpelt = true;
      return word;
    },
  };
};

export const wordsOfEvent = (): Words => {
  const known = new Map<FieldPath, Place>();
  return (path) => {
    const at = known.get(path) ?? remembered(path);
    known.set(path, at);
    return at;
  };
};

/** Is there anything? A list or an object has no word, but it is there. */
const isTold = (value: unknown): boolean => {
  if (typeof value !== 'string') return value !== undefined && value !== null;
  return value.length <= longest && value.trim() !== '';
};

/** Most paths have no list on them; of several values on one that has, one is enough. */
const hasList = (path: FieldPath): boolean => path.includes('[]');

const told = (path: FieldPath, words: Words): Holds => {
  if (hasList(path)) {
    const first = firstAt(path, (value) => isTold(value) || undefined);
    return (doc) => first(doc) === true;
  }
  const { value } = words(path);
  return (doc) => isTold(value(doc));
};

const wordIs = (path: FieldPath, words: Words, isOne: (word: string | undefined) => boolean): Holds => {
  if (hasList(path)) {
    const first = firstAt(path, (value) => isOne(wordOf(value)) || undefined);
    return (doc) => first(doc) === true;
  }
  const { word } = words(path);
  return (doc) => isOne(word(doc));
};

/** Any value at the path that is one of these words. */
const oneOf = (path: FieldPath, wanted: readonly (string | null)[], words: Words): Holds => {
  const texts = wanted.filter((word) => word !== null).map((word) => word.trim().toLowerCase());
  // A list and no set: these are few, and to hash a word that was never seen before costs more than to compare it with all of them.
  const exact: readonly (string | undefined)[] = texts.filter((word) => !word.includes('*'));
  const globs = texts.filter((word) => word.includes('*') && word !== '*').map(glob);
  const isThere = told(path, words);
  if (texts.includes('*')) return wanted.includes(null) ? () => true : isThere;
  const fits = (word: string | undefined): boolean => word !== undefined && (exact.includes(word) || globs.some((one) => one(word)));
  const matches = wordIs(path, words, globs.length === 0 ? (word) => exact.includes(word) : fits);
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
  return (doc) => {
    for (const holds of tests) if (!holds(doc)) return false;
    return true;
  };
};

/** True where any of these conditions holds. */
export const any = (conditions: readonly Condition[], words: Words): Holds => {
  const each = conditions.map((condition) => all(condition, words));
  const [only, second] = each;
  if (only && !second) return only;
  return (doc) => {
    for (const holds of each) if (holds(doc)) return true;
    return false;
  };
};

/** What the first case says that holds. */
export const decide = <T>(cases: readonly Case<T>[], words: Words): ((doc: Doc) => T | undefined) => {
  const each = cases.map(({ is, when }) => ({ is, holds: when === undefined ? () => true : any(when, words) }));
  return (doc) => {
    for (const { is, holds } of each) if (holds(doc)) return is;
    return undefined;
  };
};
