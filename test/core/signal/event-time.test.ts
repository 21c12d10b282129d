// Holds that a source's time is read as it was meant, or not at all.
import { describe, expect, it } from 'vitest';
import { rfc3339 } from '#core/kernel/time.ts';
import { timeOf } from '#core/signal/event-time.ts';
import { noon } from './reading.ts';

const told = (value: unknown, zone?: string) => {
  const time = timeOf(value, { received: noon, ...(zone !== undefined && { zone }) });
  return time && [rfc3339(time.time), ...time.marks];
};

describe('timeOf', () => {
  it.each([
    ['2026-03-14T02:10:00.123Z', ['2026-03-14T02:10:00.123Z']],
    ['2026-03-14T03:10:00+01:00', ['2026-03-14T02:10:00Z']],
    ['2026-03-14 02:10:00.149000000', ['2026-03-14T02:10:00.149Z', 'no-zone']],
    ['2026-03-14 02:10:00,5', ['2026-03-14T02:10:00.500Z', 'no-zone']],
    [1_773_453_600, ['2026-03-14T02:00:00Z']],
    [1_773_453_600_123, ['2026-03-14T02:00:00.123Z']],
    ['1773453600.25', ['2026-03-14T02:00:00.250Z']],
    ['2024-02-29 00:00:00', ['2024-02-29T00:00:00Z', 'no-zone']],
  ])('reads %j', (value, expected) => {
    expect(told(value)).toEqual(expected);
  });

  it.each([
    '',
    'yesterday',
    '2026-03-14',
    '2026-13-01 00:00:00',
    '2026-02-29 00:00:00',
    '2026-04-31 00:00:00',
    '2100-02-29 00:00:00',
    '2026-03-14 24:00:00',
    '2026-03-14 00:60:00',
    0,
    -1,
    Number.NaN,
    1e300,
    null,
    {},
    true,
  ])('does not guess at %j', (value) => {
    expect(told(value)).toBeUndefined();
  });

  it('reads in the zone of the host, only where no zone is written', () => {
    expect(told('2026-03-14 02:10:00', 'Europe/Berlin')).toEqual(['2026-03-14T01:10:00Z', 'no-zone']);
    expect(told('2026-07-14 02:10:00', 'Europe/Berlin')).toEqual(['2026-07-14T00:10:00Z', 'no-zone']);
    expect(told('2026-03-14T02:10:00Z', 'Europe/Berlin')).toEqual(['2026-03-14T02:10:00Z']);
  });

  it('marks a time of the night on which the clocks change, and never moves it without a word', () => {
    expect(told('2026-10-25 02:30:00', 'Europe/Berlin')).toEqual(['2026-10-25T00:30:00Z', 'no-zone', 'repeated-hour']);
    expect(told('2026-03-29 02:30:00', 'Europe/Berlin')).toEqual(['2026-03-29T01:30:00Z', 'no-zone', 'missing-hour']);
    expect(told('2026-10-25 03:00:00', 'Europe/Berlin')).toEqual(['2026-10-25T02:00:00Z', 'no-zone']);
  });
});
