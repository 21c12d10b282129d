// Decides that a data directory has one process at a time: an operating system lock, gone with the process however it dies (D-7).
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Lock = { readonly release: () => void };

/** Takes the directory, or says that somebody has it. SQLite's exclusive lock is the kernel's: `kill -9` frees it. */
export const takeLock = (dir: string): Lock | undefined => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'lock');
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA busy_timeout = 0');
    db.exec('PRAGMA journal_mode = DELETE');
    db.exec('CREATE TABLE IF NOT EXISTS held (by INTEGER)');
    chmodSync(path, 0o600);
    db.exec('BEGIN EXCLUSIVE');
  } catch {
    db.close();
    return undefined;
  }
  return {
    release: () => {
      db.exec('ROLLBACK');
      db.close();
    },
  };
};
