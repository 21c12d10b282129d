// Decides what both doors for signals hold: the raw evidence and the assess queue, and that what is queued is counted as stored.
import type { Sources } from '#core/signal/sources.ts';
import type { World } from '#flow/ports.ts';
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import { evidenceOf } from './evidence.ts';
import type { StageLog } from './log.ts';

export const intakeOf = (
  env: { readonly EVIDENCE_BUCKET: string; readonly ASSESS_QUEUE_URL: string },
  { log, sources }: { readonly log: StageLog; readonly sources: Sources },
): Pick<World, 'sources' | 'evidence' | 'queues'> => {
  const queues = sqsQueues({ client: sqsClient(), assess: env.ASSESS_QUEUE_URL });
  return {
    sources: { current: () => sources },
    evidence: evidenceOf(env),
    queues: {
      ...queues,
      sendRaw: async (messages) => {
        await queues.sendRaw(messages);
        log.meter.add('SignalsStored', messages.length);
      },
    },
  };
};
