// Decides what a worker of the simulation is, and what can happen to it at each of its calls (reliability.md 3.1, rules 3 and 4).
import type { Duty } from '#core/duty/duty.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import { type Duration, durationOf } from '#core/kernel/time.ts';
import { type Failing, PortError } from '#flow/ports.ts';
import type { Faults } from './faults.ts';
import type { Kernel, Random } from './kernel.ts';
import { askedToWait } from './promises.ts';

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

const portOf: Readonly<Record<Service, Failing>> = { store: 'ledger', queue: 'queues', mail: 'mailer', chat: 'pager', tickets: 'tickets' };

/** One call under way, and who waits for its answer. */
type Talk = {
  readonly worker: SimWorker;
  readonly call: Call;
  readonly ok: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
};
type Done = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

type Refusal = {
  readonly after: number;
  readonly outcome: CallOutcome;
  readonly kind: 'again' | 'unsure';
  readonly text: string;
  readonly options?: { readonly retryAfter: Duration };
};

const outage: Refusal = { after: 2_000, outcome: 'down', kind: 'again', text: 'not available' };

const throttled = (call: Call): Refusal => ({
  after: 5,
  outcome: 'throttled',
  kind: 'again',
  text: 'too many requests',
  ...(call.effect ? { options: { retryAfter: durationOf(askedToWait) } } : {}),
});

const lostAnswer = (call: Call): Refusal => ({
  after: 1_000,
  outcome: 'lost',
  kind: call.effect ? 'unsure' : 'again',
  text: 'the answer was lost',
});

/** Does it, and tells how it went: at once where it can. */
const outcomeOf = (apply: () => unknown, then: (done: Done) => void): void => {
  let result: unknown;
  try {
    result = apply();
  } catch (error) {
    then({ ok: false, error });
    return;
  }
  if (result instanceof Promise)
    result.then(
      (value: unknown) => then({ ok: true, value }),
      (error: unknown) => then({ ok: false, error }),
    );
  else then({ ok: true, value: result });
};

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

  /** Reaches the worker when it is awake, and never a dead one. */
  const reach = (worker: SimWorker, after: number, how: () => void): void =>
    kernel.after(after, () => {
      if (worker.dead) return;
      if (worker.frozenUntil > kernel.now()) reach(worker, worker.frozenUntil - kernel.now() + 1, how);
      else how();
    });

  const refuse = ({ worker, call, fail }: Talk, how: Refusal): void => {
    onCall(worker, call, how.outcome);
    reach(worker, how.after, () => fail(new PortError(portOf[call.service], how.kind, how.text, how.options)));
  };

  const freezeFor = (worker: SimWorker, call: Call): number => {
    const wanted = latency.between(60_000, 2_400_000);
    const after = Math.min(wanted, Math.max(settings.thawedBy - kernel.now(), 1));
    worker.frozenUntil = Math.max(worker.frozenUntil, kernel.now() + after);
    onCall(worker, call, 'frozen');
    return after;
  };

  const answer = ({ worker, call, ok, fail }: Talk, done: Done): void => {
    const usual = latency.between(1, 30);
    const frozen = faults.strikes('freeze', call.what);
    if (!frozen) onCall(worker, call, done.ok ? 'ok' : 'failed');
    reach(worker, frozen ? freezeFor(worker, call) : usual, () => (done.ok ? ok(done.value) : fail(done.error)));
  };

  const hang = ({ worker, call, fail }: Talk): void => {
    onCall(worker, call, 'hung');
    const give = (): void => reach(worker, 1, () => fail(new PortError(portOf[call.service], 'unsure', 'no answer in time')));
    call.effect?.addEventListener('abort', give, { once: true });
  };

  const afterwards = (talk: Talk, done: Done): void => {
    const { worker, call } = talk;
    if (dies(worker, call)) return;
    if (call.effect && faults.strikes('hang', call.what)) hang(talk);
    else if (done.ok && faults.strikes('lost-ack', call.what)) refuse(talk, lostAnswer(call));
    else if (done.ok && call.again && faults.strikes('retried-write', call.what)) {
      onCall(worker, call, 'retried');
      answer(talk, { ok: true, value: call.again() });
    } else answer(talk, done);
  };

  const attempt = (talk: Talk, apply: () => unknown): void => {
    const { worker, call } = talk;
    if (worker.dead) return;
    if (isDown(call.service)) refuse(talk, outage);
    else if (faults.strikes('throttle', call.what)) refuse(talk, throttled(call));
    else outcomeOf(apply, (done) => afterwards(talk, done));
  };

  const io = <T>(worker: SimWorker, call: Call, apply: () => T | Promise<T>): Promise<T> =>
    new Promise<T>((resolve, fail) => {
      if (worker.dead || dies(worker, call)) return;
      const ok = (value: unknown): void => resolve(value as T);
      kernel.after(latency.between(1, 30), () => attempt({ worker, call, ok, fail }, apply));
    });

  return { io, points: () => points };
};
