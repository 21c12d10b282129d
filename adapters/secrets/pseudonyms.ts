// Decides that the text of a secret may serve as root of the pseudonyms: made once, never rotated, never exported (D-3).
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import type { Pseudonyms } from '#flow/ports.ts';

const shortest = 32;

/** Too short a root is refused: pseudonyms under it could be guessed. */
export const pseudonymsOf = (root: string): Pseudonyms => {
  if (root.length < shortest) throw new Error(`the root key has ${root.length} characters; at least ${shortest} were expected`);
  return keyedPseudonyms(new TextEncoder().encode(root));
};
