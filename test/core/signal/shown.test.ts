// Holds that what a stranger sent can be looked at: no control, direction or hidden mark of it reaches a terminal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownBytes, shownText } from '#core/signal/shown.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('bytes of a stranger', () => {
  it.each([
    ['an escape that clears the screen', 'a\u001b[2Jb', 'a\\x1b[2Jb'],
    ['a bell, a tab, a carriage return', '\u0007\t\r', '\\x07\\x09\\x0d'],
    ['a C1 control', '\u009b31m', '\\x9b31m'],
    ['a right-to-left override', 'jpg\u202eexe', 'jpg\\u{202e}exe'],
    ['an isolate and a zero-width space', '\u2066a\u200b', '\\u{2066}a\\u{200b}'],
    ['separators of line and paragraph', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['a tag character', '\u{e0041}', '\\u{e0041}'],
    ['half of a pair', '\ud800', '\\u{d800}'],
    ['words and umlauts', 'Übung 1', 'Übung 1'],
  ])('show %s', (_, given, expected) => {
    expect(shownText(given)).toBe(expected);
  });

  it('fall into lines, and are cut by characters', () => {
    expect(shownBytes(bytes('ä\nbc\n'), 10)).toEqual({ lines: ['ä', 'bc', ''], left: 0 });
    expect(shownBytes(bytes('äöü'), 2)).toEqual({ lines: ['äö'], left: 1 });
    expect(shownBytes(new Uint8Array(), 5)).toEqual({ lines: [''], left: 0 });
  });

  it('that are no UTF-8 are shown byte by byte', () => {
    expect(shownBytes(Uint8Array.of(0x41, 0xff, 0xc3, 0x28, 0x1b), 50).lines).toEqual(['A\\xff\\xc3(\\x1b']);
  });

  it('never hold a raw control byte, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (given) => {
        for (const line of shownBytes(given, 40).lines) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 200 },
    );
  });
});
