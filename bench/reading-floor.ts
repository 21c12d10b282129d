// Decides what a reader is measured against: the least that anybody must do with the same bytes, by the format that they are written in.
import PostalMime from 'postal-mime';
import { isMail } from '#core/signal/mail-header.ts';

/** Does the work and returns how many parts there were, so that nobody can leave it out. */
export type Floor = (bytes: Uint8Array) => number | Promise<number>;

const decoder = new TextDecoder('utf-8', { fatal: true });

type Splitting = (text: string) => number;

/** A line split at its separator. */
const at =
  (separator: string): Splitting =>
  (line) =>
    line.split(separator).length;

/** A line of `KEY=value`, split into them. */
const intoPairs: Splitting = (line) => {
  const fields: Record<string, string> = {};
  let flags = 0;
  for (const word of line.split(' ')) {
    const sign = word.indexOf('=');
    if (sign < 0) flags += 1;
    else fields[word.slice(0, sign)] = word.slice(sign + 1);
  }
  return Object.keys(fields).length + flags;
};

/** How a source's lines are split. The others have none. */
const lines: ReadonlyMap<string, Splitting> = new Map([
  ['fail2ban', at(' ')],
  ['sshd', at(' ')],
  ['vault-audit', at(' ')],
  ['rds', at(',')],
  ['iptables', intoPairs],
]);

const ofLine =
  (split: Splitting): Floor =>
  (bytes) =>
    split(decoder.decode(bytes));

/** Loggers and queues write JSON into a text of JSON, and shippers a line. */
const inner = (text: string, split: Splitting | undefined): number =>
  text.startsWith('{') ? Object.keys(JSON.parse(text) as object).length : (split?.(text) ?? 1);

/** Under the names that they give it. */
type Wrapping = { readonly message?: unknown; readonly MESSAGE?: unknown; readonly log?: unknown; readonly Detail?: unknown };

const ofJson =
  (split: Splitting | undefined): Floor =>
  (bytes) => {
    const json = JSON.parse(decoder.decode(bytes)) as Wrapping;
    const wrapped = json.message ?? json.MESSAGE ?? json.log ?? json.Detail;
    return Object.keys(json).length + (typeof wrapped === 'string' ? inner(wrapped, split) : 0);
  };

const ofForm: Floor = (bytes) => new URLSearchParams(decoder.decode(bytes)).size;

/** Neither JSON nor a line: what the parser needs that others use. */
const ofMail: Floor = async (bytes) => (await PostalMime.parse(bytes)).headers.length;

/** The floor for these bytes of this source. */
export const floorFor = (source: string, bytes: Uint8Array): Floor => {
  const text = decoder.decode(bytes);
  if (text.startsWith('{')) return ofJson(lines.get(source));
  if (isMail(text)) return ofMail;
  if (/^\w+=[^\s&]*&/.test(text)) return ofForm;
  return ofLine(lines.get(source) ?? at(' '));
};
