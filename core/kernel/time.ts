// Decides how instants and durations are held: milliseconds on the UTC line, and text only at the edge.
import { type Result, fail, ok } from './result.ts';

declare const instantBrand: unique symbol;
declare const durationBrand: unique symbol;

/** A point on the UTC line, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantBrand]: true };
/** A length of time in milliseconds. */
export type Duration = number & { readonly [durationBrand]: true };

export const instantOf = (milliseconds: number): Instant => milliseconds as Instant;
export const durationOf = (milliseconds: number): Duration => milliseconds as Duration;

export const seconds = (n: number): Duration => durationOf(n * 1_000);
export const minutes = (n: number): Duration => durationOf(n * 60_000);
export const hours = (n: number): Duration => durationOf(n * 3_600_000);
export const days = (n: number): Duration => durationOf(n * 86_400_000);

export const plus = (at: Instant, by: Duration): Instant => instantOf(at + by);
export const minus = (at: Instant, by: Duration): Instant => instantOf(at - by);
export const between = (from: Instant, to: Instant): Duration => durationOf(to - from);

/** Later than anything that is written down: the last instant of thirteen digits, in 2286. */
export const endOfTime: Instant = instantOf(9_999_999_999_999);

export const earliest = (...at: readonly Instant[]): Instant => instantOf(Math.min(...at));
export const latest = (...at: readonly Instant[]): Instant => instantOf(Math.max(...at));

/** RFC 3339 in UTC, with milliseconds only where there are any. */
export const rfc3339 = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z');

const rfc3339Shape = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\s*(?:Z|[+-]\d{2}:?\d{2})$/i;

/** The digit of a text that is known to have one there. */
export const digitAt = (text: string, at: number): number => text.charCodeAt(at) - 48;
/** Two digits of a text that is known to have them there. */
export const twoAt = (text: string, at: number): number => 10 * digitAt(text, at) + digitAt(text, at + 1);

/** Days of a month; 0 for a month that there is not. */
export const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : month >= 1 && month <= 12 ? 31 : 0;
};

/** `Z`, `+01:00` or `+0100` at the end of the text, in minutes; undefined beyond a day. */
const offsetIn = (text: string): number | undefined => {
  const last = text.length - 1;
  if (text.endsWith('Z') || text.endsWith('z')) return 0;
  const sign = text.charAt(last - 2) === ':' ? last - 5 : last - 4;
  const [hour, minute] = [twoAt(text, sign + 1), twoAt(text, last - 1)];
  if (hour > 23 || minute > 59) return undefined;
  return (text.charAt(sign) === '-' ? -1 : 1) * (hour * 60 + minute);
};

/** Up to three digits behind the second, as milliseconds. */
export const fractionAt = (text: string, at: number): number => {
  let sum = 0;
  for (let i = at, worth = 100; i < at + 3; i += 1, worth /= 10) {
    const digit = digitAt(text, i);
    if (!(digit >= 0 && digit <= 9)) break;
    sum += worth * digit;
  }
  return sum;
};

/** Days since 1970 as milliseconds; `Date.UTC` takes the years before 100 for those of the last century. */
const dayInUtc = (year: number, month: number, day: number): number =>
  year >= 100 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day);

/**
 * Reads RFC 3339 with an offset. A time without an offset is refused: half the world would read it wrongly. By arithmetic:
 * Date.parse turns 30 February into 2 March on some engines, and every event of every source comes by here.
 */
export const parseInstant = (given: string): Result<Instant> => {
  const text = given.trim();
  if (!rfc3339Shape.test(text)) return fail('not an RFC 3339 instant with an offset, such as 2026-03-14T01:59:26Z');
  const [year, month, day] = [100 * twoAt(text, 0) + twoAt(text, 2), twoAt(text, 5), twoAt(text, 8)];
  const [hour, minute, second] = [twoAt(text, 11), twoAt(text, 14), twoAt(text, 17)];
  const offset = offsetIn(text);
  const shows = hour <= 23 && minute <= 59 && second <= 59;
  if (day < 1 || day > daysIn(year, month) || !shows || offset === undefined) return fail('no such date or time of day');
  const point = text.charAt(19);
  const fraction = point === '.' || point === ',' ? fractionAt(text, 20) : 0;
  return ok(instantOf(dayInUtc(year, month, day) + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + fraction));
};

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `30s`, `15m`, `4h`, `2d` (Sigma's timespan and our policy share the form). */
export const parseDuration = (text: string): Result<Duration> => {
  const m = /^(\d{1,6})([smhd])$/.exec(text.trim());
  if (!m) return fail('not a duration such as 30s, 15m, 4h or 2d');
  return ok(durationOf(Number(m[1]) * (units[m[2] ?? ''] ?? 0)));
};

/** `4 h 30 min`: for people, rounded down to whole minutes. */
export const durationText = (of: Duration): string => {
  const total = Math.floor(Math.abs(of) / 60_000);
  const d = Math.floor(total / 1_440);
  const h = Math.floor((total % 1_440) / 60);
  const m = total % 60;
  const parts = [d > 0 ? `${d} d` : '', h > 0 ? `${h} h` : '', m > 0 || total === 0 ? `${m} min` : ''];
  return parts.filter((part) => part !== '').join(' ');
};

/** To make a formatter costs a hundred times what it costs to use it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

const formatterFor = (zone: string, locale: 'en-GB' | 'de-DE'): Intl.DateTimeFormat => {
  const key = `${locale} ${zone}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'shortOffset',
  });
  formatters.set(key, made);
  return made;
};

/** Wall-clock time for people in an IANA zone, offset included: `14 Mar 2026, 02:59 GMT+1`. */
export const localText = (at: Instant, zone: string, language: 'en' | 'de' = 'en'): string =>
  formatterFor(zone, language === 'de' ? 'de-DE' : 'en-GB').format(at);

/** What a clock on a wall shows: a date and a time of day, of which zone is not said. Months count from 1. */
export type Wall = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond?: number;
};

/** The instant at which a clock in UTC shows this. */
export const shownInUtc = ({ year, month, day, hour, minute, second, millisecond = 0 }: Wall): Instant =>
  instantOf(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));

/** The one that was asked for last: a log asks for the same one with every line. */
let lastYear = { number: 1970, from: 0, to: 31_536_000_000 };

/** The calendar year an instant falls in, UTC. */
export const yearOf = (at: Instant): number => {
  if (at >= lastYear.from && at < lastYear.to) return lastYear.number;
  const number = new Date(at).getUTCFullYear();
  lastYear = { number, from: dayInUtc(number, 1, 1), to: dayInUtc(number + 1, 1, 1) };
  return number;
};

/** The calendar day an instant falls on, UTC, `2026-03-14`. */
export const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
