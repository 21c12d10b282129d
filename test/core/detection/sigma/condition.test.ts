import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detection, meets, reasons } from './rules.ts';

describe('a condition', () => {
  it('binds not before and before or, for any truth of its parts', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), (a, b, c, d) => {
        const truths = { a, b, c, d };
        expect(meets('a or b and not c or d', truths)).toBe(a || (b && !c) || d);
        expect(meets('not (a or b) and (c or not d)', truths)).toBe(!(a || b) && (c || !d));
        expect(meets('not a and b', truths)).toBe(!a && b);
        expect(meets('not not a', truths)).toBe(a);
        expect(meets('2 of them', truths)).toBe([a, b, c, d].filter(Boolean).length >= 2);
        expect(meets('not all of them or a', truths)).toBe(!(a && b && c && d) || a);
      }),
    );
  });

  it('reads operators in any letter case, and names as written', () => {
    expect(meets('A Or Not b', { A: false, b: false })).toBe(true);
    expect(reasons(detection({ sel: { a: 1 }, condition: 'Sel' }))).toContain('no selection is named "Sel"; there are: sel');
  });

  it('lets a star stand anywhere in a pattern of names', () => {
    expect(meets('1 of *_login_*', { x_login_ok: true, y: false })).toBe(true);
    expect(meets('all of sel*x', { sel_x: true, sel_y: false })).toBe(true);
  });

  it('leaves underscored selections out of them, not out of patterns', () => {
    expect(meets('all of them', { a: true, _b: false })).toBe(true);
    expect(meets('1 of _*', { a: false, _b: true })).toBe(true);
  });

  it('that is a list holds where any of it does', () => {
    expect(meets(['a and b', 'c'], { a: true, b: false, c: true })).toBe(true);
    expect(meets(['a and b', 'c'], { a: true, b: false, c: false })).toBe(false);
  });

  it('may call a selection by a word such as all', () => {
    expect(meets('all and not other', { all: true, other: false })).toBe(true);
  });

  const refused: readonly (readonly [unknown, string])[] = [
    ['', 'a condition is text'],
    [[], 'a condition is text'],
    ['sel and', 'ends too early'],
    ['sel sel', 'stands where'],
    ['(sel', 'not closed'],
    ['sel)', 'stands where'],
    ['sel | count() > 5', 'write a correlation document'],
    ['1 of x*', 'no selection fits "x*"'],
    ['3 of them', 'can never be met by 1 selections'],
    ['0 of them', 'can never be met'],
    ['1 of', 'no selection fits'],
    [`${'('.repeat(60)}sel${')'.repeat(60)}`, 'nested deeper'],
    [`${'not '.repeat(3_000)}sel`, 'at most 8000 characters'],
  ];
  for (const [condition, reason] of refused) {
    it(`is refused: ${JSON.stringify(condition).slice(0, 40)}`, () => {
      expect(reasons(detection({ sel: { a: 1 }, condition }))).toContain(reason);
    });
  }
});
