// Reads the other queue: duties that need no sink of their own.
import { configurationAt } from './directory.ts';
import { otherEnv, readEnv } from './env.ts';
import { lane } from './lane.ts';
import { lanesOf, ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { neverToSelf, opened } from './world.ts';

const env = readEnv(otherEnv);
const log = jsonLog('other');
const open = opened('other', log, async () => ({
  ledger: ledgerOf(env),
  queues: neverToSelf('other', lanesOf(env)),
  directory: await configurationAt(import.meta.url, env, log),
}));

export const handler = shell(log, async (event, invocation) => lane(await open())(event, invocation));
