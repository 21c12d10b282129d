// Decides what two values have to share to be "the same": their canonical JSON, hashed.
import { type KeyObject, createHmac, createSecretKey, hash, hkdfSync, timingSafeEqual } from 'node:crypto';

/** JSON with sorted keys and no `undefined`: the same value gives the same text on every machine (after RFC 8785). */
export const canonical = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(field)}`;
  }
  return `{${text}}`;
};

/** SHA-256 in lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);

/** Hash of a value by its canonical JSON. */
export const hashOf = (value: unknown): string => sha256(canonical(value));

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

const letterOf = (fiveBits: number): number => alphabet.charCodeAt(fiveBits);

/** The one that is being written: a name is made of it at once. */
const letters: number[] = Array.from({ length: 26 }, () => 0);

/**
 * The first 26 letters (130 bits) in base 32 (RFC 4648, lower case) of a digest, given as text of one character a byte: safe in file
 * names, URLs and keys, and readable on the phone. Every signal is named so, whence ten bits at a time; and made in one piece, since a
 * text that was put together keeps all of its parts, five times as much, for as long as somebody remembers it.
 */
const shortened = (digest: string): string => {
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let i = 0; i < 17; i += 1) {
    held = ((held << 8) | digest.charCodeAt(i)) & 0x3ffff;
    bits += 8;
    if (bits < 10) continue;
    bits -= 10;
    letters[written] = letterOf((held >>> (bits + 5)) & 31);
    letters[written + 1] = letterOf((held >>> bits) & 31);
    written += 2;
  }
  return String.fromCharCode(...letters);
};

/** Keyed hash over a value's canonical JSON, 26 base-32 characters (130 bits): who lacks the key can't guess the input. */
export const keyed = (key: Uint8Array, value: unknown): string => mac(key, canonical(value));

/** Made once for each key: from bare bytes it costs five times the hash. Whoever changes the bytes afterwards changes no hash. */
const made = new WeakMap<Uint8Array, KeyObject>();

const secretOf = (key: Uint8Array): KeyObject => {
  const known = made.get(key) ?? createSecretKey(key);
  made.set(key, known);
  return known;
};

/** HMAC-SHA-256 of a text, 26 base-32 characters. */
export const mac = (key: Uint8Array, text: string): string => shortened(createHmac('sha256', secretOf(key)).update(text).digest('binary'));

/** HMAC-SHA-256 of parts in a row, in lower-case hex, as other programs compute it. */
export const hmacHex = (key: string, ...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((sum, part) => sum.update(part), createHmac('sha256', key)).digest('hex');

/** Equality that tells nothing of where two texts differ: in constant time, over their hashes. */
export const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));

/** A key of 32 bytes for one purpose, derived from a root (HKDF, RFC 5869). */
export const subkey = (root: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', root, new Uint8Array(), `art33/${purpose}/1`, 32));

/** Unkeyed derived id: for values that hold nothing worth guessing. */
export const derived = (value: unknown): string => shortened(hash('sha256', canonical(value), 'binary'));

/** Where a hash chain of the register stands: the last entry's number and hash. */
export type ChainHead = { readonly seq: number; readonly hash: string };

/** Where every chain begins. */
export const genesis: ChainHead = { seq: 0, hash: sha256('art33 register v1') };
