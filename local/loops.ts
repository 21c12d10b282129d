// Decides how one machine works: assess what waits, perform what is due, look again every minute, audit every quarter of an hour, anchor every hour.
import { type Lane, lanes } from '#core/duty/duty.ts';
import { type Due, inTurn } from '#core/duty/order.ts';
import { type Instant, plus } from '#core/kernel/time.ts';
import { anchorWhenDue } from '#flow/anchor.ts';
import { type Assessed, assess, quarantineFaulty } from '#flow/assess.ts';
import { auditEvery, audit } from '#flow/audit.ts';
import type { Worker } from '#flow/perform.ts';
import { PortError, type Raw, type World } from '#flow/ports.ts';
import { performOne, tick, tickEvery } from '#flow/tick.ts';
import type { Node } from './node.ts';
import { eraseLists } from './retention.ts';
import { failureOf } from '#flow/failure.ts';

/** All of a node that its work needs: a story is played with as much. */
type Working = Pick<Node, 'world' | 'assessing' | 'queue' | 'epoch' | 'frozen'> & Partial<Pick<Node, 'keepNames'>>;

const worker = (node: Pick<Node, 'epoch'>): Worker => ({ name: `node-${node.epoch}`, epoch: node.epoch });

/**
 * So many events are assessed before their writes are waited for: one fsync for all of them (D-7). Between two such groups the doors are
 * served, so it is no more than some milliseconds' work.
 */
const eventsTogether = 8;

/**
 * Assesses everything that waits, in order of arrival. Tells how many. One that fails stops no other: when the world failed it
 * stays for the next turn; when we did, it is quarantined, for a fault of ours would only come again (case 24).
 */
export const assessWaiting = async (node: Working, onEach?: () => void): Promise<number> => {
  let done = 0;
  let last = 0;
  for (let group = node.queue.next(eventsTogether, last); group.length > 0; group = node.queue.next(eventsTogether, last)) {
    const assessed = await assessTogether(node, group);
    for (const n of assessed) {
      node.queue.remove(n);
      done += 1;
      onEach?.();
    }
    last = group.at(-1)?.n ?? last;
  }
  return done;
};

/** Those that were assessed, and are on the disk. What is not is assessed again, and changes nothing twice. */
const assessTogether = async (node: Working, group: ReturnType<Node['queue']['next']>): Promise<readonly number[]> => {
  const { world, settled } = node.assessing ?? { world: node.world, settled: async () => undefined };
  const done: (readonly [n: number, raw: Raw, assessed: Assessed | undefined])[] = [];
  for (const { n, ...raw } of group) {
    const assessed = await assessOne(world, raw);
    if (assessed !== 'again') done.push([n, raw, assessed]);
  }
  try {
    await settled();
    await Promise.all(done.map(([, raw, assessed]) => assessed && node.keepNames?.(raw, assessed)));
    return done.map(([n]) => n);
  } catch (cause) {
    node.world.log.error('assess-failed', failureOf(cause));
    return [];
  }
};

/** `again`: the world failed. Undefined: we did, and it is in quarantine. */
const assessOne = async (world: World, raw: Raw): Promise<Assessed | undefined | 'again'> => {
  try {
    return await assess(world, raw);
  } catch (cause) {
    world.log.error('assess-failed', failureOf(cause));
    if (cause instanceof PortError) return 'again';
    await quarantineFaulty(world, raw);
    return undefined;
  }
};

/** How many duties of a lane are in hand at once: legal mail has the most, a ticket desk is asked politely. */
const atOnce: Readonly<Record<Lane, number>> = { notify: 8, page: 4, ticket: 2, other: 2 };

/** What is due in a lane, in turn, by so many hands. */
const performLane = async (node: Working, lane: Lane): Promise<number> => {
  const due: Due[] = [];
  for await (const one of node.world.ledger.due(lane, node.world.clock.now(), node.epoch)) due.push(one);
  const waiting = inTurn(due).values();
  let done = 0;
  const hand = async (): Promise<void> => {
    for (const one of waiting) if (await performOne(node.world, one, worker(node))) done += 1;
  };
  await Promise.all(Array.from({ length: atOnce[lane] }, hand));
  return done;
};

/** Performs what is due now, the lanes beside each other: a slow ticket desk never holds up legal mail (F-A12). */
export const performDue = async (node: Working): Promise<number> => {
  const done = await Promise.all(lanes.map((lane) => performLane(node, lane)));
  return done.reduce((all, n) => all + n, 0);
};

/** Works until nothing waits and nothing is due now. A frozen store takes in and assesses; nobody is called by it (P-25). */
export const workOff = async (node: Working, onEach?: () => void): Promise<void> => {
  for (;;) {
    const assessed = await assessWaiting(node, onEach);
    const performed = node.frozen ? 0 : await performDue(node);
    if (assessed === 0 && performed === 0) return;
  }
};

/** An audit of thousands takes seconds: between two incidents the doors are served. */
const unhurried = (world: World): World => ({
  ...world,
  ledger: {
    ...world.ledger,
    incidents: async function* (onStranger) {
      for await (const incident of world.ledger.incidents(onStranger)) {
        yield incident;
        await new Promise(setImmediate);
      }
    },
  },
});

/** What comes round while a machine works: the tick every minute, the audit every quarter of an hour, each when a turn finds it due. */
export const openRounds = (node: Working, auditNow: () => Promise<unknown>) => {
  const { clock } = node.world;
  let tickedAt = clock.now();
  let auditedAt = tickedAt;
  return {
    tickInTime: async (): Promise<void> => {
      if (clock.now() - tickedAt < tickEvery) return;
      tickedAt = clock.now();
      await tick(node.world, worker(node));
    },
    auditInTime: async (): Promise<void> => {
      if (clock.now() - auditedAt < auditEvery) return;
      auditedAt = clock.now();
      await auditNow();
    },
    auditAt: (): Instant => plus(auditedAt, auditEvery),
  };
};

export type Loops = { readonly poke: () => void; readonly stop: () => Promise<void> };

/** Works on until stopped: at once when poked, at the next due time, and every minute in any case. */
export const startLoops = (node: Node): Loops => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let again = false;
  const rounds = openRounds(node, async () => {
    await audit(unhurried(node.world));
    await eraseLists(node);
  });
  let anchorAt = node.world.clock.now();

  const anchorInTime = async (): Promise<void> => {
    const { world, anchors } = node;
    if (world.clock.now() < anchorAt) return;
    try {
      anchorAt = await anchorWhenDue({ ...world, anchors });
    } catch (cause) {
      anchorAt = plus(world.clock.now(), tickEvery);
      world.log.error('anchor-failed', failureOf(cause));
    }
  };

  const turn = async (): Promise<void> => {
    try {
      await workOff(node);
      if (node.frozen) return;
      await rounds.tickInTime();
      await anchorInTime();
      await rounds.auditInTime();
    } catch (cause) {
      // The ledger could not be read or written: nothing is lost, the next turn tries again.
      node.world.log.error('turn-failed', failureOf(cause));
    }
  };

  const sleepFor = async (): Promise<number> => {
    if (node.frozen) return tickEvery;
    const next = await node.world.ledger.nextWake().catch(() => undefined);
    const wait = next === undefined ? tickEvery : next - node.world.clock.now();
    return Math.min(Math.max(wait, 50), tickEvery);
  };

  const loop = (): void => {
    clearTimeout(timer);
    busy = true;
    again = false;
    running = turn().then(async () => {
      if (stopped) return;
      if (again) return loop();
      timer = setTimeout(loop, await sleepFor());
      busy = false;
    });
  };
  let busy = false;
  const poke = (): void => {
    if (stopped) return;
    again = true;
    if (busy) return;
    busy = true;
    setImmediate(loop);
  };
  poke();
  return {
    poke,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
