// Reads the notify queue: legal mail to controllers, each duty's bytes composed once and kept (D-18).
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { configurationAt } from './directory.ts';
import { notifyEnv, readEnv } from './env.ts';
import { evidenceOf } from './evidence.ts';
import { lane } from './lane.ts';
import { lanesOf } from './lanes.ts';
import { tableOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { mailOf } from './mail.ts';
import { neverToSelf, opened } from './world.ts';

const env = readEnv(notifyEnv);
const log = jsonLog('notify');
const open = opened('notify', log, async () => {
  const table = tableOf(env);
  return {
    ledger: dynamoLedger(table),
    queues: neverToSelf('notify', lanesOf(env)),
    evidence: evidenceOf(env),
    ...mailOf(env, table),
    directory: await configurationAt(import.meta.url, env, log),
  };
});

export const handler = shell(log, async (event, invocation) => lane(await open())(event, invocation));
