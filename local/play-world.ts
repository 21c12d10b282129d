// Decides in which world a story is played: one machine's, in memory, on a clock that we wind; what leaves is written down and goes nowhere.
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { type Instant, latest } from '#core/kernel/time.ts';
import { openDatabase } from '#adapters/embedded/database.ts';
import { type EmbeddedQueue, embeddedCorrelations, embeddedEvidence, embeddedQueues } from '#adapters/embedded/intake.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { nextEpoch } from '#adapters/embedded/meta.ts';
import { mimeComposer } from '#adapters/mime/composer.ts';
import type { Effect, Log, Sent, World } from '#flow/ports.ts';
import type { InForce } from './node.ts';

/** A message as it would have left. */
export type Left = { readonly at: Instant; readonly channel: string; readonly to: string; readonly subject: string; readonly duty: string };

export type PlayWorld = {
  readonly world: World;
  readonly queue: EmbeddedQueue;
  readonly epoch: number;
  readonly frozen: undefined;
  readonly left: readonly Left[];
  /** Moves the clock on; never back. */
  readonly windTo: (at: Instant) => void;
  readonly close: () => void;
};

/** Every effect is a matter of no time here: nothing has to be given up. */
const noLimit = { after: () => new AbortController().signal };

const sinksInto = (left: Left[], now: () => Instant): Pick<World, 'mailer' | 'pager' | 'tickets'> => {
  const note = async (channel: string, to: string, subject: string, effect: Effect): Promise<Sent> => {
    left.push({ at: now(), channel, to, subject, duty: effect.duty });
    return { via: 'outbox' };
  };
  return {
    mailer: { send: (_mail, { to, subject }, effect) => note('mail', to, subject, effect) },
    pager: { page: ({ title, to }, effect) => note('slack', to, title, effect) },
    tickets: {
      findsAtOnce: true,
      find: async () => undefined,
      open: ({ summary }, effect) => note('ticket', 'desk', summary, effect),
    },
  };
};

/** An empty world of its own: nothing of it is left when it is closed. The same story ends the same every time. */
export const openPlayWorld = async (inForce: InForce, startAt: Instant, log: Log): Promise<PlayWorld> => {
  let at = startAt;
  const now = (): Instant => at;
  const database = openDatabase(':memory:');
  const queue = embeddedQueues(database, () => undefined);
  const left: Left[] = [];
  let ids = 0;
  const fresh = (): string => {
    ids += 1;
    return `play-${ids}`;
  };
  return {
    world: {
      ledger: embeddedLedger(database),
      correlations: embeddedCorrelations(database),
      queues: queue,
      evidence: embeddedEvidence(database),
      pseudonyms: keyedPseudonyms(new Uint8Array(32)),
      composer: mimeComposer,
      ...sinksInto(left, now),
      directory: { current: () => inForce },
      sources: { current: () => inForce.sources },
      clock: { now },
      limits: noLimit,
      chance: { fraction: () => 0.5 },
      ids: { fresh },
      log,
      heartbeat: { beat: async () => undefined },
    },
    queue,
    epoch: await nextEpoch(database),
    frozen: undefined,
    left,
    windTo: (next) => {
      at = latest(at, next);
    },
    close: () => database.close(),
  };
};
