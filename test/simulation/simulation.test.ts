// Decides whether the simulation can be believed: the same seed is the same run, a guard taken out is noticed, and the causes are told.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultNames, faults, isPunctual, planFor } from './faults.ts';
import { kernel, random } from './kernel.ts';
import { mutantNames, mutants } from './mutants.ts';
import { mutated } from './mutate.ts';
import { noticedAt } from './noticed.ts';
import { optionsOf } from './options.ts';
import { run } from './run.ts';
import { storyOf } from './story.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const simulate = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['test/simulation/simulate.ts', ...words], { cwd: root, encoding: 'utf8' });

describe('the kernel', () => {
  it('lets things happen in the order of their time, and of their asking within it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), async (times) => {
        const clock = kernel(0);
        const seen: (readonly [number, number])[] = [];
        for (const [i, time] of times.entries()) clock.at(time, () => seen.push([time, i]));
        await clock.run(100);
        expect(seen).toEqual(times.map((time, i) => [time, i] as const).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(clock.now()).toBe(100);
      }),
    );
  });

  it('waits for everything that follows without waiting before time goes on', async () => {
    const clock = kernel(0);
    const seen: string[] = [];
    clock.at(1, () => {
      void (async () => {
        for (let i = 0; i < 100; i += 1) await undefined;
        seen.push(`after a hundred turns at ${clock.now()}`);
      })();
    });
    clock.at(2, () => seen.push('next'));
    await clock.run(10);
    expect(seen).toEqual(['after a hundred turns at 1', 'next']);
  });

  it('draws the same for the same seed and stream, and otherwise not', () => {
    const draws = (seed: number, stream: number) => Array.from({ length: 20 }, random(seed, stream).fraction);
    expect(draws(1, 1)).toEqual(draws(1, 1));
    expect(draws(1, 1)).not.toEqual(draws(1, 2));
    expect(draws(1, 1)).not.toEqual(draws(2, 1));
  });
});

describe('a seed', () => {
  it('is one run: twice the same trace, the same effects, the same faults', async () => {
    for (const seed of [3, 9, 41, 54]) {
      const lines: string[][] = [[], []];
      const [once, twice] = [
        await run({ seed, trace: (line) => lines[0]?.push(line) }),
        await run({ seed, trace: (line) => lines[1]?.push(line) }),
      ];
      expect(twice).toEqual(once);
      expect(lines[1]).toEqual(lines[0]);
      expect(lines[0]?.length).toBeGreaterThan(50);
    }
  });

  it('has another trace than the next one', async () => {
    const hashes = await Promise.all([1, 2, 3, 4, 5, 6].map(async (seed) => (await run({ seed })).hash));
    expect(new Set(hashes).size).toBe(6);
  });

  it('keeps every promise, of the first sixty', async () => {
    for (let seed = 1; seed <= 60; seed += 1)
      expect({ seed, violations: (await run({ seed })).violations }).toEqual({ seed, violations: [] });
  });

  it('without a fault makes no duplicate', async () => {
    const clean = Array.from({ length: 300 }, (_, i) => i + 1)
      .filter((seed) => planFor(seed, undefined).on.size === 0)
      .slice(0, 12);
    expect(clean.length).toBe(12);
    for (const seed of clean) expect(await run({ seed })).toMatchObject({ duplicates: 0, ambiguities: 0, struck: [], violations: [] });
  });
});

describe('the swarm', () => {
  const plans = Array.from({ length: 600 }, (_, i) => planFor(i, undefined));

  it('has every fault on in many seeds and off in many others', () => {
    for (const fault of faultNames) {
      const on = plans.filter((plan) => plan.on.has(fault)).length;
      expect(on).toBeGreaterThan(200);
      expect(on).toBeLessThan(500);
    }
  });

  it('has seeds without any fault, and seeds with only what may cost a minute', () => {
    expect(plans.filter((plan) => plan.on.size === 0).length).toBeGreaterThan(20);
    expect(plans.filter((plan) => plan.on.size > 0 && isPunctual(plan)).length).toBeGreaterThan(20);
  });

  it('plays only the faults that were asked for', () => {
    for (let seed = 0; seed < 100; seed += 1)
      expect([...planFor(seed, new Set(['crash', 'skew'])).on].filter((fault) => fault !== 'crash' && fault !== 'skew')).toEqual([]);
  });

  it('tells stories of one machine and of many workers, short and long, of few and of very many controllers', () => {
    const stories = Array.from({ length: 600 }, (_, i) => storyOf(i));
    for (const is of [
      (i: number) => stories[i]?.singleNode,
      (i: number) => stories[i]?.crowd,
      (i: number) => stories[i]?.audited,
      (i: number) => (stories[i]?.faultyFor ?? 0) > 4 * 3_600_000,
    ]) {
      const such = stories.filter((_, i) => is(i) === true).length;
      expect(such).toBeGreaterThan(3);
      expect(such).toBeLessThan(300);
    }
  });

  it('can take one decision back and leave all others where they are', () => {
    const decide = (only?: ReadonlySet<number>): readonly number[] => {
      const world = faults({ plan: { on: new Set(faultNames), rate: 0.3 }, seed: 7, now: () => 0, ...(only ? { only } : {}) });
      for (let i = 0; i < 100; i += 1) world.strikes('crash', 'here');
      return world.struck.map((one) => one.n);
    };
    const all = decide();
    expect(all.length).toBeGreaterThan(10);
    const without = all.filter((_, i) => i !== 4);
    expect(decide(new Set(without))).toEqual(without);
  });
});

describe('the table of guards', () => {
  it('has forty at least, each by a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(40);
    expect(new Set(mutantNames).size).toBe(mutants.length);
  });

  it.each(mutants)('fits the source: $name', (mutant) => {
    const source = readFileSync(`${root}${mutant.file}`, 'utf8');
    expect(mutated(mutant, source)).not.toBe(source);
  });

  it('has in docs/simulation.md the seed that noticed it last, which is played first', () => {
    const known = noticedAt();
    expect(mutantNames.filter((name) => known.has(name)).length).toBeGreaterThanOrEqual(60);
    const rows = '| `a-1`: it | b | 7 | I-11 |\n| `c`: d | survives |  |\n| Guard taken out | Seed | Caught by |\n';
    expect([...noticedAt(rows)]).toEqual([['a-1', 7]]);
    // 26 is the first that notices: within one seed from the first on it is found only by its row.
    const { stdout } = simulate('--mutant', 'fence-at-sink', '--seeds', '1', '--from', '1');
    expect(stdout).toMatch(/^fence-at-sink survives 1 seeds/);
  });

  it('is refused where it no longer fits', () => {
    const [mutant] = mutants;
    expect(() => mutated(mutant!, 'nothing like it')).toThrow(
      `mutant ${mutant!.name}: its text stands 0 times in ${mutant!.file}, not once`,
    );
  });
});

describe('a guard taken out', () => {
  it('is noticed: the seed, the promise, the faults it takes, the trace, and how to play it again; exit 1', () => {
    const { status, stdout } = simulate('--mutant', 'fence-at-sink', '--seeds', '100');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fence-at-sink is killed at seed \d+ \(I-16\)\nseed \d+: I-16: an effect after its lease/);
    const [, count] = /faults that it takes, of the (\d+) that struck:/.exec(stdout) ?? [];
    const needed = stdout.split('\n').filter((line) => /^ {2}\d+: [a-z-]+ at /.test(line));
    expect(needed.length).toBeGreaterThan(0);
    expect(needed.length).toBeLessThan(Number(count));
    expect(stdout).toMatch(/its trace, the last \d+ of \d+ lines:\n {2}\+/);
    expect(stdout).toMatch(/again: npm run simulate -- --seeds 1 --from \d+ --mutant fence-at-sink\n$/);
  });
});

describe('the command', () => {
  it('ends with one line of figures when asked for JSON', () => {
    const { status, stdout } = simulate('--seeds', '5', '--from', '100', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ seeds: 5, from: 100, violations: 0 });
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(
      expect.arrayContaining(['seeds', 'from', 'violations', 'crashes', 'freezes', 'effects', 'ambiguities', 'seedsPerSecond']),
    );
  });

  it.each([
    [['--seeds', 'many'], '--seeds many: expected a whole number from 1 to 1000000000'],
    [['--seeds', '0'], '--seeds 0: expected a whole number from 1 to 1000000000'],
    [['--from', '-1'], undefined],
    [['--from', '1.5'], '--from 1.5: expected a whole number from 0 to 1000000000'],
    [['--faults', 'crash,rain'], /^--faults rain: there is no such fault\. Known are crash, /],
    [['--mutant', 'nobody'], /^--mutant nobody: there is no such mutant\. Known are /],
    [['--crashes', 'triple'], '--crashes triple: expected single or pair'],
    [['--sedes', '3'], undefined],
  ])('refuses %j in one line', (words, expected) => {
    const options = optionsOf(words);
    expect(options.ok).toBe(false);
    const error = options.ok ? '' : options.error;
    expect(error).not.toContain('\n');
    if (expected instanceof RegExp) expect(error).toMatch(expected);
    else if (expected !== undefined) expect(error).toBe(expected);
  });

  it('ends with 2 and one line when it is used wrongly', () => {
    const { status, stdout, stderr } = simulate('--faults', 'rain');
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 2, stdout: '', lines: 1 });
  });
});
