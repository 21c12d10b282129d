// Decides how a simulation is run from the command line: plays what was asked for, tells how it goes, ends with 1 on a violation.
import { availableParallelism } from 'node:os';
import { mutants } from './mutants.ts';
import { type Options, optionsOf } from './options.ts';
import { type Progress, playAll } from './pool.ts';
import { type Ran, type RunSettings, run } from './run.ts';
import { shrink } from './shrink.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const aside = (line: string): void => void process.stderr.write(`${line}\n`);

const begun = performance.now();
const rate = (seeds: number): number => Math.round((seeds / ((performance.now() - begun) / 1000)) * 10) / 10;

/** At most one line a second, so that a log stays readable. */
const progressLine = (of: number): ((progress: Progress) => void) => {
  let last = 0;
  return ({ seeds, failed }) => {
    if (performance.now() - last < 5_000 && seeds < of) return;
    last = performance.now();
    aside(`${seeds} of ${of}, ${failed.length} with a violation, ${rate(seeds)} a second`);
  };
};

const traceLines = 60;

/** The seed, what broke, the last of its trace, and the faults without which it does not break. */
const explain = async (ran: Ran, options: Options): Promise<void> => {
  const settings: RunSettings = { seed: ran.seed, ...(options.faults ? { allowed: new Set(options.faults) } : {}) };
  const [first] = ran.violations;
  say(
    `seed ${ran.seed}: ${first?.invariant ?? ''}: ${first?.what ?? ''}${ran.violations.length > 1 ? ` (and ${ran.violations.length - 1} more)` : ''}`,
  );
  const needed = await shrink(settings);
  const trace: string[] = [];
  await run({ ...settings, only: new Set(needed.map((one) => one.n)), trace: (line) => trace.push(line) });
  say(`needed for it, of ${ran.struck.length} faults:`);
  for (const one of needed) say(`  ${one.n}: ${one.fault} at ${one.where}`);
  say(`its trace, the last ${Math.min(traceLines, trace.length)} of ${trace.length} lines:`);
  for (const line of trace.slice(-traceLines)) say(`  ${line}`);
  say(`again: npm run simulate -- --seeds 1 --from ${ran.seed}${options.faults ? ` --faults ${options.faults.join(',')}` : ''}`);
};

const explainedAtMost = 3;

const playSeeds = async (options: Options): Promise<boolean> => {
  const count = options.crashes ? (await import('./crashes.ts')).crashPoints(options.crashes) : options.seeds;
  const from = options.crashes ? 0 : options.from;
  const played = await playAll({
    data: { ...(options.faults ? { allowed: options.faults } : {}), ...(options.crashes ? { crashes: options.crashes } : {}) },
    from,
    count,
    untilFailed: false,
    onProgress: progressLine(count),
  });
  const explained = played.failed.slice(0, explainedAtMost);
  if (options.crashes)
    for (const ran of explained) say(`crash case ${ran.seed}: ${ran.violations[0]?.invariant ?? ''}: ${ran.violations[0]?.what ?? ''}`);
  else for (const ran of explained) await explain(ran, options);
  const { sums } = played;
  const figures = {
    seeds: played.seeds,
    from,
    violations: played.failed.length,
    crashes: sums.crashes,
    freezes: sums.freezes,
    effects: sums.effects,
    ambiguities: sums.ambiguities,
    duplicates: sums.duplicates,
    recoveredWithinSeconds: Math.round(sums.recoveredWithin / 100) / 10,
    seedsPerSecond: rate(played.seeds),
  };
  say(
    options.json
      ? JSON.stringify(figures)
      : Object.entries(figures)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
  );
  return played.failed.length === 0;
};

type Killed = { readonly name: string; readonly seed: number | undefined; readonly invariant: string };

const kill = async (name: string, options: Options): Promise<Killed> => {
  const played = await playAll({ data: { mutant: name }, from: options.from, count: options.seeds, untilFailed: true, threads: 1 });
  const [first] = played.failed;
  return { name, seed: first?.seed, invariant: first?.violations[0]?.invariant ?? '' };
};

const playMutant = async (name: string, options: Options): Promise<boolean> => {
  const { seed, invariant } = await kill(name, options);
  if (seed === undefined) say(`${name} survives ${options.seeds} seeds: a dead guard, or a hole in the workload`);
  else say(`${name} is killed at seed ${seed} (${invariant})`);
  // A mutant that is killed is a violation like any other.
  return seed === undefined;
};

/** Each on a thread of its own, as many as there are processors; told in the order of the table. */
const playMutants = async (options: Options): Promise<boolean> => {
  const waiting = mutants.values();
  const killed = new Map<string, Killed>();
  const hand = async (): Promise<void> => {
    for (const { name } of waiting) {
      killed.set(name, await kill(name, options));
      aside(`${killed.size} of ${mutants.length}: ${name} ${killed.get(name)?.seed ?? 'survives'}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, hand));
  const alive = mutants.filter(({ name }) => killed.get(name)?.seed === undefined);
  say('| Guard taken out | First seed | Caught by |');
  say('|---|---|---|');
  for (const { name, guard } of mutants) {
    const { seed, invariant } = killed.get(name) ?? { seed: undefined, invariant: '' };
    say(`| \`${name}\`: ${guard} | ${seed ?? 'survives'} | ${invariant} |`);
  }
  const rest = alive.length > 0 ? `; alive: ${alive.map((one) => one.name).join(', ')}` : '';
  say(`${mutants.length - alive.length} of ${mutants.length} killed within ${options.seeds} seeds${rest}`);
  return alive.length === 0;
};

const options = optionsOf(process.argv.slice(2));
if (!options.ok) {
  aside(options.error);
  process.exitCode = 2;
} else {
  Error.stackTraceLimit = 0;
  const { value } = options;
  const good = value.mutants
    ? await playMutants(value)
    : value.mutant !== undefined
      ? await playMutant(value.mutant, value)
      : await playSeeds(value);
  process.exitCode = good ? 0 : 1;
}
