// Holds that gzip is unpacked, that a bomb is not, and that damage is said to be damage.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate, isGzip, readAtMost } from '#flow/inflate.ts';

const text = new Uint8Array(Buffer.from('one line\nanother\n'.repeat(100)));
const packed = new Uint8Array(gzipSync(text));

describe('packed bytes', () => {
  it('come back as they were, up to the limit and not one beyond', async () => {
    expect(isGzip(packed)).toBe(true);
    expect(await inflate(packed, text.length)).toEqual({ ok: true, value: Buffer.from(text) });
    expect(await inflate(packed, text.length - 1)).toEqual({ ok: false, error: 'large' });
  });

  it('of a bomb are given up at the limit', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(64 * 1_048_576)));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await inflate(bomb, 1_048_576)).toEqual({ ok: false, error: 'large' });
  });

  it.each([
    ['cut short', packed.subarray(0, packed.length - 3)],
    ['with a wrong sum', packed.with(packed.length - 6, packed[packed.length - 6]! ^ 1)],
    ['that are two files in one, of which one would be lost', new Uint8Array([...packed, ...packed])],
    ['that are none', text],
    ['of no length', new Uint8Array()],
  ])('%s are damaged', async (_title, bytes) => {
    expect(await inflate(bytes, 10_000)).toEqual({ ok: false, error: 'damaged' });
  });
});

it('reads no more of a stream than it must to know that it is too much', async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(10));
    },
  });
  expect(await readAtMost(endless, 25)).toBeUndefined();
  expect(pulled).toBeLessThan(6);
});
