// Holds that a list of affected people has rows of one controller only, each id once; what is wrong is said by row, and never repeated (D-14).
import { describe, expect, it } from 'vitest';
import type { Controller } from '#core/directory/directory.ts';
import { type ListInput, countOf, listLimits, readSubjectList, subjectCsv } from '#core/incident/data-subject-list.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { days } from '#core/kernel/time.ts';
import { at, hence } from '../given.ts';

const controller = (id: string, more: Partial<Controller> = {}): Controller => ({
  id: controllerId(id),
  name: fromConfiguration(id),
  language: 'en',
  zone: 'UTC',
  contacts: [],
  contract: { trigger: 'suspected', onSuspectedTimeout: 'send' },
  ...more,
});
const museum = controller('museum', { customer: { from: at('2026-01-01T00:00:00Z') } });
const clinic = controller('clinic', { peopleIds: ['CLI-', 'kp-'] });

const header = 'id,category,country,basis,asOf\n';
const input = (rows: string | Uint8Array, more: Partial<ListInput> = {}): ListInput => ({
  bytes: typeof rows === 'string' ? new TextEncoder().encode(header + rows) : rows,
  controller: museum,
  controllers: [museum, clinic],
  categories: ['customers', 'staff'],
  now: hence(days(1)),
  ...more,
});
const read = (rows: string | Uint8Array, more: Partial<ListInput> = {}) => readSubjectList(input(rows, more));
const problems = (rows: string | Uint8Array, more: Partial<ListInput> = {}) => {
  const done = read(rows, more);
  return done.ok ? [] : done.error.map(({ row, column, message }) => `${row} ${column ?? 'file'}: ${message}`);
};

describe('a list', () => {
  it('is read with its columns in any order, and a day means its beginning', () => {
    const text = '\ufeffbasis;ID;asof;country;category\nlikely;u-1;2026-03-13;DE;customers\nseen;u-2;2026-03-13T20:00:00+01:00;;\n';
    expect(read(new TextEncoder().encode(text))).toEqual({
      ok: true,
      value: {
        rows: [
          { id: 'u-1', category: 'customers', country: 'DE', basis: 'likely', asOf: at('2026-03-13T00:00:00Z') },
          { id: 'u-2', category: '', country: '', basis: 'seen', asOf: at('2026-03-13T19:00:00Z') },
        ],
        repeated: 0,
      },
    });
  });

  it('has each id once: the surer row says how sure, the other fills in', () => {
    const done = read('U-1,,,possible,2026-03-13\nu-1,staff,,seen,2026-03-12\nu-1,,FR,likely,2026-03-11\n');
    expect(done).toMatchObject({ ok: true, value: { repeated: 2, rows: [{ category: 'staff', country: 'FR', basis: 'seen' }] } });
    expect(done.ok && done.value.rows[0]?.asOf).toBe(at('2026-03-13T00:00:00Z'));
  });

  it('counts at least, best and at most by how sure its rows are', () => {
    const done = read('a,,,seen,2026-03-13\nb,,,likely,2026-03-13\nc,,,likely,2026-03-13\nd,,,possible,2026-03-13\n');
    expect(done.ok && countOf(done.value.rows)).toEqual({ min: 1, best: 3, max: 4 });
  });

  it('is the same list when it is written and read again, with formulas as text', () => {
    const done = read('"=1+1,""x""",customers,DE,seen,2026-03-13\n+491701234567,,,likely,2026-03-13T02:00:00Z\n');
    if (!done.ok) throw new Error('refused');
    const text = subjectCsv(done.value.rows);
    expect(text.split('\r\n')[2]).toMatch(/^"'=1/);
    expect(read(new TextEncoder().encode(text))).toEqual(done);
  });
});

describe('a row is refused by its number', () => {
  it.each([
    ['without an id', ',,,seen,2026-03-13', /^2 id: empty/],
    ['with an id that is a text', `${'x'.repeat(201)},,,seen,2026-03-13`, /^2 id: longer than 200/],
    ['with an id of two lines', '"a\nb",,,seen,2026-03-13', /^2 id: holds a line break/],
    ['whose id is another controller’s', 'cli-9,,,seen,2026-03-13', /^2 id: begins as the ids of another controller/],
    ['of a category that is not processed', 'a,patients,,seen,2026-03-13', /^2 category: outside.*customers; staff/],
    ['of no country', 'a,,Deutschland,seen,2026-03-13', /^2 country: .*ISO 3166-1/],
    ['of a country that is none', 'a,,QQ,seen,2026-03-13', /^2 country/],
    ['without a basis', 'a,,,,2026-03-13', /^2 basis: none of seen, likely, possible/],
    ['without a day', 'a,,,seen,13.03.2026', /^2 asOf: .*write 2026-03-14/],
    ['of a day that there is not', 'a,,,seen,2026-02-30', /^2 asOf/],
    ['known after now', 'a,,,seen,2026-03-16', /^2 asOf: after now/],
    ['of a time before it was a customer', 'a,,,seen,2025-06-01', /^2 asOf: outside this controller's data/],
    ['with a cell too few', 'a,,seen,2026-03-13', /^2 file: not 5 cells/],
  ])('%s', (_name, row, expected) => {
    expect(problems(`${row}\n`)).toEqual([expect.stringMatching(expected)]);
  });

  it('when its ids begin otherwise than those of this controller', () => {
    expect(problems('cli-1,,,seen,2026-03-13\nu-2,,,seen,2026-03-13\nKP-3,,,seen,2026-03-13\n', { controller: clinic })).toEqual([
      "3 id: outside this controller's data; its ids begin with CLI- or kp-",
    ]);
  });

  it('after its last backup was gone', () => {
    const gone = controller('gone', { customer: { until: at('2026-01-01T00:00:00Z'), dataUntil: at('2026-02-01T00:00:00Z') } });
    expect(problems('a,,,seen,2026-03-13\nb,,,seen,2026-01-31\n', { controller: gone })).toEqual([
      expect.stringMatching(/^2 asOf: .*last backup/),
    ]);
  });

  it('beside all others that are wrong, and no row is kept', () => {
    const said = problems('a,,,seen,2026-03-13\nb,x,xx,seen,2026-03-13\nc,,,sure,2026-03-13\n');
    expect(said.map((one) => one.split(':')[0])).toEqual(['3 category', '3 country', '4 basis']);
  });

  it('without a word of what stands in it', () => {
    const said = problems('secret-id\u0007,secret-category,secret-country,secret-basis,secret-day\n').join('\n');
    expect(said.match(/^2 /gm)).toHaveLength(5);
    expect(said).not.toContain('secret');
  });
});

describe('a file is refused', () => {
  const file = (text: string): Uint8Array => new TextEncoder().encode(text);
  it.each([
    ['that is no UTF-8', Uint8Array.from([...file(header), 0xe4, 0x0a]), /^0 file: .*UTF-8/],
    ['that is empty', new Uint8Array(), /^1 file: missing id, category/],
    ['without a column', file('id,category,country,basis\na,,,seen\n'), /^1 file: missing asOf/],
    ['with a column more', file('id,category,country,basis,asOf,name\na,,,seen,2026-03-13,x\n'), /^1 file: more columns/],
    ['without a row', file(header), /^0 file: there is no row/],
    ['with an open quotation mark', file(`${header}"a,,,seen,2026-03-13\n`), /^2 file: a quotation mark/],
    ['that is too large', new Uint8Array(listLimits.bytes + 1), /^0 file: larger than/],
    ['with too many rows', file(header + 'a,,,seen,2026-03-13\n'.repeat(listLimits.rows + 1)), /^0 file: 50001 rows; at most 50000/],
  ])('%s', (_name, bytes, expected) => {
    expect(problems(bytes)).toEqual([expect.stringMatching(expected)]);
  });

  it('never for its size as long as that is within the limit', () => {
    const rows = Array.from({ length: listLimits.rows }, (_, n) => `user-${n},customers,DE,likely,2026-03-13\n`).join('');
    const done = read(rows);
    expect(done.ok && done.value.rows.length).toBe(listLimits.rows);
  });
});
