// Decides how compressed bytes are unpacked: gzip only, in a stream, and never more than the limit, whatever a bomb would become.
import { type Result, fail, ok } from '#core/kernel/result.ts';

/** `large`: over the limit. `damaged`: cut short, or no gzip at all. */
export type NotInflated = 'large' | 'damaged';

/** RFC 1952: the first two bytes of every gzip file. */
export const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b;

/** At most so many bytes of a stream; undefined when there are more. The rest is not read. */
export const readAtMost = async (stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | undefined> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > limit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

export const inflate = async (bytes: Uint8Array<ArrayBuffer>, limit: number): Promise<Result<Uint8Array, NotInflated>> => {
  try {
    const inflated = await readAtMost(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')), limit);
    return inflated ? ok(inflated) : fail('large');
  } catch {
    return fail('damaged');
  }
};
