// Decides how a backup becomes one machine's store again: beside the old one, whole or not at all, and frozen before it can act (P-25).
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dataKeyFile } from '#adapters/embedded/data-keys.ts';
import { openDatabase } from '#adapters/embedded/database.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { type StoreKind, storedKind } from '#adapters/embedded/meta.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { Instant } from '#core/kernel/time.ts';
import { lastEntryAt } from '#flow/reconcile.ts';
import { type Frozen, freeze } from './frozen.ts';
import { journalFile } from './node.ts';

const database = 'art33.db';
/** SQLite's own files beside it: a log that was not yet taken over belongs to the store. */
const parts = [database, `${database}-wal`, `${database}-shm`];

const textOf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

const rootOf = (dir: string): unknown => {
  try {
    return (JSON.parse(textOf(join(dir, 'secrets.json')) ?? '{}') as { readonly root?: unknown }).root;
  } catch {
    return undefined;
  }
};

/** What speaks against it, before anything is touched. */
const objection = (backup: string, dataDir: string): string | undefined => {
  if (resolve(backup) === resolve(dataDir)) return `${backup} is the data folder itself; name the folder of the backup.`;
  if (!existsSync(join(backup, database))) return `${backup} holds no ${database}; name the folder that was backed up, as .art33 is one.`;
  const [theirs, ours] = [rootOf(backup), rootOf(dataDir)];
  if (ours !== undefined && theirs !== undefined && ours !== theirs)
    return `${backup} has another root key than ${dataDir}: it is of another Art33, and every case would look new. Name another --data DIR.`;
  if (ours === undefined && theirs === undefined)
    return `neither ${backup} nor ${dataDir} holds secrets.json: without the same key every old case would look new. Put its backup there.`;
  return undefined;
};

/** A copy by itself, its log taken over and its pages checked; the backup stays as it is. */
const copied = async (backup: string, into: string): Promise<Instant> => {
  mkdirSync(into, { recursive: true, mode: 0o700 });
  for (const name of parts.slice(0, 2)) if (existsSync(join(backup, name))) copyFileSync(join(backup, name), join(into, name));
  const opened = openDatabase(join(into, database));
  try {
    return await lastEntryAt(embeddedLedger(opened));
  } finally {
    opened.close();
  }
};

/** What the old folder lost too; what it still has is newer than the backup's and stays. */
const fillGaps = (backup: string, dataDir: string): void => {
  for (const name of ['secrets.json', dataKeyFile, journalFile])
    if (!existsSync(join(dataDir, name)) && existsSync(join(backup, name))) copyFileSync(join(backup, name), join(dataDir, name));
};

export type PutBack = { readonly frozen: Frozen /** Where the old store lies now, if there was one. */; readonly aside?: string };

/** The caller holds the lock of the data folder. Killed at any point, the folder is as it was, or frozen. */
export const putBack = async (backup: string, dataDir: string, stamp: string): Promise<Result<PutBack>> => {
  const wrong = objection(backup, dataDir);
  if (wrong !== undefined) return fail(wrong);
  const beside = join(dataDir, 'restoring');
  rmSync(beside, { recursive: true, force: true });
  try {
    const since = await copied(backup, beside);
    const known = kindOf(dataDir);
    if (known !== undefined && known !== storedKind(beside))
      return fail(`${backup} and ${dataDir} are not of one kind: the demo's invented incidents never mix with real ones.`);
    const frozen: Frozen = { since, journal: existsSync(join(dataDir, journalFile)) ? 'kept' : 'lost' };
    freeze(dataDir, frozen);
    fillGaps(backup, dataDir);
    const aside = setAside(dataDir, stamp);
    renameSync(join(beside, database), join(dataDir, database));
    return ok({ frozen, ...(aside === undefined ? {} : { aside }) });
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : 'the backup could not be put back');
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
};

/** Undefined where there is none, or one that is damaged beyond reading: that is why it is replaced. */
const kindOf = (dir: string): StoreKind | undefined => {
  try {
    return storedKind(dir);
  } catch {
    return undefined;
  }
};

/** The old store is never deleted: it may hold what the backup lacks. */
const setAside = (dataDir: string, stamp: string): string | undefined => {
  const present = parts.filter((name) => existsSync(join(dataDir, name)));
  if (present.length === 0) return undefined;
  const aside = join(dataDir, `before-restore-${stamp}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of present) renameSync(join(dataDir, name), join(aside, name));
  return aside;
};
