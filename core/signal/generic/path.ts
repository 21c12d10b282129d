// Decides what a path and a template find in an event: own keys only, a bounded number of values, nothing that can throw.
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
  for (const item of step.each ? listOf(next).slice(0, most) : [next]) gather(item, steps, index + 1, found);
};

const nothing: readonly unknown[] = [];

/** Every value at a path. Most paths have no list on them: those are walked without one. */
export const valuesAt = (path: FieldPath): ((doc: Doc) => readonly unknown[]) => {
  const { fromRoot, steps } = parsePath(path);
  if (!steps.some(({ each }) => each)) {
    const keys = steps.map(({ key }) => key);
    return (doc) => {
      const value = at(fromRoot ? doc.root : doc.event, ...keys);
      return value === undefined || value === null ? nothing : [value];
    };
  }
  return (doc) => {
    const found: unknown[] = [];
    gather(fromRoot ? doc.root : doc.event, steps, 0, found);
    return found;
  };
};

/** The text at the first of several paths that has any. */
export const textAt = (paths: readonly FieldPath[]): ((doc: Doc) => string | undefined) => {
  const readers = paths.map(valuesAt);
  return (doc) => {
    for (const read of readers)
      for (const value of read(doc)) {
        const text = textOf(value);
        if (text !== undefined) return text;
      }
    return undefined;
  };
};

/** As `textAt`, and what is true or false as a word. */
export const wordAt = (paths: readonly FieldPath[]): ((doc: Doc) => string | undefined) => {
  const readers = paths.map(valuesAt);
  return (doc) => {
    for (const read of readers)
      for (const value of read(doc)) {
        const word = typeof value === 'boolean' ? String(value) : textOf(value);
        if (word !== undefined) return word;
      }
    return undefined;
  };
};

type Part = { readonly literal: string } | { readonly values: readonly ((doc: Doc) => readonly unknown[])[] };

const partsOf = (template: Template): readonly Part[] =>
  template
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') ? { values: part.slice(1, -1).split('|').map(valuesAt) } : { literal: part }));

const textsOf = (values: readonly ((doc: Doc) => readonly unknown[])[], doc: Doc): readonly string[] => {
  for (const read of values) {
    const texts = read(doc).flatMap((value) => textOf(value) ?? []);
    if (texts.length > 0) return texts;
  }
  return [];
};

/** Every text that a template gives: one for each value, where a path in it has several. */
export const fillAll = (template: Template): ((doc: Doc) => readonly string[]) => {
  const parts = partsOf(template);
  return (doc) =>
    parts.reduce<readonly string[]>(
      (texts, part) =>
        'literal' in part
          ? texts.map((text) => text + part.literal)
          : textsOf(part.values, doc)
              .flatMap((value) => texts.map((text) => text + value))
              .slice(0, most),
      [''],
    );
};

/** The first of several templates that can be filled. */
export const fillFirst = (templates: readonly Template[]): ((doc: Doc) => string | undefined) => {
  const fills = templates.map(fillAll);
  return (doc) => {
    for (const fill of fills) {
      const [text] = fill(doc);
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

/** One document for each event at the first of these paths that holds several; undefined where there is but one. */
export const split = (paths: readonly FieldPath[]): ((root: unknown) => readonly unknown[] | undefined) => {
  const each = paths.map((path) => parsePath(path).steps);
  return (root) => {
    for (const steps of each) {
      const parts = narrowed(root, steps, 0);
      if (parts.length > 1 && parts.length <= mostParts) return parts;
    }
    return undefined;
  };
};
