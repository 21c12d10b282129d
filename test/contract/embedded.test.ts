// Decides whether the embedded world keeps the contracts: one file for the ledger, correlations, queues and evidence (D-7).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileAnchors } from '#adapters/embedded/anchors.ts';
import { fileDataKeys } from '#adapters/embedded/data-keys.ts';
import { embeddedCorrelations, embeddedEvidence, embeddedQueues } from '#adapters/embedded/intake.ts';
import { fileJournal } from '#adapters/embedded/journal.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { type Database, openDatabase } from '#adapters/embedded/database.ts';
import type { DutyRef, Lane } from '#core/duty/duty.ts';
import { anchorsContract } from './anchors.ts';
import { correlationsContract } from './correlations.ts';
import { dataKeysContract } from './data-keys.ts';
import { evidenceContract } from './evidence.ts';
import { journalContract } from './journal.ts';
import { ledgerContract } from './ledger.ts';
import { queuesContract } from './queues.ts';

const inMemory = () => {
  const database = openDatabase(':memory:');
  return { database, close: async () => database.close() };
};

const onDisk = () => {
  const home = mkdtempSync(join(tmpdir(), 'art33-embedded-'));
  const database = openDatabase(join(home, 'art33.db'));
  return {
    database,
    close: async () => {
      database.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

const worlds: readonly (readonly [string, () => { readonly database: Database; readonly close: () => Promise<void> }])[] = [
  ['SQLite in memory', inMemory],
  ['SQLite in a file', onDisk],
];

for (const [name, open] of worlds) {
  ledgerContract(name, async () => {
    const { database, close } = open();
    return { ledger: embeddedLedger(database), epochs: true, remote: false, close };
  });
}

correlationsContract('SQLite', async () => {
  const { database, close } = inMemory();
  return { correlations: embeddedCorrelations(database), close };
});

evidenceContract('SQLite', async () => {
  const { database, close } = inMemory();
  return { evidence: embeddedEvidence(database), close };
});

anchorsContract('files', async () => {
  const home = mkdtempSync(join(tmpdir(), 'art33-anchors-'));
  return { anchors: fileAnchors(join(home, 'anchors')), close: async () => rmSync(home, { recursive: true, force: true }) };
});

journalContract('a file', async () => {
  const home = mkdtempSync(join(tmpdir(), 'art33-journal-'));
  return { journal: fileJournal(join(home, 'journal.jsonl')), close: async () => rmSync(home, { recursive: true, force: true }) };
});

dataKeysContract('a file', async () => {
  const home = mkdtempSync(join(tmpdir(), 'art33-keys-'));
  return { keys: fileDataKeys(home), close: async () => rmSync(home, { recursive: true, force: true }) };
});

queuesContract('SQLite', async () => {
  const { database, close } = inMemory();
  const queue = embeddedQueues(database, () => undefined);
  const woken = new Map<Lane, DutyRef[]>();
  return {
    // One machine's wake-up is a poke at its loop; here it is written down.
    queues: {
      sendRaw: queue.sendRaw,
      wake: async (lane, refs) => {
        woken.set(lane, [...(woken.get(lane) ?? []), ...refs]);
        await queue.wake(lane, refs);
      },
    },
    raws: async () => {
      const taken = queue.next(1_000, 0);
      for (const { n } of taken) await queue.remove(n);
      return taken.map(({ n: _n, ...raw }) => raw);
    },
    woken: async (lane) => woken.get(lane) ?? [],
    close,
  };
});
