// Decides how one delivery falls into raw events: a bad event stands alone and never blocks the others of its batch.
import { type Result, fail, ok } from '../kernel/result.ts';
import { opened } from './envelopes.ts';
import { parseJson, tame } from './json.ts';
import { isMail } from './mail-header.ts';
import type { RawEvent, Refusal, SourceReader } from './signal.ts';

/** All that splitting asks of a source. `--source auto` gives `any` of sources.ts. */
export type Recogniser = Pick<SourceReader, 'recognises' | 'split'>;

type Body = { readonly text: string; readonly valid: boolean };

/** Made once: a decoder costs more than the line it reads. */
const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** Bytes as text without byte order mark; bad bytes become U+FFFD and are reported. */
const decode = (bytes: Uint8Array): Body => {
  try {
    return { text: strict.decode(bytes), valid: true };
  } catch {
    return { text: lenient.decode(bytes), valid: false };
  }
};

/** UTF-16 by its byte order mark, or by the zero beside the first brace (RFC 8259 8.1 wants UTF-8). */
const isUtf16 = ([a, b]: Uint8Array): boolean => {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  const brace = a === 0 ? b : b === 0 ? a : undefined;
  return brace === 0x7b || brace === 0x5b;
};

/** `[sshd] Ban …` starts like a list but is a log line: what follows the bracket tells them apart. */
const looksJson = (text: string): boolean => /^\s*(?:\{|\[\s*(?:[{["\]]|$))/.test(text);

/** Each line by itself, so that bad bytes in one spoil no other. */
const linesOfBytes = (bytes: Uint8Array): readonly Body[] => {
  const lines: Body[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    lines.push(decode(bytes.subarray(start, end < 0 ? bytes.length : end)));
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
};

const linesOf = (body: Body, bytes: Uint8Array): readonly Body[] => {
  const lines = body.valid ? body.text.split('\n').map((text): Body => ({ text, valid: true })) : linesOfBytes(bytes);
  return lines.flatMap(({ text, valid }) => {
    // A file cut by copytruncate goes on with zeros where the old text was.
    const line = text.replace(/\r$/, '').replace(/^\0+/, '');
    return line.trim() === '' ? [] : [{ text: line, valid }];
  });
};

/** JSON text of a part; the whole text where the part is too deep to be written. */
const written = (value: unknown, whole: string): string => {
  try {
    return JSON.stringify(value);
  } catch {
    return whole;
  }
};

const asEvent = (value: unknown, text: string): RawEvent => {
  if (typeof value === 'string') return { text: value };
  return value !== null && typeof value === 'object' && tame(value) ? { text, json: value } : { text };
};

const deepestEnvelope = 6;

/** Takes off envelopes until the source knows the event or nothing is left to take off. */
const expand = (source: Recogniser, value: unknown, text: string, level = 0): readonly RawEvent[] => {
  const known = level >= deepestEnvelope || (!Array.isArray(value) && source.recognises({ text, json: value }));
  const parts = known ? source.split?.(value) : opened(value);
  return parts?.flatMap((part) => expand(source, part, written(part, text), level + 1)) ?? [asEvent(value, text)];
};

const jsonLine = (source: Recogniser, line: Body): readonly RawEvent[] => {
  const parsed = line.valid && looksJson(line.text) ? parseJson(line.text) : undefined;
  return parsed ? expand(source, parsed.value, line.text) : [{ text: line.text }];
};

/** Fields of an action, sent by curl: values may hold raw line breaks, so the body is one event. */
const isForm = (text: string, contentType = ''): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(contentType) && /^\s*[A-Za-z_][\w.-]{0,40}=[^&\s]*(?:&|\s*$)/.test(text);

/** A mail is one event, kept byte by byte. Where it is no UTF-8, its letters are those of the charset that old mailers use. */
const mailIn = (body: Body, bytes: Uint8Array): RawEvent | undefined => {
  if (!isMail(body.text)) return undefined;
  return { text: body.valid ? body.text : new TextDecoder('windows-1252').decode(bytes), bytes };
};

/** One delivery as raw events. Content types lie (formats.md A2b, and curl's default): the shape decides. */
export const splitBatch = (source: Recogniser, bytes: Uint8Array, contentType?: string): Result<readonly RawEvent[], Refusal> => {
  if (isUtf16(bytes)) return fail({ field: 'body', expected: 'text in UTF-8' });
  const body = decode(bytes);
  if (body.text.trim() === '') return fail({ field: 'body', expected: 'at least one event' });
  if (isForm(body.text, contentType)) return ok([{ text: body.text.trim() }]);
  const mail = mailIn(body, bytes);
  if (mail) return ok([mail]);
  const whole = body.valid && looksJson(body.text) ? parseJson(body.text) : undefined;
  if (whole) return ok(expand(source, whole.value, body.text));
  const events = linesOf(body, bytes).flatMap((line) => jsonLine(source, line));
  const isOneDocument = looksJson(body.text) && events.every((event) => event.json === undefined);
  if (!isOneDocument) return ok(events);
  // Neither a document nor lines of JSON: kept as one event, so that it is quarantined whole.
  return body.valid ? ok([{ text: body.text }]) : fail({ field: 'body', expected: 'JSON in UTF-8' });
};
