// Decides what instant a clock on a wall showed: in an IANA zone, with the hour that comes twice and the hour that never comes.
import { type Instant, type Wall, instantOf, shownInUtc } from './time.ts';

/** `doubt`: the zone had this time twice, and the earlier is meant here; or never, and it is read as if the clock had not been put forward. */
export type Shown = { readonly at: Instant; readonly doubt?: 'repeated-hour' | 'missing-hour' };

const minute = 60_000;
const day = 86_400_000;

/** An IANA name; a bare offset names no zone, for it knows of no summer. */
export const isZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** To make a formatter costs a hundred times what it costs to use it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const made = formatters.get(zone) ?? new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  formatters.set(zone, made);
  return made;
};

/** Milliseconds east of UTC: `GMT`, `GMT+05:45`, before standard time `GMT+00:53:28`. */
const offsetAt = (at: number, zone: string): number => {
  const name = formatterOf(zone)
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  const m = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name ?? '');
  if (!m) return 0;
  const [hour = 0, minutes = 0, second = 0] = m.slice(2).map((part) => Number(part ?? 0));
  return (m[1] === '-' ? -1 : 1) * ((hour * 60 + minutes) * minute + second * 1_000);
};

/** Offsets at the beginnings of days: a log asks for the same two over and over. */
const byDay = new Map<string, number>();
const daysKept = 1_000;

const offsetOfDay = (number: number, zone: string): number => {
  const key = `${number} ${zone}`;
  const known = byDay.get(key) ?? offsetAt(number * day, zone);
  if (byDay.size >= daysKept) byDay.clear();
  byDay.set(key, known);
  return known;
};

/** The instant at which a clock in the zone showed this. Clocks are put forward or back at most once in three days. */
export const wallClock = (wall: Wall, zone: string): Shown => {
  const utc = shownInUtc(wall);
  if (zone === 'UTC') return { at: utc };
  const number = Math.floor(utc / day);
  const [before, after] = [offsetOfDay(number - 1, zone), offsetOfDay(number + 2, zone)];
  if (before === after) return { at: instantOf(utc - before) };
  const [early, late] = [before, after].map((offset) => offsetAt(utc - offset, zone) === offset);
  if (early && late) return { at: instantOf(utc - Math.max(before, after)), doubt: 'repeated-hour' };
  if (early) return { at: instantOf(utc - before) };
  return late ? { at: instantOf(utc - after) } : { at: instantOf(utc - before), doubt: 'missing-hour' };
};
