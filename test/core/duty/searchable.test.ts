// Decides when a ticket that may have been made can be looked for: not before the search index caught up with the last try (F-44, D-20).
import { describe, expect, it } from 'vitest';
import { searchableAfter, untilSearchable } from '#core/duty/claim.ts';
import { minutes, plus, seconds } from '#core/kernel/time.ts';
import { t0 } from '../given.ts';

const tried = (...ago: readonly number[]) => ago.map((before) => ({ intentAt: plus(t0, seconds(-before)) }));

describe('a ticket that may have been made', () => {
  it('is looked for three minutes after the latest try, not the first: two, and the clocks', () => {
    expect(searchableAfter).toBe(minutes(3));
    expect(untilSearchable(tried(300, 50), t0)).toBe(seconds(130));
    expect(untilSearchable(tried(50, 300), t0)).toBe(seconds(130));
  });

  it('is looked for at once when the last try is three minutes ago', () => {
    expect(untilSearchable(tried(180), t0)).toBeUndefined();
    expect(untilSearchable(tried(179), t0)).toBe(seconds(1));
  });

  it('waits for nothing when nothing was tried', () => {
    expect(untilSearchable([], t0)).toBeUndefined();
  });
});
