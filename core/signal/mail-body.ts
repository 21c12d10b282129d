// Decides what a mail says in words: its text parts, decoded, HTML without its tags; bounded in depth, parts and length (RFC 2045, 2046).
import { type Header, allOf, bytesOfBase64, bytesOfQuoted, decoded, parameterOf, readable, splitHeader } from './mail-header.ts';

/** Deeper, more or longer than any letter; what lies beyond is left out, and the text says so. */
const [deepest, mostParts, longest] = [8, 60, 200_000];

type Gathered = { text: string; parts: number; whole: boolean };

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
};

const entity = (whole: string, name: string): string => {
  const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (!number) return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
  const code = Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : ' ';
};

/** What nobody sees is no text. */
const unseen = ['script', 'style', 'head', 'title'];

/** Walks once from tag to tag: a page of open brackets costs no more than any other. */
export const textOfHtml = (html: string): string => {
  const parts: string[] = [];
  // By letters of ASCII alone: others change their number when they change their case.
  const lower = html.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    parts.push(html.slice(at, open < 0 ? html.length : open));
    if (open < 0) break;
    const hidden = unseen.find((name) => lower.startsWith(`<${name}`, open) && /[\s>]/.test(lower.charAt(open + name.length + 1)));
    const close = hidden === undefined ? html.indexOf('>', open) : lower.indexOf(`</${hidden}`, open);
    if (close < 0) break;
    // A block ends a sentence, emphasis does not.
    parts.push(/^<\/?(?:p|div|br|tr|td|th|li|h\d|table|ul|ol)\b/.test(lower.slice(open, open + 8)) ? '\n' : '');
    at = hidden === undefined ? close + 1 : close;
  }
  return parts.join('').replace(/&(#?\w{1,8});/g, entity);
};

const decodedPart = (body: string, headers: readonly Header[], type: string): string => {
  const encoding = (allOf(headers, 'content-transfer-encoding')[0] ?? '').trim().toLowerCase();
  const charset = parameterOf(type, 'charset') ?? 'utf-8';
  if (encoding === 'base64') return decoded(bytesOfBase64(body), charset);
  return encoding === 'quoted-printable' ? decoded(bytesOfQuoted(body), charset) : body;
};

const add = (all: Gathered, text: string): void => {
  const room = longest - all.text.length;
  if (text.length > room) all.whole = false;
  all.text = `${all.text}\n\n${text.slice(0, Math.max(room, 0))}`;
};

/** Where lines begin with the boundary, and where the line after begins. */
function* boundariesIn(body: string, mark: string): Generator<{ readonly at: number; readonly after: number; readonly last: boolean }> {
  const next = (from: number): number => {
    const found = body.indexOf(`\n${mark}`, from);
    return found < 0 ? -1 : found + 1;
  };
  for (let at = body.startsWith(mark) ? 0 : next(0); at >= 0; at = next(at)) {
    const stop = body.indexOf('\n', at);
    // `--b1` is no line of `b`: behind the mark stand two hyphens, blanks, or nothing.
    const rest = /^(--)?[ \t]{0,80}\r?$/.exec(body.slice(at + mark.length, Math.min(stop < 0 ? body.length : stop, at + mark.length + 90)));
    if (rest) yield { at, after: stop < 0 ? body.length : stop + 1, last: rest[1] !== undefined };
  }
}

/** Between the lines that bear the boundary. Cut off on its way, what there is of the last part counts. */
const sections = (body: string, boundary: string): readonly string[] => {
  const found: string[] = [];
  let begun: number | undefined;
  for (const { at, after, last } of boundariesIn(body, `--${boundary}`)) {
    if (begun !== undefined) found.push(body.slice(begun, at));
    begun = last ? undefined : after;
    if (last || found.length > mostParts) break;
  }
  return begun === undefined ? found : [...found, body.slice(begun)];
};

type Part = { readonly headers: readonly Header[]; readonly body: string };

const gatherAll = (body: string, type: string, all: Gathered, depth: number): void => {
  const boundary = parameterOf(type, 'boundary');
  for (const section of boundary === undefined ? [body] : sections(body, boundary)) {
    const split = boundary === undefined ? undefined : splitHeader(section);
    if (split) gather(split, all, depth + 1);
    else add(all, section);
  }
};

/** A mail that was forwarded as an attachment: its subject is part of what was said. */
const gatherForwarded = (forwarded: string, all: Gathered, depth: number): void => {
  const inner = splitHeader(forwarded.trimStart());
  add(all, inner ? `${readable(allOf(inner.headers, 'subject')[0] ?? '')}.` : forwarded);
  if (inner) gather(inner, all, depth + 1);
};

const gather = ({ headers, body }: Part, all: Gathered, depth: number): void => {
  all.parts += 1;
  if (depth > deepest || all.parts > mostParts) {
    all.whole = false;
    return;
  }
  const type = allOf(headers, 'content-type')[0] ?? 'text/plain';
  if (/^multipart\//i.test(type)) gatherAll(body, type, all, depth);
  else if (/^message\/rfc822/i.test(type)) gatherForwarded(decodedPart(body, headers, type), all, depth);
  else if (/^text\/html/i.test(type)) add(all, textOfHtml(decodedPart(body, headers, type)));
  else if (/^text\//i.test(type)) add(all, decodedPart(body, headers, type));
  // A letter as PDF: nobody here reads it, so nobody may call the mail harmless. Pictures and signatures stand beside a text.
  else if (!/^(?:image\/|application\/(?:pkcs7|x-pkcs7|pgp)-signature)/i.test(type)) all.whole = false;
};

export type Words = {
  readonly text: string;
  /** False where something was not read: too deep, too long, or no text, such as a letter as PDF. */
  readonly whole: boolean;
};

export const wordsOf = (mail: Part): Words => {
  const all: Gathered = { text: '', parts: 0, whole: true };
  gather(mail, all, 0);
  return { text: all.text.trim().toWellFormed(), whole: all.whole };
};
