// Decides how a line of a log falls into fields: pairs of a packet filter, or columns in a fixed order; what stands before them is kept too.
import { parseJson, tame } from '../json.ts';
import { type Fields, isFields } from '../fields.ts';
import type { EventTime } from '../event-time.ts';
import { type Shipped, leadingTime, shippedLine, withoutFileName } from '../log-line.ts';
import type { RawEvent, ReadContext } from '../signal.ts';
import type { LineForm } from './mapping.ts';

/** Longer is no line of a packet filter or of an audit. */
const longest = 65_536;
const mostPairs = 200;

const pair = /(?:^|(?<=[\s\]]))[A-Z][A-Z0-9]{0,15}=/;
const words = /([A-Z][A-Z0-9]{0,15})=(\S*)|\S+/g;

/** `host kernel: [12.345] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.1 DF`: what stands before the first pair, and words that are no pair. */
const pairsIn = (line: string): Fields | undefined => {
  const start = pair.exec(line);
  if (!start) return undefined;
  const fields: Record<string, unknown> = headOf(line.slice(0, start.index));
  const flags: string[] = [];
  let count = 0;
  for (const [word, key, value] of line.slice(start.index).matchAll(words)) {
    if (key === undefined) flags.push(word);
    else fields[key] ??= value;
    count += 1;
    if (count === mostPairs) break;
  }
  return { ...fields, flags };
};

/** `relay-1 kernel: [12.345678] [UFW BLOCK] `, RFC 5424 too: host and program where they are there, and the prefix that a rule gave its line. */
const headOf = (text: string): Record<string, unknown> => {
  const m =
    /^(?:(?<host>[^\s:[\]]{1,255}) )?(?<program>[A-Za-z][\w.-]{0,47})(?:(?:\[\d{1,9}\])?: | \S{1,32} \S{1,32} (?:-|\[[^\]]{0,500}\]) )/.exec(
      text,
    );
  const rest = (m ? text.slice(m[0].length) : text).replace(/^\[ *\d{1,12}\.\d{1,9}\] ?/, '');
  return { ...m?.groups, prefix: rest.trim() };
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
  return values.length === names.length ? Object.fromEntries(names.map((name, i) => [name, values[i]])) : undefined;
};

const shippedIn = ({ text, json }: RawEvent, context: ReadContext): Shipped | undefined => {
  if (json === undefined) return { line: text, host: undefined, program: undefined, time: undefined };
  return isFields(json) ? shippedLine(json, context) : undefined;
};

export type Line = { readonly fields: Fields; readonly time?: EventTime };

/** The fields of a line, and the time at its start, else what its shipper says. */
export const readLine = (form: LineForm, event: RawEvent, context: ReadContext): Line | undefined => {
  const shipped = shippedIn(event, context);
  if (!shipped || shipped.line.length > longest || /[\r\n]/.test(shipped.line.trimEnd())) return undefined;
  if (form.form === 'columns') {
    const fields = columnsIn(shipped.line.trim(), form);
    return fields && { fields, ...(shipped.time && { time: shipped.time }) };
  }
  const { rest, time } = leadingTime(withoutFileName(shipped.line).replace(/^<\d{1,3}>(?:1 )?/, ''), context);
  const fields = pairsIn(rest);
  const at = time ?? shipped.time;
  if (!fields) return undefined;
  return { fields: { ...(shipped.host !== undefined && { host: shipped.host }), ...fields }, ...(at && { time: at }) };
};

/** JSON that lies in a text, as loggers write what they were given. */
export const jsonInside = (value: unknown): unknown => {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
  const inner = parseJson(value)?.value;
  return isFields(inner) && tame(inner) ? inner : undefined;
};
