// Holds when cases about different targets are one campaign, and that its record does not grow for ever.
import { describe, expect, it } from 'vitest';
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Instant, days, instantOf, minutes, plus } from '#core/kernel/time.ts';
import { type Joined, campaignOf, withJoined } from '#flow/campaign.ts';
import type { CaseRecord } from '#flow/ports.ts';

const start = instantOf(1_000_000_000_000);
const at = (n: number): Instant => plus(start, minutes(n));
const named = (n: number): IncidentId => `inc-${n}` as IncidentId;
const empty: CaseRecord = { key: 'campaign', ver: 0, cases: [] };
const joined = (incident: number, minute: number, isNew = true): Joined => ({ incident: named(incident), time: at(minute), isNew });
const recordOf = (...all: readonly Joined[]): CaseRecord => all.reduce(withJoined, empty);

describe('a campaign', () => {
  it('begins with the third target within a quarter of an hour, before or after', () => {
    const two = recordOf(joined(1, 0), joined(2, 10));
    expect(campaignOf(recordOf(joined(1, 0)), at(1))).toEqual([]);
    for (const minute of [-5, 5, 15]) expect(campaignOf(two, at(minute))).toEqual([named(1), named(2)]);
    for (const minute of [-6, 16, 60]) expect(campaignOf(two, at(minute))).toEqual([]);
  });

  it('goes on as long as new targets follow on each other', () => {
    const going = recordOf(joined(1, 0), joined(2, 5), joined(1, 10), joined(1, 20), joined(1, 34));
    expect(campaignOf(going, at(49))).toEqual([named(1)]);
    expect(campaignOf(going, at(50))).toEqual([]);
  });

  it('is not made by one target that is hit again', () => {
    expect(campaignOf(recordOf(joined(1, 0), joined(1, 1, false), joined(1, 2, false)), at(3))).toEqual([]);
  });

  it('comes to the same in whatever order its targets come', () => {
    const together = [joined(1, 0), joined(2, 5)];
    for (const order of [together, together.toReversed()])
      expect(campaignOf(recordOf(...order), at(7)).toSorted()).toEqual([named(1), named(2)]);
  });
});

describe('its record', () => {
  it('forgets what is days ago, and the oldest of too many', () => {
    expect(withJoined(recordOf(joined(1, 0)), joined(2, days(2) / minutes(1))).cases).toHaveLength(2);
    expect(withJoined(recordOf(joined(1, 0)), joined(2, days(2) / minutes(1) + 1)).cases).toMatchObject([{ incident: named(2) }]);
    const many = Array.from({ length: 60 }, (_, n) => joined(n, n));
    expect(recordOf(...many).cases.map((one) => one.incident)).toEqual(Array.from({ length: 50 }, (_, n) => named(n + 10)));
  });
});
