// Reads the receive queue: what SES says of a duty's mail is kept, and becomes a delivery, a bounce, or nothing (I-21, I-22, P-25).
import { mailEventOf } from '#adapters/ses/event.ts';
import { hear } from '#flow/hear.ts';
import { eachMessage } from './batch.ts';
import { readEnv, receiveEnv } from './env.ts';
import { journalOf } from './journal.ts';
import { lanesOf } from './lanes.ts';
import { ledgerOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { grant } from './world.ts';

const env = readEnv(receiveEnv);
const log = jsonLog('receive');
const world = Object.assign(grant('receive', log, { ledger: ledgerOf(env), queues: lanesOf(env) }), { journal: journalOf(env) });

export const handler = shell(log, (event) =>
  eachMessage(event, log, async ({ body }) => {
    const report = mailEventOf(body);
    if (!report) return log.info('no-report', {});
    const noted = await hear(world, report);
    if (!noted.ok) log.warn('report-without-duty', {});
  }),
);
