// Decides how given events are played into a machine: once, in order, each a delivery with a name, so that a killed play goes on.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hashOf } from '#core/kernel/hash.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { RawEvent } from '#core/signal/signal.ts';
import type { Sources } from '#core/signal/sources.ts';
import { splitBatch } from '#core/signal/split.ts';
import { playOf, savePlay } from '#adapters/embedded/meta.ts';
import { isGzip } from '#flow/inflate.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import type { Node } from './node.ts';

/** One raw event of a file, and which source it is from. */
export type Played = { readonly source: string; readonly bytes: Uint8Array };

const encoder = new TextEncoder();

const filesUnder = (path: string): readonly string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .filter((name) => !name.startsWith('.') && !name.endsWith('.md') && name !== 'CloudTrail-Digest')
        .flatMap((name) => filesUnder(join(path, name)))
    : [path];

/** An event as it is stored. */
export const bytesOf = (event: RawEvent): Uint8Array =>
  event.bytes ?? encoder.encode(event.json === undefined ? event.text : JSON.stringify(event.json));

/** What is played is held in memory as a whole: a play that was killed goes on in its order. */
const largestFile = 33_554_432;

/** More than that is refused with the way around it. */
export const tooLarge = (name: string, size: number): string | undefined =>
  size <= largestFile
    ? undefined
    : `${name}: ${Math.ceil(size / 1_048_576)} MiB; at most 32 are played. \`art33 send\` and \`classify\` take files of any size.`;

/** Bytes of one file, or one line that says what is wrong with it. */
export const readEventFile = (file: string): Result<Uint8Array> => {
  let bytes: Uint8Array;
  try {
    const large = tooLarge(file, statSync(file).size);
    if (large !== undefined) return fail(large);
    bytes = readFileSync(file);
  } catch {
    return fail(`${file}: there is no such file, or it can't be read.`);
  }
  return bytes.length === 0 ? fail(`${file}: the file is empty; it should hold log lines or JSON.`) : unpacked(file, bytes);
};

/** What a packed file may become: a bomb becomes far more. */
const largestUnpacked = 256 * 1_024 * 1_024;

/** A packed file is read as what is in it: rotated logs, and what CloudTrail writes. */
const unpacked = (file: string, bytes: Uint8Array): Result<Uint8Array> => {
  if (!isGzip(bytes)) return ok(bytes);
  try {
    return ok(gunzipSync(bytes, { maxOutputLength: largestUnpacked }));
  } catch {
    return fail(`${file}: a gzip file that is damaged, or over 256 MiB when it is unpacked.`);
  }
};

/** The raw events of one file, each with its source. An event that no source knows goes to the one named by its folder or neighbours. */
const eventsOf = (file: string, sources: Sources, wanted: string): Result<readonly Played[]> => {
  const bytes = readEventFile(file);
  if (!bytes.ok) return bytes;
  const named = wanted === 'auto' ? undefined : sources.readers.get(wanted);
  const split = splitBatch(named ?? sources.any, bytes.value);
  if (!split.ok) return fail(`${file}: ${split.error.field}: expected ${split.error.expected}.`);
  const known = split.value.map((event) => named ?? sources.recognise(event));
  const fallback = known.find((reader) => reader !== undefined);
  if (!fallback) return fail(`${file}: no source recognises this. Name it: --source ${sources.names.join('|')}.`);
  return ok(split.value.map((event, i) => ({ source: (known[i] ?? fallback).name, bytes: bytesOf(event) })));
};

/** The files of the given files and folders, in name order. */
export const eventFiles = (paths: readonly string[]): Result<readonly string[]> => {
  const all: string[] = [];
  for (const path of paths) {
    try {
      all.push(...filesUnder(path));
    } catch {
      return fail(`${path}: there is no such file or folder.`);
    }
  }
  return ok(all);
};

/** All events of the given files and folders. The first unreadable file ends it. */
export const eventsUnder = (paths: readonly string[], sources: Sources, wanted = 'auto'): Result<readonly Played[]> => {
  const files = eventFiles(paths);
  if (!files.ok) return files;
  const all: Played[] = [];
  for (const file of files.value) {
    const events = eventsOf(file, sources, wanted);
    if (!events.ok) return events;
    all.push(...events.value);
  }
  return ok(all);
};

export type PlayOptions = {
  /** Play again even if this was played to its end before. */ readonly again: boolean;
  readonly onEach?: (done: number, of: number) => void;
};

/** Plays events into the node's own door. A play that was killed goes on where it stopped, under the same delivery names. */
export const play = async (node: Node, events: readonly Played[], options: PlayOptions): Promise<number> => {
  const fingerprint = hashOf(events.map(({ source, bytes }) => [source, Buffer.from(bytes).toString('base64')]));
  const before = playOf(node.database);
  const resumes = before !== undefined && before.events === fingerprint && !before.finished;
  const known = before !== undefined && before.events === fingerprint && before.finished;
  if (known && (!options.again || before.told === false)) return 0;
  const run = resumes ? before.run : (before?.run ?? 0) + 1;
  const first = resumes ? before.next : 0;
  for (let i = first; i < events.length; i += 1) {
    const event = events[i];
    if (!event) continue;
    await ingestDelivery(node.world, {
      source: event.source,
      id: `play:${run}:${i}`,
      bytes: event.bytes,
      received: node.world.clock.now(),
    });
    await savePlay(node.database, { run, events: fingerprint, next: i + 1, finished: i + 1 === events.length, told: !options.again });
    options.onEach?.(i + 1, events.length);
  }
  return events.length - first;
};
