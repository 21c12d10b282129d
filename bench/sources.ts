// Decides how much a source's reader may cost: at most three times parsing, or splitting, the same bytes.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signalId } from '#core/kernel/ids.ts';
import { cutter } from '#core/signal/cut.ts';
import type { RawEvent, SourceReader } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';
import { type Benchmark, type Measured, median, table } from './benchmark.ts';
import { hour } from './node.ts';
import { type Floor, floorFor } from './reading-floor.ts';

/** How long floor and reader run before they are measured, and in each round after it. */
export type SourceSettings = { readonly rounds: number; readonly milliseconds: number; readonly warming: number };

/** A reader runs for weeks: what it costs in its first second is another question. */
const settings: SourceSettings = { rounds: 7, milliseconds: 80, warming: 700 };

export const gates = { parse: 3 } as const;

export type Row = {
  readonly source: string;
  readonly events: number;
  readonly bytes: number;
  /** Events a second, parsed and normalised. */
  readonly perSecond: number;
  readonly megabytesPerSecond: number;
  readonly ratio: number;
};

const events = fileURLToPath(new URL('../events/', import.meta.url));
const encoder = new TextEncoder();

/** Each event of the fixtures as a delivery of its own, as EventBridge, a log group and most webhooks send them. */
const deliveriesOf = (reader: SourceReader): readonly Uint8Array[] => {
  const folder = join(events, reader.name);
  const raw = readdirSync(folder).flatMap((file): readonly RawEvent[] => {
    const type = file.endsWith('.form') ? 'application/x-www-form-urlencoded' : undefined;
    const split = splitBatch(reader, readFileSync(join(folder, file)), type);
    return split.ok ? split.value : [];
  });
  return raw
    .filter((event) => reader.read(event, { received: hour }).ok)
    .map(({ text, json }) => encoder.encode(json === undefined ? text : JSON.stringify(json)));
};

let sink = 0;

/** What is done of it: split, recognised, read into facts. What names the signal is the same for every source, and measured by itself. */
const normalise = (reader: SourceReader, bytes: Uint8Array): number => {
  const split = splitBatch(reader, bytes);
  let facts = 0;
  for (const event of split.ok ? split.value : []) if (reader.read(event, { received: hour }).ok) facts += 1;
  return facts;
};

type Work = { readonly bytes: Uint8Array; readonly run: Floor };

/** Seconds of processor time for one pass over all of them. */
const secondsOf = async (work: readonly Work[], milliseconds: number): Promise<number> => {
  const begun = process.cpuUsage();
  let passes = 0;
  let spent = 0;
  do {
    for (let i = 0; i < 20; i += 1)
      for (const { bytes, run } of work) {
        const done = run(bytes);
        sink += typeof done === 'number' ? done : await done;
      }
    passes += 20;
    const { user, system } = process.cpuUsage(begun);
    spent = user + system;
  } while (spent < milliseconds * 1_000);
  return spent / 1_000_000 / passes;
};

const measure = async (reader: SourceReader, { rounds, milliseconds, warming }: SourceSettings): Promise<Row> => {
  const deliveries = deliveriesOf(reader);
  const bytes = deliveries.reduce((sum, one) => sum + one.length, 0);
  const floor = deliveries.map((one): Work => ({ bytes: one, run: floorFor(reader.name, one) }));
  const own = deliveries.map((one): Work => ({ bytes: one, run: (given) => normalise(reader, given) }));
  await secondsOf(floor, warming);
  await secondsOf(own, warming);
  const pairs: { readonly floor: number; readonly own: number }[] = [];
  for (let round = 0; round < rounds; round += 1)
    pairs.push({ floor: await secondsOf(floor, milliseconds), own: await secondsOf(own, milliseconds) });
  const taken = median(pairs.map((pair) => pair.own));
  return {
    source: reader.name,
    events: deliveries.length,
    bytes: Math.round(bytes / deliveries.length),
    perSecond: Math.round(deliveries.length / taken),
    megabytesPerSecond: bytes / taken / 1_000_000,
    ratio: median(pairs.map((pair) => pair.own / pair.floor)),
  };
};

export type Stream = {
  readonly what: string;
  readonly events: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly grown: number;
};

const mebibyte = 1_048_576;

/** The events of a file as its bytes come, cut as every long file is. */
function* piecesOf(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  const cut = cutter();
  const next = (part?: Uint8Array): readonly Uint8Array[] => {
    const pieces = cut(part);
    if (!pieces.ok) throw new Error(pieces.error.expected);
    return pieces.value;
  };
  for (const part of parts) yield* next(part);
  yield* next();
}

/** What a run keeps and needs at once, above what the process had at its start: events are dropped as they are read. */
const streamed = (what: string, reader: SourceReader, parts: Iterable<Uint8Array>, start: number): Stream => {
  let [events, bytes, highest] = [0, 0, 0];
  const begun = process.cpuUsage();
  for (const piece of piecesOf(parts)) {
    const split = splitBatch(reader, piece);
    for (const event of split.ok ? split.value : []) if (reader.read(event, { received: hour }).ok) events += 1;
    bytes += piece.length;
    highest = Math.max(highest, process.memoryUsage().rss);
  }
  const { user, system } = process.cpuUsage(begun);
  return {
    what,
    events,
    megabytes: bytes / 1_000_000,
    seconds: (user + system) / 1_000_000,
    grown: Math.max(0, highest - start) / mebibyte,
  };
};

const lineOf = (n: number): string =>
  `Mar 14 01:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')} relay-1 sshd[${n % 30_000}]: Failed password for invalid user admin from 203.0.113.${n % 250} port ${n % 60_000} ssh2\n`;

/** The bytes of a log file, a quarter of a mebibyte at a time. */
function* logOf(megabytes: number): Generator<Uint8Array> {
  for (let sent = 0, n = 0; sent < megabytes * 1_000_000; ) {
    const lines: string[] = [];
    for (let size = 0; size < mebibyte / 4; n += 1) {
      const line = lineOf(n);
      lines.push(line);
      size += line.length;
    }
    const body = encoder.encode(lines.join(''));
    sent += body.length;
    yield body;
  }
}

const auth0Batch = (count: number): Uint8Array => {
  const one = JSON.parse(readFileSync(join(events, 'auth0/webhook-object.json'), 'utf8')) as { readonly data?: object };
  return encoder.encode(
    JSON.stringify(
      Array.from({ length: count }, (_, n) => ({ ...one, log_id: `batch-${n}`, data: { ...one.data, log_id: `batch-${n}` } })),
    ),
  );
};

export const measureStreams = (
  readers: ReadonlyMap<string, SourceReader>,
  size: { readonly megabytes: readonly number[]; readonly batch: number },
): readonly Stream[] => {
  const [sshd, auth0] = [readers.get('sshd'), readers.get('auth0')];
  if (!sshd || !auth0) throw new Error('sshd and auth0 are sources');
  const start = process.memoryUsage().rss;
  return [
    streamed(`${size.batch.toLocaleString('en')} events of Auth0 in one list`, auth0, [auth0Batch(size.batch)], start),
    ...size.megabytes.map((megabytes) => streamed(`${megabytes} MB of sshd lines`, sshd, logOf(megabytes), start)),
  ];
};

export const missedGates = (rows: readonly Row[]): readonly string[] =>
  rows
    .filter((row) => row.ratio > gates.parse)
    .map((row) => `${row.source} costs ${row.ratio.toFixed(2)}x parsing the same bytes; at most ${gates.parse}x`);

const readersOf = async (): Promise<ReadonlyMap<string, SourceReader>> => {
  const loaded = await loadInForce(exampleDir, { now: hour, environment: {} });
  if (!loaded.ok) throw new Error('the example configuration does not load');
  return loaded.value.sources.readers;
};

export const measureSources = async (
  readers: ReadonlyMap<string, SourceReader>,
  given: SourceSettings,
  say: (line: string) => void,
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const reader of readers.values()) {
    say(reader.name);
    rows.push(await measure(reader, given));
  }
  return rows;
};

/** Microseconds to name one signal of a line: the keyed hash of who, when and what. */
const namingOf = async ({ milliseconds, warming }: SourceSettings): Promise<number> => {
  const key = new Uint8Array(32);
  const bytes = encoder.encode(lineOf(0));
  const identity = ['relay-1', '581', lineOf(0), 1_773_453_600];
  const work: Work = { bytes, run: () => signalId(key, 'sshd', identity).length };
  await secondsOf([work], warming);
  return (await secondsOf([work], milliseconds)) * 1_000_000;
};

const streamLine = ({ what, events: count, megabytes, seconds, grown }: Stream): string =>
  `${what}: ${count.toLocaleString('en')} events, ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s, memory at most ${grown.toFixed(0)} MiB above the start.`;

const head = ['source', 'events', 'bytes each', 'events/s', 'MB/s', 'ratio'];
const cells = (row: Row): readonly string[] => [
  row.source,
  String(row.events),
  String(row.bytes),
  row.perSecond.toLocaleString('en'),
  row.megabytesPerSecond.toFixed(1),
  `${row.ratio.toFixed(2)}x`,
];

type Figures = { readonly rows: readonly Row[]; readonly streams: readonly Stream[]; readonly naming: number };

const report = ({ rows, streams, naming }: Figures, given: SourceSettings): Measured => ({
  lines: [
    ...table(head, rows.map(cells)),
    '',
    `Seconds of processor time; medians of ${given.rounds} rounds over each source's own fixtures, every event a delivery of its own.`,
    'events/s: bytes to facts. ratio: against JSON.parse of the same bytes, or splitting the line or form into its fields; mails against postal-mime.',
    `Naming a signal by its keyed hash comes on top, the same for every source: ${naming.toFixed(1)} µs.`,
    `Gate: at most ${gates.parse}x.`,
    '',
    ...streams.map(streamLine),
  ],
  json: { benchmark: 'sources', gates, rows, streams, naming, missed: missedGates(rows), sink },
  missed: missedGates(rows),
});

export const sourcesBenchmark: Benchmark = {
  name: 'sources',
  summary: 'events a second that each source reads, beside parsing or splitting the same bytes',
  run: async (say) => {
    const readers = await readersOf();
    const streams = measureStreams(readers, { megabytes: [10, 100, 300], batch: 10_000 });
    const rows = await measureSources(readers, settings, say);
    return report({ rows, streams, naming: await namingOf(settings) }, settings);
  },
};
