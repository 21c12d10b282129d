// Decides when one line of a selection (`field|modifiers: values`) holds for an event.
import type { EvaluatedEvent } from '../rule.ts';
import { networkTest } from './cidr.ts';
import type { Compiled, Need, Refuse, Test } from './document.ts';
import { encoded } from './encoding.ts';
import { expanded } from './expand.ts';
import type { Given } from './given.ts';
import { type Modifiers, modifiersOf } from './modifiers.ts';
import { type Token, fold, matcherOf, plainOf, eachDash, star, tokensOf, windash } from './pattern.ts';
import { regexTest } from './regex.ts';
import { timePartOf } from './time-part.ts';
import type { Field, Found } from './value.ts';

/** What one written value asks of the values found in the event. */
type ValueTest = (found: Found, event: EvaluatedEvent) => boolean;
type Scalar = string | number | boolean | null;
type Reading = { readonly modifiers: Modifiers; readonly keyword: boolean; readonly given: Given; readonly refuse: Refuse };

const isScalar = (value: unknown): value is Scalar => value === null || ['string', 'number', 'boolean'].includes(typeof value);

const someText =
  (fits: (text: string) => boolean, folded: boolean): ValueTest =>
  (found) =>
    found.someText(fits, folded);

const isNothing: ValueTest = (found) => {
  if (found.text() !== undefined) return false;
  const values = found.values();
  return values.includes(null) || values.every((value) => value === undefined);
};

const placed = (tokens: readonly Token[], { modifiers, keyword }: Reading): readonly Token[] => {
  const { place } = modifiers;
  const front = place === 'contains' || place === 'endswith' || (keyword && place === undefined);
  const behind = place === 'contains' || place === 'startswith' || (keyword && place === undefined);
  return [...(front ? [star] : []), ...tokens, ...(behind ? [star] : [])] as readonly Token[];
};

/** The token lists that one value stands for; more than one only under `base64offset`. */
const spellings = (text: string, { modifiers, refuse }: Reading): readonly (readonly Token[])[] | undefined => {
  const tokens = modifiers.windash ? windash(tokensOf(text)) : tokensOf(text);
  if (modifiers.encodings.length === 0) return [tokens];
  const texts = modifiers.windash ? eachDash(tokens) : [plainOf(tokens)];
  if (texts.length === 0) return refuse([], 'too many dashes to write out each of their spellings before they are encoded; use fewer');
  if (!texts.every((one) => one !== undefined))
    return refuse([], 'a wildcard cannot be encoded; escape it with a backslash or leave it out');
  return texts.flatMap((one) => encoded(one, modifiers.encodings).map((spelling) => [...spelling]));
};

const textValue = (value: Scalar, reading: Reading): ValueTest | undefined => {
  const { place, cased, encodings } = reading.modifiers;
  if (value === null) {
    if (place === undefined && encodings.length === 0 && !reading.keyword) return isNothing;
    return reading.refuse([], 'null has no text; null stands alone, as in "field: null"');
  }
  const tests = spellings(String(value), reading)?.map((tokens) => someText(matcherOf(placed(tokens, reading), cased), !cased));
  const [first] = tests ?? [];
  return tests?.length === 1 ? first : tests && ((found, event) => tests.some((test) => test(found, event)));
};

const numberOf = (value: unknown): number | undefined => {
  const n = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(n) ? n : undefined;
};

const numberValue = (value: Scalar, { modifiers, refuse }: Reading): ValueTest | undefined => {
  const { comparison, part } = modifiers;
  const wanted = numberOf(value);
  if (wanted === undefined) return refuse([], `"${comparison ?? part}" asks for a number, such as 10`);
  const holds = {
    lt: (n: number) => n < wanted,
    lte: (n: number) => n <= wanted,
    gt: (n: number) => n > wanted,
    gte: (n: number) => n >= wanted,
    eq: (n: number) => n === wanted,
  }[comparison ?? 'eq'];
  return (found) =>
    found.values().some((one) => {
      const n = part === undefined ? numberOf(one) : timePartOf(one, part);
      return n !== undefined && holds(n);
    });
};

/** Two fields are compared as texts; a missing one equals nothing. */
const fieldValue = (value: Scalar, { modifiers, given, refuse }: Reading): ValueTest | undefined => {
  if (typeof value !== 'string' || value.trim() === '')
    return refuse([], 'fieldref asks for the name of another field, such as sig.src.ip');
  const other = given.fields.field(value);
  const fits = {
    contains: (a: string, b: string) => a.includes(b),
    startswith: (a: string, b: string) => a.startsWith(b),
    endswith: (a: string, b: string) => a.endsWith(b),
    equals: (a: string, b: string) => a === b,
  }[modifiers.place ?? 'equals'];
  return (found, event) => {
    const theirs = other.find(event).texts(!modifiers.cased);
    return found.texts(!modifiers.cased).some((ours) => theirs.some((one) => fits(ours, one)));
  };
};

const valueTest = (value: Scalar, reading: Reading): ValueTest | undefined => {
  const { modifiers, refuse } = reading;
  switch (modifiers.kind) {
    case 'text':
      return textValue(value, reading);
    case 'number':
      return numberValue(value, reading);
    case 'fieldref':
      return fieldValue(value, reading);
    case 'cidr': {
      const within = networkTest(String(value));
      return within ? (found) => found.values().some(within) : refuse([], 'cidr asks for a network, such as 192.0.2.0/24 or 2001:db8::/32');
    }
    case 're': {
      const test = typeof value === 'string' ? regexTest(value, modifiers.flags) : undefined;
      if (!test?.ok) return refuse([], test?.error ?? 'a regular expression is text; put it between quotes');
      return someText(test.value, false);
    }
    case 'exists':
      return undefined;
  }
};

type Known = Omit<Need, 'field'>;

/** A plain text; or how one begins, up to its first wildcard. */
const knownOf = (value: Scalar, { place, windash: dashed }: Modifiers): Known | undefined => {
  if (value === null) return undefined;
  const tokens = dashed ? windash(tokensOf(String(value))) : tokensOf(String(value));
  const end = tokens.findIndex((token) => typeof token !== 'string');
  const text = fold((end < 0 ? tokens : tokens.slice(0, end)).join(''));
  const begins = place !== undefined || end >= 0;
  // A text in brackets may be the canonical JSON of an object, which the index does not write out. Every text begins with nothing.
  return /^[[{]/.test(text) || (begins && text === '') ? undefined : { text, begins };
};

/** Where something is known of each value, the field must hold one of those texts, or one that begins so. */
const knownTexts = (values: readonly Scalar[], { modifiers, keyword }: Reading): readonly Known[] | undefined => {
  const { kind, place, all, encodings } = modifiers;
  if (keyword || kind !== 'text' || (place && place !== 'startswith') || all || encodings.length > 0) return undefined;
  const known = values.map((value) => knownOf(value, modifiers));
  return known.every((one) => one !== undefined) ? known : undefined;
};

/** Most of what rules ask: one look-up, however many values there are. Objects have no plain text, so that none is written out for it. */
const oneOf = (texts: readonly string[]): ValueTest => {
  const wanted = new Set(texts);
  const has = (text: string): boolean => wanted.has(text);
  return (found) => (found.text() === undefined ? found.plain().some(has) : found.someText(has, true));
};

const listed = (value: unknown, { modifiers, given, refuse }: Reading): readonly Scalar[] | undefined => {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) return refuse([], 'an empty list matches nothing; give at least one value, or null for a missing field');
  if (!values.every(isScalar)) return refuse([], 'a value is text, a number, true, false or null; a deeper field is written with dots');
  if (modifiers.all && values.length === 1) return refuse([], 'a single value cannot have "all"; leave the modifier out');
  if (!modifiers.expand) return values;
  const all: Scalar[] = [];
  for (const one of values) {
    const texts = expanded(String(one), given.lists);
    if (!texts.ok) return refuse([], texts.error);
    all.push(...texts.value);
  }
  return all;
};

const existence = (value: unknown, field: Field, refuse: Refuse): Compiled | undefined => {
  if (typeof value !== 'boolean') return refuse([], 'exists asks for true or false');
  return { test: (event) => field.isPresent(event) === value };
};

/** One line of a selection; a line without a field searches the event's text. */
export const compileItem = (
  key: string,
  value: unknown,
  { given, refuse }: { readonly given: Given; readonly refuse: Refuse },
): Compiled | undefined => {
  const [name = '', ...words] = key.split('|');
  const modifiers = modifiersOf(words);
  if (typeof modifiers === 'string') return refuse([], modifiers);
  const keyword = name === '';
  if (keyword && modifiers.kind !== 'text' && modifiers.kind !== 're')
    return refuse([], `"${modifiers.kind}" asks for a field; write its name before the modifier`);
  const field = given.fields.field(name);
  if (modifiers.kind === 'exists') return existence(value, field, refuse);
  const reading: Reading = { modifiers, keyword, given, refuse };
  const values = listed(value, reading);
  const tests = values?.map((one) => valueTest(one, reading));
  if (!values || !tests?.every((test): test is ValueTest => test !== undefined)) return undefined;
  const known = knownTexts(values, reading);
  const isPlain = known?.every(({ begins }) => !begins) === true && !modifiers.cased && !modifiers.windash;
  const quick = known && isPlain ? [oneOf(known.map(({ text }) => text))] : tests;
  const needs = known && !modifiers.neq ? [known.map((one): Need => ({ field, ...one }))] : undefined;
  return { test: linked(quick, modifiers, keyword ? given.fields.keywords : field.find), ...(needs ? { needs } : {}) };
};

const linked = (tests: readonly ValueTest[], { all, neq }: Modifiers, find: (event: EvaluatedEvent) => Found): Test => {
  const [only] = tests;
  const holds: Test =
    only && tests.length === 1
      ? (event) => only(find(event), event)
      : (event) => {
          const found = find(event);
          // An empty placeholder list matches nothing, under `all` too.
          return all ? tests.length > 0 && tests.every((test) => test(found, event)) : tests.some((test) => test(found, event));
        };
  // `neq` is the negation: a missing field differs from every value.
  return neq ? (event) => !holds(event) : holds;
};
