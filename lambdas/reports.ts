// Decides how reports are taken down and read on AWS: stored and queued as at the door; read by those who may, as long as they are kept.
import type { Reports } from '#console/deps.ts';
import { takeReport } from '#flow/take-report.ts';
import { counted } from './counted.ts';
import { evidenceOf } from './evidence.ts';
import { lanesOf } from './lanes.ts';
import type { StageLog } from './log.ts';
import { keptStill } from './sealing.ts';

export const reportsOf = (env: { readonly EVIDENCE_BUCKET: string; readonly ASSESS_QUEUE_URL: string }, log: StageLog): Reports => {
  const evidence = evidenceOf(env);
  const queues = counted(lanesOf({ ASSESS_QUEUE_URL: env.ASSESS_QUEUE_URL }), log);
  return {
    take: (taken) => takeReport({ evidence, queues }, taken),
    words: keptStill(evidence, log).get,
  };
};
