// Reads the page queue: people of the house are told, by Slack and by mail (D-6).
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { configurationAt } from './directory.ts';
import { pageEnv, readEnv } from './env.ts';
import { rootKey } from './keys.ts';
import { lane } from './lane.ts';
import { lanesOf } from './lanes.ts';
import { tableOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { mailOf } from './mail.ts';
import { sinksOf } from './sinks.ts';
import { clock, neverToSelf, opened } from './world.ts';

const env = readEnv(pageEnv);
const log = jsonLog('page');
const open = opened('page', log, async () => {
  const [pseudonyms, directory] = await Promise.all([rootKey(env, clock)(), configurationAt(import.meta.url, env, log)]);
  const table = tableOf(env);
  return {
    ledger: dynamoLedger(table),
    queues: neverToSelf('page', lanesOf(env)),
    pager: sinksOf(env, clock).pager,
    ...mailOf(env, table),
    pseudonyms,
    directory,
  };
});

export const handler = shell(log, async (event, invocation) => lane(await open())(event, invocation));
