// Decides how a root key becomes the identity key and the pseudonyms: one key a purpose, so that what is joined under one can't be joined with another.
import { mac, subkey } from './hash.ts';
import type { IdKey } from './ids.ts';

export const pseudonymPurposes = ['actor', 'address', 'target', 'group', 'value', 'code'] as const;
export type PseudonymPurpose = (typeof pseudonymPurposes)[number];

export type KeyedPseudonyms = {
  /** Identity key, for incident and signal ids (D-3). */
  readonly idKey: IdKey;
  /** 26 characters for an identifier, by purpose. Letter case and the way an accent is written make no difference. */
  readonly of: (purpose: PseudonymPurpose, identifier: string) => string;
};

/** The same root gives the same ids in every world: a store that moves keeps its cases. */
export const keyedPseudonyms = (root: Uint8Array): KeyedPseudonyms => {
  const keys = new Map(pseudonymPurposes.map((purpose) => [purpose, subkey(root, purpose)]));
  return {
    idKey: subkey(root, 'id'),
    of: (purpose, identifier) => mac(keys.get(purpose) ?? subkey(root, purpose), identifier.normalize('NFC').toLowerCase()),
  };
};
