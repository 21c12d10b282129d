// Decides what becomes of a real event on its way to a fuzzed reader: bytes turned, cut, spliced; values swapped; or grown out of all measure.
import type { Dice } from '../soak/dice.ts';

/** Values that broke readers elsewhere. */
const strange: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  2 ** 63,
  1e308,
  '',
  ' ',
  [],
  {},
  [[null]],
  { '0': 'x' },
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '\ud800',
  '9999-99-99T99:99:99Z',
  '{{x}}',
  'constructor',
  'Accepted publickey for root from 203.0.113.9 port 22 ssh2',
  'a'.repeat(600),
];

const bits: readonly [string, ...string[]] = [
  '\u0000',
  '\n',
  '\r\n',
  '"',
  '\\',
  '{',
  ']',
  '\u202e',
  '\u001b[31m',
  '%00',
  '&ip=',
  '__proto__',
  ': ',
  '🦊',
  '\ufeff',
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const concat = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

type Turn = (dice: Dice, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

const at = (dice: Dice, bytes: Uint8Array): number => dice.below(bytes.length + 1);

const turns: readonly [Turn, ...Turn[]] = [
  (dice, bytes) => {
    const turned = Uint8Array.from(bytes);
    if (turned.length > 0) turned[dice.below(turned.length)] = dice.below(256);
    return turned;
  },
  (dice, bytes) => {
    const from = at(dice, bytes);
    return concat(bytes.subarray(0, from), bytes.subarray(from + dice.below(40)));
  },
  (dice, bytes) => {
    const from = at(dice, bytes);
    return concat(bytes.subarray(0, from), encoder.encode(dice.pick(bits)), bytes.subarray(from));
  },
  (dice, bytes, other) => {
    const from = at(dice, other);
    const to = at(dice, bytes);
    return concat(bytes.subarray(0, to), other.subarray(from, from + dice.below(200)), bytes.subarray(to));
  },
  (dice, bytes) => bytes.subarray(0, at(dice, bytes)),
];

/** A value of the tree, some way down, becomes a strange one, is doubled, or goes. */
const swapped = (dice: Dice, value: unknown, depth = 0): unknown => {
  if (value === null || typeof value !== 'object' || depth > 8 || dice.chance(0.1)) return dice.pick(strange);
  if (Array.isArray(value)) {
    const place = dice.below(value.length + 1);
    return value.flatMap((one: unknown, i) =>
      i === place ? (dice.chance(0.2) ? [] : dice.chance(0.2) ? [one, one] : [swapped(dice, one, depth + 1)]) : [one],
    );
  }
  const entries = Object.entries(value);
  const place = dice.below(entries.length + 1);
  return Object.fromEntries(
    entries.flatMap(([key, one], i): readonly (readonly [string, unknown])[] => {
      if (i !== place) return [[key, one]];
      return dice.chance(0.2) ? [] : [[dice.chance(0.1) ? dice.pick(bits) : key, swapped(dice, one, depth + 1)]];
    }),
  );
};

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
};

/** Up to `most` bytes; a longer event loses its tail. `files` are a source's own fixtures. */
export const mutated = (dice: Dice, files: readonly [Uint8Array, ...Uint8Array[]], most: number): Uint8Array => {
  const value = parsed(dice.pick(files));
  if (value !== undefined && dice.chance(0.6)) return encoder.encode(JSON.stringify(swapped(dice, value))).subarray(0, most);
  let bytes = dice.pick(files);
  for (let n = 1 + dice.below(5); n > 0; n -= 1) bytes = dice.pick(turns)(dice, bytes, dice.pick(files));
  return bytes.subarray(0, most);
};

/** About a megabyte: one endless value, a crowd of events, depth without end, or a line that does not stop. */
export const grown = (dice: Dice, files: readonly [Uint8Array, ...Uint8Array[]]): Uint8Array => {
  const text = decoder.decode(dice.pick(files));
  const size = 200_000 + dice.below(800_000);
  const ways: readonly [() => string, ...(() => string)[]] = [
    () => text.replace(/"([^"\\]{3,})"/, (_, word: string) => `"${word.repeat(Math.ceil(size / word.length))}"`),
    () => text.repeat(Math.ceil(size / Math.max(1, text.length))),
    () => `[${`${text.trim()},`.repeat(Math.ceil(size / (text.length + 1)))}${text}]`,
    () => `${'['.repeat(size / 2)}${text}${']'.repeat(size / 2)}`,
    () => text.replace(/\S+(?=\s|$)/, (word) => word.repeat(Math.ceil(size / word.length))),
  ];
  return encoder.encode(dice.pick(ways)());
};
