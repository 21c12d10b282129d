// Holds that time is milliseconds on the UTC line, read only with an offset and shown in the reader's zone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationText,
  earliest,
  hours,
  instantOf,
  latest,
  localText,
  minutes,
  parseDuration,
  parseInstant,
  plus,
  rfc3339,
  yearOf,
} from '#core/kernel/time.ts';
import { at } from '../given.ts';

describe('the year of an instant', () => {
  it('is that of the calendar in UTC, whichever was asked for before', () => {
    const edges = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z', '2027-12-31T23:59:59.999Z', '1969-12-31T23:59:59Z'].map(Date.parse);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...edges), fc.integer({ min: -1e12, max: 4e12 }))), (asked) => {
        expect(asked.map((ms) => yearOf(instantOf(ms)))).toEqual(asked.map((ms) => new Date(ms).getUTCFullYear()));
      }),
    );
  });
});

describe('an instant as text', () => {
  it('survives writing and reading', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799_999 }), (ms) => {
        expect(parseInstant(rfc3339(instantOf(ms)))).toEqual({ ok: true, value: ms });
      }),
    );
  });

  it.each([
    ['2026-03-14T01:59:26Z', '2026-03-14T01:59:26Z'],
    ['2026-03-14t01:59:26z', '2026-03-14T01:59:26Z'],
    ['2026-03-14T02:59:26+01:00', '2026-03-14T01:59:26Z'],
    ['2026-03-14T02:59:26+0100', '2026-03-14T01:59:26Z'],
    ['2026-03-13T20:29:26.5-05:30', '2026-03-14T01:59:26.500Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
  ])('reads %s', (text, same) => {
    expect(rfc3339(at(text))).toBe(same);
  });

  it.each(['2026-03-14T01:59:26', '2026-03-14', 'yesterday', '', '1773453566'])('refuses %j, which has no offset', (text) => {
    expect(parseInstant(text)).toEqual({ ok: false, error: 'not an RFC 3339 instant with an offset, such as 2026-03-14T01:59:26Z' });
  });

  it.each(['2026-02-30T10:00:00Z', '2026-02-29T10:00:00Z', '2026-04-31T10:00:00+02:00', '2026-13-01T10:00:00Z', '2026-03-14T25:00:00Z'])(
    'refuses %s, which no calendar has',
    (text) => {
      expect(parseInstant(text)).toEqual({ ok: false, error: 'no such date or time of day' });
    },
  );
});

describe('wall clocks in Berlin', () => {
  // the hour between two and three happens twice; only the offset tells which is meant.
  it('shows both hours of the night on which summer time ends', () => {
    expect(localText(at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('25 Oct 2026, 02:30 GMT+2');
    expect(localText(at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('25 Oct 2026, 02:30 GMT+1');
  });

  it('jumps over the hour that is missing when summer time begins', () => {
    expect(localText(at('2027-03-28T00:59:00Z'), 'Europe/Berlin')).toBe('28 Mar 2027, 01:59 GMT+1');
    expect(localText(at('2027-03-28T01:00:00Z'), 'Europe/Berlin')).toBe('28 Mar 2027, 03:00 GMT+2');
  });

  // law.md 1.5, T-08 and T-09: 72 hours are elapsed hours, the wall clock shifts.
  it.each([
    ['2026-10-23T15:20:00+02:00', '26 Oct 2026, 14:20 GMT+1'],
    ['2027-03-26T15:20:00+01:00', '29 Mar 2027, 16:20 GMT+2'],
  ])('counts 72 elapsed hours from %s', (from, until) => {
    expect(localText(plus(at(from), hours(72)), 'Europe/Berlin')).toBe(until);
  });

  it('names month and offset in German for German readers', () => {
    expect(localText(at('2026-10-25T01:30:00Z'), 'Europe/Berlin', 'de')).toMatch(/^25\. Okt\.? 2026, 02:30 (GMT|MEZ|UTC)\+?1?$/);
  });
});

describe('a duration', () => {
  it.each([
    ['30s', 30_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['2d', 172_800_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it.each(['4', '4 h', '-4h', '4w', 'h', '1.5h'])('refuses %j', (text) => {
    expect(parseDuration(text).ok).toBe(false);
  });

  it('is said in days, hours and whole minutes', () => {
    expect([minutes(0), minutes(270), hours(48), hours(25), minutes(-5)].map(durationText)).toEqual([
      '0 min',
      '4 h 30 min',
      '2 d',
      '1 d 1 h',
      '5 min',
    ]);
  });

  it('leaves the earliest and the latest of several instants', () => {
    expect(earliest(instantOf(3), instantOf(1), instantOf(2))).toBe(1);
    expect(latest(instantOf(3), instantOf(1))).toBe(3);
  });
});
