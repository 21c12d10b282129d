// Decides how one machine does much with few fsyncs: writes are applied one after the other at once, and waited for together (D-7).
import type { Database } from './database.ts';

/**
 * The same database. A write is answered as soon as it is applied, so that what comes next already sees it; nothing of it may be told to
 * anybody before `settled`. That throws when any of it did not reach the disk: then all of it is to be done again.
 */
export type Together = { readonly database: Database; readonly settled: () => Promise<void> };

export const together = (database: Database): Together => {
  let waiting: Promise<unknown>[] = [];
  return {
    database: {
      ...database,
      write: <T>(unit: () => T): Promise<T> => {
        const applied: T[] = [];
        const onDisk = database.write(() => {
          const value = unit();
          applied.push(value);
          return value;
        });
        // It threw, or the ledger was busy.
        if (applied.length === 0) return onDisk;
        // Heard at `settled`; until then a rejection is nobody's.
        onDisk.catch(() => undefined);
        waiting.push(onDisk);
        return Promise.resolve(applied[0] as T);
      },
    },
    settled: async () => {
      const all = waiting;
      waiting = [];
      await Promise.all(all);
    },
  };
};
