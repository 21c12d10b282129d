// Decides how one machine stores raw events and hands them to assessment: in one commit, so that a 2xx means both (D-9).
import type { Member, Reach } from '#core/detection/rule.ts';
import { type Instant, minus, plus } from '#core/kernel/time.ts';
import type { Correlations, Evidences, Queues, Raw } from '#flow/ports.ts';
import type { Database, Row } from './database.ts';
import { groupMemory } from './group-memory.ts';

/** The queue of single-node mode: what AWS does with SQS, in a table. */
export type EmbeddedQueue = Queues & {
  /** What waits behind the given number, in order of arrival. */
  readonly next: (limit: number, after: number) => readonly (Raw & { readonly n: number })[];
  /** Need not be waited for: what comes again has its receipt and changes nothing. */
  readonly remove: (n: number) => void;
  readonly waiting: () => number;
};

export const embeddedQueues = (db: Database, onWake: () => void): EmbeddedQueue => ({
  sendRaw: async (messages) => {
    await db.write(() => {
      for (const raw of messages) {
        // The same delivery again (a play that was killed and goes on) is the same message.
        const known = db.get('SELECT 1 AS yes FROM receipt WHERE source = ? AND delivery = ?', raw.source, raw.delivery);
        if (known) continue;
        const added = db.run(
          'INSERT OR IGNORE INTO queue (source, delivery, doc) VALUES (?, ?, ?)',
          raw.source,
          raw.delivery,
          JSON.stringify(raw),
        );
        if (added === 1) db.run('INSERT INTO stored (source, n) VALUES (?, 1) ON CONFLICT (source) DO UPDATE SET n = n + 1', raw.source);
      }
    });
    onWake();
  },
  wake: async () => onWake(),
  next: (limit, after) =>
    db
      .all('SELECT n, doc FROM queue WHERE n > ? ORDER BY n LIMIT ?', after, limit)
      .map((row) => ({ ...(JSON.parse(String(row['doc'])) as Raw), n: Number(row['n']) })),
  remove: (n) => {
    db.write(() => db.run('DELETE FROM queue WHERE n = ?', n)).catch(() => undefined);
  },
  waiting: () => Number(db.get('SELECT COUNT(*) AS n FROM queue')?.['n'] ?? 0),
});

export const embeddedEvidence = (db: Database): Evidences => ({
  put: async (ref, source, bytes, at) => {
    await db.write(() => db.run('INSERT OR IGNORE INTO raw (ref, source, at, bytes) VALUES (?, ?, ?, ?)', ref, source, at, bytes));
  },
  get: async (ref) => {
    const bytes = db.get('SELECT bytes FROM raw WHERE ref = ?', ref)?.['bytes'];
    return bytes instanceof Uint8Array ? bytes : undefined;
  },
});

const memberIn = (row: Row): Member => JSON.parse(String(row['doc'])) as Member;

/** The group from the file, or undefined where it is larger than that. */
const wholeGroup = (db: Database, group: string, atMost: number): readonly Member[] | undefined => {
  const rows = db.all('SELECT doc FROM member WHERE grp = ? ORDER BY time, stage, id LIMIT ?', group, atMost + 1);
  return rows.length > atMost ? undefined : rows.map(memberIn);
};

const fromFile = (db: Database, group: string, time: Instant, { window, atMost }: Reach): readonly Member[] => {
  const before = db.all(
    'SELECT doc FROM member WHERE grp = ? AND time BETWEEN ? AND ? ORDER BY time DESC, stage DESC, id DESC LIMIT ?',
    group,
    minus(time, window),
    time,
    atMost,
  );
  const after = db.all(
    'SELECT doc FROM member WHERE grp = ? AND time > ? AND time <= ? ORDER BY time, stage, id LIMIT ?',
    group,
    time,
    plus(time, window),
    atMost,
  );
  return [...before.toReversed(), ...after].map(memberIn);
};

/** One process alone writes the file (D-7): what it has read of a group, and written to it since, is the group. */
export const embeddedCorrelations = (db: Database): Correlations => {
  const memory = groupMemory();
  return {
    add: async (group, member, reach, expires) => {
      const doc = JSON.stringify(member);
      await db.write(() =>
        db.run(
          'INSERT OR IGNORE INTO member (grp, time, stage, id, expires, doc) VALUES (?, ?, ?, ?, ?, ?)',
          group,
          member.time,
          member.stage,
          member.id,
          expires,
          doc,
        ),
      );
      const held = memory.with(group, member, (atMost) => wholeGroup(db, group, atMost));
      return held?.around(reach.window, reach.atMost) ?? fromFile(db, group, member.time, reach);
    },
    around: async (group, time, reach) => fromFile(db, group, time, reach),
  };
};
