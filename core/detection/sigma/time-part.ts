// Decides which minute, hour, day, week, month or year a time in an event falls in: in UTC, whatever offset the source wrote.
import { type Instant, parseInstant, rfc3339 } from '../../kernel/time.ts';
import { epochTime } from '../../signal/event-time.ts';

export const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = (typeof timeParts)[number];
export const isTimePart = (word: string): word is TimePart => (timeParts as readonly string[]).includes(word);

const noZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?$/;

/** RFC 3339, the same without an offset (read as UTC), or seconds or milliseconds since 1970. */
export const instantIn = (value: unknown): Instant | undefined => {
  if (typeof value === 'number') return epochTime(value)?.time;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{9,13}(?:\.\d{1,9})?$/.test(text)) return epochTime(Number(text))?.time;
  const parsed = parseInstant(noZone.test(text) ? `${text}Z` : text);
  return parsed.ok ? parsed.value : undefined;
};

const day = 86_400_000;

/** ISO 8601: the week belongs to the year that holds its Thursday. */
const weekOf = (at: Instant): number => {
  const today = Math.floor(at / day);
  const thursday = today - ((today + 3) % 7) + 3;
  const year = rfc3339((thursday * day) as Instant).slice(0, 4);
  const newYear = parseInstant(`${year}-01-01T00:00:00Z`);
  return newYear.ok ? Math.floor((thursday - newYear.value / day) / 7) + 1 : 0;
};

/** The part of the time in a value, undefined where the value holds no time. */
export const timePartOf = (value: unknown, part: TimePart): number | undefined => {
  const at = instantIn(value);
  if (at === undefined) return undefined;
  if (part === 'week') return weekOf(at);
  const [from, to] = { year: [0, 4], month: [5, 7], day: [8, 10], hour: [11, 13], minute: [14, 16] }[part];
  return Number(rfc3339(at).slice(from, to));
};
