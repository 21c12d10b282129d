// Decides whether the door of the benchmarks keeps its word: one benchmark, its table, its gates as exit code, wrong use in one line.
import { describe, expect, it } from 'vitest';
import type { Benchmark, Measured } from '#bench/benchmark.ts';
import { median, table } from '#bench/benchmark.ts';
import { runBenchmarks } from '#bench/run.ts';

const measuring = (measured: Partial<Measured>): Benchmark => ({
  name: 'sand',
  summary: 'how fast sand runs',
  run: async (say) => {
    say('pouring');
    return { lines: ['a table'], json: { grains: 7 }, missed: [], ...measured };
  },
});

const run = async (words: readonly string[], benchmark = measuring({})) => {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runBenchmarks(words, [benchmark], { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
};

describe('the door of the benchmarks', () => {
  it('prints the table and exits 0 when every gate held', async () => {
    expect(await run(['sand'])).toEqual({ code: 0, out: ['a table'], err: ['pouring'] });
  });

  it('exits 1 and names each gate that was missed', async () => {
    const ended = await run(['sand'], measuring({ missed: ['too slow'] }));
    expect(ended).toEqual({ code: 1, out: ['a table'], err: ['pouring', 'bench: gate missed: too slow'] });
  });

  it('ends with one JSON object when asked for it', async () => {
    const { out } = await run(['sand', '--json']);
    expect(JSON.parse(out.at(-1) ?? '')).toEqual({ grains: 7 });
  });

  it.each([
    { words: [], says: 'name a benchmark; there is: sand.' },
    { words: ['dust'], says: 'there is no benchmark of that name; there is: sand.' },
    { words: ['sand', 'sand'], says: 'one benchmark at a time' },
    { words: ['sand', '--fast'], says: 'there are four options, --json, --rules PATH, --for TIME and --help' },
    { words: ['sand', '--for', 'ever'], says: '--for: a time such as 30s or 10m was expected.' },
  ])('refuses the words $words in one line and exits 2', async ({ words, says }) => {
    const { code, out, err } = await run(words);
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 });
    expect(err[0]).toContain(says);
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('sand       how fast sand runs');
  });
});

describe('figures', () => {
  it('are the middle one of an odd number, the mean of the two middle ones of an even number', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
  });

  it('stand in columns as wide as their widest cell', () => {
    expect(table(['n', 'speed'], [['1,000', '7']])).toEqual(['    n  speed', '-----  -----', '1,000      7']);
  });
});
