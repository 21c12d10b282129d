// Case 13 (mozilla-services/foxsec-pipeline PR 198): a thousand instances raise findings. One case that counts them; what is new calls again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import type { Recorded } from '../flow/recorder.ts';
import { exfiltration, graveFinding } from '../flow/raw-events.ts';
import type { Played } from '#local/play.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());

const text = ({ bytes }: Played): string => new TextDecoder().decode(bytes);
/** A grave finding about the nth bucket of an account that nobody wrote down, so many seconds after the first. */
const about = (bucket: number, seconds: number): Played => {
  const { source } = graveFinding();
  const time = new Date(Date.UTC(2026, 2, 14, 3, 0, seconds)).toISOString().replace('.000', '');
  const event = text(graveFinding(1000 + bucket))
    .replaceAll('muster-message-archive', `bucket-${bucket}`)
    .replaceAll(/2026-03-14T\d\d:\d\d:\d\d(?:\.\d+)?Z/g, time);
  return { source, bytes: new TextEncoder().encode(event) };
};

const calls = (messages: readonly Recorded[]): readonly (readonly [string, number])[] =>
  messages
    .filter(({ channel, subject }) => channel === 'slack' && /Please take this incident|has grown/.test(subject))
    .map(({ subject, at }) => [subject.includes('has grown') ? 'again' : 'call', Math.round((at - startedAt) / 60_000)]);

const merged = async (): Promise<number> => {
  let n = 0;
  for await (const incident of h.world.ledger.incidents()) if (incident.state === 'closed') n += 1;
  return n;
};

describe('findings about many resources at once', () => {
  it('are one case from the third on, which names how many were hit', async () => {
    await h.play(Array.from({ length: 120 }, (_, i) => about(i, i)));
    const [incident, second] = await h.incidents();
    expect(second).toBeUndefined();
    expect(incident?.findings[0]?.resources).toHaveLength(120);
    expect(await merged()).toBe(1);
    await h.fastForward('15m');
    expect(h.takeMessages().findLast(({ subject }) => subject.includes('has grown'))?.text).toContain('Signals: 120; resources hit: 120;');
  });

  it('call for the first two, then for all that is new together, never for each', async () => {
    for (let i = 0; i < 60; i += 1) {
      await h.play([about(i, i * 30)]);
      await h.fastForward('30s');
    }
    await h.fastForward('14m');
    await h.acknowledgeAll();
    await h.fastForward('3h');
    expect(calls(h.takeMessages())).toEqual([
      ['call', 0],
      ['call', 1],
      ['again', 15],
      ['call', 15],
    ]);
    // Whoever took it at 44 minutes has seen what came until then.
    await h.play([about(99, 60 * 40)]);
    expect(calls(h.takeMessages())).toEqual([['again', 224]]);
  });

  it('are the same one case backwards', async () => {
    await h.play(Array.from({ length: 30 }, (_, i) => about(i, i)).toReversed());
    expect(await h.incidents()).toMatchObject([{ signalCount: 30 }]);
    h.takeMessages();
  });

  it('are two cases where they are only two, and three where a third comes an hour later', async () => {
    await h.play([about(1, 0), about(2, 60), about(3, 3600)]);
    expect(await h.incidents()).toHaveLength(3);
    h.takeMessages();
  });

  it('leave cases of another kind apart', async () => {
    await h.play([about(1, 0), about(2, 1), exfiltration()]);
    expect(await h.incidents()).toHaveLength(3);
    h.takeMessages();
  });

  it('call again for a higher level', async () => {
    await h.play([graveFinding(1)]);
    await h.acknowledgeAll();
    await h.fastForward('1m');
    h.takeMessages();
    await h.play([exfiltration('muster-message-archive', 2)]);
    expect(await h.incidents()).toHaveLength(1);
    expect(calls(h.takeMessages())).toEqual([['again', 1]]);
  });
});
