// Comes every minute, twice and independently: what is due goes to its lane again, so a lost wake-up costs a minute (6.3).
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { tick } from '#flow/tick.ts';
import { configurationAt } from './directory.ts';
import { readEnv, tickEnv } from './env.ts';
import { evidenceOf } from './evidence.ts';
import { rootKey } from './keys.ts';
import { lanesOf } from './lanes.ts';
import { tableOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { mailOf } from './mail.ts';
import { sinksOf } from './sinks.ts';
import { clock, opened } from './world.ts';

const env = readEnv(tickEnv);
const log = jsonLog('tick');
const open = opened('tick', log, async () => {
  const [pseudonyms, directory] = await Promise.all([rootKey(env, clock)(), configurationAt(import.meta.url, env, log)]);
  const table = tableOf(env);
  return {
    ledger: dynamoLedger(table),
    correlations: dynamoCorrelations(table),
    queues: lanesOf(env),
    evidence: evidenceOf(env),
    ...mailOf(env, table),
    ...sinksOf(env, clock),
    pseudonyms,
    directory,
  };
});

export const handler = shell(log, async (_event, invocation) => {
  await tick(await open(), { name: invocation, epoch: 0 });
});
