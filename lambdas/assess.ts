// Reads the assess queue: each raw event becomes a signal, meets the rules, and is settled with one receipt (D-9).
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { assess } from '#flow/assess.ts';
import { type KeepNames, nameKeeper } from '#flow/keep-names.ts';
import type { World } from '#flow/ports.ts';
import { assessAgain } from '#flow/read-again.ts';
import { type Message, eachMessage, parsed } from './batch.ts';
import { counted } from './counted.ts';
import { assessEnv, readEnv } from './env.ts';
import { evidenceOf } from './evidence.ts';
import { rootKey } from './keys.ts';
import { lanesOf } from './lanes.ts';
import { tableOf } from './ledger.ts';
import { jsonLog, shell } from './log.ts';
import { type ObjectSources, laidDown, takeObject } from './objects.ts';
import { isReplay, rawOf } from './raw-message.ts';
import { envelopesOf } from './sealing.ts';
import { clock, opened } from './world.ts';

const env = readEnv(assessEnv);
const log = jsonLog('assess');
const key = rootKey(env, clock);
const open = opened('assess', log, async () => {
  const { rulesAt } = await import('./rules.ts');
  const [pseudonyms, directory] = await Promise.all([key(), rulesAt(import.meta.url, env, log)]);
  const table = tableOf(env);
  return {
    ledger: dynamoLedger(table),
    correlations: dynamoCorrelations(table),
    queues: counted(lanesOf(env), log),
    evidence: evidenceOf(env),
    pseudonyms,
    directory,
    sources: { current: () => directory.current().sources },
  };
});

const objects = (parsed(env.OBJECTS) ?? {}) as ObjectSources;
const read = (bucket: string, objectKey: string): Promise<Uint8Array | undefined> => evidenceOf({ EVIDENCE_BUCKET: bucket }).get(objectKey);

let keeper: KeepNames | undefined;
/** It remembers what this process sealed already. */
const keepNames = (world: World): KeepNames => {
  keeper ??= nameKeeper({ world, envelopes: envelopesOf(env) });
  return keeper;
};

/** False for what is no object of ours: then the message itself is the raw event. */
const tookObject = async (world: World, message: Message): Promise<boolean> => {
  if (!laidDown(message)) return false;
  const taken = await takeObject({ world, objects, read }, message);
  if (taken === 'digest') log.info('trail-digest-passed-over');
  return taken !== 'not-ours';
};

export const handler = shell(log, async (event) => {
  const world = await open();
  return eachMessage(event, log, async (message) => {
    if (await tookObject(world, message)) return;
    const raw = await rawOf(world.evidence, message);
    const again = isReplay(message);
    const assessed = again ? await assessAgain(world, raw) : await assess(world, raw);
    await keepNames(world)(raw, assessed);
    if (again) return;
    // What came by a door was counted there.
    if (/^(?:bus|backfill):/.test(raw.delivery)) log.meter.add('SignalsStored');
    log.meter.add('SignalsSettled');
  });
});
