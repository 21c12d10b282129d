// Decides how raw events that a store holds are read again by somebody who only looks: in order of arrival, while the service may go on writing.
import { DatabaseSync } from 'node:sqlite';
import { type Instant, instantOf } from '#core/kernel/time.ts';

export type StoredRaw = { readonly source: string; readonly at: Instant; readonly bytes: Uint8Array };

/** Both ends included. What came twice with the same bytes is stored once, when it first came. */
export const rawBetween = (file: string, { from, to }: { readonly from: Instant; readonly to: Instant }): readonly StoredRaw[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db.prepare('SELECT source, at, bytes FROM raw WHERE at BETWEEN ? AND ? ORDER BY at, rowid').all(from, to);
    return rows.flatMap(({ source, at, bytes }) =>
      bytes instanceof Uint8Array ? [{ source: String(source), at: instantOf(Number(at)), bytes }] : [],
    );
  } finally {
    db.close();
  }
};
