// Decides how one machine's world is put together: one file for the ledger, real sinks where they are configured, the outbox always.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '#core/directory/directory.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import type { Duration } from '#core/kernel/time.ts';
import type { Sources } from '#core/signal/sources.ts';
import { fileAnchors } from '#adapters/embedded/anchors.ts';
import { fileDataKeys } from '#adapters/embedded/data-keys.ts';
import { type Database, openDatabase } from '#adapters/embedded/database.ts';
import { type EmbeddedQueue, embeddedCorrelations, embeddedEvidence, embeddedQueues } from '#adapters/embedded/intake.ts';
import { fileJournal } from '#adapters/embedded/journal.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { type StoreKind, nextEpoch, storeKind } from '#adapters/embedded/meta.ts';
import { currentSecrets, openSecrets, secretsOf, systemChance, systemClock, systemIds, systemLimits } from '#adapters/embedded/secrets.ts';
import { envelopes } from '#adapters/envelope/envelope.ts';
import { mimeComposer } from '#adapters/mime/composer.ts';
import type { Counters } from '#console/deps.ts';
import type { Envelopes } from '#flow/data-keys.ts';
import { type KeepNames, nameKeeper } from '#flow/keep-names.ts';
import type { Anchors, Clock, Journal, Log, Outbox, World } from '#flow/ports.ts';
import { type MailWay, type Trusting, ledgerTrust } from '#flow/trust.ts';
import { together } from '#adapters/embedded/together.ts';
import { type Frozen, frozenIn } from './frozen.ts';
import { type Sinks, chooseHeartbeat, chooseSinks, openOutbox } from './sinks.ts';

export type InForce = { readonly configuration: Configuration; readonly rules: RuleSet; readonly sources: Sources };

export type NodeSettings = {
  /** Where the ledger, the keys and the outbox lie. */
  readonly dataDir: string;
  /** What is in force; replaced as a whole on reload. */
  readonly inForce: () => InForce;
  /** The example plays invented breaches: outbox only, in a store of its own (D-28). A night has nothing but what it is given. */
  readonly kind: StoreKind;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Moves the clock on, for rehearsals under the example configuration. */
  readonly ahead?: Duration;
  /** How mail leaves, where it is not by the usual sender. */
  readonly mailWay?: MailWay;
  /** For tests: the clock itself. */
  readonly clock?: Clock;
  readonly onWake?: () => void;
};

export type Node = {
  readonly world: World;
  /** The same world for assessment, where many events reach the disk together; absent: each by itself. */
  readonly assessing?: { readonly world: World; readonly settled: () => Promise<void> };
  readonly queue: EmbeddedQueue;
  readonly outbox: Outbox;
  readonly outboxDir: string;
  readonly anchors: Anchors;
  /** Seals what names affected people (D-14). */
  readonly envelopes: Envelopes;
  /** Seals the names behind the pseudonyms of what was assessed (D-15). */
  readonly keepNames: KeepNames;
  /** What left by mail, beside the ledger (P-25). */
  readonly journal: Journal;
  /** Valid secrets of a source, as the file has them now: one may be replaced, or be made for a new source, without a restart. */
  readonly tokensOf: (source: string) => readonly string[];
  readonly counters: Counters;
  readonly database: Database;
  readonly epoch: number;
  /** Was put back by a restore and not thawed yet: nothing is performed. */
  readonly frozen: Frozen | undefined;
  readonly sinks: Sinks;
  readonly close: () => void;
};

const countersIn = (database: Database): Counters => ({
  count: (name) => {
    void database.write(() => database.run('INSERT INTO counter (name, n) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1', name));
  },
  all: () =>
    Object.fromEntries(database.all('SELECT name, n FROM counter ORDER BY name').map((row) => [String(row['name']), Number(row['n'])])),
});

/** Beside the ledger's file: it outlives a ledger that is set back. */
export const journalFile = 'journal.jsonl';

/** There from the first start on: where it is missing it was lost. */
const openJournal = (path: string): Journal => {
  closeSync(openSync(path, 'a', 0o600));
  return fileJournal(path);
};

/** Opens one machine's world. The caller holds the lock of the data directory. */
export const openNode = async (settings: NodeSettings): Promise<Node> => {
  const secrets = openSecrets(settings.dataDir, settings.inForce().sources.names);
  const database = openDatabase(join(settings.dataDir, 'art33.db'));
  await storeKind(database, settings.kind, settings.dataDir);
  const epoch = await nextEpoch(database);
  const clock = settings.clock ?? systemClock(settings.ahead ?? 0);
  const queue = embeddedQueues(database, settings.onWake ?? (() => undefined));
  const outboxDir = join(settings.dataDir, 'outbox');
  const outbox = openOutbox(outboxDir, clock);
  const journal = openJournal(join(settings.dataDir, journalFile));
  const sinks = chooseSinks({ kind: settings.kind, environment: settings.environment, outbox, journal, clock, log: settings.log });
  const heartbeat = chooseHeartbeat({ kind: settings.kind, environment: settings.environment, clock });
  const ledger = embeddedLedger(database);
  const world: World & Trusting = {
    ledger,
    trust: ledgerTrust(ledger, settings.mailWay),
    correlations: embeddedCorrelations(database),
    queues: queue,
    evidence: embeddedEvidence(database),
    pseudonyms: keyedPseudonyms(Buffer.from(secrets.root, 'base64')),
    composer: mimeComposer,
    mailer: sinks.mailer,
    pager: sinks.pager,
    tickets: sinks.tickets,
    directory: { current: settings.inForce },
    sources: { current: () => settings.inForce().sources },
    clock,
    limits: systemLimits,
    chance: systemChance,
    ids: systemIds,
    log: settings.log,
    heartbeat,
  };
  const { database: grouped, settled } = together(database);
  const seals = envelopes(fileDataKeys(settings.dataDir));
  return {
    world,
    assessing: { world: { ...world, ledger: embeddedLedger(grouped), correlations: embeddedCorrelations(grouped) }, settled },
    queue,
    outbox,
    outboxDir,
    anchors: fileAnchors(join(settings.dataDir, 'anchors')),
    envelopes: seals,
    keepNames: nameKeeper({ world, envelopes: seals }),
    journal,
    tokensOf: (source) => secretsOf(currentSecrets(settings.dataDir, settings.inForce().sources.names, secrets), source),
    counters: countersIn(database),
    database,
    epoch,
    frozen: frozenIn(settings.dataDir),
    sinks,
    close: () => {
      sinks.close();
      database.close();
    },
  };
};
