// Decides what has to hold of a source whatever its door is given: it reads or refuses, the same twice, and what it says is small and clean.
import { isDeepStrictEqual } from 'node:util';
import { printable } from '#core/kernel/safe.ts';
import { toSignal } from '#core/signal/normalise.ts';
import { type RawEvent, type SourceReader, signalKinds } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import { noon } from '../core/signal/reading.ts';

/** A stored signal is one item; long texts are cut where they are read. */
const largest = 32_768;
const key = new Uint8Array(32);

const ofEvent = (reader: SourceReader, event: RawEvent): string | undefined => {
  const given = { reader, event, received: noon, rawRef: 'raw', key };
  const read = toSignal(given);
  if (!isDeepStrictEqual(toSignal(given), read)) return 'it reads otherwise the second time';
  if (!read.ok) return read.error.expected === '' ? 'it is refused without saying what was expected' : undefined;
  const { signal } = read.value;
  if (!signalKinds.includes(signal.kind)) return `${signal.kind} is no kind`;
  if (!Number.isSafeInteger(signal.time)) return 'its time is no instant';
  if (signal.time > noon + 300_000) return 'its time lies in the future';
  if (JSON.stringify(signal).length > largest) return `its signal has more than ${largest} characters`;
  const raw = /[\p{Cc}\p{Bidi_Control}]/u.exec(printable(signal.eventId));
  return raw ? 'its event id prints a control character' : undefined;
};

/** What is wrong with what the reader made of it; undefined where nothing is. */
export const wrongWith = (reader: SourceReader, bytes: Uint8Array): string | undefined => {
  try {
    const split = splitBatch(reader, bytes);
    if (!split.ok) return undefined;
    for (const event of split.value) {
      const wrong = ofEvent(reader, event);
      if (wrong !== undefined) return wrong;
    }
    return Object.keys(Object.prototype).length > 0 ? 'a key of it became a prototype' : undefined;
  } catch (cause) {
    return `it throws: ${cause instanceof Error ? (cause.stack ?? cause.message).split('\n').slice(0, 3).join(' ') : String(cause)}`;
  }
};
