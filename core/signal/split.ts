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
const isUtf16 = (bytes: Uint8Array): boolean => {
  const [a, b] = [bytes[0], bytes[1]];
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  const brace = a === 0 ? b : b === 0 ? a : undefined;
  return brace === 0x7b || brace === 0x5b;
};

/** `[sshd] Ban …` starts like a list but is a log line: what follows the bracket tells them apart. */
export const looksJson = (text: string): boolean => /^\s*(?:\{|\[\s*(?:[{["\]]|$))/.test(text);

/** Without the end of a line as Windows writes it. A file cut by copytruncate goes on with zeros where the old text was. */
const bareLine = (text: string): string => {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return line.startsWith('\0') ? line.replace(/^\0+/, '') : line;
};

/** JSON text of a part; that of the whole where the part is too deep to be written. */
const written = (json: unknown, whole: RawEvent): string => {
  try {
    return JSON.stringify(json);
  } catch {
    return whole.text;
  }
};

/** A part's text is written when somebody asks for it: most sources are read by their fields alone. */
const partOf = (json: unknown, whole: RawEvent): RawEvent => ({
  get text() {
    return written(json, whole);
  },
  json,
});

const asEvent = (event: RawEvent): RawEvent => {
  const { json } = event;
  if (typeof json === 'string') return { text: json };
  return json !== null && typeof json === 'object' && tame(json) ? event : { text: event.text };
};

const deepestEnvelope = 6;

/** Takes off envelopes until the source knows the event or nothing is left to take off. */
const expand = (source: Recogniser, event: RawEvent, level = 0): readonly RawEvent[] => {
  const { json } = event;
  const known = level >= deepestEnvelope || (!Array.isArray(json) && source.recognises(event));
  const parts = known ? source.split?.(json) : opened(json);
  return parts?.flatMap((part) => expand(source, partOf(part, event), level + 1)) ?? [asEvent(event)];
};

const addLine = (source: Recogniser, { text, valid }: Body, events: RawEvent[]): void => {
  const line = bareLine(text);
  if (line.trim() === '') return;
  const parsed = valid && looksJson(line) ? parseJson(line) : undefined;
  if (!parsed) events.push({ text: line });
  else for (const event of expand(source, { text: line, json: parsed.value })) events.push(event);
};

/** Each line by itself, so that bad bytes in one spoil no other. */
const eventsOfBytes = (source: Recogniser, bytes: Uint8Array): readonly RawEvent[] => {
  const events: RawEvent[] = [];
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(0x0a, start);
    if (end < 0) end = bytes.length;
    addLine(source, decode(bytes.subarray(start, end)), events);
  }
  return events;
};

const eventsOfText = (source: Recogniser, text: string): readonly RawEvent[] => {
  const events: RawEvent[] = [];
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    addLine(source, { text: text.slice(start, end), valid: true }, events);
  }
  return events;
};

/** Fields of an action, sent by curl: values may hold raw line breaks, so the body is one event. */
const isForm = (text: string, contentType: string | undefined): boolean =>
  contentType !== undefined &&
  /^application\/x-www-form-urlencoded\b/i.test(contentType) &&
  /^\s*[A-Za-z_][\w.-]{0,40}=[^&\s]*(?:&|\s*$)/.test(text);

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
  const isJson = looksJson(body.text);
  const whole = isJson && body.valid ? parseJson(body.text) : undefined;
  if (whole) return ok(expand(source, { text: body.text, json: whole.value }));
  const events = body.valid ? eventsOfText(source, body.text) : eventsOfBytes(source, bytes);
  if (!isJson || events.some((event) => event.json !== undefined)) return ok(events);
  // Neither a document nor lines of JSON: kept as one event, so that it is quarantined whole.
  return body.valid ? ok([{ text: body.text }]) : fail({ field: 'body', expected: 'JSON in UTF-8' });
};
