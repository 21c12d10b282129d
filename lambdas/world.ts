// Decides what of the world a function holds: only the ports it was granted; to reach for another is a defect and says so.
import { randomUUID } from 'node:crypto';
import { instantOf } from '#core/kernel/time.ts';
import type { Lane } from '#core/duty/duty.ts';
import type { Clock, Log, Queues, World } from '#flow/ports.ts';
import { type Trusting, ledgerTrust } from '#flow/trust.ts';
import type { LiveDirectory } from './live-directory.ts';

export const clock: Clock = { now: () => instantOf(Date.now()) };

/** Ports that need no grant. */
const own = (log: Log): Pick<World, 'clock' | 'limits' | 'chance' | 'ids' | 'log'> => ({
  clock,
  limits: { after: (time) => AbortSignal.timeout(time) },
  chance: { fraction: () => Math.random() },
  ids: { fresh: () => randomUUID() },
  log,
});

/** All that a flow may ask for. */
const ports = [
  'ledger',
  'correlations',
  'queues',
  'evidence',
  'pseudonyms',
  'composer',
  'mailer',
  'pager',
  'tickets',
  'directory',
  'sources',
  'clock',
  'limits',
  'chance',
  'ids',
  'log',
  'heartbeat',
] as const satisfies readonly (keyof World)[];

const missing = (stage: string, port: string): never => {
  throw new Error(`${stage} has no "${port}": its role grants none. Grant it in lib/pipeline-stack.ts and give it in lambdas/${stage}.ts.`);
};

/** A world of the granted ports. Every other port throws at its first use, by name. */
export const grant = (stage: string, log: Log, parts: Partial<World>): World => {
  // Mail leaves by SES, so by this account.
  const trust = parts.ledger && { trust: ledgerTrust(parts.ledger, { mailBy: 'aws' }) };
  const held: Partial<World & Trusting> = { ...own(log), ...parts, ...trust };
  for (const port of ports) if (held[port] === undefined) Object.defineProperty(held, port, { get: () => missing(stage, port) });
  return held as World;
};

type Parts = Omit<Partial<World>, 'directory'> & { readonly directory?: LiveDirectory };

/**
 * Opened at the first invocation and kept; a failure is not kept, so that the next one asks again. Each invocation works under the
 * directory as it is then.
 */
export const opened = (stage: string, log: Log, parts: () => Promise<Parts>): (() => Promise<World>) => {
  let held: { readonly world: World; readonly directory: LiveDirectory | undefined } | undefined;
  return async () => {
    if (!held) {
      const made = await parts();
      held = { world: grant(stage, log, made), directory: made.directory };
    }
    await held.directory?.refresh?.();
    return held.world;
  };
};

/** A worker never sends to its own queue: after some sixteen hops AWS would cut the chain in silence (F-09). The tick finds the duty. */
export const neverToSelf = (lane: Lane, queues: Queues): Queues => ({
  ...queues,
  wake: async (to, refs) => {
    if (to !== lane) await queues.wake(to, refs);
  },
});
