// The door for signals: verified, stored, queued, and only then 2xx. It needs no ledger, so it stands when the ledger is down (6.6).
import { safe } from '#core/kernel/safe.ts';
import { doors } from '#console/doors.ts';
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import { ingestEnv, readEnv } from './env.ts';
import { evidenceOf } from './evidence.ts';
import { answer, isHttpEvent, plain } from './http.ts';
import { doorTokens } from './keys.ts';
import { jsonLog, shell } from './log.ts';
import { clock, grant } from './world.ts';

const env = readEnv(ingestEnv);
const log = jsonLog('ingest');
const queues = sqsQueues({ client: sqsClient(), assess: env.ASSESS_QUEUE_URL });
const world = grant('ingest', log, {
  evidence: evidenceOf(env),
  queues: {
    ...queues,
    sendRaw: async (messages) => {
      await queues.sendRaw(messages);
      log.meter.add('SignalsStored', messages.length);
    },
  },
});
const app = doors({
  world,
  tokensOf: doorTokens(env, clock),
  counters: { count: () => log.warn('turned-away', { why: safe`wrong or missing credential` }), all: () => ({}) },
});

export const handler = shell(log, async (event, _invocation, context) =>
  isHttpEvent(event) ? answer(app, event, context, log) : plain(400, 'This is no HTTP request.'),
);
