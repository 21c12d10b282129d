// Builds data keys that live as long as a test: wrapped by a number, bound to their context.
import { randomBytes } from 'node:crypto';
import { canonical } from '#core/kernel/hash.ts';
import type { DataKeys } from '#flow/data-keys.ts';
import { PortError } from '#flow/ports.ts';

export const memoryKeys = (): DataKeys => {
  const made: { readonly key: Uint8Array; readonly bound: string }[] = [];
  return {
    generate: async (context) => {
      const plaintext = randomBytes(32);
      made.push({ key: plaintext, bound: canonical(context) });
      return { plaintext, wrapped: Buffer.from(String(made.length)) };
    },
    decrypt: async (wrapped, context) => {
      const found = made[Number(Buffer.from(wrapped).toString()) - 1];
      if (found?.bound !== canonical(context)) throw new PortError('keys', 'refused', 'another context');
      return found.key;
    },
  };
};
