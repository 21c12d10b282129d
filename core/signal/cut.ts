// Decides where a long file may be cut without harm: after a line, or between two elements of its list. Each piece is a delivery of its own.
import { type Result, fail, ok } from '../kernel/result.ts';
import { listNames } from './envelopes.ts';
import { parseJson } from './json.ts';
import { isMail } from './mail-header.ts';
import type { Refusal } from './signal.ts';
import { looksJson } from './split.ts';

const mebibyte = 1_048_576;

/**
 * In bytes. Up to `short` a file is one piece, read as a whole as ever. A longer one is cut as soon as `usual` are there; a piece is
 * longer only where one line or element is, and never longer than `longest`.
 */
export type Limits = { readonly short: number; readonly usual: number; readonly longest: number };
const limits: Limits = { short: 4 * mebibyte, usual: mebibyte, longest: 32 * mebibyte };

/** What stands before the list of a document, and is written before each piece of it. */
const longestHead = 65_536;

type Bytes = Uint8Array;

/** `at`: where a piece may end, `next`: where the following one begins. `ends`: the list ends here. */
type Place = { readonly at: number; readonly next: number; readonly ends?: boolean };

/** How a file is cut: the last place in these bytes, and what makes a piece a body. */
type Manner = { readonly last: (bytes: Bytes) => Place | undefined; readonly before: string; readonly after: string };

const [quote, backslash, comma, line] = [0x22, 0x5c, 0x2c, 0x0a];
const opens = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const closes = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/** The quote that ends a text, or the end of the bytes. */
const endOfText = (bytes: Bytes, begun: number): number => {
  for (let i = begun + 1; i < bytes.length; i += 1) {
    if (bytes[i] === backslash) i += 1;
    else if (bytes[i] === quote) return i;
  }
  return bytes.length;
};

/** The last comma between elements of the list in which the bytes begin, or the bracket that ends it. */
const lastElement = (bytes: Bytes): Place | undefined => {
  let [depth, found] = [1, -1];
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === quote) i = endOfText(bytes, i);
    else if (opens(byte)) depth += 1;
    else if (byte === comma && depth === 1) found = i;
    else if (closes(byte)) depth -= 1;
    if (depth === 0) return { at: i, next: i, ends: true };
  }
  return found < 0 ? undefined : { at: found, next: found + 1 };
};

const lastLine = (bytes: Bytes): Place | undefined => {
  const found = bytes.lastIndexOf(line);
  return found < 0 ? undefined : { at: found + 1, next: found + 1 };
};

const lines: Manner = { last: lastLine, before: '', after: '' };
const whole: Manner = { last: () => undefined, before: '', after: '' };

/** The name of a list that an envelope holds, and what follows it. */
const listBegins = new RegExp(`"(?:${listNames.join('|')})"\\s*:\\s*\\[$`);

/** The text up to the first list of a document that is one of these. */
const headOf = (text: string): string | undefined => {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    const head = token === '[' && depth === 2 ? text.slice(0, index + 1) : '';
    if (listBegins.test(head)) return head;
  }
  return undefined;
};

const lenient = new TextDecoder();
const encoder = new TextEncoder();

/** By the beginning of the file: lines of text or of JSON, a list, a document around a list, or nothing that can be cut. */
const mannerOf = (beginning: Bytes): { readonly manner: Manner; readonly skip: number } => {
  const end = beginning.indexOf(line);
  const text = lenient.decode(beginning.subarray(0, longestHead));
  if (isMail(text)) return { manner: whole, skip: 0 };
  if (!looksJson(text) || (end >= 0 && parseJson(lenient.decode(beginning.subarray(0, end))))) return { manner: lines, skip: 0 };
  const head = /^\s*\[/.exec(text)?.[0] ?? headOf(text);
  // What is no UTF-8 has another length in bytes.
  if (head === undefined || head.includes('\ufffd')) return { manner: whole, skip: 0 };
  const mark = beginning[0] === 0xef ? 3 : 0;
  const manner = { last: lastElement, before: head, after: head.trimStart().startsWith('[') ? ']' : ']}' };
  return { manner, skip: mark + encoder.encode(head).length };
};

const joined = (parts: readonly Bytes[]): Bytes => {
  const [only, second] = parts;
  if (only && !second) return only;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const isBlank = (bytes: Bytes): boolean => lenient.decode(bytes).trim() === '';

/** What follows the elements: with its head it is the list or the document that was cut; what stands behind that is dropped by nobody. */
const rest = ({ before, after }: Manner, tail: Bytes): readonly Bytes[] => {
  if (after === ']}') return parseJson(before + lenient.decode(tail)) ? [] : [tail];
  const behind = tail.subarray(1);
  return isBlank(behind) ? [] : [behind];
};

const bodyOf = ({ before, after }: Manner, bytes: Bytes): readonly Bytes[] => {
  if (before === '') return [bytes];
  return isBlank(bytes) ? [] : [joined([encoder.encode(before), bytes, encoder.encode(after)])];
};

const tooLong = ({ longest }: Limits): Refusal => ({
  field: 'body',
  expected: `lines, or elements of a list, of at most ${longest / mebibyte} MiB each`,
});

/** What is held of a file: bytes that are not handed on yet, how many are wanted before a place is looked for, and how it is cut. */
type Held = { readonly limits: Limits; parts: Bytes[]; size: number; wanted: number; manner?: Manner; isTail: boolean };

const keep = (held: Held, bytes: Bytes): void => {
  held.parts = bytes.length > 0 ? [bytes] : [];
  held.size = bytes.length;
};

/** One piece, as long as can be had; none where nothing can be cut off yet. */
const cut = (held: Held, manner: Manner, bytes: Bytes): readonly Bytes[] => {
  const place = held.isTail ? undefined : manner.last(bytes);
  const { usual, longest } = held.limits;
  held.wanted = place ? usual : Math.min(2 * Math.max(bytes.length, usual), longest + 1);
  keep(held, place ? bytes.slice(place.next) : bytes);
  held.isTail ||= place?.ends === true;
  return place ? bodyOf(manner, bytes.subarray(0, place.at)) : [];
};

const begun = (held: Held, bytes: Bytes): Bytes => {
  if (held.manner) return bytes;
  const { manner, skip } = mannerOf(bytes);
  held.manner = manner;
  return bytes.subarray(skip);
};

/** The last pieces. A list that breaks off gives what it had, and its broken element as it is. */
const finish = (held: Held): readonly Bytes[] => {
  const bytes = joined(held.parts);
  const { manner } = held;
  if (!manner || manner.before === '') return bytes.length === 0 ? [] : [bytes];
  const pieces = cut(held, manner, bytes);
  const left = joined(held.parts);
  return [...pieces, ...(held.isTail ? rest(manner, left) : [left])];
};

/**
 * Cuts one file as its bytes come, in parts of any length; `undefined` ends it. Holds a few mebibytes at a time. A file that is short,
 * or that can't be cut, is one piece.
 */
export const cutter = (within = limits): ((part: Bytes | undefined) => Result<readonly Bytes[], Refusal>) => {
  const held: Held = { limits: within, parts: [], size: 0, wanted: within.short, isTail: false };
  return (part) => {
    if (!part) return ok(finish(held));
    held.parts.push(part);
    held.size += part.length;
    if (held.size < held.wanted) return ok([]);
    const bytes = begun(held, joined(held.parts));
    const pieces = held.manner ? cut(held, held.manner, bytes) : [];
    return held.size > within.longest ? fail(tooLong(within)) : ok(pieces);
  };
};
