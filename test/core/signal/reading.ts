// Reads sample files the way the doors do, for the tests of the sources.
import { readFileSync } from 'node:fs';
import { type Instant, parseInstant, rfc3339 } from '#core/kernel/time.ts';
import type { Facts, RawEvent, SourceReader } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';

export const instant = (text: string): Instant => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

export const noon = instant('2026-03-14T12:00:00Z');
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const sample = (path: string): Uint8Array => readFileSync(new URL(`../../../events/${path}`, import.meta.url));

export const eventsIn = (reader: SourceReader, path: string, contentType?: string): readonly RawEvent[] => {
  const split = splitBatch(reader, sample(path), contentType);
  if (!split.ok) throw new Error(`${path}: ${split.error.field}`);
  return split.value;
};

export const read = (reader: SourceReader, event: RawEvent) => reader.read(event, { received: noon });

/** Facts with the time as text, or the refused field: what a table of expectations can show. */
export const told = (reader: SourceReader, event: RawEvent): Record<string, unknown> => {
  const result: ReturnType<SourceReader['read']> = read(reader, event);
  if (!result.ok) return { refused: result.error.field };
  const { time, ...facts } = result.value;
  return { ...facts, at: time === undefined ? undefined : rfc3339(time) };
};

export const factsOf = (reader: SourceReader, event: RawEvent): Facts => {
  const result = read(reader, event);
  if (!result.ok) throw new Error(`${result.error.field}: ${result.error.expected}`);
  return result.value;
};

export const json = (value: unknown): RawEvent => ({ text: JSON.stringify(value), json: value });
export const line = (text: string): RawEvent => ({ text });
