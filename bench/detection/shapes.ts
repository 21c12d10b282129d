// Decides what the events of the five main shapes look like to the rules: samples of each source, read once, with the signal beside them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evaluated } from '#core/detection/find.ts';
import type { EvaluatedEvent, LogSource } from '#core/detection/rule.ts';
import { enrich } from '#core/directory/enrich.ts';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { logsourceOf, toSignal } from '#core/signal/normalise.ts';
import type { RawEvent, SourceReader } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import type { InForce } from '#local/node.ts';
import { cloudTrailRecords, numbersFrom } from './cloudtrail.ts';

/** How much of the stream is of which source: what a processor of this size sees. */
const shares: readonly (readonly [source: string, of: number])[] = [
  ['cloudtrail', 40],
  ['auth0', 25],
  ['sshd', 13],
  ['fail2ban', 10],
  ['guardduty', 12],
];

/** `line` is what is parsed: the event as rules see it. */
export type Shaped = { readonly line: string; readonly logsource: LogSource };

const received: Instant = instantOf(Date.UTC(2026, 2, 14, 12));
const key = new Uint8Array(32);

const samples = (folder: string, reader: SourceReader): readonly RawEvent[] =>
  readdirSync(join(folder, reader.name))
    .sort()
    .flatMap((file) => {
      const split = splitBatch(reader, readFileSync(join(folder, reader.name, file)));
      return split.ok ? split.value : [];
    });

const record = (value: Readonly<Record<string, unknown>>): RawEvent => ({ text: JSON.stringify(value), json: value });

/** Reads a raw event as the service does; what can't be read is no sample. */
const shaped = (reader: SourceReader, raw: RawEvent, inForce: InForce): Shaped | undefined => {
  const read = toSignal({ reader, event: raw, received, rawRef: '', key });
  if (!read.ok) return undefined;
  const signal = enrich(read.value.signal, read.value.identifiers, inForce.configuration.directory);
  const event: EvaluatedEvent = evaluated(reader.vendorEvent(raw), signal);
  return { line: JSON.stringify(event), logsource: logsourceOf(reader, signal) };
};

export const shapedEvents = (n: number, inForce: InForce, folder: string): readonly Shaped[] => {
  const random = numbersFrom(7);
  const trail = cloudTrailRecords(7);
  const given = new Map(
    shares.map(([name]) => {
      const reader = inForce.sources.readers.get(name);
      if (!reader) throw new Error(`there is no source ${name}`);
      const raws = name === 'cloudtrail' ? Array.from({ length: 2_000 }, (_, i) => record(trail(i))) : samples(folder, reader);
      return [name, raws.flatMap((raw) => shaped(reader, raw, inForce) ?? [])] as const;
    }),
  );
  const drawn = shares.flatMap(([name, of]) => Array.from({ length: of }, () => name));
  return Array.from({ length: n }, () => {
    const of = given.get(drawn[Math.floor(random() * drawn.length)] ?? '') ?? [];
    const one = of[Math.floor(random() * of.length)];
    if (!one) throw new Error('a source without samples');
    return one;
  });
};
