// Decides what a field path finds in an event, and how what it finds is read as text (detection.md 8: any element of a list).
import { canonical } from '../../kernel/hash.ts';
import type { EvaluatedEvent } from '../rule.ts';
import { type Fields, isMap } from './document.ts';

export type FieldPath = { readonly text: string; readonly steps: readonly { readonly key: string; readonly whole: string }[] };

/** `a{}.b` is Splunk's spelling of `a.b`. */
export const fieldPath = (field: string): FieldPath => {
  const text = field.replaceAll('{}', '');
  const parts = text.split('.');
  return { text, steps: parts.map((key, i) => ({ key, whole: parts.slice(i).join('.') })) };
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

const collect = (value: unknown, path: FieldPath, at: number, into: unknown[]): void => {
  if (Array.isArray(value)) {
    for (const one of value) collect(one, path, at, into);
    return;
  }
  const step = path.steps[at];
  if (!step || !isMap(value)) return;
  // A key that holds the dots itself wins over the path.
  if (Object.hasOwn(value, step.whole)) addLeaves(value[step.whole], into);
  else if (Object.hasOwn(value, step.key)) collect(value[step.key], path, at + 1, into);
};

/** All that a path finds: members of lists one by one, through lists of objects too. An empty list is absent. */
export const valuesAt = (event: EvaluatedEvent, path: FieldPath): readonly unknown[] => {
  const found: unknown[] = [];
  collect(event, path, 0, found);
  return found;
};

const has = (value: unknown, path: FieldPath, at: number): boolean => {
  if (Array.isArray(value)) return value.some((one) => has(one, path, at));
  const step = path.steps[at];
  if (!step || !isMap(value)) return false;
  if (Object.hasOwn(value, step.whole)) return true;
  return Object.hasOwn(value, step.key) && has(value[step.key], path, at + 1);
};

/** Is the field there at all, be it empty or null (Sigma 2.1, `exists`)? */
export const isPresent = (event: EvaluatedEvent, path: FieldPath): boolean => has(event, path, 0);

/** Scalars as written, objects and lists as canonical JSON; null has no text. */
export const textOfValue = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? undefined : canonical(value);
};

/** What keywords search: the message where there is one, else the whole event. */
export const keywordText = (event: EvaluatedEvent): string => {
  const message = (event as Fields)['message'];
  return typeof message === 'string' ? message : canonical(event);
};
