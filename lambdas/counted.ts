// Decides that what is queued for assessment is counted as stored.
import type { Queues } from '#flow/ports.ts';
import type { StageLog } from './log.ts';

export const counted = (queues: Queues, log: StageLog): Queues => ({
  ...queues,
  sendRaw: async (messages) => {
    await queues.sendRaw(messages);
    log.meter.add('SignalsStored', messages.length);
  },
});
