// Decides what the ledger is measured against: the same rows written by bare SQLite, in as many transactions, with nothing around them.
import { DatabaseSync } from 'node:sqlite';

/** One duty's turn as text that is there already: the floor neither parses, hashes, reads nor decides. */
export type FloorTurn = {
  /** Subject and id, as long as the ledger's key. */
  readonly key: string;
  readonly open: string;
  readonly claimed: string;
  readonly done: string;
  /** One line of the register. */
  readonly entry: string;
  /** One for each channel that was tried. */
  readonly intents: readonly string[];
};

export type Floor = {
  /** All turns, one after the other; per duty one transaction for the claim, one for each intent, one for the end. */
  readonly run: (turns: readonly FloorTurn[]) => void;
  readonly reset: (turns: readonly FloorTurn[]) => void;
  readonly close: () => void;
};

/** The plainest tables that could hold it: one key, one document, the one index without which nothing would be found due. */
const schema = `
CREATE TABLE duty (key TEXT PRIMARY KEY, next_at INTEGER, doc TEXT NOT NULL);
CREATE INDEX duty_due ON duty (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE attempt (key TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE entry (key TEXT PRIMARY KEY, doc TEXT NOT NULL);
`;

/** As the ledger opens its own: at 100,000 rows SQLite's `:memory:` is ten times slower, and so would flatter us. */
const inMemory = 'file:floor?vfs=memdb';

const now = 1_795_597_200_000;
const later = now + 120_000;

/** Opens the floor with so many duties that wait, each as long as the given one. */
export const openFloor = (waiting: number, doc: string): Floor => {
  const db = new DatabaseSync(inMemory);
  db.exec(schema);
  const put = db.prepare('INSERT INTO duty (key, next_at, doc) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE duty SET next_at = ?, doc = ? WHERE key = ?');
  const intend = db.prepare('INSERT INTO attempt (key, at) VALUES (?, ?)');
  const enter = db.prepare('INSERT INTO entry (key, doc) VALUES (?, ?)');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  begin.run();
  for (let i = 0; i < waiting; i += 1) put.run(`waiting-${String((i * 7_919) % 1_000_003).padStart(52, '0')}`, later + i, doc);
  commit.run();

  const turn = ({ key, claimed, done, entry, intents }: FloorTurn): void => {
    begin.run();
    update.run(later, claimed, key);
    commit.run();
    for (const intent of intents) {
      begin.run();
      intend.run(intent, now);
      commit.run();
    }
    begin.run();
    update.run(null, done, key);
    enter.run(key, entry);
    commit.run();
  };

  return {
    run: (turns) => {
      for (const one of turns) turn(one);
    },
    reset: (turns) => {
      begin.run();
      db.exec("DELETE FROM duty WHERE key NOT LIKE 'waiting-%'; DELETE FROM attempt; DELETE FROM entry");
      for (const one of turns) put.run(one.key, now, one.open);
      commit.run();
    },
    close: () => db.close(),
  };
};
