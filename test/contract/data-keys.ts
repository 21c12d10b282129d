// Decides what every source of data keys does: a fresh key each time, opened under the same context and no other (D-1, D-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataKeys } from '#flow/data-keys.ts';

export type DataKeysUnderTest = { readonly keys: DataKeys; readonly close: () => Promise<void> };

const context = { incident: 'inc-1', controller: 'museum-shop' };
const refused = { name: 'PortError', port: 'keys', kind: 'refused' };

export const dataKeysContract = (name: string, open: () => Promise<DataKeysUnderTest>): void => {
  describe(`the contract of data keys on ${name}`, () => {
    let world: DataKeysUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('opens what it wrapped', async () => {
      const { plaintext, wrapped } = await world.keys.generate(context);
      expect(plaintext).toHaveLength(32);
      expect(Buffer.from(await world.keys.decrypt(wrapped, context)).equals(Buffer.from(plaintext))).toBe(true);
    });

    it('makes another key each time, and shows none in its wrapping', async () => {
      const [one, other] = [await world.keys.generate(context), await world.keys.generate(context)];
      expect(Buffer.from(one.plaintext).equals(Buffer.from(other.plaintext))).toBe(false);
      expect(Buffer.from(one.wrapped).includes(Buffer.from(one.plaintext))).toBe(false);
    });

    it.each([{ controller: 'clinic-portal' }, { incident: 'inc-2' }])('opens nothing under another context: %j', async (other) => {
      const { wrapped } = await world.keys.generate(context);
      await expect(world.keys.decrypt(wrapped, { ...context, ...other })).rejects.toMatchObject(refused);
    });

    it('opens nothing that it did not wrap', async () => {
      await expect(world.keys.decrypt(Buffer.alloc(80, 65), context)).rejects.toMatchObject(refused);
    });
  });
};
