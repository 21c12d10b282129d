// Holds that the same value has the same hash and the same id everywhere, and that ids tell nothing without the key (D-3).
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, derived, hashOf, mac, sha256 } from '#core/kernel/hash.ts';
import { dutyId, incidentId, incidentSubject, reference, signalId } from '#core/kernel/ids.ts';
import { idKey } from '../given.ts';

const otherKey = new Uint8Array(32).fill(8);

describe('canonical JSON', () => {
  it('sorts keys at every depth and leaves out what is undefined', () => {
    expect(canonical({ b: [{ y: 1, x: undefined, a: null }], a: 'ü"' })).toBe('{"a":"ü\\"","b":[{"a":null,"y":1}]}');
  });

  it('keeps the order of lists', () => {
    expect(canonical([2, 1])).not.toBe(canonical([1, 2]));
  });

  it('reads back as the same value, and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonical(turned)).toBe(canonical(value));
        expect(hashOf(turned)).toBe(hashOf(value));
        expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
      }),
    );
  });

  it('gives the hash that anybody else computes', () => {
    expect(sha256('art33')).toBe(createHash('sha256').update('art33').digest('hex'));
  });

  it('shortens a digest to 26 letters of base 32 as RFC 4648 writes it', () => {
    const letters = (bytes: Uint8Array): string => {
      const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
      return (bits.match(/.{5}/g) ?? []).map((five) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(five, 2))).join('');
    };
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(derived(text)).toBe(letters(createHash('sha256').update(canonical(text)).digest()).slice(0, 26));
        expect(mac(idKey, text)).toBe(letters(createHmac('sha256', idKey).update(text).digest()).slice(0, 26));
      }),
    );
    expect(letters(new TextEncoder().encode('fooba'))).toBe('mzxw6ytb');
  });
});

describe('ids', () => {
  it('are the same for the same content', () => {
    expect(incidentId(idKey, 'k', 1)).toBe(incidentId(new Uint8Array(idKey), 'k', 1));
    expect(signalId(idKey, 'auth0', ['x'])).toBe(signalId(idKey, 'auth0', ['x']));
  });

  it('differ by content, number and key', () => {
    const all = [incidentId(idKey, 'k', 1), incidentId(idKey, 'k', 2), incidentId(idKey, 'l', 1), incidentId(otherKey, 'k', 1)];
    expect(new Set(all).size).toBe(4);
  });

  it('keep the parts of a signal apart', () => {
    expect(signalId(idKey, 'a', ['b', 'c'])).not.toBe(signalId(idKey, 'a', ['bc']));
    expect(signalId(idKey, 'ab', ['c'])).not.toBe(signalId(idKey, 'a', ['bc']));
    expect(signalId(otherKey, 'ab', ['c'])).not.toBe(signalId(idKey, 'ab', ['c']));
  });

  it('name a duty by subject, kind, recipient and step', () => {
    const subject = incidentSubject(incidentId(idKey, 'k', 1));
    const other = incidentSubject(incidentId(idKey, 'k', 2));
    const made = [
      dutyId(subject, 'inform', 'sysop', '1'),
      dutyId(subject, 'inform', 'sysop', '2'),
      dutyId(subject, 'inform', 'management', '1'),
      dutyId(subject, 'call', 'sysop', '1'),
      dutyId(other, 'inform', 'sysop', '1'),
    ];
    expect(new Set(made).size).toBe(5);
    expect(dutyId(subject, 'inform', 'sysop', '1')).toBe(made[0]);
  });

  it('have a short form that can be said on the phone', () => {
    expect(reference(incidentId(idKey, 'k', 1))).toMatch(/^ART33-[A-Z2-7]{8}$/);
  });
});
