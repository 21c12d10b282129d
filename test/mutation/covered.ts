// Decides what the mutation score covers: every file of the three rooms that hold the duty ledger's law, known by its hash.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const reportFile = join(root, 'docs/mutation.json');
/** The measure: at least this share of mutants is killed, in percent. */
export const atLeast = 90;

const rooms = ['core/clock', 'core/duty', 'core/incident'] as const;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Paths from the root, sorted. */
export const coveredFiles = (): readonly string[] =>
  rooms
    .flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`))
    .filter((path) => path.endsWith('.ts'))
    .toSorted();

export const hashOf = (path: string): string => sha256(readFileSync(join(root, path), 'utf8'));
