// Decides whether a condition of a mapping holds: words without regard to case as Sigma has them, `*` for any text, never a regular expression.
import { numberOf, reach } from '../fields.ts';
import type { Case, Condition, FieldPath, Test } from './mapping.ts';
import { type Doc, firstAt, parsePath, valuesAt } from './path.ts';

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

/** Is there anything? A list or an object has no word, but it is there. */
const isTold = (value: unknown): boolean => {
  if (typeof value !== 'string') return value !== undefined && value !== null;
  return value.length <= longest && value.trim() !== '';
};

type IsWord = (word: string | undefined) => boolean;

/** What stands at a path of the event that is read: anything at all, or a word that passes. */
type Place = { readonly told: (doc: Doc) => boolean; readonly has: (doc: Doc, passes: IsWord) => boolean };

/** The places that a mapping's conditions name. */
export type Places = (path: FieldPath) => Place;

/** Most paths have no list on them. The last event's value is kept, and no other: many cases ask for the same one. */
const single = (path: FieldPath): Place => {
  const { fromRoot, steps } = parsePath(path);
  const keys = steps.map(({ key }) => key);
  let last: unknown;
  let found: unknown;
  let word: string | undefined;
  let isSpelt = false;
  const valueIn = (doc: Doc): unknown => {
    const start = fromRoot ? doc.root : doc.event;
    if (start === last) return found;
    last = start;
    found = reach(start, keys);
    isSpelt = false;
    return found;
  };
  return {
    told: (doc) => isTold(valueIn(doc)),
    has: (doc, passes) => {
      const value = valueIn(doc);
      if (!isSpelt) word = wordOf(value);
      isSpelt = true;
      return passes(word);
    },
  };
};

/** Of several values one is enough. */
const several = (path: FieldPath): Place => {
  const { fromRoot } = parsePath(path);
  const values = valuesAt(path);
  let last: unknown;
  let found: readonly unknown[] = [];
  let words: readonly (string | undefined)[] = [];
  const look = (doc: Doc): void => {
    const start = fromRoot ? doc.root : doc.event;
    if (start === last) return;
    last = start;
    found = values(doc);
    words = found.map(wordOf);
  };
  return {
    told: (doc) => {
      look(doc);
      return found.some(isTold);
    },
    has: (doc, passes) => {
      look(doc);
      return words.some(passes);
    },
  };
};

export const placesOfEvent = (): Places => {
  const known = new Map<FieldPath, Place>();
  return (path) => {
    const place = known.get(path) ?? (path.includes('[]') ? several(path) : single(path));
    known.set(path, place);
    return place;
  };
};

/** Any value at the path that is one of these words. */
const oneOf = ({ told, has }: Place, wanted: readonly (string | null)[]): Holds => {
  const texts = wanted.filter((word) => word !== null).map((word) => word.trim().toLowerCase());
  // A list and no set: these are few, and to hash a word that was never seen before costs more than to compare it with all of them.
  const exact: readonly (string | undefined)[] = texts.filter((word) => !word.includes('*'));
  const globs = texts.filter((word) => word.includes('*') && word !== '*').map(glob);
  if (texts.includes('*')) return wanted.includes(null) ? () => true : told;
  const fits: IsWord = (word) => word !== undefined && (exact.includes(word) || globs.some((one) => one(word)));
  const isOne: IsWord = globs.length === 0 ? (word) => exact.includes(word) : fits;
  return wanted.includes(null) ? (doc) => has(doc, isOne) || !told(doc) : (doc) => has(doc, isOne);
};

const passes = (path: FieldPath, test: Test, places: Places): Holds => {
  if (!('gte' in test || 'lt' in test)) return oneOf(places(path), test as readonly (string | null)[]);
  const { gte = Number.NEGATIVE_INFINITY, lt = Number.POSITIVE_INFINITY } = test;
  const numberAt = firstAt(path, numberOf);
  return (doc) => {
    const number = numberAt(doc);
    return number !== undefined && number >= gte && number < lt;
  };
};

const all = (condition: Condition, places: Places): Holds => {
  const tests = Object.entries(condition).map(([path, test]) => passes(path, test, places));
  const [only, second] = tests;
  if (only && !second) return only;
  return (doc) => {
    for (const holds of tests) if (!holds(doc)) return false;
    return true;
  };
};

/** True where any of these conditions holds. */
export const any = (conditions: readonly Condition[], places: Places): Holds => {
  const each = conditions.map((condition) => all(condition, places));
  const [only, second] = each;
  if (only && !second) return only;
  return (doc) => {
    for (const holds of each) if (holds(doc)) return true;
    return false;
  };
};

/** What the first case says that holds. */
export const decide = <T>(cases: readonly Case<T>[], places: Places): ((doc: Doc) => T | undefined) => {
  const each = cases.map(({ is, when }) => ({ is, holds: when === undefined ? () => true : any(when, places) }));
  return (doc) => {
    for (const { is, holds } of each) if (holds(doc)) return is;
    return undefined;
  };
};
