// Reads the other queue: duties that need no sink of their own.
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { configurationAt } from './directory.ts';
import { otherEnv, readEnv } from './env.ts';
import { rootKey } from './keys.ts';
import { lane } from './lane.ts';
import { lanesOf } from './lanes.ts';
import { tableOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { clock, neverToSelf, opened } from './world.ts';

const env = readEnv(otherEnv);
const log = jsonLog('other');
const open = opened('other', log, async () => {
  const [pseudonyms, directory] = await Promise.all([rootKey(env, clock)(), configurationAt(import.meta.url, env, log)]);
  const table = tableOf(env);
  return {
    ledger: dynamoLedger(table),
    correlations: dynamoCorrelations(table),
    queues: neverToSelf('other', lanesOf(env)),
    pseudonyms,
    directory,
  };
});

export const handler = shell(log, async (event, invocation) => lane(await open())(event, invocation));
