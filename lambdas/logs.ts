// The door for log groups: each line of a subscribed group is a raw event of that group's source; anything else is kept whole (D-9).
import { sha256 } from '#core/kernel/hash.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import type { World } from '#flow/ports.ts';
import { parsed } from './batch.ts';
import { logsEnv, readEnv } from './env.ts';
import { intakeOf } from './intake.ts';
import { type LogLine, logBatchOf } from './log-batch.ts';
import { jsonLog, shell } from './log.ts';
import { mappedAt } from './mapped.ts';
import { clock, opened } from './world.ts';

const env = readEnv(logsEnv);
const log = jsonLog('logs');
const open = opened('logs', log, async () => intakeOf(env, { log, sources: await mappedAt(import.meta.url) }));
const groups = new Map(Object.entries((parsed(env.LOG_GROUPS) ?? {}) as Readonly<Record<string, string>>));

/** Lines stored at once. */
const atOnce = 20;

/** CloudWatch's own id names the delivery: a line that comes twice is known as one. */
const takeLines = async (world: World, source: string, lines: readonly LogLine[]): Promise<void> => {
  const received = clock.now();
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  for (let start = 0; start < lines.length; start += atOnce) {
    const some = lines.slice(start, start + atOnce);
    await Promise.all(some.map(({ id, message }) => ingestDelivery(world, { source, id: `logs:${id}`, bytes: bytes(message), received })));
  }
};

/** `assess` knows no source of this name, so it goes to quarantine with that reason. */
const takeWhole = async (world: World, event: unknown): Promise<void> => {
  const bytes = new TextEncoder().encode(JSON.stringify(event) ?? 'null');
  const hash = sha256(bytes);
  const raw = { source: 'unrecognised', delivery: `logs:${hash}#0`, rawRef: `raw/unrecognised/${hash}`, received: clock.now() };
  await world.evidence.put(raw.rawRef, raw.source, bytes, raw.received);
  await world.queues.sendRaw([raw]);
  log.warn('logs-unrecognised');
};

export const handler = shell(log, async (event) => {
  const batch = logBatchOf(event);
  if (batch.kind === 'control') return log.info('logs-control');
  const source = batch.kind === 'lines' ? groups.get(batch.group) : undefined;
  const world = await open();
  return batch.kind === 'lines' && source !== undefined ? takeLines(world, source, batch.lines) : takeWhole(world, event);
});
