// Decides what the header of a mail says: fields in their order, unfolded, encoded words read, nothing longer than it may be (RFC 5322, 2047).

export type Header = { readonly name: string; readonly value: string };

/** More lines than any mail has, and longer than any line of sense. */
const [mostLines, longest] = [2_000, 16_384];

const field = /^([!-9;-~]{1,76})[ \t]{0,8}:[ \t]*/;

/** What a mail of any maker has: two of these make a header block one. */
const known: ReadonlySet<string> = new Set([
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'delivered-to',
  'mime-version',
]);

export type Split = { readonly headers: readonly Header[]; readonly body: string };

/** The line at a place, and where the next one begins. */
const lineAt = (text: string, start: number): { readonly line: string; readonly next: number } => {
  const end = text.indexOf('\n', start);
  const stop = end < 0 ? text.length : end;
  const line = text.slice(start, Math.min(stop, start + longest));
  return { line: line.endsWith('\r') ? line.slice(0, -1) : line, next: end < 0 ? text.length : end + 1 };
};

/** Header fields up to the first empty line; undefined where a line stands among them that is none. */
export const splitHeader = (text: string): Split | undefined => {
  const headers: { name: string; value: string }[] = [];
  // A mailbox file begins each mail with a line of its own.
  let start = text.startsWith('From ') ? lineAt(text, 0).next : 0;
  for (let count = 0; start < text.length && count < mostLines; count += 1) {
    const { line, next } = lineAt(text, start);
    start = next;
    if (line === '') return { headers, body: text.slice(start) };
    const last = headers.at(-1);
    const name = field.exec(line);
    if (/^[ \t]/.test(line) && last) last.value = `${last.value} ${line.trim()}`.slice(0, longest);
    else if (name) headers.push({ name: (name[1] ?? '').toLowerCase(), value: line.slice(name[0].length).trim() });
    else return undefined;
  }
  return start >= text.length ? { headers, body: '' } : undefined;
};

/** A block of header fields is a mail's when two of them are a mail's own. */
export const isOfMail = ({ headers }: Split): boolean =>
  new Set(headers.map(({ name }) => name).filter((name) => known.has(name))).size >= 2;

/** By its shape. Looks at the first line before anything else; one line is no mail. */
export const isMail = (text: string): boolean => {
  if (!text.includes('\n') || (!field.test(text.slice(0, 100)) && !text.startsWith('From '))) return false;
  const split = splitHeader(text);
  return split !== undefined && isOfMail(split);
};

/** Bytes in the charset that they claim; one that nobody knows is read as the most common one. */
export const decoded = (bytes: Uint8Array, charset: string): string => {
  try {
    return new TextDecoder(charset.slice(0, 40)).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

const bytesOfBinary = (binary: string): Uint8Array => {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

export const bytesOfBase64 = (text: string): Uint8Array => {
  const clean = text.replace(/[^A-Za-z0-9+/]/g, '');
  // One letter over is no byte: what stands before it is read.
  const whole = clean.length % 4 === 1 ? clean.slice(0, -1) : clean;
  return bytesOfBinary(atob(whole));
};

const hexDigit = (byte = 0): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

const hexPair = (source: Uint8Array, at: number): number | undefined => {
  const [high, low] = [hexDigit(source[at]), hexDigit(source[at + 1])];
  return high < 0 || low < 0 ? undefined : high * 16 + low;
};

/** `=C3=A4` to bytes; what is no such pair stays. Characters beyond one byte were no quoted-printable: they become their UTF-8. */
export const bytesOfQuoted = (text: string): Uint8Array => {
  const plain = text.replace(/=[ \t]{0,20}\r?\n/g, '');
  const source = new TextEncoder().encode(plain);
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i += 1) {
    const byte = source[i] ?? 0;
    const pair = byte === 0x3d ? hexPair(source, i + 1) : undefined;
    bytes[length] = pair ?? byte;
    length += 1;
    if (pair !== undefined) i += 2;
  }
  return bytes.subarray(0, length);
};

const word = (charset: string, encoding: string, text: string): string =>
  decoded(encoding.toLowerCase() === 'b' ? bytesOfBase64(text) : bytesOfQuoted(text.replaceAll('_', ' ')), charset);

/** `=?utf-8?Q?=C3=A4?=` as people read it (RFC 2047). Blanks between two such words belong to nobody. */
export const readable = (value: string): string =>
  value
    .replace(/\?=[ \t]{1,200}=\?/g, '?==?')
    .replace(/=\?([\w.-]{1,40})(?:\*[\w-]{1,20})?\?([BbQq])\?([^?]{0,2000})\?=/g, (_, charset: string, encoding: string, text: string) =>
      word(charset, encoding, text),
    );

/** All values of a field, the first one on top: who handed it over last wrote there. */
export const allOf = (headers: readonly Header[], name: string): readonly string[] =>
  headers.filter((header) => header.name === name).map(({ value }) => value);

/** A parameter of a structured field: `boundary="x"` or `charset=utf-8`. */
export const parameterOf = (value: string, name: string): string | undefined => {
  const quoted = new RegExp(`;\\s{0,20}${name}\\s{0,20}=\\s{0,20}(?:"([^"]{1,200})"|([^\\s;"]{1,200}))`, 'i').exec(value.slice(0, 4_000));
  return quoted?.[1] ?? quoted?.[2];
};

const address = /([^\s<>"(),:;@[\]\\]{1,64})@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)/g;

export type Address = { readonly local: string; readonly domain: string };

/** The addresses in a field: those in angle brackets where there are any, for a display name may hold another. */
export const addressesIn = (value: string): readonly Address[] => {
  // A quoted display name holds whatever its owner likes.
  const bare = value.slice(0, 8_000).replace(/"[^"]{0,500}"/g, ' ');
  const inBrackets = [...bare.matchAll(/<([^<>]{1,400})>/g)].map(([, inside]) => inside ?? '');
  return (inBrackets.length > 0 ? inBrackets : [bare]).flatMap((text) =>
    [...text.matchAll(address)].map(([, local = '', domain = '']) => ({ local: local.toLowerCase(), domain: domain.toLowerCase() })),
  );
};
