// Holds that the fuzzer finds a reader that throws, wavers, bloats or lies about time, and that a seed says everything.
import { describe, expect, it } from 'vitest';
import type { Facts, SourceReader } from '#core/signal/signal.ts';
import { noon } from '../core/signal/reading.ts';
import { shipped } from '../core/signal/shipped.ts';
import { dice } from '../soak/dice.ts';
import { wrongWith } from './holds.ts';
import { grown, mutated } from './mutate.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const files: readonly [Uint8Array, ...Uint8Array[]] = [bytes('{"id": "event-1", "list": [{"name": "anna"}]}'), bytes('a line of words')];

const facts: Facts = { eventId: 'e', identity: ['e'], kind: 'finding', time: noon, outcome: 'unknown', identifiers: [], marks: [] };
const reading = (read: SourceReader['read']): SourceReader => ({
  name: 'planted',
  logsource: {},
  recognises: () => true,
  vendorEvent: () => ({}),
  read,
});

describe('the fuzzer', () => {
  let calls = 0;
  it.each<[string, SourceReader['read'], RegExp | undefined]>([
    ['reads well', () => ({ ok: true, value: facts }), undefined],
    ['refuses with a reason', () => ({ ok: false, error: { field: 'id', expected: 'an id' } }), undefined],
    [
      'throws',
      () => {
        throw new TypeError('planted');
      },
      /throws: TypeError: planted/,
    ],
    [
      'says another thing the second time',
      () => {
        calls += 1;
        return { ok: true, value: { ...facts, identity: [calls] } };
      },
      /otherwise/,
    ],
    ['refuses without a word', () => ({ ok: false, error: { field: 'id', expected: '' } }), /without saying/],
    ['makes a kind up', () => ({ ok: true, value: { ...facts, kind: 'made.up' as Facts['kind'] } }), /no kind/],
    ['has a time that is none', () => ({ ok: true, value: { ...facts, time: Number.NaN as Facts['time'] & number } }), /no instant/],
    ['keeps a megabyte', () => ({ ok: true, value: { ...facts, actor: { name: 'x'.repeat(1_000_000) } } }), /more than/],
  ])('judges a reader that %s', (_, read, expected) => {
    const wrong = wrongWith(reading(read), bytes('{"id": 1}'));
    if (expected) expect(wrong).toMatch(expected);
    else expect(wrong).toBeUndefined();
  });

  it('makes the same inputs of the same seed, others of another, none longer than asked', () => {
    const run = (seed: number) => {
      const roll = dice(seed);
      return Array.from({ length: 200 }, () => new TextDecoder().decode(mutated(roll, files, 64)));
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(new Set(run(1)).size).toBeGreaterThan(100);
    expect(run(1).every((text) => bytes(text).length <= 64 * 3)).toBe(true);
  });

  it('grows an event to a megabyte in each of its ways', () => {
    const roll = dice(3);
    const sizes = Array.from({ length: 20 }, () => grown(roll, files).length);
    expect(Math.max(...sizes)).toBeGreaterThan(200_000);
    expect(Math.max(...sizes)).toBeLessThan(2_100_000);
  });

  it.each([...shipped.readers.values()])('finds nothing in $name', (reader) => {
    const roll = dice(7).branch(reader.name);
    for (let n = 0; n < 20; n += 1) expect(wrongWith(reader, mutated(roll, files, 4_096))).toBeUndefined();
  });
});
