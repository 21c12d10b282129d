// Holds that no change of the clocks, leap day or turn of the year shifts a deadline, and that people read the right hour of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awarenessDeadline, contractDeadline, controllerDeadline, releaseBy, suspectedLimit, updateWithin } from '#core/clock/deadline.ts';
import { owed } from '#core/duty/owed.ts';
import { type Duration, type Instant, durationOf, hours, localText, minutes, parseInstant, plus, rfc3339 } from '#core/kernel/time.ts';
import { aConfiguration, aController, anIncident, at, confirm, thePolicy, when } from '../given.ts';

const berlin = 'Europe/Berlin';
const inBerlin = (instant: Instant): string => localText(instant, berlin);

/** Hours at which calendars and wall clocks do something that elapsed time does not. */
const summerBegins = at('2026-03-29T01:00:00Z');
const summerEnds = at('2026-10-25T01:00:00Z');
const leapDay = at('2028-02-29T00:00:00Z');
const newYear = at('2027-01-01T00:00:00Z');

const day = aController('museum', { notice: hours(24) });
const openedAt = (opened: Instant) => anIncident({ openedAt: opened });
const knownAt = (aware: Instant) => when(openedAt(aware), confirm({ at: aware }));

/** What is due for a breach suspected and confirmed at this hour, in elapsed hours; nothing of a calendar in it. */
const elapsed = (start: Instant): readonly (readonly [Instant | undefined, Duration])[] => [
  [contractDeadline(openedAt(start), day), hours(24)],
  [suspectedLimit(openedAt(start), aController('museum'), thePolicy), hours(24)],
  [awarenessDeadline(knownAt(start), aController('museum'), thePolicy), hours(24)],
  [releaseBy(knownAt(start), day, thePolicy), hours(4)],
  [controllerDeadline(start), hours(72)],
];

describe('a deadline', () => {
  it.each([
    ['summer time begins', summerBegins],
    ['summer time ends', summerEnds],
    ['there is a 29 February', leapDay],
    ['the year turns', newYear],
  ])('is so many elapsed hours, to the millisecond, when %s', (_what, turn) => {
    fc.assert(
      fc.property(fc.integer({ min: -100 * 3_600_000, max: 3 * 3_600_000 }), (before) => {
        const start = plus(turn, durationOf(before));
        for (const [due, by] of elapsed(start)) expect(due).toBe(start + by);
      }),
    );
  });

  it('is the same instant whatever the zone of the controller', () => {
    const zones = ['Europe/Berlin', 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
    const due = zones.map((zone) =>
      contractDeadline(openedAt(at('2026-10-24T20:00:00Z')), aController('museum', { notice: hours(24), zone })),
    );
    expect(new Set(due)).toEqual(new Set([at('2026-10-25T20:00:00Z')]));
  });

  it('of a duty that spans the change lies as many elapsed hours ahead as on any other day', () => {
    const deadlines = (opened: Instant) =>
      owed(openedAt(opened), aConfiguration(), opened).map((spec) => [spec.kind, spec.recipient, spec.step, spec.deadlineAt - opened]);
    const anyDay = deadlines(at('2026-06-10T12:00:00Z'));
    for (const turn of [summerBegins, summerEnds, leapDay, newYear]) expect(deadlines(plus(turn, durationOf(-minutes(1))))).toEqual(anyDay);
  });
});

describe('the hour that people read', () => {
  const line = (from: string, by: Duration): string => `${inBerlin(at(from))} + ${by / 3_600_000} h = ${inBerlin(plus(at(from), by))}`;

  it('is one later on the wall when summer time begins in between', () => {
    expect(line('2026-03-28T20:30:00+01:00', hours(24))).toBe('28 Mar 2026, 20:30 GMT+1 + 24 h = 29 Mar 2026, 21:30 GMT+2');
    expect(line('2026-03-29T01:59:00+01:00', hours(4))).toBe('29 Mar 2026, 01:59 GMT+1 + 4 h = 29 Mar 2026, 06:59 GMT+2');
    expect(line('2026-03-27T15:20:00+01:00', hours(72))).toBe('27 Mar 2026, 15:20 GMT+1 + 72 h = 30 Mar 2026, 16:20 GMT+2');
  });

  it('is one earlier on the wall when summer time ends in between', () => {
    expect(line('2026-10-24T20:30:00+02:00', hours(24))).toBe('24 Oct 2026, 20:30 GMT+2 + 24 h = 25 Oct 2026, 19:30 GMT+1');
    expect(line('2026-10-25T02:30:00+02:00', hours(1))).toBe('25 Oct 2026, 02:30 GMT+2 + 1 h = 25 Oct 2026, 02:30 GMT+1');
    expect(line('2026-10-23T15:20:00+02:00', hours(72))).toBe('23 Oct 2026, 15:20 GMT+2 + 72 h = 26 Oct 2026, 14:20 GMT+1');
  });

  it('lies on the leap day, and only in a leap year', () => {
    expect(line('2028-02-28T23:30:00+01:00', hours(24))).toBe('28 Feb 2028, 23:30 GMT+1 + 24 h = 29 Feb 2028, 23:30 GMT+1');
    expect(line('2028-02-29T23:30:00+01:00', hours(24))).toBe('29 Feb 2028, 23:30 GMT+1 + 24 h = 01 Mar 2028, 23:30 GMT+1');
    expect(line('2027-02-28T23:30:00+01:00', hours(24))).toBe('28 Feb 2027, 23:30 GMT+1 + 24 h = 01 Mar 2027, 23:30 GMT+1');
  });

  it('is in the new year in Berlin an hour before it is so in UTC', () => {
    expect(inBerlin(at('2026-12-31T22:59:00Z'))).toBe('31 Dec 2026, 23:59 GMT+1');
    expect(inBerlin(at('2026-12-31T23:00:00Z'))).toBe('01 Jan 2027, 00:00 GMT+1');
    expect(line('2026-12-30T17:00:00+01:00', hours(72))).toBe('30 Dec 2026, 17:00 GMT+1 + 72 h = 02 Jan 2027, 17:00 GMT+1');
  });

  it.each(['en', 'de'] as const)('tells both hours between two and three of 25 October apart (%s)', (language) => {
    const read = Array.from({ length: 180 }, (_, i) => localText(plus(at('2026-10-24T23:30:00Z'), minutes(i)), berlin, language));
    expect(new Set(read).size).toBe(180);
    expect(read.filter((text) => text.includes('02:30'))).toHaveLength(2);
  });

  it('never shows the hour that 29 March does not have', () => {
    const read = Array.from({ length: 180 }, (_, i) => inBerlin(plus(at('2026-03-28T23:30:00Z'), minutes(i))));
    expect(read.filter((text) => / 02:/.test(text))).toEqual([]);
    expect(read.filter((text) => / 03:/.test(text))).toHaveLength(60);
  });

  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  /** Reads `25 Oct 2026, 02:30 GMT+2` as a person would. */
  const readBack = (text: string): Instant | undefined => {
    const [, date, month = '', year, clock, offset] = /^(\d\d) (\w+) (\d{4}), (\d\d:\d\d) GMT\+(\d)$/.exec(text) ?? [];
    const number = String(months.findIndex((name) => month.startsWith(name)) + 1).padStart(2, '0');
    const parsed = parseInstant(`${year}-${number}-${date}T${clock}:00+0${offset}:00`);
    return parsed.ok ? parsed.value : undefined;
  };

  it('leads back to the one minute it means, in every minute of five years', () => {
    const first = at('2026-01-01T00:00:00Z') / 60_000;
    fc.assert(
      fc.property(fc.integer({ min: first, max: first + 5 * 366 * 1_440 }), (minute) => {
        const instant = plus(at('1970-01-01T00:00:00Z'), minutes(minute));
        expect(readBack(inBerlin(instant)), rfc3339(instant)).toBe(instant);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the next word to a controller', () => {
  // promised within a day of elapsed hours, for the night of 25 hours has one more than it shows.
  it('comes within 24 elapsed hours', () => {
    expect(updateWithin).toBe(hours(24));
    expect(inBerlin(plus(at('2026-10-24T12:00:00+02:00'), updateWithin))).toBe('25 Oct 2026, 11:00 GMT+1');
  });
});
