// Decides in which world the ledger is measured: the production node in memory, whose channels take everything and do nothing.
import type { Configuration } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { type Database, openDatabase } from '#adapters/embedded/database.ts';
import { embeddedCorrelations, embeddedEvidence, embeddedQueues } from '#adapters/embedded/intake.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { nextEpoch } from '#adapters/embedded/meta.ts';
import { systemChance, systemIds, systemLimits } from '#adapters/embedded/secrets.ts';
import { mimeComposer } from '#adapters/mime/composer.ts';
import type { Sent } from '#flow/ports.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';
import { stderrLog } from '#local/log.ts';
import type { InForce, Node } from '#local/node.ts';

/** The hour of every run: nothing is late, nothing that waits wakes. */
export const hour: Instant = instantOf(Date.UTC(2026, 10, 25, 9, 0, 0));

export type Bench = {
  readonly node: Node;
  readonly configuration: Configuration;
  /** How often a channel took something. */
  readonly effects: () => number;
  /** Takes duties, their intents and their chains out of the store. */
  readonly forget: (duties: readonly Duty[]) => Promise<void>;
  readonly close: () => void;
};

export const exampleInForce = async (): Promise<InForce> => {
  const loaded = await loadInForce(exampleDir, { now: hour, environment: {} });
  if (!loaded.ok) throw new Error('the example configuration does not load');
  return loaded.value;
};

const forget = (database: Database, duties: readonly Duty[]): Promise<void> =>
  database.write(() => {
    for (const { subject, id } of duties) {
      database.run('DELETE FROM duty WHERE subject = ? AND id = ?', subject, id);
      database.run('DELETE FROM attempt WHERE subject = ? AND duty = ?', subject, id);
      database.run('DELETE FROM entry WHERE chain = ?', id);
    }
  });

/** One sink for all channels: the effect is counted, and that is all it is. */
const sink = () => {
  let taken = 0;
  const take = async (): Promise<Sent> => {
    taken += 1;
    return { via: 'provider', providerId: `taken-${taken}` };
  };
  return {
    taken: () => taken,
    sinks: {
      mailer: { send: take },
      pager: { page: take },
      tickets: { find: async () => undefined, open: take },
      real: [],
      close: () => undefined,
    },
  };
};

export const openBench = async (inForce: InForce): Promise<Bench> => {
  const database = openDatabase(':memory:');
  const queue = embeddedQueues(database, () => undefined);
  const { taken, sinks } = sink();
  const node: Node = {
    world: {
      ledger: embeddedLedger(database),
      correlations: embeddedCorrelations(database),
      queues: queue,
      evidence: embeddedEvidence(database),
      pseudonyms: keyedPseudonyms(new Uint8Array(32).fill(33)),
      composer: mimeComposer,
      mailer: sinks.mailer,
      pager: sinks.pager,
      tickets: sinks.tickets,
      directory: { current: () => inForce },
      sources: { current: () => inForce.sources },
      clock: { now: () => hour },
      limits: systemLimits,
      chance: systemChance,
      ids: systemIds,
      log: stderrLog('error'),
      heartbeat: { beat: async () => undefined },
    },
    queue,
    outbox: { messages: async () => [], content: async () => undefined },
    outboxDir: '',
    anchors: { put: async () => undefined, latest: async () => undefined },
    keepNames: async () => undefined,
    envelopes: { seal: async (bytes) => bytes, open: async (sealed) => sealed },
    journal: { keep: async () => undefined, since: async function* () {} },
    frozen: undefined,
    tokensOf: () => [],
    counters: { count: () => undefined, all: () => ({}) },
    database,
    epoch: await nextEpoch(database),
    sinks,
    close: () => database.close(),
  };
  return {
    node,
    configuration: inForce.configuration,
    effects: taken,
    forget: (duties) => forget(database, duties),
    close: () => node.close(),
  };
};
