// Decides whether affected people are counted from the command line: one wrong row takes nothing over, and a second person confirms.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, freshFolder, root } from '../local/process.ts';
import { command, once } from './in-process.ts';

let home: string;
let data: string;
let incident: string;
const list = (name: string, rows: string): string => {
  const file = join(home, name);
  writeFileSync(file, `id,category,country,basis,asOf\n${rows}`);
  return file;
};
const affected = (...words: readonly string[]) => command(['affected', ...words, '--data', data]);
const counted = async () =>
  (await affected('show', '--json')).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { incident: string; controller: string; status: string; count: { best: number } | null });
const museum = async () => (await counted()).find((one) => one.controller === 'museum-shop');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'art33-affected-'));
  data = freshFolder();
  await once({ data, events: [join(root, 'events/demo/30-guardduty.json')] });
  incident = (await museum())?.incident ?? '';
});
afterAll(async () => {
  await cleanUp();
  rmSync(home, { recursive: true, force: true });
});

describe('art33 affected', () => {
  it('shows what nobody has counted yet', async () => {
    expect(incident).toMatch(/^ART33-/);
    expect((await affected('show', incident)).stdout).toContain(`${incident}  museum-shop: not counted\n`);
    expect((await affected('show', 'ART33-NOSUCHXX')).stdout).toBe('No controller is affected as far as is known.\n');
  });

  it('takes nothing over when a row is wrong, and says which and what would be right', async () => {
    const file = list('wrong.csv', 'anna,,DE,likely,2026-03-01\njon,,Narnia,sure,2026-03-01\n');
    const done = await affected('import', incident, 'museum-shop', file, '--as', 'tomke-harms');
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(
      /Nothing was taken over.*\n {2}row 3, country: .*ISO 3166-1.*\n {2}row 3, basis: none of seen, likely, possible/,
    );
    expect(done.stderr).not.toMatch(/jon|Narnia/);
    expect((await museum())?.status).toBe('unknown');
  });

  it('takes a list over, sealed under a key file of its own, and tells counts alone', async () => {
    const file = list('right.csv', 'anna,,DE,likely,2026-03-01\njon,,,possible,2026-03-01\nANNA,,,seen,2026-03-01\n');
    const done = await affected('import', incident.toLowerCase(), 'museum-shop', file, '--as', 'tomke-harms');
    expect([done.code, done.stdout]).toEqual([
      0,
      expect.stringContaining('1 people, at least 1, at most 2; estimated until a second person'),
    ]);
    expect(statSync(join(data, 'data-keys.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(data, 'art33.db')).includes('anna')).toBe(false);
    expect((await affected('show')).stdout).toMatch(
      /museum-shop: 1, at least 1, at most 2; estimated; by list, as of 2026-03-01T00:00:00Z/,
    );
  });

  it('lets another person confirm it, and not the one who counted', async () => {
    const how = ['--how', 'against the table'];
    const own = await affected('check', incident, 'museum-shop', '--as', 'tomke-harms', ...how);
    expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('a second person does')]);
    expect((await affected('check', incident, 'museum-shop', '--as', 'malik-brandt', ...how)).code).toBe(0);
    expect((await museum())?.status).toBe('confirmed');
  });

  it.each([
    [['import', 'ART33-NOSUCHXX', 'museum-shop', '-', '--as', 'tomke-harms'], 1, /can't be read/],
    [['import', 'x'], 2, /import takes three words/],
    [['check', 'x', 'museum-shop', '--as', 'tomke-harms'], 2, /and how/],
    [['check', 'ART33-NOSUCHXX', 'museum-shop', '--as', 'tomke-harms', '--how', 'x'], 1, /No case has this id or reference/],
    [['erase'], 2, /can import, show or check/],
    [[], 2, /can import, show or check/],
  ])('refuses %j', async (words, code, line) => {
    const done = await affected(...words);
    expect([done.code, done.stderr]).toEqual([code, expect.stringMatching(line)]);
  });

  it('refuses whoever has no role in the case', async () => {
    const file = list('other.csv', 'anna,,DE,likely,2026-03-01\n');
    for (const nobody of ['nobody', 'ines-falkenrath']) {
      const done = await affected('import', incident, 'museum-shop', file, '--as', nobody);
      expect([done.code, done.stderr]).toEqual([1, expect.stringContaining('nobody of people.yml with a role')]);
    }
    expect((await affected('import', incident, 'museum-shop', file)).code).toBe(2);
  });
});
