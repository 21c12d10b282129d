// Reads the ticket queue: every incident gets its one ticket (D-20).
import { configurationAt } from './directory.ts';
import { readEnv, ticketEnv } from './env.ts';
import { lane } from './lane.ts';
import { lanesOf } from './lanes.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { sinksOf } from './sinks.ts';
import { clock, neverToSelf, opened } from './world.ts';

const env = readEnv(ticketEnv);
const log = jsonLog('ticket');
const open = opened('ticket', log, async () => ({
  ledger: ledgerOf(env),
  queues: neverToSelf('ticket', lanesOf(env)),
  tickets: sinksOf(env, clock).tickets,
  directory: await configurationAt(import.meta.url, env, log),
}));

export const handler = shell(log, async (event, invocation) => lane(await open())(event, invocation));
