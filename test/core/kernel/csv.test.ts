// Holds that a CSV file is read cell by cell as its writer meant it, in linear time, and that none we write is a formula.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf, parseCsv } from '#core/kernel/csv.ts';
import { anyCharacter } from '../any-character.ts';

const cells = (text: string) => {
  const parsed = parseCsv(text);
  return parsed.ok ? parsed.value.map((row) => row.cells) : parsed.error;
};

describe('reading', () => {
  it.each([
    [
      'commas',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons, as a spreadsheet in German writes them',
      'a;b\r\n1;2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a comma where semicolons part the cells',
      'a;b\n1,5;2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'an empty cell at the end',
      'a,b\n1,\n2,',
      [
        ['a', 'b'],
        ['1', ''],
        ['2', ''],
      ],
    ],
    ['one column', 'a\n1', [['a'], ['1']]],
    [
      'quoted separators, quotation marks and line breaks',
      'a,b\n"1,5","say ""x""\nhere"\n',
      [
        ['a', 'b'],
        ['1,5', 'say "x"\nhere'],
      ],
    ],
    ['old line ends', 'a\r1\r2', [['a'], ['1'], ['2']]],
    ['nothing', '', []],
  ])('takes %s', (_name, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it('counts rows as a spreadsheet does, the header and what is empty too', () => {
    const parsed = parseCsv('id\n\na\n,\n"b\nc"\nd\n');
    expect(parsed.ok && parsed.value.map(({ row }) => row)).toEqual([1, 3, 5, 6]);
  });

  it('says in which row a quotation mark stands inside a cell', () => {
    expect(parseCsv('a,b\n1,2\n3,4"5\n')).toMatchObject({ ok: false, error: { row: 3 } });
    expect(parseCsv('a,b\n"1,2\n')).toMatchObject({ ok: false, error: { row: 2 } });
  });

  it('takes a mark of text in front of a formula off', () => {
    expect(cells("a,b\n'=1+1,'+491701234567\n")).toEqual([
      ['a', 'b'],
      ['=1+1', '+491701234567'],
    ]);
    expect(cells("a\n'quoted'\n")).toEqual([['a'], ["'quoted'"]]);
  });

  it('needs no more than linear time for a cell of a megabyte', () => {
    const long = `a\n"${'""'.repeat(500_000)}"\n"${'x'.repeat(1_000_000)}`;
    expect(parseCsv(long)).toMatchObject({ ok: false, error: { row: 3 } });
  });
});

describe('writing', () => {
  it.each(['=HYPERLINK("http://203.0.113.9")', '+49170', '-2+3', '@SUM(A1)'])('makes %s text', (cell) => {
    expect(csvOf([[cell]])).toMatch(/^"?'/);
  });

  it('gives back what was written, whatever stands in a cell', () => {
    const cell = fc.string({ unit: anyCharacter, minLength: 1 }).map((one) => `x${one.trim()}y`);
    const risky = fc.constantFrom('=1', '+2', '-3', '@a', "it's", 'a,b', 'a;b', '"q"', 'two\nlines');
    fc.assert(
      fc.property(fc.array(fc.array(fc.oneof(cell, risky), { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
        const header = ['a', 'b'];
        expect(cells(csvOf([header, ...rows]))).toEqual([header, ...rows]);
      }),
    );
  });
});
