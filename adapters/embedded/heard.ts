// Decides how one machine remembers when each source was heard of: with the receipts, in their transaction, at most once a minute.
import { type Heard, heardAgain, isHearing, notedEvery } from '#core/signal/heard.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Receipt, Write } from '#flow/ports.ts';
import type { Database } from './database.ts';

const of = (db: Database, source: string): Heard | undefined => {
  const row = db.get('SELECT doc FROM heard WHERE source = ?', source);
  return row && (JSON.parse(String(row['doc'])) as Heard);
};

export const heardIn = (db: Database): readonly Heard[] =>
  db.all('SELECT doc FROM heard ORDER BY source').map((row) => JSON.parse(String(row['doc'])) as Heard);

const hearings = (writes: readonly Write[]): readonly Receipt[] =>
  writes.flatMap((write) =>
    write.put === 'receipt' && write.if === undefined && isHearing(write.receipt.delivery) ? [write.receipt] : [],
  );

export type Hearing = {
  /** Inside the transaction. */
  readonly note: (writes: readonly Write[]) => void;
  /** When it is on disk: until then the next one is noted too. */
  readonly noted: (writes: readonly Write[]) => void;
};

export const hearing = (db: Database): Hearing => {
  const last = new Map<string, Instant>();
  const isFresh = ({ source, at }: Receipt): boolean => at - (last.get(source) ?? Number.NEGATIVE_INFINITY) >= notedEvery;
  return {
    note: (writes) => {
      for (const { source, at } of hearings(writes).filter(isFresh)) {
        const doc = JSON.stringify(heardAgain(of(db, source), source, at));
        db.run('INSERT INTO heard (source, doc) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET doc = excluded.doc', source, doc);
      }
    },
    noted: (writes) => {
      for (const receipt of hearings(writes)) if (isFresh(receipt)) last.set(receipt.source, receipt.at);
    },
  };
};
