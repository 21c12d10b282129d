// Holds that only our own words leave the house, without marks that move the cursor or turn the line (TH-09, TH-18).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromConfiguration, printable, safe, safeInstant, safeJoin, safeReference, safeWord } from '#core/kernel/safe.ts';
import { at, caseId } from '../given.ts';

const marks = [
  '\u0000',
  '\u0007',
  '\u001b',
  '\n',
  '\r',
  '\t',
  '\u007f',
  '\u0085',
  '\u200b',
  '\u200e',
  '\u200f',
  '\u2028',
  '\u2029',
  '\u202a',
  '\u202e',
  '\u2060',
  '\u2066',
  '\u2069',
  '\ufeff',
];

describe('text for outside', () => {
  it.each(marks.map((mark) => [JSON.stringify(mark), mark]))('blanks the mark %s', (_name, mark) => {
    expect(printable(`a${mark}b`)).toBe('a b');
  });

  it('keeps no control or direction mark of any text', () => {
    const nasty = fc.array(fc.oneof(fc.constantFrom(...marks), fc.string({ unit: 'grapheme' }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(nasty, (text) => {
        expect(fromConfiguration(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
      }),
    );
  });

  it('keeps letters of other scripts, composed', () => {
    expect(fromConfiguration(' Mu\u0308ller & שלום ')).toBe('Müller & שלום');
  });

  it('is built of literals, numbers and safe parts', () => {
    expect(safe`${3} of ${safeReference(caseId)}`).toMatch(/^3 of ART33-/);
    expect(safeJoin([safe`a`, safe`b`], safe`, `)).toBe('a, b');
  });

  it('takes no plain string: the compiler refuses it', () => {
    const fromSignal: string = 'vendor text';
    // @ts-expect-error a plain string is not Safe
    const leaked = safe`hello ${fromSignal}`;
    // @ts-expect-error a plain string can't be joined either
    safeJoin([fromSignal], safe`, `);
    expect(leaked).toBe('hello vendor text');
  });

  it('gives times to the second', () => {
    expect(safeInstant(at('2026-03-14T01:59:26.987Z'))).toBe('2026-03-14T01:59:26Z');
  });

  it('takes words of a closed list only, and does not repeat others', () => {
    expect(safeWord('high', ['low', 'high'])).toBe('high');
    const other = 'evil' as 'low';
    expect(() => safeWord(other, ['low', 'high'])).toThrow(/^not one of ours: low, high$/);
  });
});
