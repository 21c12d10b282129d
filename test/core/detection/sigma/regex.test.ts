import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regexTest, requiredLiteral } from '#core/detection/sigma/regex.ts';

const test = (source: string, text: string, ...flags: string[]): boolean => {
  const compiled = regexTest(source, new Set(flags));
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.value(text);
};

describe('a regular expression', () => {
  it('lets the dot cross lines under s, and anchors meet lines under m', () => {
    expect(test('a.b', 'a\nb')).toBe(false);
    expect(test('a.b', 'a\nb', 's')).toBe(true);
    expect(test('(?s)a.b', 'a\nb')).toBe(true);
    expect(test('^b$', 'a\nb', 'm')).toBe(true);
  });

  it('knows Unicode properties', () => {
    expect(test('^\\p{Lu}+$', 'ÄÖ')).toBe(true);
    expect(test('^\\p{Lu}+$', 'p{Lu}')).toBe(false);
  });

  it('reads four kilobytes of a longer text, and no more', () => {
    expect(test('needle', `${'x'.repeat(4_090)}needle`)).toBe(true);
    expect(test('needle', `${'x'.repeat(4_091)}needle`)).toBe(false);
  });

  it('takes an escaped backslash before a capital letter for what it is', () => {
    expect(test('C:\\\\Auto', 'C:\\Auto')).toBe(true);
  });

  it('names the longest text that every match holds', () => {
    expect(requiredLiteral('.+:literal:.+')).toBe(':literal:');
    expect(requiredLiteral('ab?c')).toBe(undefined);
    expect(requiredLiteral('foo|bar')).toBe(undefined);
    expect(requiredLiteral('(foo)?barbar{2}')).toBe('barba');
    expect(requiredLiteral('\\x41bcd')).toBe(undefined);
    expect(requiredLiteral('[abc]def\\.ghi')).toBe('def.ghi');
  });

  it('answers as without the literal, for any expression and text', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'ab',
      'a?',
      'b*',
      'a+',
      '(ab)',
      '(a|b)',
      '(ab)?',
      '[ab]',
      '[^a]',
      '.',
      '\\.',
      'a{2}',
      'b{0,1}',
      '|',
      '^',
      '$',
      '(?=a)',
      '(?!b)',
      '\\x61',
      '\\d',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 7 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '.', '1'), maxLength: 8 }),
        (pieces, text) => {
          const source = pieces.join('');
          let plain: RegExp;
          try {
            plain = new RegExp(source);
          } catch {
            return;
          }
          expect(test(source, text)).toBe(plain.test(text));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
