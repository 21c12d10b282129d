// Case 4 (panther-analysis PR #1082): an event's id groups nothing. Which finding it is, and which case it belongs to, are two questions.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#core/kernel/hash.ts';
import type { Played } from '#local/play.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration, graveFinding, raw } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

type Event = { id: string; time: string; detail: { id: string; updatedAt: string; severity: number; service: Record<string, unknown> } };
const changed = ({ source, bytes }: Played, change: (event: Event) => void): Played => {
  const event = JSON.parse(new TextDecoder().decode(bytes)) as Event;
  change(event);
  return raw(source, event);
};
/** The same finding in a new event, seen once more at that time of that day. */
const seenAgain = (event: Played, at: string, count: number): Played =>
  changed(event, (one) => {
    one.id = sha256(`${at}${count}`).slice(0, 8);
    one.detail.updatedAt = at;
    Object.assign(one.detail.service, { eventLastSeen: at, count });
  });
const shape = async () => (await h.incidents()).map(({ signalCount, findings }) => [signalCount, findings.length]);

describe('the identity of a finding', () => {
  it('is its own id and state, not the event’s: the same state in another event is nothing new', async () => {
    const other = changed(exfiltration(), (event) => {
      event.id = 'ffffffff-0000-4000-8000-000000000001';
      event.time = '2026-03-14T05:00:00Z';
    });
    await h.play([exfiltration(), other]);
    expect(await shape()).toEqual([[1, 1]]);
    expect((await h.world.ledger.intake()).find(({ disposition }) => disposition === 'duplicate')?.count).toBe(1);
  });

  it('lets an update join its case, also after every window is over', async () => {
    await h.play([exfiltration()]);
    await h.play([seenAgain(exfiltration(), '2026-03-14T05:00:00Z', 7)]);
    await h.play([seenAgain(exfiltration(), '2026-03-29T05:00:00Z', 9)]);
    expect(await shape()).toEqual([[3, 1]]);
  });

  it('that is new after a refutation is a new case: a decided one takes nothing in silence', async () => {
    await h.play([exfiltration()]);
    await h.refute();
    await h.play([seenAgain(exfiltration(), '2026-03-14T09:00:00Z', 7)]);
    expect((await h.incidents()).map(({ state }) => state)).toEqual(['refuted', 'suspected']);
  });
});

describe('the case', () => {
  it('is that of the account and bucket: other findings of the same day join it', async () => {
    await h.play([exfiltration('muster-message-archive', 1), exfiltration('muster-message-archive', 2), graveFinding(3)]);
    expect(await shape()).toEqual([[3, 2]]);
  });

  it.each<readonly [string, number]>([
    ['2026-03-15T01:00:00Z', 1],
    ['2026-03-17T05:00:00Z', 2],
  ])('takes what was seen within 24 hours of any of its signs, by event time: another finding of %s', async (at, cases) => {
    await h.play([exfiltration('muster-message-archive', 1), seenAgain(exfiltration('muster-message-archive', 2), at, 1)]);
    expect(await h.incidents()).toHaveLength(cases);
  });

  it('is the same in whatever order they come', async () => {
    const events = [1, 2, 3].map((n) => seenAgain(exfiltration('muster-message-archive', n), `2026-03-1${3 + n}T12:00:00Z`, 1));
    await h.play(events);
    const forth = await shape();
    h.takeMessages();
    h.close();
    h = await openHarness();
    await h.play(events.toReversed());
    expect(await shape()).toEqual(forth);
    expect(forth).toEqual([[3, 1]]);
  });
});
