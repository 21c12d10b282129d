// Decides what a field path finds in an event, and how what it finds is read as text (detection.md 8: any element of a list).
import { canonical } from '../../kernel/hash.ts';
import type { EvaluatedEvent } from '../rule.ts';
import { type Fields, isMap, own } from './document.ts';
import { fold } from './pattern.ts';

/** `whole` is the rest of the path as one key, where it holds dots. Names that every object inherits need a slower look-up. */
type Step = { readonly key: string; readonly whole: string | undefined; readonly inherited: boolean };
type FieldPath = { readonly text: string; readonly steps: readonly Step[] };

/** `a{}.b` is Splunk's spelling of `a.b`. */
const fieldPath = (field: string): FieldPath => {
  const text = field.replaceAll('{}', '');
  const parts = text.split('.');
  return {
    text,
    steps: parts.map((key, i) => ({ key, whole: i < parts.length - 1 ? parts.slice(i).join('.') : undefined, inherited: key in {} })),
  };
};

const addLeaves = (value: unknown, into: unknown[]): void => {
  if (!Array.isArray(value)) {
    into.push(value);
    return;
  }
  for (const one of value) addLeaves(one, into);
  // A list of objects is also one text: rules look for what stands anywhere in it.
  if (value.some(isMap)) into.push(value);
};

const isPlace = (key: string): boolean => /^\d{1,6}$/.test(key);

/** The members of a list one by one; a number may also be the place of one. */
const collectEach = (list: readonly unknown[], steps: readonly Step[], at: number, into: unknown[]): void => {
  for (const one of list) collect(one, steps, at, into);
  const place = steps[at]?.key ?? '';
  if (isPlace(place)) collect(list[Number(place)], steps, at + 1, into);
};

const collect = (value: unknown, steps: readonly Step[], at: number, into: unknown[]): void => {
  const step = steps[at];
  if (!step && value !== undefined) addLeaves(value, into);
  if (!step) return;
  if (Array.isArray(value)) collectEach(value, steps, at, into);
  else if (isMap(value)) {
    // A key that holds the dots itself wins over the path.
    const whole = step.whole === undefined ? undefined : value[step.whole];
    if (whole !== undefined) addLeaves(whole, into);
    else collect(step.inherited ? own(value, step.key) : value[step.key], steps, at + 1, into);
  }
};

/** All that a path finds: members of lists one by one, through lists of objects too. An empty list is absent. A single text is bare. */
const found = (event: EvaluatedEvent, steps: readonly Step[]): readonly unknown[] | string => {
  let value: unknown = event;
  for (const step of steps) {
    const simple = isMap(value) && !step.inherited && (step.whole === undefined || value[step.whole] === undefined);
    if (!simple) {
      if (value === undefined) return nothing;
      const into: unknown[] = [];
      collect(event, steps, 0, into);
      return into;
    }
    value = (value as Fields)[step.key];
  }
  if (typeof value === 'string') return value;
  if (value === undefined) return nothing;
  const into: unknown[] = [];
  addLeaves(value, into);
  return into;
};

const nothing: readonly unknown[] = [];

const has = (value: unknown, steps: readonly Step[], at: number): boolean => {
  const step = steps[at];
  if (!step) return value !== undefined;
  if (Array.isArray(value))
    return value.some((one) => has(one, steps, at)) || (isPlace(step.key) && has(value[Number(step.key)], steps, at + 1));
  if (!isMap(value)) return false;
  if (step.whole !== undefined && Object.hasOwn(value, step.whole)) return true;
  return Object.hasOwn(value, step.key) && has(value[step.key], steps, at + 1);
};

/** Scalars as written, objects and lists as canonical JSON; null has no text. */
export const textOfValue = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? undefined : canonical(value);
};

/** What was found in one event, and its texts, which are made when first asked for. */
export type Found = {
  /** Where a single text was found, as most often, that text: a list need not be made of it. */
  readonly text: () => string | undefined;
  readonly values: () => readonly unknown[];
  /** Does any of the texts fit, as written or in one letter case? */
  readonly someText: (fits: (text: string) => boolean, folded: boolean) => boolean;
  readonly texts: (folded: boolean) => readonly string[];
  /** The texts in one letter case, objects and lists left out. */
  readonly plain: () => readonly string[];
};

/** A field of a rule. What it finds is kept until the next event: the rules of a set ask for the same few fields. */
export type Field = {
  readonly text: string;
  /** As the rule spells it: by this name a book of fields gives the same one. */
  readonly written: string;
  readonly find: (event: EvaluatedEvent) => Found;
  /** Is the field there at all, be it empty or null (Sigma 2.1, `exists`)? */
  readonly isPresent: (event: EvaluatedEvent) => boolean;
};

const textsOf = (values: readonly unknown[]): readonly string[] => values.map(textOfValue).filter((text) => text !== undefined);

const finder = (valuesOf: (event: EvaluatedEvent) => readonly unknown[] | string): Field['find'] => {
  let last: EvaluatedEvent | undefined;
  let single: string | undefined;
  let singleFolded: string | undefined;
  let values: readonly unknown[] = nothing;
  // Undefined until asked for.
  let written: readonly string[] | undefined;
  let inOneCase: readonly string[] | undefined;
  let scalars: readonly string[] | undefined;
  const texts = (): readonly string[] => {
    written ??= single === undefined ? textsOf(values) : [single];
    return written;
  };
  const folded = (): readonly string[] => {
    inOneCase ??= texts().map(fold);
    return inOneCase;
  };
  const found: Found = {
    text: () => single,
    values: () => (single === undefined ? values : [single]),
    someText: (fits, ofOneCase) => {
      if (single === undefined) return values !== nothing && (ofOneCase ? folded() : texts()).some(fits);
      if (!ofOneCase) return fits(single);
      singleFolded ??= fold(single);
      return fits(singleFolded);
    },
    texts: (ofOneCase) => (ofOneCase ? folded() : texts()),
    plain: () => {
      scalars ??= single === undefined ? textsOf(values.filter((value) => typeof value !== 'object')).map(fold) : folded();
      return scalars;
    },
  };
  return (event) => {
    if (event === last) return found;
    last = event;
    const given = valuesOf(event);
    single = typeof given === 'string' ? given : undefined;
    singleFolded = undefined;
    values = typeof given === 'string' || given.length === 0 ? nothing : given;
    written = undefined;
    inOneCase = undefined;
    scalars = undefined;
    return found;
  };
};

const fieldOf = (written: string): Field => {
  const path = fieldPath(written);
  const find = finder((event) => found(event, path.steps));
  return { text: path.text, written, find, isPresent: (event) => has(event, path.steps, 0) };
};

/** Texts within that JSON writes otherwise: with a quotation mark, a backslash, a line's end. */
const escapedTexts = (value: unknown, into: string[]): void => {
  if (typeof value === 'string') {
    if (/["\\\u0000-\u001f]/.test(value)) into.push(value);
  } else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) escapedTexts(one, into);
};

/** What keywords search: the message where there is one, else the whole event as JSON, and its texts as they are. */
const keywordTexts = (event: EvaluatedEvent): readonly string[] | string => {
  const message = own(event as Fields, 'message');
  if (typeof message === 'string') return message;
  const texts = [canonical(event)];
  escapedTexts(event, texts);
  return texts;
};

/** The fields of one set of rules, each looked up once an event; and the text that keywords search. */
export type FieldBook = { readonly field: (written: string) => Field; readonly keywords: Field['find'] };

export const fieldBook = (): FieldBook => {
  const known = new Map<string, Field>();
  return {
    field: (written) => {
      const field = known.get(written) ?? fieldOf(written);
      known.set(written, field);
      return field;
    },
    keywords: finder(keywordTexts),
  };
};
