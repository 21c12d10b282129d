// Decides whether the door of the cost model keeps its word: a bill that adds up, wrong use in one line with what would be right.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Measured } from '#bench/cost/measure.ts';
import type { Basis, Prices } from '#bench/cost/model.ts';
import { runCost } from '#bench/cost/run.ts';
import { readStanding } from '#bench/cost/template.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`../../../bench/cost/${file}`, import.meta.url), 'utf8'));
const prices = read('prices.json') as Prices;
const standing = readStanding();
const basis = (): Basis => ({ prices, standing, measured: read('measured.json') as Measured });

const run = async (...words: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const printer = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  return { code: await runCost(words, { basis, today: '2026-11-28' }, printer), out, err };
};

describe('the bill', () => {
  it('says the same sum by service and by function, and the lines behind it as JSON', async () => {
    const { code, out } = await run('--signals', '1000000', '--incidents', '50', '--controllers', '200', '--json');
    expect(code).toBe(0);
    const sums = out.filter((line) => /^ +all /.test(line)).map((line) => line.trim().split(/ +/).slice(1).join(' '));
    expect(sums).toHaveLength(2);
    expect(sums[0]).toBe(sums[1]);
    const { lines } = JSON.parse(out.at(-1) ?? '') as { lines: readonly { usd: number }[] };
    const all = lines.reduce((sum, line) => sum + line.usd, 0);
    expect(sums[0]?.split(' ').at(-1)?.replaceAll(',', '')).toBe(all.toFixed(2));
    expect(lines.filter((line) => !(line.usd >= 0))).toEqual([]);
  });

  it('keeps an idle month under 15 US dollars (issue 5)', async () => {
    const { out } = await run('--json');
    const { lines } = JSON.parse(out.at(-1) ?? '') as { lines: readonly { usd: number }[] };
    expect(lines.reduce((sum, line) => sum + line.usd, 0)).toBeLessThan(15);
  });
});

describe('wrong use', () => {
  it.each([
    { words: ['--signals', '-1'], says: '--signals: a whole number from 0 to 1,000,000,000 was expected, such as --signals 50' },
    { words: ['--incidents', '1.5'], says: '--incidents: a whole number from 0' },
    { words: ['--incidents', 'many'], says: '--incidents: a whole number from 0' },
    { words: ['--controllers', '0'], says: '--controllers: a whole number from 1' },
    { words: ['--controllers', '1e3'], says: '--controllers: a whole number from 1' },
    { words: ['--signals', ''], says: '--signals: a whole number from 0' },
    { words: ['--signals', '1000000001'], says: '--signals: a whole number from 0' },
    { words: ['--sinals', '3'], says: 'the options are --signals N, --incidents N, --controllers N, --json, --measure and --help' },
    { words: ['50'], says: 'the options are --signals N' },
    { words: ['--signals'], says: 'the options are --signals N' },
  ])('$words is refused in one line, exit 2', async ({ words, says }) => {
    const { code, out, err } = await run(...words);
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 });
    expect(err[0]).toContain(says);
  });

  it('is not to ask for help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--measure');
  });
});

describe('the prices', () => {
  it('name for each figure its page and how sure it is', () => {
    for (const [name, { usd, per, source, how }] of Object.entries(prices.prices)) {
      expect(usd / per, name).toBeGreaterThan(0);
      expect(source, name).toMatch(/^https:\/\/aws\.amazon\.com\/\S+\/$/);
      expect(['seen', 'general', 'recalled'], name).toContain(how);
    }
  });
});
