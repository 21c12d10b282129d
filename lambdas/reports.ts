// Decides how reports are taken down and read on AWS: stored and queued as at the door; read by those who may, as long as they are kept.
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import type { Reports } from '#console/deps.ts';
import { failureOf } from '#flow/failure.ts';
import { PortError } from '#flow/ports.ts';
import { takeReport } from '#flow/take-report.ts';
import { evidenceOf } from './evidence.ts';
import { counted } from './intake.ts';
import type { StageLog } from './log.ts';

export const reportsOf = (env: { readonly EVIDENCE_BUCKET: string; readonly ASSESS_QUEUE_URL: string }, log: StageLog): Reports => {
  const evidence = evidenceOf(env);
  const queues = counted(sqsQueues({ client: sqsClient(), assess: env.ASSESS_QUEUE_URL }), log);
  return {
    take: (taken) => takeReport({ evidence, queues }, taken),
    // Nobody here may list the bucket, so S3 refuses what is kept no longer as it refuses what is not ours.
    words: (rawRef) =>
      evidence.get(rawRef).catch((cause: unknown) => {
        if (!(cause instanceof PortError) || cause.kind !== 'refused') throw cause;
        log.warn('report-not-read', failureOf(cause));
        return undefined;
      }),
  };
};
