// Decides when two texts are the same network address: one canonical form, so that sources join on it (RFC 5952).

/** One part of four and its next digit; -1 where it is none: over 255, or with a leading zero, which means octal to half the world. */
const longer = (part: number, digit: number): number => {
  if (digit < 0 || digit > 9 || part === 0) return -1;
  const next = part === none ? digit : 10 * part + digit;
  return next > 255 ? -1 : next;
};
const none = 256;

const ipv4 = (text: string): string | undefined => {
  let [dots, part] = [0, none];
  for (let i = 0; i < text.length; i += 1) {
    const isDot = text.charAt(i) === '.';
    if (isDot && part === none) return undefined;
    if (isDot) dots += 1;
    part = isDot ? none : longer(part, text.charCodeAt(i) - 48);
    if (part < 0) return undefined;
  }
  return dots === 3 && part !== none ? text : undefined;
};

/** `::ffff:192.0.2.1` written as eight groups. */
const withoutDots = (text: string): string | undefined => {
  if (!text.includes('.')) return text;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const bytes =
    tail &&
    ipv4(tail[2] ?? '')
      ?.split('.')
      .map(Number);
  if (!bytes) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${tail[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

const isHexDigit = (code: number): boolean => (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 102);

/** Where the group of one to four hexadecimal digits ends that begins here; -1 where none does. */
const groupEnd = (text: string, from: number): number => {
  let end = from;
  while (end < text.length && isHexDigit(text.charCodeAt(end))) end += 1;
  return end === from || end > from + 4 ? -1 : end;
};

/** Groups as they stand, and before which of them `::` does; -1: nowhere. */
type Row = { readonly groups: number[]; gap: number };

/** Where the next group begins behind this one: after `:`, or after `::`, which comes once; -1 where neither is right. */
const nextGroup = (text: string, end: number, row: Row): number => {
  if (!text.startsWith('::', end)) return text.charAt(end) === ':' && end + 1 < text.length ? end + 1 : -1;
  if (row.gap >= 0) return -1;
  row.gap = row.groups.length;
  return end + 2;
};

const rowOf = (text: string): Row | undefined => {
  const row: Row = { groups: [], gap: text.startsWith('::') ? 0 : -1 };
  for (let i = row.gap < 0 ? 0 : 2; i < text.length; ) {
    const end = groupEnd(text, i);
    if (end < 0) return undefined;
    row.groups.push(Number.parseInt(text.slice(i, end), 16));
    i = end === text.length ? end : nextGroup(text, end, row);
    if (i < 0) return undefined;
  }
  return row;
};

const zeros: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];

const eightGroups = (text: string): readonly number[] | undefined => {
  const { groups, gap } = rowOf(text) ?? { groups: [], gap: -1 };
  if (gap < 0) return groups.length === 8 ? groups : undefined;
  if (groups.length > 7) return undefined;
  groups.splice(gap, 0, ...zeros.slice(groups.length));
  return groups;
};

/** Start and length of the longest run of zeros, of at least two. */
const longestZeros = (eight: readonly number[]): { readonly from: number; readonly length: number } => {
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from += 1) {
    let end = from;
    while (end < 8 && eight[end] === 0) end += 1;
    if (end - from > best.length) best = { from, length: end - from };
  }
  return best;
};

const inHex = (groups: readonly number[], from: number, to: number): string => {
  let text = '';
  for (let i = from; i < to; i += 1) text += `${i === from ? '' : ':'}${(groups[i] ?? 0).toString(16)}`;
  return text;
};

/** `::ffff:c000:201`: an IPv4 address in the clothes of the other. */
const isMapped = ([a, b, c, d, e, f]: readonly number[]): boolean => a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff;

const ipv6 = (text: string): string | undefined => {
  const plain = withoutDots(text.replace(/%[\w.-]{1,32}$/, ''));
  const eight = plain?.includes(':') ? eightGroups(plain) : undefined;
  if (!eight) return undefined;
  const [high = 0, low = 0] = [eight[6], eight[7]];
  if (isMapped(eight)) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const { from, length } = longestZeros(eight);
  return length < 2 ? inHex(eight, 0, 8) : `${inHex(eight, 0, from)}::${inHex(eight, from + length, 8)}`;
};

/** The canonical form of an IPv4 or IPv6 address; undefined for everything else: masked, cut or invented values. */
export const addressOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value.length > 80) return undefined;
  const text = value.trim();
  return ipv4(text) ?? ipv6(text);
};

/** An address or a network in CIDR form; a network of one address is that address. */
export const networkOf = (text: string): string | undefined => {
  const m = text.includes('/') ? /^([^/]{1,80})\/(\d{1,3})$/.exec(text) : null;
  if (!m) return addressOf(text);
  const address = addressOf(m[1]);
  if (address === undefined) return undefined;
  const [bits, most] = [Number(m[2]), address.includes(':') ? 128 : 32];
  if (bits > most) return undefined;
  return bits === most ? address : `${address}/${bits}`;
};

// Two labels or more, the last one with a letter in front.
const hostName = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\.?$/i;

/** A host's full name in lower case; undefined for everything else. */
export const hostNameOf = (text: string): string | undefined => (hostName.test(text) ? text.toLowerCase() : undefined);
