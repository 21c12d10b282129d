// Decides what a story is: raw events with the hour of their arrival, read from JSON; what is wrong with one is said with its place.
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Instant, parseInstant } from '#core/kernel/time.ts';
import type { Sources } from '#core/signal/sources.ts';

/** One delivery at the door; or, `whole`, one raw event as it was stored behind it. */
export type Arrival = { readonly at: Instant; readonly source: string; readonly bytes: Uint8Array; readonly whole?: boolean };
/** Arrivals in order of time; of the same instant in the order of the file. */
export type Story = {
  readonly name: string;
  readonly arrivals: readonly Arrival[];
  /** No tick and no audit: over weeks of events they cost more than they tell. */
  readonly audited?: false;
};

const encoder = new TextEncoder();

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (where: string, expected: string): Result<never> => fail(`${where}: expected ${expected}.`);

const arrivalIn = (event: unknown, where: string, sources: Sources): Result<Arrival> => {
  if (!isObject(event)) return wrong(where, 'an object {at, source, raw}');
  const { at, source, raw } = event;
  const instant = typeof at === 'string' ? parseInstant(at) : fail('');
  if (!instant.ok) return wrong(`${where}.at`, 'an RFC 3339 instant with an offset, such as 2026-03-14T01:59:26Z');
  if (typeof source !== 'string' || !sources.readers.has(source)) return wrong(`${where}.source`, `one of ${sources.names.join(', ')}`);
  if (raw === undefined) return wrong(`${where}.raw`, 'a text or any JSON: what arrived');
  return ok({ at: instant.value, source, bytes: encoder.encode(typeof raw === 'string' ? raw : JSON.stringify(raw)) });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
};

/** Reads `{name, events: [{at, source, raw}]}`; other keys are ignored. `file` stands before whatever is wrong. */
export const readStory = (text: string, file: string, sources: Sources): Result<Story> => {
  const story = parsed(text);
  if (!isObject(story)) return wrong(file, 'a JSON object {name, events: [{at, source, raw}]}');
  const { name, events } = story;
  if (typeof name !== 'string') return wrong(`${file}: name`, 'a text');
  if (!Array.isArray(events)) return wrong(`${file}: events`, 'an array of {at, source, raw}');
  const arrivals: Arrival[] = [];
  for (const [i, event] of events.entries()) {
    const arrival = arrivalIn(event, `${file}: events[${i}]`, sources);
    if (!arrival.ok) return arrival;
    arrivals.push(arrival.value);
  }
  return ok({ name, arrivals: arrivals.toSorted((a, b) => a.at - b.at) });
};
