// What happens to events that were fetched from where a source keeps them: deliveries like any, named by the source's own id, so that none counts twice.
import { signalId } from '#core/kernel/ids.ts';
import { fetched } from '#core/signal/heard.ts';
import { splitBatch } from '#core/signal/split.ts';
import { type Intake, ingestDelivery } from './ingest.ts';
import type { World } from './ports.ts';

/** `id`: the source's own; the same id again is the same delivery. */
export type Fetched = { readonly id: string; readonly text: string };

const encoder = new TextEncoder();

/** Stored as they came. Those that the source itself had delivered end as seen before. */
export const storeFetched = async (world: Intake & Pick<World, 'clock'>, source: string, events: readonly Fetched[]): Promise<void> => {
  const received = world.clock.now();
  await Promise.all(
    events.map(({ id, text }) => ingestDelivery(world, { source, id: `${fetched}${id}`, bytes: encoder.encode(text), received })),
  );
};

/** Which of them the source had not delivered: a gap that nobody saw. */
export const missingOf = async (world: World, source: string, events: readonly Fetched[]): Promise<readonly string[]> => {
  const reader = world.sources.current().readers.get(source);
  const received = world.clock.now();
  const missing: string[] = [];
  for (const { id, text } of events) {
    const split = reader && splitBatch(reader, encoder.encode(text));
    const read = split?.ok === true && split.value[0] ? reader?.read(split.value[0], { received }) : undefined;
    if (read?.ok !== true) continue;
    if (!(await world.ledger.signal(signalId(world.pseudonyms.idKey, source, read.value.identity)))) missing.push(id);
  }
  return missing;
};
