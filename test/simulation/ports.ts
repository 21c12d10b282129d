// Decides how a worker of the simulation sees the world: the embedded ledger and the outside, each call of it open to faults.
import { isOwnClaim } from '#core/duty/claim.ts';
import type { Duty, DutyRef, Lane } from '#core/duty/duty.ts';
import type { Due } from '#core/duty/order.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Claim, Composer, DirectoryPort, Effect, Ledger, Log, MailDraft, Pseudonyms, Raw, Sent, World, Write } from '#flow/ports.ts';
import type { Kernel, Random } from './kernel.ts';
import type { Channel, Message, Outside } from './outside.ts';
import type { Watch } from './watch.ts';
import type { Calls, Service, SimWorker } from './worker.ts';

/** What all workers of one run share. */
export type Shared = {
  readonly kernel: Kernel;
  readonly calls: Calls;
  readonly watch: Watch;
  readonly outside: Outside;
  readonly inner: Pick<World, 'ledger' | 'correlations' | 'evidence'>;
  readonly pseudonyms: Pseudonyms;
  readonly chance: Random;
  readonly directory: DirectoryPort;
  readonly sources: World['sources'];
  readonly log: Log;
  /** Milliseconds that the due index is behind. */
  readonly indexLag: () => number;
  readonly sendRaw: (messages: readonly Raw[]) => void | Promise<void>;
  readonly wake: (lane: Lane, refs: readonly DutyRef[]) => void;
  readonly beat: () => void;
};

const encoder = new TextEncoder();

/** Plain, and at once: how a mail is built has its own contract suite. */
const composer: Composer = {
  compose: async (draft: MailDraft) => {
    const head = Object.entries(draft.headers).map(([name, value]) => `${name}: ${value}`);
    const bytes = encoder.encode([`To: ${draft.to}`, `Subject: ${draft.subject}`, ...head, '', draft.text].join('\n'));
    return { bytes, messageId: `<${draft.idLeft}@simulation.invalid>`, sha256: sha256(bytes) };
  },
};

async function* yielding<T>(all: Promise<readonly T[]>): AsyncGenerator<T> {
  yield* await all;
}

const collected = async <T>(of: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const one of of) all.push(one);
  return all;
};

const ledgerOf = (shared: Shared, worker: SimWorker): Ledger => {
  const { calls, inner, watch } = shared;
  const { ledger } = inner;
  const read = <T>(what: string, apply: () => Promise<T>, duty?: DutyRef): Promise<T> =>
    calls.io(worker, { service: 'store', what, ...(duty ? { duty: duty.id } : {}) }, apply);

  const claim = (wanted: Claim): Promise<Duty | undefined> => {
    let mine: Duty | undefined;
    const call = {
      service: 'store' as const,
      what: 'claim',
      duty: wanted.ref.id,
      // The client's own repetition fails on the condition; the item that stands there says whose it is (F-19).
      again: () => {
        if (mine && !isOwnClaim(mine, wanted)) watch.violate('F-19', 'an own claim was taken for another');
        return mine && isOwnClaim(mine, wanted) ? mine : undefined;
      },
    };
    return calls
      .io(worker, call, async () => {
        const before = watch.dutyNow(wanted.ref.id);
        mine = await ledger.claim(wanted);
        if (mine) {
          watch.claimed(worker, before, mine);
          // It holds the claim from here on, whether or not the answer reaches it.
          worker.claims.set(mine.id, mine);
        }
        return mine;
      })
      .then((taken) => {
        if (taken) worker.claims.set(taken.id, taken);
        return taken;
      });
  };

  const commit = (writes: readonly Write[]): Promise<'committed' | 'conflict'> => {
    const duty = writes.find((write) => write.put === 'duty');
    const call = {
      service: 'store' as const,
      what: 'commit',
      ...(duty ? { duty: duty.duty.id } : {}),
      // A repetition long after: its token is forgotten, and the condition is what it is answered with (F-21).
      again: () => 'conflict' as const,
    };
    return calls.io(worker, call, async () => {
      const result = await ledger.commit(writes);
      if (result === 'committed') watch.committed(worker, writes);
      return result;
    });
  };

  const due: Ledger['due'] = (lane, now, epoch) =>
    yielding(read('due', async () => lagging(shared, await collected(ledger.due(lane, now, epoch)), lane)));

  return {
    incident: (id) => read('incident', () => ledger.incident(id)),
    incidents: (onStranger) => yielding(read('incidents', () => collected(ledger.incidents(onStranger)))),
    duty: (ref) => read('duty', () => ledger.duty(ref), ref),
    dutiesOf: (subject, onStranger) => read('dutiesOf', () => ledger.dutiesOf(subject, onStranger)),
    caseOf: (key) => read('caseOf', () => ledger.caseOf(key)),
    signal: (id) => read('signal', () => ledger.signal(id)),
    receipt: (source, delivery) => read('receipt', () => ledger.receipt(source, delivery)),
    due,
    nextWake: () => read('nextWake', () => ledger.nextWake()),
    claim,
    intend: (attempt) =>
      calls.io(worker, { service: 'store', what: 'intend', duty: attempt.duty }, async () => {
        const first = await ledger.intend(attempt);
        watch.intended(attempt);
        return first;
      }),
    attemptsOf: (ref) => read('attemptsOf', () => ledger.attemptsOf(ref), ref),
    commit,
    entriesOf: (chain) => read('entriesOf', () => ledger.entriesOf(chain)),
    entries: () => yielding(read('entries', () => collected(ledger.entries()))),
    intake: () => read('intake', () => ledger.intake()),
    heard: () => read('heard', () => ledger.heard()),
    quarantined: (limit, source) => read('quarantined', () => ledger.quarantined(limit, source)),
  };
};

/** The index as it was a while ago: what changed since is not in it yet, or still there although it is over. */
const lagging = (shared: Shared, due: readonly Due[], lane: Lane): readonly Due[] => {
  const lag = shared.indexLag();
  if (lag === 0) return due;
  const seenUntil = shared.kernel.now() - lag;
  return [...due.filter((one) => shared.watch.changedAt(one.id) <= seenUntil), ...shared.watch.dueBefore(lane, seenUntil)];
};

const effectOf = (
  shared: Shared,
  worker: SimWorker,
  service: Service,
  channel: Channel,
  effect: Effect,
  message: Message,
): Promise<Sent> => {
  shared.watch.effectBegins(worker, effect, channel);
  return shared.calls.io(worker, { service, what: channel, effect: effect.signal, duty: effect.duty, key: effect.key }, () =>
    shared.outside.take(channel, message, effect, shared.watch.genOf(worker, effect.duty)),
  );
};

/** Everything that the production flows are given. */
export const worldOf = (shared: Shared, worker: SimWorker): World => {
  const { calls, inner, kernel, chance, outside } = shared;
  const decoder = new TextDecoder();
  const io = <T>(service: Service, what: string, apply: () => T | Promise<T>): Promise<T> => calls.io(worker, { service, what }, apply);
  let ids = 0;
  return {
    ledger: ledgerOf(shared, worker),
    correlations: {
      add: (group, member, reach, expires) => io('store', 'correlate', () => inner.correlations.add(group, member, reach, expires)),
      around: (group, time, reach) => io('store', 'correlate', () => inner.correlations.around(group, time, reach)),
    },
    evidence: {
      put: (ref, source, bytes, at) => io('store', 'keep', () => inner.evidence.put(ref, source, bytes, at)),
      get: (ref) => io('store', 'fetch', () => inner.evidence.get(ref)),
    },
    queues: {
      sendRaw: (messages) => io('queue', 'send', () => shared.sendRaw(messages)),
      wake: (lane, refs) => io('queue', 'wake', () => shared.wake(lane, refs)),
    },
    pseudonyms: shared.pseudonyms,
    composer,
    mailer: {
      send: (mail, envelope, effect) =>
        effectOf(shared, worker, 'mail', 'mail', effect, { to: envelope.to, subject: envelope.subject, text: decoder.decode(mail.bytes) }),
    },
    pager: {
      page: (page, effect) =>
        effectOf(shared, worker, 'chat', 'chat', effect, {
          to: page.to,
          subject: page.title,
          text: [page.title, ...page.lines, page.link].join('\n'),
        }),
    },
    tickets: {
      find: (label) => io('tickets', 'find', () => outside.findTicket(label)),
      open: (ticket, effect) =>
        effectOf(shared, worker, 'tickets', 'ticket', effect, {
          to: 'desk',
          subject: ticket.summary,
          text: [ticket.summary, ...ticket.lines, ticket.link, ticket.label].join('\n'),
        }),
    },
    directory: shared.directory,
    sources: shared.sources,
    clock: { now: () => instantOf(kernel.now() + worker.skew) },
    limits: {
      after: (time) => {
        const controller = new AbortController();
        const fire = (): void => {
          if (worker.dead) return;
          if (worker.frozenUntil > kernel.now()) kernel.at(worker.frozenUntil + 1, fire);
          else controller.abort('too long');
        };
        kernel.after(time, fire);
        return controller.signal;
      },
    },
    chance: { fraction: chance.fraction },
    ids: {
      fresh: () => {
        ids += 1;
        return `${worker.name}-${ids}`;
      },
    },
    log: shared.log,
    heartbeat: { beat: () => io('queue', 'heartbeat', () => shared.beat()) },
  };
};
