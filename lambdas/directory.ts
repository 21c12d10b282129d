// Decides which configuration a function works under: the one that was checked and deployed beside it, or a newer one that was pushed.
import { readFileSync } from 'node:fs';
import type { RuleSet } from '#core/detection/rule.ts';
import type { DirectoryPort, Log } from '#flow/ports.ts';
import { type Deployed, decode } from './deployed.ts';
import { type LiveDirectory, type LiveSettings, liveDirectory } from './live-directory.ts';
import { inBucket } from './s3.ts';
import { clock } from './world.ts';

type Env = { readonly EVIDENCE_BUCKET: string };

/** Only assessment asks rules; elsewhere there are none, and none are compiled. */
const noRules: RuleSet = { rules: [], byName: new Map(), hash: 'none' };

/** Whoever waits for work must not wait long for this. */
const readWithin = 2_000;

const pushedTo = (env: Env): LiveSettings['read'] => {
  const open = inBucket(env.EVIDENCE_BUCKET, async () => (await import('./in-s3.ts')).inS3.directory);
  return async (unlessEtag) => (await open()).read({ unlessEtag, signal: AbortSignal.timeout(readWithin) });
};

/** `entry` is the handler's own address; the bundle puts the file beside it. Read at once: there is nothing else to do meanwhile. */
const deployedAt = (entry: string): Deployed => decode(readFileSync(new URL('./configuration.json', entry), 'utf8'));

type InForce = ReturnType<DirectoryPort['current']>;
type Under<Held extends InForce> = {
  readonly env: Env;
  readonly log: Log;
  readonly inForceOf: LiveSettings<Held>['inForceOf'];
};

/**
 * Looked at before anything works under it: a process may start long after a push, and its first notice must not go to an address that
 * was taken out. S3 away costs the reading time, no more: then what was deployed is in force.
 */
export const directoryAt = async <Held extends InForce>(
  entry: string,
  { env, log, inForceOf }: Under<Held>,
): Promise<LiveDirectory<Held>> => {
  const directory = liveDirectory({ bundled: deployedAt(entry), read: pushedTo(env), inForceOf, clock, log });
  await directory.refresh?.();
  return directory;
};

export const configurationAt = (entry: string, env: Env, log: Log): Promise<LiveDirectory> =>
  directoryAt(entry, { env, log, inForceOf: ({ configuration }) => ({ configuration, rules: noRules }) });
