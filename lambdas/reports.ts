// Decides how reports are taken down and read on AWS: stored and queued as at the door; read by those who may, as long as they are kept.
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import type { Reports } from '#console/deps.ts';
import { takeReport } from '#flow/take-report.ts';
import { evidenceOf } from './evidence.ts';
import { counted } from './intake.ts';
import type { StageLog } from './log.ts';
import { keptStill } from './sealing.ts';

export const reportsOf = (env: { readonly EVIDENCE_BUCKET: string; readonly ASSESS_QUEUE_URL: string }, log: StageLog): Reports => {
  const evidence = evidenceOf(env);
  const queues = counted(sqsQueues({ client: sqsClient(), assess: env.ASSESS_QUEUE_URL }), log);
  return {
    take: (taken) => takeReport({ evidence, queues }, taken),
    words: keptStill(evidence, log).get,
  };
};
