// What happens at a door: the delivery is split, every raw event stored, then queued; only then may the sender be told 2xx (I-01).
import { sha256 } from '#core/kernel/hash.ts';
import { safeWord } from '#core/kernel/safe.ts';
import type { RawEvent } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Raw, World } from './ports.ts';

/** One HTTP body, one file, one bus event. `id` names the delivery: the same id again is the same delivery. */
export type Delivery = {
  readonly source: string;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly contentType?: string;
  readonly received: Instant;
};

/** All that a door needs: it stands when the ledger is down. */
export type Intake = Pick<World, 'evidence' | 'queues' | 'sources' | 'log'>;

export type Ingested = { readonly stored: number; readonly quarantined: number };

const encoder = new TextEncoder();

const rawOf = (delivery: Delivery, index: number, ref: string): Raw => ({
  source: delivery.source,
  delivery: `${delivery.id}#${index}`,
  rawRef: ref,
  received: delivery.received,
});

/** Named by what it holds: the same bytes again are the same object. */
export const storeRaw = async (
  world: Pick<World, 'evidence'>,
  delivery: Pick<Delivery, 'source' | 'received'>,
  bytes: Uint8Array,
): Promise<string> => {
  const ref = `raw/${delivery.source}/${sha256(bytes)}`;
  await world.evidence.put(ref, delivery.source, bytes, delivery.received);
  return ref;
};

/** A body that is no batch at all is kept whole and quarantined with its reason: never dropped. */
const quarantineWhole = async (world: Intake, delivery: Delivery): Promise<Ingested> => {
  const rawRef = await storeRaw(world, delivery, delivery.bytes);
  await world.queues.sendRaw([rawOf(delivery, 0, rawRef)]);
  world.log.warn('delivery-unreadable', { source: safeWord(delivery.source, world.sources.current().names) });
  return { stored: 1, quarantined: 1 };
};

const eventBytes = (event: RawEvent): Uint8Array =>
  event.bytes ?? encoder.encode(event.json === undefined ? event.text : JSON.stringify(event.json));

/** Raw events stored at once: a file of CloudTrail holds thousands. */
const atOnce = 100;

/** Stores and queues what one delivery brought. Throws PortError when it could not be stored: then nobody is told 2xx. */
export const ingestDelivery = async (world: Intake, delivery: Delivery): Promise<Ingested> => {
  const { readers, names } = world.sources.current();
  const reader = readers.get(delivery.source);
  if (!reader) throw new Error(`no such source: ${names.join(', ')}`);
  const split = splitBatch(reader, delivery.bytes, delivery.contentType);
  if (!split.ok) return quarantineWhole(world, delivery);
  const stored: Raw[] = [];
  for (let start = 0; start < split.value.length; start += atOnce) {
    const some = split.value.slice(start, start + atOnce);
    const put = some.map(async (event, i) => rawOf(delivery, start + i, await storeRaw(world, delivery, eventBytes(event))));
    stored.push(...(await Promise.all(put)));
  }
  await world.queues.sendRaw(stored);
  return { stored: stored.length, quarantined: 0 };
};
