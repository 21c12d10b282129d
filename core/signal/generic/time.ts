// Decides what instant a vendor's own way of writing a time means, beside those that all sources share (formats.md A4, A6).
import { type Instant, instantOf, parseInstant } from '../../kernel/time.ts';
import { type EventTime, timeOf } from '../event-time.ts';
import type { ReadContext } from '../signal.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

type Words = {
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly clock: string;
  readonly half?: string;
};

/** Twelve o'clock is the first hour of its half of the day. */
const hourOf = (hour: string, half: string | undefined): string => {
  if (half === undefined) return hour.padStart(2, '0');
  return String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)).padStart(2, '0');
};

/** In UTC, as these vendors write; a day that does not exist is no time. */
const inUtc = ({ day, month, year, clock, half }: Words): Instant | undefined => {
  const [hour = '', ...rest] = clock.split(':');
  const number = months.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const date = `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const read = parseInstant(`${date}T${[hourOf(hour, half), ...rest].join(':')}Z`);
  return read.ok ? read.value : undefined;
};

const clock = String.raw`(?<clock>\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?)`;
/** The day of the week is not looked at: real samples have a wrong one. */
const shapes = [
  // HTTP date: Sun, 05 Jun 2016 15:10:09 GMT
  new RegExp(String.raw`^[a-z]{3}, (?<day>\d{1,2}) (?<month>[a-z]{3}) (?<year>\d{4}) ${clock} (?:GMT|UTC)$`, 'i'),
  // Inspector: Wed Sep 04 16:59:44.356 UTC 2024
  new RegExp(String.raw`^[a-z]{3} (?<month>[a-z]{3}) (?<day>\d{1,2}) ${clock} (?:GMT|UTC) (?<year>\d{4})$`, 'i'),
  // Inspector, older: Dec 3, 2021, 6:02:30 PM
  new RegExp(String.raw`^(?<month>[a-z]{3}) (?<day>\d{1,2}), (?<year>\d{4}),? ${clock} (?<half>[AP]M)$`, 'i'),
] as const;

const inWords = (text: string): EventTime | undefined => {
  if (text.length > 60) return undefined;
  for (const shape of shapes) {
    const groups = shape.exec(text.trim())?.groups;
    const time = groups && inUtc(groups as unknown as Words);
    if (time !== undefined) return { time, marks: [] };
  }
  return undefined;
};

/** Microseconds and nanoseconds since 1970, told apart by size: sixteen and nineteen digits in our time. */
const small = (value: unknown): EventTime | undefined => {
  const digits = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const isSmall = (digits.length === 16 || digits.length === 19) && /^\d+$/.test(digits);
  return isSmall ? { time: instantOf(Number(digits.slice(0, 13))), marks: [] } : undefined;
};

/** 1970 and the like stand where a vendor has no time to tell. */
const isTold = (found: EventTime | undefined): found is EventTime => found !== undefined && found.time >= 946_684_800_000;

/** What a field holds as an event's time. */
export const toldTime = (value: unknown, context: ReadContext): EventTime | undefined => {
  const found = small(value) ?? timeOf(value, context) ?? (typeof value === 'string' ? inWords(value) : undefined);
  return isTold(found) ? found : undefined;
};
