// Decides what a worker of the simulation is, and what can happen to it at each of its calls (reliability.md 3.1, rules 3 and 4).
import type { Duty } from '#core/duty/duty.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import { durationOf } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';
import type { Faults } from './faults.ts';
import type { Kernel, Random } from './kernel.ts';
import { askedToWait } from './watch.ts';

export type Service = 'store' | 'queue' | 'mail' | 'chat' | 'tickets';

export type SimWorker = {
  readonly n: number;
  readonly name: string;
  readonly epoch: number;
  /** How far its clock is off, milliseconds. */
  readonly skew: number;
  readonly since: number;
  dead: boolean;
  /** While frozen nothing reaches it and it does nothing (F-13). */
  frozenUntil: number;
  /** Claims it took and has not laid down, as it got them. */
  readonly claims: Map<DutyId, Duty>;
};

/** What one call is, for the faults and for the trace. */
export type Call = {
  readonly service: Service;
  readonly what: string;
  /** An effect outside: ends with its time limit, and an answer that is lost leaves it unsure. */
  readonly effect?: AbortSignal;
  /** A conditional write: what its own repetition would be answered, when it was done already. */
  readonly again?: () => unknown;
  readonly duty?: DutyId;
  /** The effect's own key. */
  readonly key?: string;
};

/** A call that happened, told to whoever explains duplicates and keeps the trace. */
export type CallOutcome = 'ok' | 'failed' | 'crashed' | 'frozen' | 'lost' | 'hung' | 'down' | 'throttled' | 'retried';

export type CallsSettings = {
  readonly kernel: Kernel;
  readonly faults: Faults;
  readonly latency: Random;
  /** Is this service away now? */
  readonly isDown: (service: Service) => boolean;
  readonly onCall: (worker: SimWorker, call: Call, outcome: CallOutcome) => void;
  readonly onDeath: (worker: SimWorker) => void;
  /** By then everybody is awake again: no fault reaches into the quiet period. */
  readonly thawedBy: number;
  /** Crash just here: the call's number, and before or after it was done. */
  readonly crashAt?: ReadonlySet<number>;
};

export type Calls = {
  readonly io: <T>(worker: SimWorker, call: Call, apply: () => T | Promise<T>) => Promise<T>;
  /** Points at which a crash can be planted so far: two for each call. */
  readonly points: () => number;
};

const outageAnswer = 2_000;
const portOf: Readonly<Record<Service, string>> = { store: 'ledger', queue: 'queues', mail: 'mail', chat: 'slack', tickets: 'ticket' };

export const calls = (settings: CallsSettings): Calls => {
  const { kernel, faults, latency, isDown, onCall, onDeath, crashAt } = settings;
  let points = 0;

  const dies = (worker: SimWorker, call: Call): boolean => {
    points += 1;
    if (!crashAt?.has(points) && !faults.strikes('crash', call.what)) return false;
    worker.dead = true;
    onCall(worker, call, 'crashed');
    onDeath(worker);
    return true;
  };

  const io = <T>(worker: SimWorker, call: Call, apply: () => T | Promise<T>): Promise<T> =>
    new Promise<T>((ok, fail) => {
      if (worker.dead || dies(worker, call)) return;
      const port = portOf[call.service];
      /** Reaches the worker when it is awake, and never a dead one. */
      const reach = (after: number, how: () => void): void =>
        kernel.after(after, () => {
          if (worker.dead) return;
          if (worker.frozenUntil > kernel.now()) reach(worker.frozenUntil - kernel.now() + 1, how);
          else how();
        });
      const refuse = (after: number, outcome: CallOutcome, error: PortError): void => {
        onCall(worker, call, outcome);
        reach(after, () => fail(error));
      };
      const answer = (value: T | undefined, error: unknown): void => {
        let after = latency.between(1, 30);
        if (faults.strikes('freeze', call.what)) {
          after = latency.between(60_000, 2_400_000);
          after = Math.min(after, Math.max(settings.thawedBy - kernel.now(), 1));
          worker.frozenUntil = Math.max(worker.frozenUntil, kernel.now() + after);
          onCall(worker, call, 'frozen');
        } else onCall(worker, call, error === undefined ? 'ok' : 'failed');
        reach(after, () => (error === undefined ? ok(value as T) : fail(error)));
      };
      const hang = (): void => {
        onCall(worker, call, 'hung');
        call.effect?.addEventListener('abort', () => reach(1, () => fail(new PortError(port, 'unsure', 'no answer in time'))), {
          once: true,
        });
      };
      const afterwards = (value: T | undefined, error: unknown): void => {
        if (dies(worker, call)) return;
        if (call.effect && faults.strikes('hang', call.what)) return hang();
        if (error === undefined && faults.strikes('lost-ack', call.what))
          return refuse(1_000, 'lost', new PortError(port, call.effect ? 'unsure' : 'again', 'the answer was lost'));
        if (error === undefined && call.again && faults.strikes('retried-write', call.what)) {
          onCall(worker, call, 'retried');
          return answer(call.again() as T, undefined);
        }
        answer(value, error);
      };
      kernel.after(latency.between(1, 30), () => {
        if (worker.dead) return;
        if (isDown(call.service)) return refuse(outageAnswer, 'down', new PortError(port, 'again', 'not available'));
        if (faults.strikes('throttle', call.what))
          return refuse(
            5,
            'throttled',
            new PortError(port, 'again', 'too many requests', call.effect ? { retryAfter: durationOf(askedToWait) } : {}),
          );
        let result: T | Promise<T>;
        try {
          result = apply();
        } catch (error) {
          return afterwards(undefined, error);
        }
        if (result instanceof Promise)
          result.then(
            (value) => afterwards(value, undefined),
            (error: unknown) => afterwards(undefined, error),
          );
        else afterwards(result, undefined);
      });
    });

  return { io, points: () => points };
};
