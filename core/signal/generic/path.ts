// Decides what a path and a template find in an event: own keys only, a bounded number of values, nothing that can throw.
import { addOnce } from '../draft.ts';
import { at, isFields, listOf, textOf } from '../fields.ts';
import type { FieldPath, Template } from './mapping.ts';

/** What is read: the vendor's event, and the document that it came in. */
export type Doc = { readonly root: unknown; readonly event: unknown };

type Step = { readonly key: string; readonly each: boolean };
type Parsed = { readonly fromRoot: boolean; readonly steps: readonly Step[] };

/** More values at one path are not looked at: a list of a billion is no list of names. */
const most = 50;

export const parsePath = (path: FieldPath): Parsed => {
  const fromRoot = path.startsWith('$.');
  const steps = (fromRoot ? path.slice(2) : path).split('.').map((part): Step => {
    const each = part.endsWith('[]');
    return { key: each ? part.slice(0, -2) : part, each };
  });
  return { fromRoot, steps };
};

const gather = (value: unknown, steps: readonly Step[], index: number, found: unknown[]): void => {
  const step = steps[index];
  if (found.length >= most || value === undefined || value === null) return;
  if (!step) {
    found.push(value);
    return;
  }
  const next = at(value, step.key);
  if (!step.each) {
    gather(next, steps, index + 1, found);
    return;
  }
  if (next === undefined) return;
  const list = listOf(next);
  for (let i = 0; i < list.length && i < most; i += 1) gather(list[i], steps, index + 1, found);
};

/** What is asked of a value: its answer, or undefined for the next value to be asked. */
type Ask<Answer, Given> = (value: unknown, given: Given) => Answer | undefined;

const firstIn = <Answer, Given>(
  value: unknown,
  steps: readonly Step[],
  index: number,
  ask: Ask<Answer, Given>,
  given: Given,
): Answer | undefined => {
  if (value === undefined || value === null) return undefined;
  const step = steps[index];
  if (!step) return ask(value, given);
  const next = at(value, step.key);
  if (!step.each || next === undefined) return firstIn(next, steps, index + 1, ask, given);
  const list = listOf(next);
  for (let i = 0; i < list.length && i < most; i += 1) {
    const answer = firstIn(list[i], steps, index + 1, ask, given);
    if (answer !== undefined) return answer;
  }
  return undefined;
};

/** Asks each value at a path in turn what it is; the first answer counts. */
export const firstAt = <Answer, Given = void>(
  path: FieldPath,
  ask: Ask<Answer, Given>,
): ((doc: Doc, given: Given) => Answer | undefined) => {
  const { fromRoot, steps } = parsePath(path);
  return (doc, given) => firstIn(fromRoot ? doc.root : doc.event, steps, 0, ask, given);
};

/** The same of several paths, the first of them first. */
export const firstOf = <Answer, Given = void>(
  paths: readonly FieldPath[],
  ask: Ask<Answer, Given>,
): ((doc: Doc, given: Given) => Answer | undefined) => {
  const each = paths.map((path) => firstAt(path, ask));
  const [only, second] = each;
  if (only && !second) return only;
  return (doc, given) => {
    for (const first of each) {
      const answer = first(doc, given);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
};

/** Every value at a path. */
export const valuesAt = (path: FieldPath): ((doc: Doc) => readonly unknown[]) => {
  const { fromRoot, steps } = parsePath(path);
  return (doc) => {
    const found: unknown[] = [];
    gather(fromRoot ? doc.root : doc.event, steps, 0, found);
    return found;
  };
};

/** The text at the first of several paths that has any. */
export const textAt = (paths: readonly FieldPath[]): ((doc: Doc) => string | undefined) => firstOf(paths, textOf);

/** As `textAt`, and what is true or false as a word. */
export const wordAt = (paths: readonly FieldPath[]): ((doc: Doc) => string | undefined) =>
  firstOf(paths, (value) => (typeof value === 'boolean' ? String(value) : textOf(value)));

/** Literal text, or paths of which the first that has any text counts. */
type Part = string | readonly FieldPath[];

const partsOf = (template: Template): readonly Part[] =>
  template
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') ? part.slice(1, -1).split('|') : part));

/** What a template gives where no more is wanted than one text: the first that each of its paths has. */
const fill = (template: Template): ((doc: Doc) => string | undefined) => {
  const parts = partsOf(template).map((part) => (typeof part === 'string' ? part : textAt(part)));
  return (doc) => {
    let whole = '';
    for (const part of parts) {
      const text = typeof part === 'string' ? part : part(doc);
      if (text === undefined) return undefined;
      whole += text;
    }
    return whole;
  };
};

const textsAt = (paths: readonly FieldPath[]): ((doc: Doc) => readonly string[]) => {
  const each = paths.map(valuesAt);
  return (doc) => {
    const texts: string[] = [];
    for (const values of each) {
      for (const value of values(doc)) {
        const text = textOf(value);
        if (text !== undefined) texts.push(text);
      }
      if (texts.length > 0) break;
    }
    return texts;
  };
};

type Add = (doc: Doc, into: string[], text: string) => void;

/** Part by part: what has several values gives one text for each of them. */
const adding = ([part, ...rest]: readonly (string | ((doc: Doc) => readonly string[]))[]): Add => {
  if (part === undefined) return (_, into, text) => addOnce(text, into);
  const next = adding(rest);
  if (typeof part === 'string') return (doc, into, text) => next(doc, into, text + part);
  return (doc, into, text) => {
    for (const value of part(doc)) if (into.length < most) next(doc, into, text + value);
  };
};

/** Adds every text that a template gives and that is not there: one for each value, where a path in it has several. */
export const fillAll = (template: Template): ((doc: Doc, into: string[]) => void) => {
  if (!template.includes('[]')) {
    const one = fill(template);
    return (doc, into) => {
      const text = one(doc);
      if (text !== undefined) addOnce(text, into);
    };
  }
  const add = adding(partsOf(template).map((part) => (typeof part === 'string' ? part : textsAt(part))));
  return (doc, into) => add(doc, into, '');
};

/** The first of several templates that can be filled. */
export const fillFirst = (templates: readonly Template[]): ((doc: Doc) => string | undefined) => {
  const fills = templates.map(fill);
  return (doc) => {
    for (const one of fills) {
      const text = one(doc);
      if (text !== undefined) return text;
    }
    return undefined;
  };
};

/** More events are not made of one document. */
const mostParts = 10_000;

/** Copies of a document, each with one element in the lists along the path: what an event says of its surroundings stays with it. */
const narrowed = (value: unknown, steps: readonly Step[], index: number): readonly unknown[] => {
  const step = steps[index];
  if (!step || !isFields(value)) return [value];
  const next = at(value, step.key);
  if (step.each && listOf(next).length === 0) return [value];
  const parts = step.each
    ? listOf(next).flatMap((item) => narrowed(item, steps, index + 1).map((part) => [part]))
    : narrowed(next, steps, index + 1);
  return parts.map((part) => ({ ...value, [step.key]: part }));
};

/** Whether a document holds several events there, so that most are not copied to see that there is but one. */
const holdsSeveral = (value: unknown, steps: readonly Step[], index: number): boolean => {
  const step = steps[index];
  if (!step || !isFields(value)) return false;
  const next = at(value, step.key);
  if (!step.each) return holdsSeveral(next, steps, index + 1);
  const list = listOf(next);
  return list[1] !== undefined || holdsSeveral(list[0], steps, index + 1);
};

/** One document for each event at the first of these paths that holds several; undefined where there is but one. */
export const split = (paths: readonly FieldPath[]): ((root: unknown) => readonly unknown[] | undefined) => {
  const each = paths.map((path) => parsePath(path).steps);
  return (root) => {
    for (const steps of each) {
      if (!holdsSeveral(root, steps, 0)) continue;
      const parts = narrowed(root, steps, 0);
      if (parts.length > 1 && parts.length <= mostParts) return parts;
    }
    return undefined;
  };
};
