// Decides what a dotted path means in an event when one value is asked for: the first scalar found, as text.
import type { EvaluatedEvent } from './rule.ts';

const step = (value: unknown, name: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => step(one, name)).find((found) => found !== undefined);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
};

const scalar = (value: unknown): string | undefined => {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one === 'string') return one === '' ? undefined : one;
  return typeof one === 'number' || typeof one === 'boolean' ? String(one) : undefined;
};

/** `sig.src.ip` as text; undefined when missing, empty or no scalar. A key that holds dots itself wins over the path. */
export const fieldText = (event: EvaluatedEvent, path: string): string | undefined =>
  Object.hasOwn(event, path) ? scalar(event[path]) : scalar(path.split('.').reduce<unknown>(step, event));
