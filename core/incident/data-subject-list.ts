// Decides which rows a list of affected people may hold: those of one controller, each id once, or none of them and what would be right (D-14).
import type { Controller } from '../directory/directory.ts';
import { tenancyOf } from '../directory/tenancy.ts';
import { csvOf, parseCsv } from '../kernel/csv.ts';
import { type Result, fail, ok } from '../kernel/result.ts';
import { type Instant, latest, parseInstant, rfc3339 } from '../kernel/time.ts';

/**
 * How surely this person is affected. `seen`: a record shows that the data was reached; `likely`: a record speaks for it; `possible`: it was
 * within reach, and nothing rules it out.
 */
export const subjectBases = ['seen', 'likely', 'possible'] as const;
export type SubjectBasis = (typeof subjectBases)[number];

/** One person concerned. `category` is one of the contract's; both it and `country` (ISO 3166-1) may be empty: not known. */
export type DataSubject = {
  readonly id: string;
  readonly category: string;
  readonly country: string;
  readonly basis: SubjectBasis;
  readonly asOf: Instant;
};

export const listColumns = ['id', 'category', 'country', 'basis', 'asOf'] as const;
type Column = (typeof listColumns)[number];

/** No more than a Lambda takes in one request, and a person can check. */
export const listLimits = { bytes: 4_000_000, rows: 50_000, id: 200 } as const;

/** What is wrong with a row, by its number in the spreadsheet; row 0 is the file itself. Never what stands in it. */
export type RowProblem = { readonly row: number; readonly column?: Column; readonly message: string };

export type ListInput = {
  readonly bytes: Uint8Array;
  readonly controller: Controller;
  /** All controllers of the directory: whose ids begin otherwise. */
  readonly controllers: readonly Controller[];
  /** Categories of people as contracted. */
  readonly categories: readonly string[];
  readonly now: Instant;
};

export type SubjectList = { readonly rows: readonly DataSubject[] /** Ids that stood there more than once. */; readonly repeated: number };

const decode = (bytes: Uint8Array): Result<string> => {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('the file is not UTF-8; save it as "CSV UTF-8"');
  }
};

type Cells = Readonly<Record<Column, string>>;
type Numbered = { readonly row: number; readonly cells: Cells };

/** Which column stands where; or what is wrong with the header. */
const headerOf = (cells: readonly string[]): Result<ReadonlyMap<Column, number>> => {
  const places = new Map(
    listColumns.map((column) => [column, cells.findIndex((cell) => cell.toLowerCase() === column.toLowerCase())] as const),
  );
  const missing = listColumns.filter((column) => places.get(column) === -1);
  if (missing.length > 0) return fail(`missing ${missing.join(', ')}; the first row names the columns ${listColumns.join(',')}`);
  return cells.length > listColumns.length
    ? fail(`more columns than ${listColumns.join(',')}; take the others out: nothing else is kept`)
    : ok(places);
};

const numbered = (text: string): Result<readonly Numbered[], readonly RowProblem[]> => {
  const parsed = parseCsv(text);
  if (!parsed.ok) return fail([parsed.error]);
  const [head, ...rest] = parsed.value;
  const places = headerOf(head?.cells ?? []);
  if (!places.ok) return fail([{ row: 1, message: places.error }]);
  if (rest.length === 0) return fail([{ row: 0, message: 'there is no row below the header; a list names one person at least' }]);
  if (rest.length > listLimits.rows)
    return fail([{ row: 0, message: `${rest.length} rows; at most ${listLimits.rows}. Give numbers instead of a list` }]);
  const wrong = rest.filter(({ cells }) => cells.length !== listColumns.length);
  if (wrong.length > 0)
    return fail(wrong.map(({ row }) => ({ row, message: `not ${listColumns.length} cells; quote a cell that holds a comma` })));
  const cellsOf = (cells: readonly string[]): Cells =>
    Object.fromEntries(listColumns.map((column) => [column, cells[places.value.get(column) ?? 0] ?? ''])) as Cells;
  return ok(rest.map(({ row, cells }) => ({ row, cells: cellsOf(cells) })));
};

/** Letter case and the way an accent is written make no other person, as in the pseudonyms. */
export const sameSubject = (id: string): string => id.normalize('NFC').toLowerCase();

const begins = (id: string, { peopleIds = [] }: Controller): boolean =>
  peopleIds.some((one) => sameSubject(id).startsWith(sameSubject(one)));

const idProblem = (id: string, { controller, controllers }: ListInput): string | undefined => {
  if (id === '') return 'empty; write the id that this person has in your system';
  if (id.length > listLimits.id) return `longer than ${listLimits.id} characters; write the id alone`;
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(id)) return 'holds a line break or a control character; write the id alone';
  if (begins(id, controller)) return undefined;
  if (controllers.some((other) => other.id !== controller.id && begins(id, other)))
    return 'begins as the ids of another controller do; it belongs into the list of that one';
  return controller.peopleIds === undefined
    ? undefined
    : `outside this controller's data; its ids begin with ${controller.peopleIds.join(' or ')}`;
};

const categoryProblem = (category: string, { categories }: ListInput): string | undefined =>
  category === '' || categories.length === 0 || categories.some((one) => sameSubject(one) === sameSubject(category))
    ? undefined
    : `outside what you process for this controller; leave it empty or write one of: ${categories.join('; ')}`;

/** Names of regions as the machine knows them: to make one for each row would cost more than all the rest. */
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const countryProblem = (country: string): string | undefined =>
  country === '' || (/^[A-Z]{2}$/.test(country) && regions.of(country) !== undefined)
    ? undefined
    : 'no country code; leave it empty or write two capital letters such as DE (ISO 3166-1)';

const isBasis = (word: string): word is SubjectBasis => (subjectBases as readonly string[]).includes(word);

/** A day alone means its beginning in UTC. */
const instantIn = (text: string): Result<Instant> => parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);

const asOfProblem = (asOf: Result<Instant>, { controller, now }: ListInput): string | undefined => {
  if (!asOf.ok) return 'no day and no instant; write 2026-03-14, or 2026-03-14T02:00:00Z with its offset';
  if (asOf.value > now) return `after now (${rfc3339(now)}); write when this was known`;
  const tenancy = tenancyOf(controller, { from: asOf.value, to: asOf.value });
  if (tenancy === 'not-yet') return "outside this controller's data; it was no customer yet";
  return tenancy === 'data-gone' ? "outside this controller's data; its last backup was gone" : undefined;
};

const read = ({ row, cells }: Numbered, input: ListInput): Result<DataSubject, readonly RowProblem[]> => {
  const asOf = instantIn(cells.asOf);
  const basis = cells.basis.toLowerCase();
  const said: Readonly<Record<Column, string | undefined>> = {
    id: idProblem(cells.id, input),
    category: categoryProblem(cells.category, input),
    country: countryProblem(cells.country),
    basis: isBasis(basis) ? undefined : `none of ${subjectBases.join(', ')}`,
    asOf: asOfProblem(asOf, input),
  };
  const problems = listColumns.flatMap((column) => (said[column] === undefined ? [] : [{ row, column, message: said[column] }]));
  if (problems.length > 0 || !isBasis(basis) || !asOf.ok) return fail(problems);
  return ok({ id: cells.id.normalize('NFC'), category: cells.category, country: cells.country, basis, asOf: asOf.value });
};

/** The surer of the two says how sure it is; what one of them leaves open the other fills in. */
const merged = (a: DataSubject, b: DataSubject): DataSubject => ({
  ...a,
  category: a.category || b.category,
  country: a.country || b.country,
  basis: subjectBases.indexOf(a.basis) <= subjectBases.indexOf(b.basis) ? a.basis : b.basis,
  asOf: latest(a.asOf, b.asOf),
});

/** Each id once, sorted, so that the same people make the same list. */
export const together = (rows: readonly DataSubject[]): readonly DataSubject[] => {
  const byId = new Map<string, DataSubject>();
  for (const row of rows) {
    const known = byId.get(sameSubject(row.id));
    byId.set(sameSubject(row.id), known ? merged(known, row) : row);
  }
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
};

/** All rows, or what is wrong with which: a list of which half is missing counts wrongly. */
export const readSubjectList = (input: ListInput): Result<SubjectList, readonly RowProblem[]> => {
  if (input.bytes.byteLength > listLimits.bytes)
    return fail([{ row: 0, message: `larger than ${listLimits.bytes} bytes; give numbers instead of a list` }]);
  const text = decode(input.bytes);
  if (!text.ok) return fail([{ row: 0, message: text.error }]);
  const found = numbered(text.value);
  if (!found.ok) return found;
  const rows: DataSubject[] = [];
  const problems: RowProblem[] = [];
  for (const one of found.value) {
    const done = read(one, input);
    if (done.ok) rows.push(done.value);
    else problems.push(...done.error);
  }
  if (problems.length > 0) return fail(problems);
  const once = together(rows);
  return ok({ rows: once, repeated: rows.length - once.length });
};

/** The list as a file, to be checked in a spreadsheet; read again, it is the same list. */
export const subjectCsv = (rows: readonly DataSubject[]): string =>
  csvOf([listColumns, ...rows.map(({ id, category, country, basis, asOf }) => [id, category, country, basis, rfc3339(asOf)])]);

/** at least, best, at most. */
export type Count = { readonly min: number; readonly best: number; readonly max: number };

export const countOf = (rows: readonly DataSubject[]): Count => {
  const having = (...bases: readonly SubjectBasis[]): number => rows.filter(({ basis }) => bases.includes(basis)).length;
  return { min: having('seen'), best: having('seen', 'likely'), max: rows.length };
};
