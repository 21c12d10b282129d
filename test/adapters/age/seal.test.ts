// Decides who can open what was sealed: each of the named people alone, and nobody else.
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWith, recipientsIn, sealTo } from '#adapters/age/seal.ts';

const plain = new TextEncoder().encode('phone numbers');
let identities: readonly string[];
let recipients: readonly string[];
beforeAll(async () => {
  identities = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()]);
  recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
});
const keyFile = (identity: string): string => `# created: 2026-11-25T09:00:00Z\n# public key: age1…\n${identity}\n`;

describe('a seal', () => {
  it('is opened by each of those it was made for, and by no other', async () => {
    const sealed = await sealTo(recipients.slice(0, 2))(plain);
    expect(Buffer.from(sealed).includes('phone')).toBe(false);
    for (const identity of identities.slice(0, 2)) expect(await openWith(keyFile(identity), sealed)).toEqual({ ok: true, value: plain });
    expect(await openWith(keyFile(identities[2]!), sealed)).toMatchObject({
      ok: false,
      error: expect.stringContaining('sealed to others'),
    });
  });

  it('says what is wrong with a key or a file, and never shows the key', async () => {
    const sealed = await sealTo(recipients.slice(0, 2))(plain);
    const cut = identities[0]!.slice(0, -2);
    for (const [file, bytes] of [
      ['', sealed],
      [`# ${identities[0]}`, sealed],
      [cut, sealed],
      [identities[0]!, sealed.slice(0, -3)],
      [identities[0]!, plain],
    ] as const) {
      const opened = await openWith(file, bytes);
      expect(opened.ok).toBe(false);
      expect(JSON.stringify(opened)).not.toContain(cut);
    }
  });

  it('is made for two people at least, each with a key that is one', async () => {
    const [a = '', b = ''] = recipients;
    const mistyped = `${b.slice(0, -1)}${b.endsWith('q') ? 'p' : 'q'}`;
    expect(recipientsIn([a, b])).toMatchObject({ ok: true });
    for (const keys of [[], [a], [a, a], [a, mistyped], [a, 'age1short'], [a, identities[1]!]])
      expect(recipientsIn(keys), keys.join()).toMatchObject({ ok: false });
    await expect(sealTo([a])(plain)).rejects.toMatchObject({ port: 'vault', kind: 'refused' });
  });
});
