// What happens every minute: whatever is due goes to its lane again, so that a lost wake-up costs a minute and never a duty.
import { type DutyRef, type Lane, lanes } from '#core/duty/duty.ts';
import { safeWord } from '#core/kernel/safe.ts';
import { type Duration, between, minutes, seconds } from '#core/kernel/time.ts';
import { type Worker, perform } from './perform.ts';
import { PortError, type World } from './ports.ts';

export type TickReport = { readonly due: Readonly<Record<Lane, number>>; readonly inline: number; readonly complete: boolean };

/** A tick leaves room before the next one. */
const budget: Duration = seconds(45);
/** When the queue is down the most urgent duties are done right here (reliability.md 6.3). */
const inlineAtMost = 25;
const batch = 10;

const nominate = async (world: World, lane: Lane, worker: Worker): Promise<readonly DutyRef[]> => {
  const refs: DutyRef[] = [];
  for await (const ref of world.ledger.due(lane, world.clock.now(), worker.epoch)) refs.push(ref);
  return refs;
};

const hand = async (world: World, lane: Lane, refs: readonly DutyRef[], worker: Worker): Promise<number> => {
  try {
    for (let i = 0; i < refs.length; i += batch) await world.queues.wake(lane, refs.slice(i, i + batch));
    return 0;
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    world.log.warn('queue-down', { lane: safeWord(lane, lanes) });
    const urgent = refs.slice(0, inlineAtMost);
    for (const ref of urgent) await perform(world, ref, worker);
    return urgent.length;
  }
};

/** Looks through every lane, legal mail first, all pages. */
export const tick = async (world: World, worker: Worker): Promise<TickReport> => {
  const started = world.clock.now();
  const due = { notify: 0, page: 0, ticket: 0, other: 0 };
  let inline = 0;
  let complete = true;
  for (const lane of lanes) {
    if (between(started, world.clock.now()) > budget) {
      complete = false;
      break;
    }
    const refs = await nominate(world, lane, worker);
    due[lane] = refs.length;
    inline += await hand(world, lane, refs, worker);
  }
  world.log.info('tick', { ...due, inline, complete });
  return { due, inline, complete };
};

/** How often the tick comes. */
export const tickEvery: Duration = minutes(1);
