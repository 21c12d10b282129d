// What happens to the bytes of one raw event: its source's reader makes a signal of it, and the directory adds what it knows.
import { isBackfill } from '#core/detection/backfill.ts';
import { enrich } from '#core/directory/enrich.ts';
import { sourceSettings } from '#core/directory/source-settings.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { toSignal } from '#core/signal/normalise.ts';
import type { RawEvent, Refusal, Signal, SignalMark, SourceReader } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import type { Raw, World } from './ports.ts';

/** All that reading needs. */
export type Reading = Pick<World, 'sources' | 'directory' | 'pseudonyms'>;

export type Read = { readonly reader: SourceReader; readonly event: RawEvent; readonly signal: Signal };

/** One stored raw event as its reader wants it. Text with line breaks of its own stays one event. */
const rawEvent = (reader: SourceReader, bytes: Uint8Array): Result<RawEvent, Refusal> => {
  const split = splitBatch(reader, bytes);
  if (!split.ok) return split;
  const [only, second] = split.value;
  return ok(only && !second ? only : { text: new TextDecoder().decode(bytes) });
};

/** Bytes to signal, enriched from the directory; or why not. */
export const signalIn = (world: Reading, raw: Omit<Raw, 'delivery'>, bytes: Uint8Array): Result<Read, Refusal> => {
  const { readers, names } = world.sources.current();
  const reader = readers.get(raw.source);
  if (!reader) return fail({ field: 'source', expected: `one of ${names.join(', ')}` });
  const event = rawEvent(reader, bytes);
  if (!event.ok) return event;
  const { configuration } = world.directory.current();
  const settings = sourceSettings(configuration, raw.source);
  const normal = toSignal({
    reader,
    event: event.value,
    received: raw.received,
    rawRef: raw.rawRef,
    key: world.pseudonyms.idKey,
    zone: settings.zone,
  });
  if (!normal.ok) return normal;
  const signal = enrich(normal.value.signal, normal.value.identifiers, configuration.directory);
  const marks: readonly SignalMark[] = isBackfill(settings, signal.time) ? [...signal.marks, 'backfill'] : signal.marks;
  return ok({ reader, event: event.value, signal: { ...signal, marks } });
};

/** What a case keeps of a signal under pseudonyms (D-15): whose account, from where, on what. */
export const namesIn = ({ actor, src, target }: Signal): { readonly [name in 'actor' | 'address' | 'target']: string | undefined } => ({
  actor: actor?.id ?? actor?.name,
  address: src?.ip ?? src?.host,
  target: target?.id,
});
