// The door for signals: verified, stored, queued, and only then 2xx. It needs no ledger, so it stands when the ledger is down (6.6).
import { safe } from '#core/kernel/safe.ts';
import { doors } from '#console/doors.ts';
import { ingestEnv, readEnv } from './env.ts';
import { answer, isHttpEvent, plain } from './http.ts';
import { intakeOf } from './intake.ts';
import { doorTokens } from './keys.ts';
import { jsonLog, shell } from './log.ts';
import { mappedAt } from './mapped.ts';
import { clock } from './world.ts';

const env = readEnv(ingestEnv);
const log = jsonLog('ingest');
const app = doors({
  world: intakeOf('ingest', env, { log, sources: mappedAt(import.meta.url) }),
  tokensOf: doorTokens(env, clock),
  counters: { count: () => log.warn('turned-away', { why: safe`wrong or missing credential` }), all: () => ({}) },
});

export const handler = shell(log, async (event, _invocation, context) =>
  isHttpEvent(event) ? answer(app, event, context, log) : plain(400, 'This is no HTTP request.'),
);
