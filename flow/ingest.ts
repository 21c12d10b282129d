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

/** Ends the name of a body that could not be split: when it can be, it is more than one event. */
export const wholeMark = '#whole';

/** A body that is no batch at all is kept whole and quarantined with its reason: never dropped. */
const quarantineWhole = async (world: Intake, delivery: Delivery): Promise<Ingested> => {
  const rawRef = await storeRaw(world, delivery, delivery.bytes);
  const { source, id, received } = delivery;
  await world.queues.sendRaw([{ source, delivery: `${id}${wholeMark}`, rawRef, received }]);
  world.log.warn('delivery-unreadable', { source: safeWord(delivery.source, world.sources.current().names) });
  return { stored: 1, quarantined: 1 };
};

const eventBytes = (event: RawEvent): Uint8Array =>
  event.bytes ?? encoder.encode(event.json === undefined ? event.text : JSON.stringify(event.json));

/** Raw events stored at once: a file of CloudTrail holds thousands. */
const atOnce = 100;

/** Stores each by itself, under the name of its number; queues nothing yet. */
export const storeEvents = async (
  world: Pick<World, 'evidence'>,
  { source, received }: Pick<Delivery, 'source' | 'received'>,
  { events, nameOf }: { readonly events: readonly RawEvent[]; readonly nameOf: (index: number) => string },
): Promise<readonly Raw[]> => {
  const stored: Raw[] = [];
  for (let start = 0; start < events.length; start += atOnce) {
    const put = events.slice(start, start + atOnce).map(async (event, i) => {
      const rawRef = await storeRaw(world, { source, received }, eventBytes(event));
      return { source, delivery: nameOf(start + i), rawRef, received };
    });
    stored.push(...(await Promise.all(put)));
  }
  return stored;
};

/** Stores and queues what one delivery brought. Throws PortError when it could not be stored: then nobody is told 2xx. */
export const ingestDelivery = async (world: Intake, delivery: Delivery): Promise<Ingested> => {
  const { readers, names } = world.sources.current();
  const reader = readers.get(delivery.source);
  if (!reader) throw new Error(`no such source: ${names.join(', ')}`);
  const split = splitBatch(reader, delivery.bytes, delivery.contentType);
  if (!split.ok) return quarantineWhole(world, delivery);
  const stored = await storeEvents(world, delivery, { events: split.value, nameOf: (index) => `${delivery.id}#${index}` });
  await world.queues.sendRaw(stored);
  return { stored: stored.length, quarantined: 0 };
};
