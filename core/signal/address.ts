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

const groups = (text: string): readonly number[] | undefined => {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : undefined;
};

/** `::ffff:192.0.2.1` written as eight groups. */
const withoutDots = (text: string): string | undefined => {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (!tail) return text;
  const bytes = ipv4(tail[2] ?? '')
    ?.split('.')
    .map(Number);
  if (!bytes) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${tail[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

const eightGroups = (text: string): readonly number[] | undefined => {
  const halves = text.split('::');
  const [left, right] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')];
  if (!left || !right || halves.length > 2) return undefined;
  const gap = 8 - left.length - right.length;
  if (halves.length === 1 ? gap !== 0 : gap < 1) return undefined;
  return [...left, ...Array.from({ length: gap }, () => 0), ...right];
};

/** Start and length of the longest run of zeros, of at least two. */
const longestZeros = (eight: readonly number[]): { readonly from: number; readonly length: number } => {
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from += 1) {
    const end = eight.findIndex((group, i) => i >= from && group !== 0);
    const length = (end < 0 ? 8 : end) - from;
    if (length > best.length) best = { from, length };
  }
  return best;
};

const ipv6 = (text: string): string | undefined => {
  const plain = withoutDots(text.replace(/%[\w.-]{1,32}$/, ''));
  const eight = plain?.includes(':') ? eightGroups(plain) : undefined;
  if (!eight) return undefined;
  const [high = 0, low = 0] = eight.slice(6);
  if (eight.slice(0, 5).every((group) => group === 0) && eight[5] === 0xffff) {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  const hex = eight.map((group) => group.toString(16));
  const zeros = longestZeros(eight);
  if (zeros.length < 2) return hex.join(':');
  return `${hex.slice(0, zeros.from).join(':')}::${hex.slice(zeros.from + zeros.length).join(':')}`;
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
