// Decides how a line of a log falls into fields: pairs of a packet filter, or columns in a fixed order; what stands before them is kept too.
import { parseJson, tame } from '../json.ts';
import { type Fields, isFields } from '../fields.ts';
import type { EventTime } from '../event-time.ts';
import { type Shipped, leadingDate, shippedLine, shippedTime, withoutFileName } from '../log-line.ts';
import type { RawEvent, ReadContext } from '../signal.ts';
import type { LineForm } from './mapping.ts';

/** Longer is no line of a packet filter or of an audit. */
const longest = 65_536;
const mostPairs = 200;

const longestKey = 16;

const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const isOfKey = (code: number): boolean => isCapital(code) || (code >= 48 && code <= 57);

/** A capital letter, and no more than fifteen of them or digits behind it. */
const isKey = (text: string): boolean => {
  if (text.length > longestKey || !isCapital(text.charCodeAt(0))) return false;
  for (let i = 1; i < text.length; i += 1) if (!isOfKey(text.charCodeAt(i))) return false;
  return true;
};

/** Where the first `KEY=` begins: at the start, behind a blank or behind a bracket; -1 where there is none. */
const firstPair = (line: string): number => {
  for (let sign = line.indexOf('='); sign >= 0; sign = line.indexOf('=', sign + 1)) {
    let start = sign;
    while (start > 0 && isOfKey(line.charCodeAt(start - 1))) start -= 1;
    if ((start === 0 || /[\s\]]/.test(line.charAt(start - 1))) && isKey(line.slice(start, sign))) return start;
  }
  return -1;
};

/** A filter writes one blank between two words; anything else is somebody else's format around it. */
const wordsIn = (text: string): readonly string[] => (/[^\S ]/.test(text) ? text.split(/\s+/) : text.split(' '));

/** `host kernel: [12.345] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.1 DF`: what stands before the first pair, and words that are no pair. */
const pairsIn = (line: string): Fields | undefined => {
  const start = firstPair(line);
  if (start < 0) return undefined;
  const fields = headOf(line.slice(0, start));
  const flags: string[] = [];
  let count = 0;
  for (const word of wordsIn(line.slice(start))) {
    if (word === '') continue;
    const sign = word.indexOf('=');
    const name = sign < 0 ? '' : word.slice(0, sign);
    if (isKey(name)) fields[name] ??= word.slice(sign + 1);
    else flags.push(word);
    count += 1;
    if (count === mostPairs) break;
  }
  fields['flags'] = flags;
  return fields;
};

const named = /^(?:([^\s:[\]]{1,255}) )?([A-Za-z][\w.-]{0,47})(?:(?:\[\d{1,9}\])?: | \S{1,32} \S{1,32} (?:-|\[[^\]]{0,500}\]) )/;
const uptime = /^\[ *\d{1,12}\.\d{1,9}\] ?/;

/** `relay-1 kernel: [12.345678] [UFW BLOCK] `, RFC 5424 too: host and program where they are there, and the prefix that a rule gave its line. */
const headOf = (text: string): Record<string, unknown> => {
  const [all = '', host, program] = named.exec(text) ?? [];
  const prefix = text.slice(all.length).replace(uptime, '').trim();
  return program === undefined ? { prefix } : { host, program, prefix };
};

type Columns = Extract<LineForm, { readonly form: 'columns' }>;

/** A quote inside a quoted value is written twice or after a backslash; only such a pair or the separator ends it. */
const quotedEnd = (line: string, from: number, quote: string): number => {
  for (let i = from; i < line.length; i += 1) {
    if (line[i] === '\\') i += 1;
    else if (line[i] === quote && line[i + 1] === quote) i += 1;
    else if (line[i] === quote) return i;
  }
  return line.length;
};

const columnsIn = (line: string, { names, separator, quote }: Columns): Fields | undefined => {
  const values: string[] = [];
  for (let from = 0; from <= line.length && values.length <= names.length; ) {
    const isQuoted = line.startsWith(quote, from);
    const end = isQuoted ? quotedEnd(line, from + 1, quote) : from;
    const next = line.indexOf(separator, end);
    const stop = next < 0 ? line.length : next;
    values.push(isQuoted ? line.slice(from + 1, end) : line.slice(from, stop));
    from = stop + separator.length;
  }
  if (values.length !== names.length) return undefined;
  const fields: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i += 1) fields[names[i] ?? ''] = values[i];
  return fields;
};

const shippedIn = ({ text, json }: RawEvent): Shipped | undefined => {
  if (json === undefined) return { line: text, host: undefined, program: undefined };
  return isFields(json) ? shippedLine(json) : undefined;
};

/** The fields of a line, and the date at its start. */
export type Line = { readonly fields: Fields; readonly date: ReturnType<typeof leadingDate> };

export const readLine = (form: LineForm, event: RawEvent): Line | undefined => {
  const shipped = shippedIn(event);
  const whole = shipped?.line.trimEnd() ?? '';
  if (!shipped || shipped.line.length > longest || whole.includes('\n') || whole.includes('\r')) return undefined;
  if (form.form === 'columns') {
    const fields = columnsIn(whole.trimStart(), form);
    return fields && { fields, date: undefined };
  }
  const line = withoutFileName(whole);
  const text = line.startsWith('<') ? line.replace(/^<\d{1,3}>(?:1 )?/, '') : line;
  const date = leadingDate(text);
  const fields = pairsIn(date?.rest ?? text);
  if (!fields) return undefined;
  return { fields: shipped.host === undefined ? fields : { host: shipped.host, ...fields }, date };
};

/** When it was: as its date says, else as its shipper does. */
export const timeOfLine = ({ date }: Line, { json }: RawEvent, context: ReadContext): EventTime | undefined =>
  date?.timeIn(date.found, context) ?? (isFields(json) ? shippedTime(json, context) : undefined);

/** JSON that lies in a text, as loggers write what they were given. */
export const jsonInside = (value: unknown): unknown => {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
  const inner = parseJson(value)?.value;
  return isFields(inner) && tame(inner) ? inner : undefined;
};
