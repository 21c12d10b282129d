import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Token, any, dash, fold, matcherOf, plainOf, star, tokensOf, windash } from '#core/detection/sigma/pattern.ts';

const fits = (pattern: string, text: string): boolean => matcherOf(tokensOf(pattern), false)(fold(text));

/** The obvious definition, exponential at worst. */
const reference = (tokens: readonly Token[], text: readonly string[]): boolean => {
  const [token, ...rest] = tokens;
  if (token === undefined) return text.length === 0;
  if (token === star) return reference(rest, text) || (text.length > 0 && reference(tokens, text.slice(1)));
  const [here, ...behind] = text;
  if (here === undefined) return false;
  const same = token === any || (token === dash ? '-/–—―'.includes(here) : token === here);
  return same && reference(rest, behind);
};

describe('a Sigma string', () => {
  it('ignores letter case, in Greek too', () => {
    expect(fits('ΟΔΟΣ', 'οδος')).toBe(true);
    expect(fits('*ΣΑ', 'οδοςα')).toBe(true);
  });

  it('keeps a backslash that escapes nothing, and reads two as one', () => {
    expect(fits('C:\\Windows', 'c:\\windows')).toBe(true);
    expect(fits('a\\\\b', 'a\\b')).toBe(true);
  });

  it('reads an escaped wildcard as the mark itself, and a backslash before a wildcard when doubled', () => {
    expect(fits('a\\?b', 'a?b')).toBe(true);
    expect(fits('a\\?b', 'axb')).toBe(false);
    expect(fits('a\\\\*b', 'a\\xyzb')).toBe(true);
    expect(fits('a\\\\*b', 'axyzb')).toBe(false);
  });

  it('lets a question mark stand for one character, be it outside the basic plane', () => {
    expect(fits('a?b', 'a😀b')).toBe(true);
    expect(fits('a??b', 'a😀b')).toBe(false);
    expect(fits('*?b', '😀b')).toBe(true);
  });

  it('asks for some text where it is a star alone', () => {
    expect(fits('*', 'x')).toBe(true);
    expect(fits('*', '')).toBe(false);
    expect(fits('**', '')).toBe(false);
  });

  it('turns a dash that begins an option into any of the five, and leaves one inside a word', () => {
    const matches = (pattern: string, text: string) => matcherOf(windash(tokensOf(pattern)), false)(fold(text));
    for (const mark of '-/–—―') expect(matches('x -enc', `x ${mark}enc`)).toBe(true);
    expect(matches('x -enc', 'x enc')).toBe(false);
    expect(matches('a-b', 'a/b')).toBe(false);
  });

  it('answers like the naive definition, for any pattern and text', () => {
    const token = fc.constantFrom<Token>('a', 'b', '-', '😀', star, star, any, dash);
    const character = fc.constantFrom('a', 'b', '-', '/', '😀');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 9 }), fc.array(character, { maxLength: 10 }), (tokens, text) => {
        const onlyStars = tokens.length > 0 && tokens.every((one) => one === star);
        expect(matcherOf(tokens, false)(text.join(''))).toBe(onlyStars ? text.length > 0 : reference(tokens, text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('reads back any text whose marks are escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '?', '\\') }), (text) => {
        expect(plainOf(tokensOf(text.replace(/[*?\\]/g, '\\$&')))).toBe(text);
      }),
    );
  });

  it('stays linear where a generated regex would not', () => {
    const pattern = matcherOf(tokensOf(`${'*a?'.repeat(40)}*z`), false);
    const text = 'ab'.repeat(20_000);
    const runs = Array.from({ length: 5 }, () => pattern(text));
    expect(runs).toEqual([false, false, false, false, false]);
  });
});
