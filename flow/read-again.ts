// What happens when quarantined events are to be read again: a body that holds several falls into them, each is read by itself and counted.
import type { RawEvent } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import { type Assessed, assess } from './assess.ts';
import { failureOf } from './failure.ts';
import { storeEvents, wholeMark } from './ingest.ts';
import type { KeepNames } from './keep-names.ts';
import { PortError, type Raw, type Receipt, type World } from './ports.ts';
import { type Replay, rawOf } from './quarantine.ts';

/** The events of a body that readers of today can take apart. Lines of one text belong together, unless nobody could split it at the door. */
const several = async (world: World, { source, delivery, rawRef }: Raw): Promise<readonly RawEvent[]> => {
  const reader = world.sources.current().readers.get(source);
  const bytes = reader && (await world.evidence.get(rawRef));
  const split = reader && bytes && splitBatch(reader, bytes);
  if (!split?.ok || split.value.length < 2) return [];
  return delivery.endsWith(wholeMark) || split.value.every(({ json }) => json !== undefined) ? split.value : [];
};

/**
 * The first of several is read in place of the whole, under its name; the others are new events with names made of it, so that doing
 * this again, after a crash too, adds nothing. They are stored and queued before the receipt of the whole is exchanged.
 */
const firstOf = async (world: World, raw: Raw): Promise<Raw> => {
  const events = await several(world, raw);
  const nameOf = (index: number): string => (index === 0 ? raw.delivery : `${raw.delivery}.${index}`);
  const [first = raw, ...others] = await storeEvents(world, raw, { events, nameOf });
  if (others.length > 0) await world.queues.sendRaw(others);
  return first;
};

/** Reads one by the readers of today; what was read meanwhile stays as it is. */
export const assessAgain = async (world: World, raw: Raw): Promise<Assessed> => {
  const known = await world.ledger.receipt(raw.source, raw.delivery);
  return assess(world, known?.disposition === 'quarantined' ? await firstOf(world, raw) : raw, { again: true });
};

/** A fault of ours stops no other event, as at the first time. When the world fails, what is left stays where it is. */
const readAgain = async (world: World, receipt: Receipt, keepNames?: KeepNames): Promise<Receipt['disposition']> => {
  try {
    const assessed = await assessAgain(world, rawOf(receipt));
    await keepNames?.(rawOf(receipt), assessed);
    return assessed.disposition;
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    world.log.error('assess-failed', failureOf(cause));
    return 'quarantined';
  }
};

/** Right here, one after the other. */
export const replayHere =
  (world: World, keepNames?: KeepNames): Replay =>
  async (receipts) => {
    const counts = { attached: 0, assessed: 0, duplicate: 0, quarantined: 0 };
    for (const receipt of receipts) counts[await readAgain(world, receipt, keepNames)] += 1;
    world.log.info('quarantine-replayed', counts);
    return counts;
  };
