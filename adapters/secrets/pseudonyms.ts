// Decides how the deployment's root key becomes the identity key and the pseudonyms: one key a purpose (D-3, reliability.md 4.2).
import { createHmac, hkdfSync } from 'node:crypto';
import { base32 } from '#core/kernel/hash.ts';
import type { Pseudonyms } from '#flow/ports.ts';

const shortest = 32;

/** The root is the text of a secret: made once, never rotated, never exported. Too short a one is refused. */
export const pseudonymsOf = (root: string): Pseudonyms => {
  if (root.length < shortest) throw new Error(`the root key has ${root.length} characters; at least ${shortest} were expected`);
  const keyFor = (purpose: string): Uint8Array => new Uint8Array(hkdfSync('sha256', root, new Uint8Array(), `art33/${purpose}/1`, 32));
  const keys = new Map<string, Uint8Array>();
  const key = (purpose: string): Uint8Array => {
    const known = keys.get(purpose) ?? keyFor(purpose);
    keys.set(purpose, known);
    return known;
  };
  return {
    idKey: keyFor('id'),
    of: (purpose, identifier) =>
      base32(createHmac('sha256', key(purpose)).update(identifier.normalize('NFC').toLowerCase()).digest()).slice(0, 26),
  };
};
