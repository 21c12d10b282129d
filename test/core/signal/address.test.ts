// Holds that one address has one form, whoever wrote it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, networkOf } from '#core/signal/address.ts';

describe('addressOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('writes %s as %s', (text, address) => {
    expect(addressOf(text)).toBe(address);
  });

  it.each([
    '',
    'x',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '111.11.000.1',
    '99.xxx.xxx.xxx',
    '1::2::3',
    ':1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2.3.999',
    7,
    null,
  ])('takes %j for none', (value) => {
    expect(addressOf(value)).toBeUndefined();
  });

  it('changes an address once at most', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(address, (text) => {
        const once = addressOf(text);
        expect(once).toBeDefined();
        expect(addressOf(once)).toBe(once);
      }),
    );
  });
});

/** What URLs make of it (WHATWG), which write the same canonical form; nothing for what is no address. */
const inUrl = (text: string): string | undefined => URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);

describe('IPv6', () => {
  const groups = fc
    .array(fc.constantFrom('0', '00', '1', 'a', 'db8', 'ABCD', 'ffff', '12345', 'g', '', ''), { minLength: 1, maxLength: 10 })
    .map((parts) => parts.join(':'));

  it('is read and written as in URLs, and refused where they refuse it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), groups), (text) => {
        fc.pre(!text.includes('.'));
        const expected = inUrl(text);
        // An IPv4 address in its clothes is one to us.
        if (expected?.startsWith('::ffff:') !== true) expect(addressOf(text)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('networkOf', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['192.0.2.1/33', undefined],
    ['192.0.2.1/', undefined],
    ['x/8', undefined],
  ])('reads %s as %s', (text, network) => {
    expect(networkOf(text)).toBe(network);
  });
});
