// Decides what both doors for signals hold: the raw evidence and the assess queue, whose client each delivery needs.
import type { Sources } from '#core/signal/sources.ts';
import type { World } from '#flow/ports.ts';
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import { counted } from './counted.ts';
import { evidenceOf } from './evidence.ts';
import type { StageLog } from './log.ts';

export const intakeOf = (
  env: { readonly EVIDENCE_BUCKET: string; readonly ASSESS_QUEUE_URL: string },
  { log, sources }: { readonly log: StageLog; readonly sources: Sources },
): Pick<World, 'sources' | 'evidence' | 'queues'> => ({
  sources: { current: () => sources },
  evidence: evidenceOf(env),
  queues: counted(sqsQueues({ client: sqsClient(), assess: env.ASSESS_QUEUE_URL }), log),
});
