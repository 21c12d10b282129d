// What happens every minute: whatever is due goes to its lane again, so that a lost wake-up costs a minute and never a duty.
import { type DutyRef, type Lane, lanes } from '#core/duty/duty.ts';
import { type Due, inTurn } from '#core/duty/order.ts';
import { safeId, safeWord } from '#core/kernel/safe.ts';
import { type Duration, type Instant, between, latest, minutes, plus, seconds } from '#core/kernel/time.ts';
import { type Worker, perform } from './perform.ts';
import { PortError, type World } from './ports.ts';
import { failureOf } from './failure.ts';

export type TickReport = {
  readonly due: Readonly<Record<Lane, number>>;
  /** Performed right here, because the queue was down. */
  readonly inline: number;
  /** How long the most overdue duty has been waiting (I-41). */
  readonly oldestDueAge: Duration;
  /** Every lane was looked through to its end and handed over, or done. */
  readonly tickOk: boolean;
};

/** A tick leaves room before the next one. */
const budget: Duration = seconds(45);
/** When the queue is down the most urgent duties are done right here (reliability.md 6.3). */
const inlineAtMost = 25;
const batch = 10;

type Round = { readonly world: World; readonly worker: Worker; readonly until: Instant };
const isOver = ({ world, until }: Round): boolean => world.clock.now() > until;

type Nominated = { readonly due: readonly Due[]; readonly oldest: Instant; readonly complete: boolean };

/** Everything due in one lane, in turn; `complete` is false when the time ran out before the end of the list. */
const nominate = async (round: Round, lane: Lane): Promise<Nominated> => {
  const { world, worker } = round;
  const now = world.clock.now();
  const due: Due[] = [];
  let oldest = now;
  let complete = true;
  for await (const one of world.ledger.due(lane, now, worker.epoch)) {
    due.push(one);
    if (one.nextAt < oldest) oldest = one.nextAt;
    if (!isOver(round)) continue;
    complete = false;
    break;
  }
  return { due: inTurn(due), oldest, complete };
};

/** One that fails keeps its claim until that lapses, and holds up no other. */
export const performOne = async (world: World, ref: DutyRef, worker: Worker): Promise<boolean> => {
  try {
    return (await perform(world, ref, worker)) === 'done';
  } catch (cause) {
    world.log.error('turn-of-duty-failed', { duty: safeId(ref.id), ...failureOf(cause) });
    return false;
  }
};

type Handed = { readonly inline: number; readonly complete: boolean };

const performInline = async (round: Round, due: readonly Due[]): Promise<Handed> => {
  let inline = 0;
  for (const one of due.slice(0, inlineAtMost)) {
    if (isOver(round)) break;
    await performOne(round.world, one, round.worker);
    inline += 1;
  }
  return { inline, complete: inline === due.length };
};

const hand = async (round: Round, lane: Lane, due: readonly Due[]): Promise<Handed> => {
  for (let i = 0; i < due.length; i += batch) {
    if (isOver(round)) return { inline: 0, complete: false };
    try {
      await round.world.queues.wake(
        lane,
        due.slice(i, i + batch).map(({ subject, id }) => ({ subject, id })),
      );
    } catch (cause) {
      if (!(cause instanceof PortError)) throw cause;
      round.world.log.warn('queue-down', { lane: safeWord(lane, lanes) });
      return performInline(round, due.slice(i));
    }
  }
  return { inline: 0, complete: true };
};

type Looked = {
  readonly due: Readonly<Record<Lane, number>>;
  readonly oldest: Instant;
  readonly inline: number;
  readonly complete: boolean;
};

const lookOnce = async (round: Round): Promise<Looked> => {
  const due = { notify: 0, page: 0, ticket: 0, other: 0 };
  let oldest = round.world.clock.now();
  let inline = 0;
  let complete = true;
  for (const lane of lanes) {
    const found = await nominate(round, lane);
    const handed = await hand(round, lane, found.due);
    due[lane] = found.due.length;
    if (found.oldest < oldest) oldest = found.oldest;
    inline += handed.inline;
    complete = complete && found.complete && handed.complete;
  }
  return { due, oldest, inline, complete };
};

/** What a duty performed here made due is looked for again: without a queue nobody else would before the next minute. */
const looksAtMost = 4;

/** Looks through every lane, legal mail first, all pages, within its time. */
export const tick = async (world: World, worker: Worker): Promise<TickReport> => {
  const started = world.clock.now();
  const round: Round = { world, worker, until: plus(started, budget) };
  const { due, oldest, ...first } = await lookOnce(round);
  let { inline, complete } = first;
  for (let last = inline, look = 1; last > 0 && look < looksAtMost && !isOver(round); look += 1) {
    const again = await lookOnce(round);
    last = again.inline;
    inline += last;
    complete = again.complete;
  }
  const oldestDueAge = between(oldest, latest(started, oldest));
  const dueCount = lanes.reduce((sum, lane) => sum + due[lane], 0);
  world.log.info('tick', { ...due, dueCount, oldestDueAge, inline, tickOk: complete });
  return { due, inline, oldestDueAge, tickOk: complete };
};

/** How often the tick comes. */
export const tickEvery: Duration = minutes(1);
