// The controller's 72 hours on the strictest reading: receipt plus 72 h on the line of instants, no rounding, no weekend, no holiday.
import { expect, it } from 'vitest';
import { controllerDeadline } from '#core/clock/deadline.ts';
import { at } from '../given.ts';

// The T-table of the law's page: [aware, end on the strictest reading, end as authorities count], Europe/Berlin with its offset written out.
it.each([
  ['LT-01 ends on Christmas Day', '2020-12-22T12:17:00+01:00', '2020-12-25T12:17:00+01:00', '2020-12-25T12:00:00Z'],
  ['LT-02 the same hour', '2020-12-22T12:59:59+01:00', '2020-12-25T12:59:59+01:00', '2020-12-25T12:00:00Z'],
  ['LT-03 a full hour', '2020-12-22T13:00:00+01:00', '2020-12-25T13:00:00+01:00', '2020-12-25T13:00:00Z'],
  ['LT-04 the Friday before Whitsun', '2026-05-22T16:30:00+02:00', '2026-05-25T16:30:00+02:00', '2026-05-25T15:00:00Z'],
  ['LT-05 Easter', '2026-04-02T18:05:00+02:00', '2026-04-05T18:05:00+02:00', '2026-04-05T17:00:00Z'],
  ['LT-06 before Christmas', '2026-12-23T10:20:00+01:00', '2026-12-26T10:20:00+01:00', '2026-12-26T10:00:00Z'],
  ['LT-07 Christmas Eve', '2026-12-24T09:40:00+01:00', '2026-12-27T09:40:00+01:00', '2026-12-27T09:00:00Z'],
  [
    'LT-08 summer time ends: an hour earlier by the clock on the wall',
    '2026-10-23T15:20:00+02:00',
    '2026-10-26T14:20:00+01:00',
    '2026-10-26T14:00:00Z',
  ],
  ['LT-09 summer time begins: an hour later', '2027-03-26T15:20:00+01:00', '2027-03-29T16:20:00+02:00', '2027-03-29T15:00:00Z'],
  ['LT-10 a second before midnight', '2026-11-24T23:59:59+01:00', '2026-11-27T23:59:59+01:00', '2026-11-27T23:00:00Z'],
  ['LT-11 a holiday of some Länder', '2026-06-03T17:10:00+02:00', '2026-06-06T17:10:00+02:00', '2026-06-06T16:00:00Z'],
])('%s', (_, aware, end, asAuthoritiesCount) => {
  const deadline = controllerDeadline(at(aware));
  expect(deadline).toBe(at(end));
  // Regulation 1182/71 leaves out the hour in which it began: what we show is earlier, by an hour at most.
  expect(deadline).toBeLessThanOrEqual(at(asAuthoritiesCount));
  expect(deadline).toBeGreaterThanOrEqual(at(asAuthoritiesCount) - 3_600_000);
});
