// Comes every hour: the whole register under one root, into a bucket that nobody can change (D-22, P-11).
import { anchor } from '#flow/anchor.ts';
import { anchorEnv, readEnv } from './env.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { inBucket } from './s3.ts';
import { clock } from './world.ts';

const env = readEnv(anchorEnv);
const log = jsonLog('anchor');
const ledger = ledgerOf(env);
const anchors = inBucket(env.ANCHOR_BUCKET, async () => (await import('#adapters/s3/anchors.ts')).s3Anchors);

export const handler = shell(log, async () => {
  await anchor({ ledger, clock, log, anchors: await anchors() });
});
