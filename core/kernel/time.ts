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

const rfc3339Shape = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})$/i;

/** Reads RFC 3339 with an offset. A time without an offset is refused: half the world would read it wrongly. */
export const parseInstant = (text: string): Result<Instant> => {
  const m = rfc3339Shape.exec(text.trim());
  if (!m) return fail('not an RFC 3339 instant with an offset, such as 2026-03-14T01:59:26Z');
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = m;
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const parsed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${offset}`);
  // Date.parse turns 30 February into 2 March on some engines: the day must survive the round trip.
  const local = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  const kept = Number.isFinite(local) && new Date(local).getUTCDate() === Number(day);
  return Number.isFinite(parsed) && kept ? ok(instantOf(parsed)) : fail('no such date or time of day');
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

/** The calendar year an instant falls in, UTC. */
export const yearOf = (at: Instant): number => new Date(at).getUTCFullYear();

/** The calendar day an instant falls on, UTC, `2026-03-14`. */
export const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
