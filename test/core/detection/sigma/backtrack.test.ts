// Decides whether expressions that double their work with each character are told from those that do not.
import { describe, expect, it } from 'vitest';
import { backtracksWithoutBound } from '#core/detection/sigma/backtrack.ts';
import { regexTest } from '#core/detection/sigma/regex.ts';

describe('an expression that backtracks without bound', () => {
  it.each([
    '(a+)+$',
    '(a*)*b',
    '(a|a)*$',
    '(a|ab|b)*c',
    '(\\w+\\s?)*$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(.*)*x',
    '(x?y?)*z',
    '([a-z]+|[0-9a-f]+)*!',
    'start(?:\\d+,?)+end',
    '(?=(a+)+$)x',
    '(?<name>a+){2,}$',
    '((a{1,2}){1,2})*b',
    '(a{1,800}){1,800}b',
  ])('is refused: %s', (source) => {
    expect(backtracksWithoutBound(source, '')).toBe(true);
    expect(regexTest(source, new Set())).toMatchObject({ ok: false, error: expect.stringContaining('backtrack without bound') });
  });

  it.each(['(a|A)*$', '([a-z]+|[A-Z]+)*!'])('is one only where letter case does not count: %s', (source) => {
    expect(backtracksWithoutBound(source.replace('+', ''), 'i')).toBe(true);
  });
});

describe('an expression with loops that is bounded', () => {
  it.each([
    '(\\d{1,3}\\.){3}\\d{1,3}',
    '(?:[a-z0-9]+\\.)+example\\.com',
    '(foo|bar)+baz',
    '.+:assumed-role/aws:.+',
    '(ab)*(cd)*',
    '("[^"]*",)*$',
    '(?:%[0-9a-f]{2})+',
    '(a+)\\1',
    '(\\s*,\\s*x)+',
    '([a-z]{2}){2,4}',
    '(?:\\\\[a-z]|[^\\\\])*"',
    'a*a*a*b',
    '\\$\\{(?:jndi|lower|upper):.*\\}',
    '(?:[01]?\\d\\d?|2[0-4]\\d|25[0-5])(?:\\.\\d+){3}',
  ])('is taken: %s', (source) => {
    expect(backtracksWithoutBound(source, '')).toBe(false);
    expect(regexTest(source, new Set()).ok).toBe(true);
  });

  it('stays within a second on the longest text, where it is taken', () => {
    const compiled = regexTest('("[^"]*",)*$', new Set());
    const begun = performance.now();
    if (compiled.ok) compiled.value(`${'"x",'.repeat(1_023)}"`);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
