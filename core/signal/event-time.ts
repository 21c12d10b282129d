// Decides what instant a source's time means: with an offset as written, without one in the zone of the host (formats.md 0.4).
import {
  type Instant,
  type Wall,
  days,
  daysIn,
  digitAt,
  fractionAt,
  instantOf,
  parseInstant,
  plus,
  shownInUtc,
  twoAt,
  yearOf,
} from '../kernel/time.ts';
import { wallClock } from '../kernel/wall-clock.ts';
import type { ReadContext, SignalMark } from './signal.ts';

export type EventTime = { readonly time: Instant; readonly marks: readonly SignalMark[] };

/** The day exists and the clock can show it; second 60 is a leap second. */
const exists = ({ year, month, day, hour, minute, second }: Wall): boolean =>
  day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 60;

/** What a clock in UTC showed; undefined for a day or time of day that does not exist. */
export const utcTime = (wall: Wall): EventTime | undefined => (exists(wall) ? { time: shownInUtc(wall), marks: [] } : undefined);

const noZoneGiven: readonly SignalMark[] = ['no-zone'];

const local = (wall: Wall, context: ReadContext): EventTime | undefined => {
  if (!exists(wall)) return undefined;
  const { at, doubt } = wallClock(wall, context.zone ?? 'UTC');
  return { time: at, marks: doubt === undefined ? noZoneGiven : ['no-zone', doubt] };
};

/** Of a text with an offset (RFC 3339). */
export const offsetTime = (text: string): EventTime | undefined => {
  const instant = parseInstant(text);
  return instant.ok ? { time: instant.value, marks: [] } : undefined;
};

const noZone = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?$/;

/** Of a text like `2026-03-14 02:59:26,123`. */
export const zonelessTime = (text: string, context: ReadContext): EventTime | undefined =>
  local(
    {
      year: 100 * twoAt(text, 0) + twoAt(text, 2),
      month: twoAt(text, 5),
      day: twoAt(text, 8),
      hour: twoAt(text, 11),
      minute: twoAt(text, 14),
      second: twoAt(text, 17),
      millisecond: fractionAt(text, 20),
    },
    context,
  );

/** Written date and time, with or without an offset. */
export const writtenTime = (given: string, context: ReadContext): EventTime | undefined => {
  const text = given.trim();
  return noZone.test(text) ? zonelessTime(text, context) : offsetTime(text);
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Of a text that begins like `Mar 14 02:59:26` (RFC 3164, no year): the latest such day that is not after tomorrow. 29 February may lie eight years back. */
export const syslogTime = (text: string, context: ReadContext): EventTime | undefined => {
  const clock = text.indexOf(':') - 2;
  const month = months.indexOf(text.slice(0, 3)) + 1;
  // A day of one digit is written with a blank before it.
  const day = text.charAt(clock - 3) === ' ' ? digitAt(text, clock - 2) : twoAt(text, clock - 3);
  const [hour, minute, second] = [twoAt(text, clock), twoAt(text, clock + 3), twoAt(text, clock + 6)];
  const tomorrow = plus(context.received, days(1));
  const latest = yearOf(tomorrow);
  for (let year = latest; year > latest - 9; year -= 1) {
    const found = local({ year, month, day, hour, minute, second }, context);
    if (found && found.time <= tomorrow) return found;
  }
  return undefined;
};

/** 1973 in milliseconds, 5138 in seconds: what lies above can only be milliseconds. */
const leastMilliseconds = 100_000_000_000;
const farthest = 8_640_000_000_000_000;

/** Seconds or milliseconds since 1970, told apart by size (formats.md 0.4). */
export const epochTime = (value: number): EventTime | undefined => {
  const milliseconds = Math.floor(Math.abs(value) >= leastMilliseconds ? value : value * 1_000);
  return milliseconds > 0 && milliseconds <= farthest ? { time: instantOf(milliseconds), marks: [] } : undefined;
};

/** A field that holds a time in any of the forms above. */
export const timeOf = (value: unknown, context: ReadContext): EventTime | undefined => {
  if (typeof value === 'number') return epochTime(value);
  if (typeof value !== 'string') return undefined;
  // Most times by far end so, and then are neither a number nor without a zone.
  if (value.endsWith('Z')) return offsetTime(value);
  return /^\d{9,13}(?:\.\d{1,9})?$/.test(value.trim()) ? epochTime(Number(value)) : writtenTime(value, context);
};

/** The first of several fields that holds a time; none behind it is read. */
export const firstTime = (values: readonly unknown[], context: ReadContext): EventTime | undefined => {
  for (const value of values) {
    const time = timeOf(value, context);
    if (time) return time;
  }
  return undefined;
};
