// Decides what a receiver reads from the bytes of a mail: an independent reader after RFC 5322, 2045 and 2047, strict where a mail server is.

export type ReadMail = {
  readonly headers: ReadonlyMap<string, string>;
  readonly raw: ReadonlyMap<string, string>;
  readonly body: string;
  readonly lines: readonly string[];
};

const fromQ = (text: string): string =>
  Buffer.from(
    text.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString('utf8');

const decodeWords = (text: string): string => {
  for (const word of text.match(/=\?[^ ]*\?=/g) ?? [])
    if (word.length > 75) throw new Error('an encoded word is longer than 75 characters');
  return text.replace(/\?=\s+=\?utf-8\?Q\?/g, '?==?utf-8?Q?').replace(/=\?utf-8\?Q\?([^?\s]*)\?=/g, (_, q: string) => fromQ(q));
};

/** Joins a character that a reader would see broken if it were cut across two words: here each word is decoded by itself. */
const decodeEach = (text: string): string => {
  const decoded = decodeWords(text);
  if (decoded.includes('\ufffd') && !text.includes('=EF=BF=BD')) throw new Error('a character is cut in two');
  return decoded;
};

const decodeBody = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString('utf8');

export const readMail = (bytes: Uint8Array): ReadMail => {
  const text = Buffer.from(bytes).toString('latin1');
  if (!/^(?:[\x20-\x7e\t]|\r\n)*$/.test(text)) throw new Error('something else than ASCII, or a bare CR or LF');
  const split = text.indexOf('\r\n\r\n');
  const raw = new Map<string, string>();
  const headers = new Map<string, string>();
  for (const field of text.slice(0, split).split(/\r\n(?![ \t])/)) {
    const m = /^([!-9;-~]+):([\s\S]*)$/.exec(field);
    if (!m || raw.has(m[1]!)) throw new Error('not a header, or twice');
    const value = m[2]!.replace(/\r\n/g, '').replace(/^ /, '');
    raw.set(m[1]!, value);
    headers.set(m[1]!, decodeEach(value));
  }
  return { headers, raw, body: decodeBody(text.slice(split + 4)), lines: text.split('\r\n') };
};
