// Decides how a raw event becomes a signal: facts of its source, a time that can be trusted, an id that a redelivery makes again.
import { type IdKey, signalId } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { type Instant, minutes, plus } from '../kernel/time.ts';
import type { RawEvent, ReadContext, Refusal, Signal, SignalMark, SourceReader } from './signal.ts';

export type Reading = {
  readonly reader: SourceReader;
  readonly event: RawEvent;
  readonly received: Instant;
  readonly rawRef: string;
  readonly key: IdKey;
  readonly zone?: string;
};

export type Normalised = { readonly signal: Signal; readonly identifiers: readonly string[] };

/** Clocks differ a little; what lies further ahead is wrong or a lie, and would hold a window open (detection.md 6.3). */
const ahead = minutes(5);

type Timed = { readonly time: Instant; readonly marks: readonly SignalMark[] };

const timed = (claimed: Instant | undefined, received: Instant, marks: readonly SignalMark[]): Timed => {
  if (claimed === undefined) return { time: received, marks: marks.includes('no-time') ? marks : [...marks, 'no-time'] };
  return claimed > plus(received, ahead) ? { time: received, marks: [...marks, 'clamped'] } : { time: claimed, marks };
};

export const toSignal = (reading: Reading): Result<Normalised, Refusal> => {
  const { reader, event, received, rawRef, key, zone } = reading;
  const context: ReadContext = { received, ...(zone !== undefined && { zone }) };
  const read = reader.read(event, context);
  if (!read.ok) return read;
  const { eventId, identity, identifiers, time, marks, sender, ...facts } = read.value;
  const id = signalId(key, reader.name, identity);
  const signal: Signal = {
    v: 1,
    id,
    source: reader.name,
    received,
    eventId: eventId ?? id,
    ...facts,
    ...timed(time, received, marks),
    // Only the directory knows whose word it is worth.
    ...(sender && { sender: { ...sender, verified: false } }),
    raw: { ref: rawRef },
  };
  return ok({ signal, identifiers });
};

/** What rules address a signal by. Whoever logs people in, its logins are `authentication`. */
export const logsourceOf = (
  reader: Pick<SourceReader, 'logsource'>,
  signal: Pick<Signal, 'kind'>,
): { readonly product?: string; readonly service?: string; readonly category?: string } =>
  signal.kind.startsWith('auth.') ? { ...reader.logsource, category: 'authentication' } : reader.logsource;
