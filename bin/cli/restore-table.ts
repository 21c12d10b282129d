// Decides how a restored table on AWS is reached: its ledger, what S3 kept of reports and notices, and the queue for late signals.
import type { Configuration } from '#core/directory/directory.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { ReconcileWorld } from '#flow/reconcile.ts';
import { stderrLog } from '#local/log.ts';
import { grant } from '#lambdas/world.ts';

export type RestoredTable = {
  readonly table: string;
  readonly bucket: string;
  readonly shards: number;
  readonly configuration: Configuration;
};

/** Emulators answer under one host name for all buckets. */
const style = (): { readonly forcePathStyle: boolean } => ({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });

/** The clients are heavy: whoever restores on one machine does not load them. */
export const openTable = async ({ table, bucket, shards, configuration }: RestoredTable): Promise<ReconcileWorld> => {
  const [{ documentClient }, { dynamoLedger }, { s3Client, s3Evidence }, { s3Journal }] = await Promise.all([
    import('#adapters/dynamodb/client.ts'),
    import('#adapters/dynamodb/ledger.ts'),
    import('#adapters/s3/evidence.ts'),
    import('#adapters/s3/journal.ts'),
  ]);
  const world = grant('restore', stderrLog('error'), {
    ledger: dynamoLedger({ documents: documentClient(), table, shards }),
    directory: { current: () => ({ configuration, rules: { rules: [], byName: new Map(), hash: 'none' } }) },
    evidence: s3Evidence({ client: s3Client(style()), bucket }),
    // Frozen: nobody is woken. What is due is found by the first tick after the thaw.
    queues: { wake: async () => undefined, sendRaw: async () => undefined },
  });
  return Object.assign(world, { journal: s3Journal({ client: s3Client(style()), bucket }) });
};

/** Raw events stored since then are queued again: their incidents are made anew, under the same ids. Tells how many. */
export const queueAgain = async (of: { readonly bucket: string; readonly queue: string; readonly since: Instant }): Promise<number> => {
  const [{ s3Client }, { storedSince }, { sqsClient, sqsQueues }] = await Promise.all([
    import('#adapters/s3/evidence.ts'),
    import('#adapters/s3/journal.ts'),
    import('#adapters/sqs/queues.ts'),
  ]);
  const queues = sqsQueues({ client: sqsClient(), assess: of.queue });
  let queued = 0;
  for await (const raws of storedSince({ client: s3Client(style()), bucket: of.bucket }, of.since)) {
    await queues.sendRaw(raws);
    queued += raws.length;
  }
  return queued;
};
