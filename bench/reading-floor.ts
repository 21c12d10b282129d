// Decides what a reader is measured against: the least that anybody must do with the same bytes, by the format that they are written in.
import PostalMime from 'postal-mime';
import { isMail } from '#core/signal/mail-header.ts';

/** Does the work and returns how many parts there were, so that nobody can leave it out. */
export type Floor = (bytes: Uint8Array) => number | Promise<number>;

const decoder = new TextDecoder('utf-8', { fatal: true });

const partsOf = (json: object): number => {
  let parts = 0;
  for (const value of Object.values(json)) {
    // Loggers and queues write JSON into a text of JSON.
    if (typeof value === 'string' && value.startsWith('{')) parts += Object.keys(JSON.parse(value) as object).length;
    parts += 1;
  }
  return parts;
};

const ofJson: Floor = (bytes) => partsOf(JSON.parse(decoder.decode(bytes)) as object);

const ofForm: Floor = (bytes) => new URLSearchParams(decoder.decode(bytes)).size;

/** A line split at its separator. */
const ofLine =
  (separator: string): Floor =>
  (bytes) =>
    decoder.decode(bytes).split(separator).length;

/** A line of `KEY=value`, split into them. */
const ofPairs: Floor = (bytes) => {
  const fields: Record<string, string> = {};
  let flags = 0;
  for (const word of decoder.decode(bytes).split(' ')) {
    const sign = word.indexOf('=');
    if (sign < 0) flags += 1;
    else fields[word.slice(0, sign)] = word.slice(sign + 1);
  }
  return Object.keys(fields).length + flags;
};

/** Neither JSON nor a line: what the parser needs that others use. */
const ofMail: Floor = async (bytes) => (await PostalMime.parse(bytes)).headers.length;

const lines: ReadonlyMap<string, Floor> = new Map([
  ['rds', ofLine(',')],
  ['iptables', ofPairs],
]);

/** The floor for these bytes of this source. */
export const floorFor = (source: string, bytes: Uint8Array): Floor => {
  const text = decoder.decode(bytes);
  if (text.startsWith('{')) return ofJson;
  if (isMail(text)) return ofMail;
  if (/^\w+=[^\s&]*&/.test(text)) return ofForm;
  return lines.get(source) ?? ofLine(' ');
};
