// Case 12 (ministryofjustice/cloud-platform #7947): a source turns noisy and pages all night. People are called once; then they hear how many.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import type { Recorded } from '../flow/recorder.ts';
import { graveFinding, tenHoursLater } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());

const about =
  (word: string) =>
  (message: Recorded): boolean =>
    message.subject.includes(word);

/** One finding a minute about the same bucket, each with an id of its own. */
const storm = async (from: number, n: number): Promise<void> => {
  for (let i = 0; i < n; i += 1) {
    await h.play([graveFinding(from + i)]);
    await h.fastForward('1m');
  }
};

const minutesOf = (messages: readonly Recorded[]): readonly number[] => messages.map(({ at }) => Math.round((at - startedAt) / 60_000));

describe('a storm of findings about one bucket', () => {
  it('is one case; the first call and the chain behind it are all that rings, and each call says how many there are', async () => {
    await storm(100, 100);
    const messages = h.takeMessages();
    expect(await h.incidents()).toHaveLength(1);
    const calls = messages.filter(about('Please take this incident')).filter(({ channel }) => channel === 'slack');
    expect(minutesOf(calls)).toEqual([0, 15, 45]);
    expect(calls.at(-1)?.text).toContain('Signals: 45;');
    expect(messages.filter(about('More of the same'))).toEqual([]);
    expect(messages.filter(about('has grown'))).toEqual([]);
    expect(messages.filter(({ channel }) => channel === 'ticket')).toHaveLength(1);
  });

  it('once taken is told to whoever took it, once an hour, counted', async () => {
    await storm(100, 5);
    await h.acknowledgeAll();
    await storm(200, 130);
    const messages = h.takeMessages();
    const digests = messages.filter(about('More of the same'));
    expect(minutesOf(digests)).toEqual([65, 125]);
    expect(new Set(digests.map(({ to }) => to))).toEqual(new Set(['Tomke Harms']));
    expect(digests.map(({ text }) => /Signals: (\d+);/.exec(text)?.[1])).toEqual(['65', '125']);
    expect(minutesOf(messages.filter(about('Please take this incident')).filter(({ channel }) => channel === 'slack'))).toEqual([0]);
  });

  it('ends with its last word when it stops', async () => {
    await storm(100, 5);
    await h.acknowledgeAll();
    await storm(200, 20);
    await h.play([tenHoursLater(graveFinding(999))]);
    await h.fastForward('3h');
    expect(h.takeMessages().filter(about('More of the same'))).toHaveLength(1);
  });
});
