// Decides what stands before a log line and around it: a file's name, a priority, a time, and the JSON of a shipper (formats.md A1, A8).
import { type EventTime, offsetTime, syslogTime, timeOf, zonelessTime } from './event-time.ts';
import { type Fields, at, firstText, textOf } from './fields.ts';
import type { ReadContext } from './signal.ts';

export type Eaten = { readonly found?: string; readonly rest: string };

/** Takes from the start of the text what the pattern finds there: its first group, or all of it. */
export const eat = (text: string, pattern: RegExp): Eaten => {
  const m = pattern.exec(text);
  return m ? { found: m[1] ?? m[0], rest: text.slice(m[0].length) } : { rest: text };
};

// grep over archives puts the file's name before the line, with -n the line number too.
const fileName = /^[^\s:[\]]{1,255}:(?:\d{1,9}:)?(?=\d{4}-\d\d-\d\d[ T]|[A-Z][a-z]{2} [ \d]\d )/;
export const withoutFileName = (given: string): string => {
  const text = given.trimStart();
  const [blank, colon] = [text.indexOf(' '), text.indexOf(':')];
  // Most lines begin with a date instead: no colon before their first blank.
  return colon < 0 || (blank >= 0 && blank < colon) ? text : eat(text, fileName).rest;
};

/** Behind a date and time of day their offset, where they have one. */
export const startsWithDate = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(Z|[+-]\d\d:?\d\d))?(?=\s)/;
const syslog = /^[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?=\s)/;

/** A date as it was found, how to read it, and what follows it. */
type Dated = {
  readonly found: string;
  readonly timeIn: (found: string, context: ReadContext) => EventTime | undefined;
  readonly rest: string;
};

export const leadingDate = (text: string): Dated | undefined => {
  if (syslog.test(text)) {
    const end = text.indexOf(':') + 6;
    return { found: text.slice(0, end), timeIn: syslogTime, rest: text.slice(end).trimStart() };
  }
  const [found, offset] = startsWithDate.exec(text) ?? [];
  if (found === undefined) return undefined;
  return { found, timeIn: offset === undefined ? zonelessTime : offsetTime, rest: text.slice(found.length).trimStart() };
};

/** The date at the start of a line, and the line after it. `found` without `time`: a date that does not exist. */
export const leadingTime = (text: string, context: ReadContext): Eaten & { readonly time: EventTime | undefined } => {
  const dated = leadingDate(text);
  if (!dated) return { rest: text, time: undefined };
  return { found: dated.found, rest: dated.rest, time: dated.timeIn(dated.found, context) };
};

/** What a shipper says beside the line that it wraps. */
export type Shipped = { readonly line: string; readonly host: string | undefined; readonly program: string | undefined };

/** When it was, by the shipper's word: the journal's own microseconds, else what it calls its time. Worth less than a date in the line. */
export const shippedTime = (json: Fields, context: ReadContext): EventTime | undefined => {
  const micro = firstText(at(json, '__REALTIME_TIMESTAMP'));
  if (micro !== undefined && /^\d{16}$/.test(micro)) return timeOf(micro.slice(0, 13), context);
  return timeOf(at(json, 'timestamp') ?? at(json, '@timestamp') ?? at(json, 'time'), context);
};

/** A line in JSON: Vector and Docker say `message`, Fluent Bit `log`, the journal `MESSAGE`. */
export const shippedLine = (json: Fields): Shipped | undefined => {
  const line = lineAt(json, 'message') ?? lineAt(json, 'MESSAGE') ?? lineAt(json, 'log');
  if (line === undefined) return undefined;
  const host =
    textOf(at(json, 'host')) ?? textOf(at(json, 'hostname')) ?? textOf(at(json, '_HOSTNAME')) ?? textOf(at(json, 'host', 'name'));
  return { line: line.trimEnd(), host, program: textOf(at(json, 'SYSLOG_IDENTIFIER')) ?? textOf(at(json, 'appname')) };
};

const lineAt = (json: Fields, key: string): string | undefined => {
  const line = at(json, key);
  return typeof line === 'string' && line.trim() !== '' ? line : undefined;
};
