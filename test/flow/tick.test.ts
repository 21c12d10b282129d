// Decides what a tick does and says: everything due handed over in turn, or done right here, within its time; how much, and how late.
import { describe, expect, it } from 'vitest';
import { minutes, plus, seconds } from '#core/kernel/time.ts';
import { tick } from '#flow/tick.ts';
import { PortError } from '#flow/ports.ts';
import { assessWaiting } from '#local/loops.ts';
import { play } from '#local/play.ts';
import { type Settings, openHarness, startedAt } from './harness.ts';
import { exfiltration } from './raw-events.ts';

const worker = { name: 'tick', epoch: 1 };

/** An exfiltration assessed, nothing performed: eight duties are due. */
const waiting = async (settings: Settings = {}) => {
  const h = await openHarness(settings);
  await play(h.node, [exfiltration()], { again: true });
  await assessWaiting(h.node);
  return h;
};

const down: NonNullable<Settings['wrap']> = (world) => ({
  ...world,
  queues: { ...world.queues, wake: () => Promise.reject(new PortError('queues', 'again', 'down')) },
});

describe('a tick', () => {
  it('says how much is due, by lane, and for how long', async () => {
    const h = await waiting();
    h.clock.set(plus(startedAt, minutes(7)));
    expect(await tick(h.world, worker)).toEqual({
      due: { notify: 0, page: 7, ticket: 1, other: 0 },
      inline: 0,
      oldestDueAge: minutes(7),
      tickOk: true,
    });
    const line = h.logged.find((one) => one.includes('"tick"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ event: 'tick', dueCount: 8, oldestDueAge: minutes(7), tickOk: true });
    expect(h.takeMessages()).toEqual([]);
    h.close();
  });

  it('with nothing due says so', async () => {
    const h = await openHarness();
    expect(await tick(h.world, worker)).toEqual({
      due: { notify: 0, page: 0, ticket: 0, other: 0 },
      inline: 0,
      oldestDueAge: 0,
      tickOk: true,
    });
    h.close();
  });

  it('without a queue does the most urgent itself, and is whole when that was all', async () => {
    const h = await waiting({ wrap: down });
    expect(await tick(h.world, worker)).toMatchObject({ inline: 8, tickOk: true });
    expect(h.takeMessages().length).toBeGreaterThan(7);
    h.close();
  });

  it('without a queue does not do a backlog: it says that it is not whole', async () => {
    const h = await waiting({ wrap: down });
    for (let i = 0; i < 140; i += 1)
      h.node.database.run(
        "INSERT INTO duty (subject, id, lane, state, gen, next_at, doc) SELECT subject, id || ?, lane, state, gen, next_at, json_set(doc, '$.id', id || ?) FROM duty WHERE lane = 'ticket' AND length(id) < 32",
        `-${i}`,
        `-${i}`,
      );
    const told = await tick(h.world, worker);
    expect(told.due.ticket).toBe(141);
    expect(told.tickOk).toBe(false);
    h.takeMessages();
    h.close();
  });

  it('stops in time, and says that it did not come to its end', async () => {
    const h = await waiting({
      wrap: (world, clock) => ({
        ...world,
        queues: {
          ...world.queues,
          wake: async () => {
            clock.set(plus(clock.now(), seconds(46)));
          },
        },
      }),
    });
    const begun = h.clock.now();
    expect(await tick(h.world, worker)).toMatchObject({ tickOk: false });
    expect(h.clock.now()).toBe(plus(begun, seconds(46)));
    h.close();
  });

  it('is held up by no duty that fails', async () => {
    let first = true;
    const h = await waiting({
      wrap: (world) => ({
        ...down(world, { now: () => startedAt, set: () => undefined }),
        ledger: {
          ...world.ledger,
          claim: (claim) => {
            const fails = first;
            first = false;
            return fails ? Promise.reject(new TypeError('a fault of ours')) : world.ledger.claim(claim);
          },
        },
      }),
    });
    await tick(h.world, worker);
    expect(h.logged.some((line) => line.includes('turn-of-duty-failed'))).toBe(true);
    expect(h.takeMessages().length).toBeGreaterThan(6);
    h.close();
  });
});
