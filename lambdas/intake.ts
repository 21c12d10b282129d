// Decides what both doors for signals hold: the raw evidence and the assess queue, and that what is queued is counted as stored.
import type { Sources } from '#core/signal/sources.ts';
import type { Queues, World } from '#flow/ports.ts';
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import { evidenceOf } from './evidence.ts';
import type { StageLog } from './log.ts';

/** What is queued is counted as stored. */
export const counted = (queues: Queues, log: StageLog): Queues => ({
  ...queues,
  sendRaw: async (messages) => {
    await queues.sendRaw(messages);
    log.meter.add('SignalsStored', messages.length);
  },
});

export const intakeOf = (
  env: { readonly EVIDENCE_BUCKET: string; readonly ASSESS_QUEUE_URL: string },
  { log, sources }: { readonly log: StageLog; readonly sources: Sources },
): Pick<World, 'sources' | 'evidence' | 'queues'> => ({
  sources: { current: () => sources },
  evidence: evidenceOf(env),
  queues: counted(sqsQueues({ client: sqsClient(), assess: env.ASSESS_QUEUE_URL }), log),
});
