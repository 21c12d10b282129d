// Reads the assess queue: each raw event becomes a signal, meets the rules, and is settled with one receipt (D-9).
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { assess } from '#flow/assess.ts';
import { eachMessage } from './batch.ts';
import { rulesAt } from './rules.ts';
import { assessEnv, readEnv } from './env.ts';
import { evidenceOf } from './evidence.ts';
import { rootKey } from './keys.ts';
import { lanesOf, tableOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { isReplay, rawOf } from './raw-message.ts';
import { clock, opened } from './world.ts';

const env = readEnv(assessEnv);
const log = jsonLog('assess');
const key = rootKey(env, clock);
const open = opened('assess', log, async () => {
  const [pseudonyms, directory] = await Promise.all([key(), rulesAt(import.meta.url, env, log)]);
  const table = tableOf(env);
  return {
    ledger: dynamoLedger(table),
    correlations: dynamoCorrelations(table),
    queues: lanesOf(env),
    evidence: evidenceOf(env),
    pseudonyms,
    directory,
    sources: { current: () => directory.current().sources },
  };
});

export const handler = shell(log, async (event) => {
  const world = await open();
  return eachMessage(event, log, async (message) => {
    const raw = await rawOf(world.evidence, message);
    const again = isReplay(message);
    await assess(world, raw, { again });
    if (again) return;
    // What came by a door was counted there.
    if (raw.delivery.startsWith('bus:')) log.meter.add('SignalsStored');
    log.meter.add('SignalsSettled');
  });
});
