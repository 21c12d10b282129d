// Decides how a CSV file is read and written (RFC 4180): comma or semicolon, quoted cells, and no cell that a spreadsheet would compute.
import { type Result, fail, ok } from './result.ts';

/** `row` as a spreadsheet counts: the header is row 1. A row without any text is left out. */
export type CsvRow = { readonly row: number; readonly cells: readonly string[] };

/** What a spreadsheet would take for a formula (CWE-1236). */
const formula = /^[=+\-@\t\r]/;

/** A mark of text in front of such a cell, as spreadsheets and `csvOf` set it, is none of its text. */
const bare = (cell: string): string => (cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell);

const cellOf = (separator: string): RegExp =>
  new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"\\r\\n${separator}]*))(${separator}|\\r\\n|\\n|\\r|$)`, 'y');

/** Whichever of the two stands in the header. */
const separatorOf = (text: string): ',' | ';' => {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  return header.includes(';') && !header.includes(',') ? ';' : ',';
};

/** All rows with text, in linear time. The error names the row. */
export const parseCsv = (text: string): Result<readonly CsvRow[], { readonly row: number; readonly message: string }> => {
  const cell = cellOf(separatorOf(text));
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  for (let row = 1; cell.lastIndex < text.length; ) {
    const found = cell.exec(text);
    if (!found)
      return fail({ row, message: 'a quotation mark stands inside a cell: put the cell in quotation marks and double those within' });
    cells.push(bare((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim()));
    const isLast = !/^[,;]/.test(found[3] ?? '') || cell.lastIndex === text.length;
    if (!isLast) continue;
    if (/^[,;]/.test(found[3] ?? '')) cells.push('');
    if (cells.some((one) => one !== '')) rows.push({ row, cells });
    cells = [];
    row += 1;
  }
  return ok(rows);
};

const written = (cell: string): string => {
  const harmless = formula.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

/** With commas and CRLF. Opened in a spreadsheet, every cell is text. */
export const csvOf = (rows: readonly (readonly string[])[]): string => rows.map((cells) => `${cells.map(written).join(',')}\r\n`).join('');
