// Decides that a store that was put back performs nothing until it was reconciled and thawed by hand: a file says so (P-25).
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Instant, instantOf } from '#core/kernel/time.ts';

export type Frozen = {
  /** The last thing that the store knows: from then on it was set back. */
  readonly since: Instant;
  /** Was the journal of mail there, or lost with the store? */
  readonly journal: 'kept' | 'lost';
  /** Set when the world's evidence was written into it: how many messages belong to nothing that it knows. */
  readonly unknown?: number;
};

const fileIn = (dataDir: string): string => join(dataDir, 'frozen.json');

/** One that nobody can read is a freeze that nobody may lift before reconciling again. */
const unreadable: Frozen = { since: instantOf(0), journal: 'lost' };

const isFrozen = (value: unknown): value is Frozen => {
  const { since, journal, unknown } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof Frozen, unknown>>;
  return typeof since === 'number' && (journal === 'kept' || journal === 'lost') && (unknown === undefined || typeof unknown === 'number');
};

export const frozenIn = (dataDir: string): Frozen | undefined => {
  let text: string;
  try {
    text = readFileSync(fileIn(dataDir), 'utf8');
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : unreadable;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isFrozen(value) ? value : unreadable;
  } catch {
    return unreadable;
  }
};

/** Whole or not at all, and on disk before anything else happens. */
export const freeze = (dataDir: string, frozen: Frozen): void => {
  const beside = `${fileIn(dataDir)}.${process.pid}.tmp`;
  writeFileSync(beside, `${JSON.stringify(frozen)}\n`, { mode: 0o600, flush: true });
  renameSync(beside, fileIn(dataDir));
};

export const thaw = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true });

/** On the console, on stderr, to whoever asks. */
export const frozenText = 'Frozen after a restore: signals are taken in, but nobody is called and nothing is sent.';
