// Decides when each source was last heard of on one machine: read beside the process that may be running, never written.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Instant, instantOf } from '#core/kernel/time.ts';

export type LastSeen = { readonly source: string; readonly at: Instant };

export const lastSeen = (dir: string): readonly LastSeen[] => {
  const db = new DatabaseSync(join(dir, 'art33.db'), { readOnly: true });
  try {
    const rows = db.prepare('SELECT source, MAX(at) AS at FROM receipt GROUP BY source ORDER BY source').all();
    return rows.map((row) => ({ source: String(row['source']), at: instantOf(Number(row['at'])) }));
  } finally {
    db.close();
  }
};
