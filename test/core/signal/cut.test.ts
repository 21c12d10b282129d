// Holds that a long file falls into the same events piece by piece as it would whole, in whatever parts its bytes come.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Limits, cutter } from '#core/signal/cut.ts';
import { splitBatch } from '#core/signal/split.ts';
import { bytesOf } from './reading.ts';
import { shipped } from './shipped.ts';

/** As the real ones, a thousandth of them. */
const small: Limits = { short: 4_096, usual: 1_024, longest: 32_768 };

/** Cut, with the bytes coming in parts of that length. */
const pieces = (text: string, length = 64, limits = small): readonly Uint8Array[] => {
  const [bytes, cut] = [bytesOf(text), cutter(limits)];
  const parts = Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) => bytes.slice(n * length, (n + 1) * length));
  return [...parts, undefined].flatMap((part) => {
    const cuts = cut(part);
    if (!cuts.ok) throw new Error(cuts.error.expected);
    return cuts.value;
  });
};

const eventsIn = (all: readonly Uint8Array[]): readonly unknown[] =>
  all.flatMap((piece) => {
    const split = splitBatch(shipped.any, piece);
    return split.ok ? split.value.map((event) => event.json ?? event.text) : [split.error.field];
  });
const whole = (text: string): readonly unknown[] => eventsIn([bytesOf(text)]);

const log = (n: number) => ({ log_id: String(n), data: { type: 'fp', user_agent: `"x", [1] {${'é\\'.repeat(n % 40)}` } });
const some = (count: number) => Array.from({ length: count }, (_, n) => log(n));
const list = JSON.stringify(some(100));
const lines = 'Mar 14 01:00:00 relay-1 sshd[1]: Failed password for root from 203.0.113.9 port 1 ssh2\n'.repeat(100);
const jsonLines = some(100)
  .map((one) => JSON.stringify(one))
  .join('\n');

describe('a long file', () => {
  it.each([
    ['lines of a log', lines],
    ['lines of a log without an end', lines.slice(0, -1)],
    ['lines of JSON', jsonLines],
    ['a list', list],
    ['a list behind a byte order mark', `\ufeff${list}`],
    ['a list on many lines', JSON.stringify(some(100), null, 1)],
    ['a document around a list', JSON.stringify({ 'a"[': ['x'], n: 1, Records: some(100), more: { x: [1] } })],
    ['a page of logs', JSON.stringify({ start: 0, total: 100, logs: some(100) }, null, 1)],
  ])('of %s is cut into pieces that hold the same events', (_, text) => {
    for (const length of [1, 64, 991]) {
      const all = pieces(text, length);
      expect(all.length).toBeGreaterThan(3);
      expect(eventsIn(all)).toEqual(whole(text));
      expect(Math.max(...all.slice(1).map((one) => one.length))).toBeLessThan(1_024 + 991 + 200);
    }
  });

  it('gives the same events wherever its parts end', () => {
    const json = fc.array(fc.record({ log_id: fc.string(), data: fc.jsonValue({ maxDepth: 3 }) }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 400 }), fc.constantFrom(undefined, 1), (events, length, indent) => {
        const text = JSON.stringify(events, null, indent);
        expect(eventsIn(pieces(text, length, { ...small, short: 300, usual: 100 }))).toEqual(whole(text));
      }),
      { numRuns: 60 },
    );
  });

  it('that is short stays as it is, whatever is in it', () => {
    for (const text of ['a\nb', '[1,2', '{"Records":[1,2]}', 'x'.repeat(4_000)]) expect(pieces(text)).toEqual([bytesOf(text)]);
    expect(pieces('')).toEqual([]);
  });

  it('of a list that breaks off gives what it had, and its broken element as it is', () => {
    const events = eventsIn(pieces(list.slice(0, -10)));
    expect(events).toEqual([...some(99), JSON.stringify(log(99)).slice(0, -9)]);
  });

  it('of a list after which something else stands drops nothing of it', () => {
    expect(eventsIn(pieces(`${list}\n{"log_id":"z"}`))).toEqual([...some(100), { log_id: 'z' }]);
    expect(eventsIn(pieces(`{"Records":${list}} {"log_id":"z"}`)).at(-1)).toMatch(/"z"/);
  });

  it('of lines of lists is cut at the lines', () => {
    expect(eventsIn(pieces(`${list}\n${list}\n${list}`))).toEqual([...some(100), ...some(100), ...some(100)]);
  });

  it('of which one element is large is cut around it', () => {
    const text = JSON.stringify([...some(50), { log_id: 'large', data: { type: 's', text: 'x'.repeat(20_000) } }, ...some(50)]);
    expect(eventsIn(pieces(text))).toEqual(whole(text));
  });

  it('that can be cut nowhere is refused when it is too long', () => {
    for (const text of ['x'.repeat(33_000), `{"a":"${'x'.repeat(33_000)}"}`, `[${list.slice(1)}`.padEnd(60_000, 'x')])
      expect(() => pieces(text)).toThrow(/at most 0.03125 MiB each/);
  });

  it('of a mail is never cut', () => {
    expect(pieces(`From: a@example.com\nSubject: x\n\n${'a line of it\n'.repeat(1_000)}`)).toHaveLength(1);
  });
});
