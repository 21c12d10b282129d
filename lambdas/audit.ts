// Comes every 15 minutes on its own path: which duties must exist? Missing ones are made; only a clean pass beats the heart (6.4).
import { audit } from '#flow/audit.ts';
import { configurationAt } from './directory.ts';
import { auditEnv, readEnv } from './env.ts';
import { heartbeatOf } from './heartbeat.ts';
import { lanesOf } from './lanes.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { clock, opened } from './world.ts';

const env = readEnv(auditEnv);
const log = jsonLog('audit');
const open = opened('audit', log, async () => ({
  // What was stored is not counted here, so there is nothing to hold the receipts against; to count them all each time is dear.
  ledger: { ...ledgerOf(env), intake: async () => [] },
  queues: lanesOf(env),
  heartbeat: heartbeatOf(env, clock, log),
  directory: await configurationAt(import.meta.url, env, log),
}));

export const handler = shell(log, async () => {
  await audit(await open());
});
