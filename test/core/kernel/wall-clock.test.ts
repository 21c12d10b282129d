// Holds that a clock on a wall is read in its zone, and that the nights on which clocks change are not guessed at.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Wall, instantOf, rfc3339 } from '#core/kernel/time.ts';
import { wallClock } from '#core/kernel/wall-clock.ts';

const wall = (text: string): Wall => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[- :]/).map(Number);
  return { year, month, day, hour, minute, second };
};

const shown = (text: string, zone: string): string => {
  const { at, doubt } = wallClock(wall(text), zone);
  return [rfc3339(at), ...(doubt === undefined ? [] : [doubt])].join(' ');
};

describe('a clock on a wall', () => {
  it.each([
    ['2026-03-14 02:59:26', 'Europe/Berlin', '2026-03-14T01:59:26Z'],
    ['2026-07-14 02:59:26', 'Europe/Berlin', '2026-07-14T00:59:26Z'],
    ['2026-07-14 02:59:26', 'UTC', '2026-07-14T02:59:26Z'],
    ['2026-07-14 02:59:26', 'Asia/Kathmandu', '2026-07-13T21:14:26Z'],
    ['2026-07-14 02:59:26', 'America/St_Johns', '2026-07-14T05:29:26Z'],
    ['2026-03-29 01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59Z'],
    ['2026-03-29 02:00:00', 'Europe/Berlin', '2026-03-29T01:00:00Z missing-hour'],
    ['2026-03-29 02:59:59', 'Europe/Berlin', '2026-03-29T01:59:59Z missing-hour'],
    ['2026-03-29 03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-10-25 01:59:59', 'Europe/Berlin', '2026-10-24T23:59:59Z'],
    ['2026-10-25 02:00:00', 'Europe/Berlin', '2026-10-25T00:00:00Z repeated-hour'],
    ['2026-10-25 02:59:59', 'Europe/Berlin', '2026-10-25T00:59:59Z repeated-hour'],
    ['2026-10-25 03:00:00', 'Europe/Berlin', '2026-10-25T02:00:00Z'],
    ['2026-03-08 02:30:00', 'America/New_York', '2026-03-08T07:30:00Z missing-hour'],
    ['2026-11-01 01:30:00', 'America/New_York', '2026-11-01T05:30:00Z repeated-hour'],
    // Half an hour comes twice here.
    ['2026-04-05 01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z repeated-hour'],
    ['2026-04-05 01:15:00', 'Australia/Lord_Howe', '2026-04-04T14:15:00Z'],
    // The whole day was left out.
    ['2011-12-30 12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00Z missing-hour'],
  ])('that showed %s in %s meant %s', (text, zone, meant) => {
    expect(shown(text, zone)).toBe(meant);
  });

  it('is read as the instant that shows it, whenever there is no doubt', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca'];
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800, max: 2_000_000_000 }), fc.constantFrom(...zones), (second, zone) => {
        const at = instantOf(second * 1_000);
        const text = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
        const { at: read, doubt } = wallClock(wall(text), zone);
        expect(doubt !== undefined || read === at).toBe(true);
        expect(doubt).not.toBe('missing-hour');
        expect(read).toBeLessThanOrEqual(at);
      }),
      { numRuns: 500 },
    );
  });
});
