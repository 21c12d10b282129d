// Decides that what is sealed shows nothing, opens whole, and opens for nobody who changed it or asks in another's name.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { envelopes } from '#adapters/envelope/envelope.ts';
import type { DataKeys } from '#flow/data-keys.ts';

/** Wraps nothing: what is proved here is the seal alone. */
const bare: DataKeys = {
  generate: async () => ({ plaintext: Buffer.alloc(32, 5), wrapped: Buffer.alloc(40, 9) }),
  decrypt: async () => Buffer.alloc(32, 5),
};
const { seal, open } = envelopes(bare);
const context = { incident: 'inc-1', controller: 'museum-shop' };
const text = Buffer.from('id,category\nanna@example.com,customer\n');
const refused = { name: 'PortError', port: 'keys', kind: 'refused' };

describe('an envelope', () => {
  it('gives every byte back, and shows none', async () => {
    const sealed = await seal(text, context);
    expect(Buffer.from(sealed).includes('anna')).toBe(false);
    expect(Buffer.from(await open(sealed, context)).toString()).toBe(text.toString());
    expect(await open(await seal(new Uint8Array(), context), context)).toHaveLength(0);
  });

  it('is another each time: its hash tells nobody what it holds', async () => {
    const [one, other] = [await seal(text, context), await seal(text, context)];
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });

  it.each([{ controller: 'clinic-portal' }, { incident: 'inc-2' }])('opens in no other name, whatever the key says: %j', async (other) => {
    await expect(open(await seal(text, context), { ...context, ...other })).rejects.toMatchObject(refused);
  });

  it('is refused when any bit was changed or any end is missing', async () => {
    const sealed = await seal(text, context);
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Uint8Array.from(sealed, (byte, i) => (i === at ? byte ^ by : byte));
        await expect(open(changed, context)).rejects.toMatchObject(refused);
        await expect(open(sealed.subarray(0, at), context)).rejects.toMatchObject(refused);
      }),
    );
  });
});
