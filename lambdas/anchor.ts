// Comes every hour: the whole register under one root, into a bucket that nobody can change (D-22, P-11).
import { anchor } from '#flow/anchor.ts';
import type { Anchors } from '#flow/ports.ts';
import { anchorEnv, readEnv } from './env.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { clock } from './world.ts';

const env = readEnv(anchorEnv);
const log = jsonLog('anchor');
const ledger = ledgerOf(env);

/** S3's client is heavy: loaded at the first use (D-23). */
const opened = async (): Promise<Anchors> => {
  const [{ s3Client }, { s3Anchors }] = await Promise.all([import('#adapters/s3/evidence.ts'), import('#adapters/s3/anchors.ts')]);
  return s3Anchors({ client: s3Client(), bucket: env.ANCHOR_BUCKET });
};
let anchors: Promise<Anchors> | undefined;

export const handler = shell(log, async () => {
  anchors ??= opened();
  await anchor({ ledger, clock, log, anchors: await anchors });
});
