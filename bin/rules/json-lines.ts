// Decides how a file of JSON lines is read however long it is: line by line from chunks of bytes, in the memory of one chunk.
import { createReadStream } from 'node:fs';

/** A longer line is no event; it is passed over without being held. */
export const longestLine = 16_000_000;
const chunkSize = 1 << 20;
const newline = 10;

type Chunks = AsyncIterable<Buffer>;

export const openLines = (path: string): Chunks => (path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunkSize }));

export type LineReader = {
  readonly take: (chunk: Buffer) => void;
  /** What stands behind the last line's end. */
  readonly end: () => void;
};

/** Hands on each line, numbered from 0, as text; undefined where it is too long. */
export const lineReader = (onLine: (text: string | undefined, line: number) => void): LineReader => {
  let line = 0;
  let held: Buffer[] = [];
  let length = 0;

  const hold = (part: Buffer): void => {
    length += part.length;
    // Only the length of what is too long is still of interest.
    if (length > longestLine) held = [];
    // The chunk's memory is used again by whoever reads.
    else if (part.length > 0) held.push(Buffer.from(part));
  };

  const release = (part: Buffer): void => {
    hold(part);
    onLine(length > longestLine ? undefined : Buffer.concat(held).toString('utf8'), line);
    line += 1;
    [held, length] = [[], 0];
  };

  return {
    take: (chunk) => {
      let from = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        if (length > 0) release(chunk.subarray(from, end));
        else {
          onLine(end - from > longestLine ? undefined : chunk.toString('utf8', from, end), line);
          line += 1;
        }
        from = end + 1;
      }
      hold(chunk.subarray(from));
    },
    end: () => {
      if (length > 0) release(Buffer.alloc(0));
    },
  };
};
