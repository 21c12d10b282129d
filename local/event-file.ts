// Decides how a file of raw events is read whatever its size: as a stream, unpacked where it is packed, piece by piece, each event with its source.
import { createReadStream, statSync } from 'node:fs';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { cutter } from '#core/signal/cut.ts';
import type { RawEvent, SourceReader } from '#core/signal/signal.ts';
import type { Sources } from '#core/signal/sources.ts';
import { splitBatch } from '#core/signal/split.ts';
import { isGzip } from '#flow/inflate.ts';

/** A file that can't be read, in one line that says what is wrong with it. */
export class UnreadableFile extends Error {}

/** Standard input, by its name on the command line. */
const input = '-';

const notThere = (file: string): UnreadableFile => new UnreadableFile(`${file}: there is no such file, or it can't be read.`);

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const stream: Readable = file === input ? process.stdin : createReadStream(file, { highWaterMark: 262_144 });
  try {
    for await (const part of stream) yield part as Uint8Array;
  } catch {
    throw notThere(file);
  }
}

async function* joined(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** A packed file is read as what is in it: rotated logs, and what CloudTrail writes. */
async function* unpacked(file: string): AsyncGenerator<Uint8Array> {
  const packed = bytesOf(file);
  const first = await packed.next();
  if (first.done) {
    const what = file === input ? 'standard input is empty; give' : `${file}: the file is empty; it should hold`;
    throw new UnreadableFile(`${what} log lines or JSON.`);
  }
  const all = joined(first.value, packed);
  if (!isGzip(first.value)) return yield* all;
  try {
    yield* pipeline(Readable.from(all), createGunzip(), () => undefined) as AsyncIterable<Uint8Array>;
  } catch {
    throw new UnreadableFile(`${file}: a gzip file that is damaged.`);
  }
}

async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  const cut = cutter();
  const cutOff = (part: Uint8Array | undefined): readonly Uint8Array[] => {
    const pieces = cut(part);
    if (!pieces.ok) throw new UnreadableFile(`${file}: ${pieces.error.field}: expected ${pieces.error.expected}.`);
    return pieces.value;
  };
  for await (const part of unpacked(file)) yield* cutOff(part);
  yield* cutOff(undefined);
}

/** What one piece of a file holds: each event with the source that knows it. `bytes`: how long the piece was. */
export type Piece = {
  readonly file: string;
  readonly bytes: number;
  readonly events: readonly { readonly event: RawEvent; readonly reader: SourceReader | undefined }[];
};

/** The pieces of one file; `wanted` is the name of a source, or `auto`. Throws `UnreadableFile`. */
export async function* readPieces(file: string, sources: Sources, wanted: string): AsyncGenerator<Piece> {
  const named = wanted === 'auto' ? undefined : sources.readers.get(wanted);
  for await (const bytes of piecesOf(file)) {
    const split = splitBatch(named ?? sources.any, bytes);
    if (!split.ok) throw new UnreadableFile(`${file}: ${split.error.field}: expected ${split.error.expected}.`);
    const events = split.value.map((event) => ({ event, reader: named ?? sources.recognise(event) }));
    yield { file, bytes: bytes.length, events };
  }
}

/** Before anything is done with any of them: each is there, and its first piece can be read. Nothing is half done for a wrong name. */
export const checkFiles = async (files: readonly string[], sources: Sources, wanted: string): Promise<void> => {
  for (const file of files) {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw notThere(file);
    for await (const { events } of readPieces(file, sources, wanted)) {
      if (!events.some(({ reader }) => reader))
        throw new UnreadableFile(`${file}: no source recognises this. Name it: --source ${sources.names.join('|')}.`);
      break;
    }
  }
};
