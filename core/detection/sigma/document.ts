// Decides how a rule document is handed in, and how a refusal says where it is and what would be right.
import { printable } from '../../kernel/safe.ts';
import type { Correlation, EvaluatedEvent, LogSource, RuleError, RuleHead } from '../rule.ts';
import type { Field } from './value.ts';

export type Path = readonly (string | number)[];

/** One YAML document, read outside: its plain values, its file, and the line of a path within it. */
export type RuleDocument = {
  readonly tree: unknown;
  readonly where: string;
  readonly line?: (path: Path) => number | undefined;
  /** As `prepared` read them, where these very documents were checked: then the tree is not looked at before an event could match it. */
  readonly head?: RuleHead;
  readonly logsource?: LogSource;
  /** Empty where nothing can be said beforehand, so that it is tried with every event. */
  readonly needs?: WrittenWays;
  readonly correlation?: WrittenCorrelation;
};

/** A correlation as written: rules by name or id. */
export type WrittenCorrelation = Pick<
  Correlation,
  'kind' | 'rules' | 'groupBy' | 'aliases' | 'timespan' | 'condition' | 'generate' | 'percentile'
>;

export type Fields = Readonly<Record<string, unknown>>;

/** Notes a refusal; always undefined, so that a reader ends with `return refuse(…)`. */
export type Refuse = (path: Path, reason: string) => undefined;

export type Test = (event: EvaluatedEvent) => boolean;

/** The rule matches only where one of these fields holds one of these texts (folded), or a text that begins with it. */
export type Need = { readonly field: Field; readonly text: string; readonly begins: boolean };

/** What a part of a rule asks of an event, and what it needs at least, one way or another: the index is built from one of the ways. */
export type Compiled = { readonly test: Test; readonly needs?: Ways };
export type Ways = readonly (readonly Need[])[];

/** The same with fields by name, as it travels. */
export type WrittenWays = readonly (readonly (Omit<Need, 'field'> & { readonly field: string })[])[];

export const isMap = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** An own key's value: `constructor` is never found. */
export const own = (fields: Fields, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);

/** `file:line` of a path; a path without a line takes that of what holds it. */
export const whereOf = (document: RuleDocument, path: Path): string => {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = document.line?.(path.slice(0, length));
    if (line !== undefined) return `${document.where}:${line}`;
  }
  return document.where;
};

/** How people call a document: by name, id or title, whichever it has. */
export const calledOf = (tree: unknown): string => {
  const names = isMap(tree) ? [own(tree, 'name'), own(tree, 'id'), own(tree, 'title')] : [];
  const name = names.find((one): one is string => typeof one === 'string' && one.trim() !== '');
  return name === undefined ? 'a document without a name' : printable(name).trim().slice(0, 200);
};

/** A collector of refusals for one document. */
export const refusing =
  (document: RuleDocument, errors: RuleError[]): Refuse =>
  (path, reason) => {
    errors.push({ where: whereOf(document, path), rule: calledOf(document.tree), reason });
    return undefined;
  };

/** The same collector, for a part that knows only its own paths. */
export const under =
  (refuse: Refuse, ...prefix: Path): Refuse =>
  (path, reason) =>
    refuse([...prefix, ...path], reason);

/** Texts as a list; one text counts as a list of one. Numbers are taken as written. */
export const textsOf = (value: unknown): readonly string[] | undefined => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.map((one) => (typeof one === 'number' ? String(one) : one));
  return texts.every((one): one is string => typeof one === 'string' && one.trim() !== '') ? texts : undefined;
};

/** Refuses the keys that are not in the list, each by name. True when there is none. */
export const onlyKeys = (fields: Fields, known: readonly string[], refuse: Refuse): boolean => {
  const unknown = Object.keys(fields).filter((key) => !known.includes(key));
  for (const key of unknown) refuse([key], `unknown key "${printable(key)}"; known here: ${known.join(', ')}`);
  return unknown.length === 0;
};

/** All of them; a need of any part is a need of the whole. What asks for exact values is tried first: it costs least. */
export const allOf = (parts: readonly Compiled[]): Compiled => {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const tests = [...parts.filter((part) => part.needs), ...parts.filter((part) => !part.needs)].map((part) => part.test);
  const needs = parts.flatMap((part) => part.needs ?? []);
  return { test: every(tests), ...(needs.length > 0 ? { needs } : {}) };
};

const every = (tests: readonly Test[]): Test => {
  const [one, two] = tests;
  if (one && two && tests.length === 2) return (event) => one(event) && two(event);
  return (event) => {
    for (const test of tests) if (!test(event)) return false;
    return true;
  };
};

/** One need for the whole, from a need of each part: over the same field where there is one, so that the index asks for few fields. */
const anyWay = (ways: readonly Ways[]): Ways => {
  const [first = [], ...rest] = ways;
  const over = (way: readonly Need[]): string => [...new Set(way.map((need) => need.field.text))].join();
  const alike = first.flatMap((way) => {
    const others = rest.map((one) => one.find((other) => over(other) === over(way)));
    return others.every((other) => other !== undefined) ? [[way, ...others].flat()] : [];
  });
  return alike.length > 0 ? alike : [ways.flatMap((way) => way[0] ?? [])];
};

/** At least `n` of them; only where each part has a need has the whole one. */
export const someOf = (parts: readonly Compiled[], n = 1): Compiled => {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const tests = parts.map((part) => part.test);
  const ways = parts.flatMap((part) => (part.needs ? [part.needs] : []));
  const test: Test = n === 1 ? (event) => tests.some((one) => one(event)) : (event) => tests.filter((one) => one(event)).length >= n;
  return { test, ...(ways.length === parts.length && ways.length > 0 ? { needs: anyWay(ways) } : {}) };
};

export const noneOf = (part: Compiled): Compiled => ({ test: (event) => !part.test(event) });
