// Decides how fast a sink is used: never faster than it bears, so that its limit is not what tells us (F-40, F-42, case 43).
import { type Duration, type Instant, durationOf } from '#core/kernel/time.ts';
import { type Clock, type Failing, PortError } from '#flow/ports.ts';

/**
 * Books the turn after the last one and says its instant (ms). One that is more than `ahead` away is said too, and not booked.
 * Where several processes share a sink they share the book.
 */
export type Book = (now: Instant, terms: { readonly interval: number; readonly ahead: Duration }) => Promise<number>;

export type Pace = {
  readonly port: Failing;
  readonly perSecond: number;
  readonly clock: Clock;
  /** How many may go at once after a rest. @default 1 */
  readonly burst?: number;
  /** The longest wait inside one effect; a longer one goes back to the ledger with `retryAfter`. @default 5 s */
  readonly patience?: Duration;
  /** @default one of this process alone */
  readonly book?: Book;
  /** @default a timer that an abort ends */
  readonly wait?: (time: Duration, signal: AbortSignal) => Promise<void>;
};

export const ownBook = (): Book => {
  let free = Number.NEGATIVE_INFINITY;
  return async (now, { interval, ahead }) => {
    // Farther ahead than anybody may book: the clock was set back, and must not silence the sink.
    if (free - now > ahead + interval) free = now;
    const turn = Math.max(free, now);
    if (turn - now <= ahead) free = turn + interval;
    return turn;
  };
};

const timer = (time: Duration, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(running);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const running = setTimeout(end, time);
    signal.addEventListener('abort', end, { once: true });
  });

/** A token bucket: settles when it is this caller's turn, throws `again` when that is too far away. */
export const tokenBucket = (pace: Pace): ((signal: AbortSignal) => Promise<void>) => {
  if (!(pace.perSecond > 0 && pace.perSecond < 10_000))
    throw new Error(`rate of the ${pace.port}: messages per second, above 0, were expected`);
  const interval = 1_000 / pace.perSecond;
  const slack = ((pace.burst ?? 1) - 1) * interval;
  const patience = pace.patience ?? durationOf(5_000);
  const { wait = timer, book = ownBook() } = pace;

  return async (signal) => {
    const now = pace.clock.now();
    const turn = await book(now, { interval, ahead: durationOf(slack + patience) });
    const waiting = Math.max(0, turn - slack - now);
    if (waiting > patience) {
      throw new PortError(pace.port, 'again', 'this sink has as many messages waiting as it takes', {
        retryAfter: durationOf(Math.ceil(waiting)),
      });
    }
    if (waiting > 0) await wait(durationOf(Math.ceil(waiting)), signal);
    if (signal.aborted) throw new PortError(pace.port, 'again', 'the time for this attempt was over before its turn came');
  };
};
