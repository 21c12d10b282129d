// Decides whether escalation keeps to elapsed time: over a change of the clocks, never early, and never later than a tick and the skew.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duration, type Instant, durationOf, instantOf, minutes, parseInstant, plus, seconds } from '#core/kernel/time.ts';
import { PortError, type World } from '#flow/ports.ts';
import { tick, tickEvery } from '#flow/tick.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { call, decideNow, narrowReminder, suspicion } from './lines.ts';
import { exfiltration } from './raw-events.ts';

const at = (text: string): Instant => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new Error(`the test gives no instant: ${text}`);
  return parsed.value;
};

const begun = async (startAt: Instant): Promise<Harness> => {
  const h = await openHarness({ startAt });
  await h.play([exfiltration()]);
  return h;
};

/** Half an hour before each turn: the chain, the deciders' call and the deadlines lie across it. */
const turns: readonly (readonly [string, Instant])[] = [
  ['summer time begins', at('2026-03-29T01:30:00+01:00')],
  ['summer time ends', at('2026-10-25T02:30:00+02:00')],
  ['the leap day begins', at('2028-02-28T23:30:00+01:00')],
  ['the leap day ends', at('2028-02-29T23:30:00+01:00')],
  ['the year turns', at('2026-12-31T23:30:00+01:00')],
];

const hm = (of: number): string => `+${Math.floor(of / 60)}:${String(of % 60).padStart(2, '0')}`;
const thence = (n: number, lines: readonly string[]): readonly string[] => lines.map((line) => `${hm(n)} ${line}`);

describe('the escalation of a suspicion that nobody answers', () => {
  it.each(turns)('keeps its hours while %s', async (_what, startAt) => {
    const h = await begun(startAt);
    await h.fastForward('2h');
    h.expectTimeline([
      ...thence(0, suspicion),
      ...thence(15, call('architect')),
      ...thence(45, call('product')),
      ...thence(60, [narrowReminder('lead')]),
      ...thence(105, call('management')),
      ...thence(120, [...decideNow('lead'), ...decideNow('management')]),
    ]);
    h.close();
  });

  it.each(turns)('mails each notice at the limit in elapsed hours while %s', async (_what, startAt) => {
    const h = await begun(startAt);
    await h.fastForward('25h');
    const notices = h.takeMessages().filter((message) => message.subject.startsWith('Notice of a suspected breach'));
    expect(notices.map((message) => (message.at - startAt) / 60_000)).toEqual([24 * 60, 24 * 60]);
    h.close();
  });
});

describe('the notice that is mailed', () => {
  const read = async (startAt: Instant): Promise<string> => {
    const h = await begun(startAt);
    await h.confirm();
    const notice = h.takeMessages().find((message) => message.subject.includes('Art. 33(2)') && message.to.includes('museum-shop'));
    h.close();
    return notice?.text.replaceAll(/\s+/g, ' ') ?? '';
  };

  // a wall clock alone would say 02:30 for both.
  it('tells the doubled hour apart by its offset, and names the instant in UTC', async () => {
    expect(await read(at('2026-10-25T02:30:00+02:00'))).toMatch(/2026-10-25T00:30:00Z \(25\S* O[ck]t\.? 2026, 02:30 GMT\+2\)/);
    expect(await read(at('2026-10-25T02:30:00+01:00'))).toMatch(/2026-10-25T01:30:00Z \(25\S* O[ck]t\.? 2026, 02:30 GMT\+1\)/);
  });
});

/** How far two clocks of the machines may be apart. */
const skew: Duration = seconds(2);

/** Looks once a minute and at no other time, by a clock that is wrong by up to the skew. */
const lookedIn = async (h: Harness, from: Instant, wrong: readonly number[], look: () => Promise<unknown>): Promise<void> => {
  for (const [n, by] of wrong.entries()) {
    h.clock.set(instantOf(from + n * tickEvery + by));
    await look();
  }
};

/** The tick of a world whose queue is down: what is due is done right there, and what that makes due waits for the next tick. */
const tickAlone = (h: Harness) => {
  const wake = () => Promise.reject(new PortError('queues', 'again', 'down'));
  const world: World = { ...h.world, queues: { ...h.world.queues, wake } };
  return () => tick(world, { name: 'tick', epoch: 1 });
};

/** When each of the chain was called, in its order. */
const callsIn = async (h: Harness): Promise<readonly (readonly [string, Instant])[]> => {
  const duties = (await h.duties('call')).filter((duty) => duty.step !== 'decide');
  const messages = h.takeMessages();
  return duties
    .toSorted((a, b) => Number(a.step) - Number(b.step))
    .flatMap((duty) => {
      const called = messages.find((message) => message.duty === duty.id);
      return called === undefined ? [] : [[duty.recipient, called.at] as const];
    });
};

describe('an escalation that only the tick drives', () => {
  const chain = ['sysop', 'solution-architect', 'head-of-product', 'management'];
  const timeouts = [minutes(15), minutes(30), minutes(60)];
  const starts = fc.constantFrom(startedAt, ...turns.map(([, start]) => start));
  const within = fc.integer({ min: 0, max: tickEvery - 1 });
  const wrong = fc.array(fc.integer({ min: -skew, max: skew }), { minLength: 112, maxLength: 112 });

  it.each([
    ['a tick, where the machine goes on until nothing is due', 1, (h: Harness) => () => h.work()],
    ['a tick, where the queue is down too', 1, tickAlone],
  ])('calls the next never early, and later by no more than the skew and %s', async (_what, ticks, looking) => {
    await fc.assert(
      fc.asyncProperty(starts, within, within, wrong, async (start, begin, phase, by) => {
        const startAt = plus(start, durationOf(begin));
        const h = await begun(startAt);
        await lookedIn(h, plus(startAt, durationOf(phase + skew)), by, looking(h));
        const calls = await callsIn(h);
        expect(calls.map(([role]) => role)).toEqual(chain);
        for (const [n, timeout] of timeouts.entries()) {
          const waited = (calls[n + 1]?.[1] ?? 0) - (calls[n]?.[1] ?? 0);
          expect(waited).toBeGreaterThanOrEqual(timeout);
          expect(waited).toBeLessThanOrEqual(timeout + ticks * tickEvery + 2 * skew);
        }
        h.close();
      }),
      { numRuns: 10 },
    );
  });
});
