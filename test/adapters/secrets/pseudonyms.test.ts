// Decides that pseudonyms are stable, apart by purpose, and worth nothing without the root.
import { describe, expect, it } from 'vitest';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { pseudonymsOf } from '#adapters/secrets/pseudonyms.ts';

const root = 'r'.repeat(64);

describe('pseudonyms', () => {
  it('are the same for the same person, and another for another purpose or root', () => {
    const one = pseudonymsOf(root);
    expect(one.of('actor', 'Ada@example.com')).toBe(one.of('actor', 'ada@example.com'));
    expect(one.of('actor', 'ada@example.com')).not.toBe(one.of('target', 'ada@example.com'));
    expect(one.of('actor', 'ada@example.com')).not.toBe(pseudonymsOf('s'.repeat(64)).of('actor', 'ada@example.com'));
    expect(one.of('actor', 'ada@example.com')).toMatch(/^[a-z2-7]{26}$/);
  });

  it('refuse a root that could be guessed, without repeating it', () => {
    expect(() => pseudonymsOf('short-root')).toThrow('the root key has 10 characters; at least 32 were expected');
  });

  it('are those of the single node for the same root: a move changes no id', () => {
    const embedded = keyedPseudonyms(new TextEncoder().encode(root));
    expect(pseudonymsOf(root).of('address', '2001:db8::1')).toBe(embedded.of('address', '2001:db8::1'));
    expect(pseudonymsOf(root).idKey).toEqual(embedded.idKey);
  });
});
