// Decides what instant a vendor's own way of writing a time means, beside those that all sources share (formats.md A4, A6).
import { fractionAt, instantOf } from '../../kernel/time.ts';
import { type EventTime, timeOf, utcTime } from '../event-time.ts';
import type { ReadContext } from '../signal.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Twelve o'clock is the first hour of its half of the day. */
const hourOf = (hour: number, half: string | undefined): number =>
  half === undefined ? hour : (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);

/** A way of writing a time, and which of its groups is what; the clock has three. */
type Shape = {
  readonly pattern: RegExp;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  readonly clock: number;
  readonly half?: number;
};

const clock = String.raw`(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,9})?)`;
/** The day of the week is not looked at: real samples have a wrong one. */
const shapes: readonly Shape[] = [
  // HTTP date: Sun, 05 Jun 2016 15:10:09 GMT
  {
    pattern: new RegExp(String.raw`^[a-z]{3}, (\d{1,2}) ([a-z]{3}) (\d{4}) ${clock} (?:GMT|UTC)$`, 'i'),
    day: 1,
    month: 2,
    year: 3,
    clock: 4,
  },
  // Inspector: Wed Sep 04 16:59:44.356 UTC 2024
  {
    pattern: new RegExp(String.raw`^[a-z]{3} ([a-z]{3}) (\d{1,2}) ${clock} (?:GMT|UTC) (\d{4})$`, 'i'),
    day: 2,
    month: 1,
    year: 6,
    clock: 3,
  },
  // Inspector, older: Dec 3, 2021, 6:02:30 PM
  {
    pattern: new RegExp(String.raw`^([a-z]{3}) (\d{1,2}), (\d{4}),? ${clock} ([AP]M)$`, 'i'),
    day: 2,
    month: 1,
    year: 3,
    clock: 4,
    half: 7,
  },
];

/** In UTC, as these vendors write; a day that does not exist is no time. */
const inUtc = (found: RegExpExecArray, { day, month, year, clock: at, half }: Shape): EventTime | undefined => {
  const second = found[at + 2] ?? '';
  return utcTime({
    year: Number(found[year]),
    month: months.indexOf((found[month] ?? '').toLowerCase()) + 1,
    day: Number(found[day]),
    hour: hourOf(Number(found[at]), half === undefined ? undefined : found[half]),
    minute: Number(found[at + 1]),
    second: Number(second.slice(0, 2)),
    millisecond: fractionAt(second, 3),
  });
};

const inWords = (text: string): EventTime | undefined => {
  if (text.length > 60) return undefined;
  for (const shape of shapes) {
    const found = shape.pattern.exec(text.trim());
    if (found) return inUtc(found, shape);
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
