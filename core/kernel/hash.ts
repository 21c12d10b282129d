// Decides what two values have to share to be "the same": their canonical JSON, hashed.
import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto';

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

/** Base 32 (RFC 4648, lower case, no padding): safe in file names, URLs and keys, and readable on the phone. */
export const base32 = (bytes: Uint8Array): string => {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += alphabet[(held >>> (bits - 5)) & 31];
      bits -= 5;
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
};

/** Keyed hash over a value's canonical JSON, 26 base-32 characters (130 bits): who lacks the key can't guess the input. */
export const keyed = (key: Uint8Array, value: unknown): string => mac(key, canonical(value));

/** HMAC-SHA-256 of a text, 26 base-32 characters. */
export const mac = (key: Uint8Array, text: string): string => base32(createHmac('sha256', key).update(text).digest()).slice(0, 26);

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
export const derived = (value: unknown): string => base32(hash('sha256', canonical(value), 'buffer')).slice(0, 26);

/** Where a hash chain of the register stands: the last entry's number and hash. */
export type ChainHead = { readonly seq: number; readonly hash: string };

/** Where every chain begins. */
export const genesis: ChainHead = { seq: 0, hash: sha256('art33 register v1') };
