// Decides which configuration a function works under: the one that was checked and deployed beside it, or a newer one that was pushed.
import { readFile } from 'node:fs/promises';
import type { RuleSet } from '#core/detection/rule.ts';
import type { PushedDirectory } from '#adapters/s3/directory.ts';
import type { Log } from '#flow/ports.ts';
import { type Deployed, decode } from './deployed.ts';
import { type LiveDirectory, type LiveSettings, liveDirectory } from './live-directory.ts';
import { clock } from './world.ts';

type Env = { readonly EVIDENCE_BUCKET: string };

/** Only assessment asks rules; elsewhere there are none, and none are compiled. */
const noRules: RuleSet = { rules: [], byName: new Map(), hash: 'none' };

/** Whoever waits for work must not wait long for this. */
const readWithin = 2_000;

/** S3's client is heavy, so it is loaded at the first look (D-23). */
const pushedTo = (env: Env): LiveSettings['read'] => {
  const open = async (): Promise<PushedDirectory> => {
    const [{ s3Client }, { s3Directory }] = await Promise.all([import('#adapters/s3/evidence.ts'), import('#adapters/s3/directory.ts')]);
    return s3Directory({ client: s3Client(), bucket: env.EVIDENCE_BUCKET });
  };
  let opened: Promise<PushedDirectory> | undefined;
  return async (unlessEtag) => {
    opened ??= open();
    return (await opened).read({ unlessEtag, signal: AbortSignal.timeout(readWithin) });
  };
};

/** `entry` is the handler's own address; the bundle puts the file beside it. */
const deployedAt = async (entry: string): Promise<Deployed> => decode(await readFile(new URL('./configuration.json', entry), 'utf8'));

type Under = { readonly env: Env; readonly log: Log; readonly inForceOf: LiveSettings['inForceOf'] };

export const directoryAt = async (entry: string, { env, log, inForceOf }: Under): Promise<LiveDirectory> =>
  liveDirectory({ bundled: await deployedAt(entry), read: pushedTo(env), inForceOf, clock, log });

export const configurationAt = (entry: string, env: Env, log: Log): Promise<LiveDirectory> =>
  directoryAt(entry, { env, log, inForceOf: ({ configuration }) => ({ configuration, rules: noRules }) });
