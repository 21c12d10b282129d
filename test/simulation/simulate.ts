// Decides how a simulation is run from the command line: plays what was asked for, tells how it goes, ends with 1 on a violation.
import { availableParallelism } from 'node:os';
import { takeOut } from './mutate.ts';
import { mutantNamed, mutants } from './mutants.ts';
import { type Options, optionsOf } from './options.ts';
import { type Progress, playAll } from './pool.ts';
import { noticedAt } from './noticed.ts';
import type { Ran } from './run.ts';

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

/** Loaded only now: a guard that is to be taken out is taken out before its source is read. */
const told = async (ran: Ran, options: Options): Promise<void> => {
  const { explain } = await import('./explain.ts');
  await explain(ran, { allowed: options.faults, mutant: options.mutant, say });
};

const explainedAtMost = 3;

const playSeeds = async (options: Options): Promise<boolean> => {
  const count = options.crashes ? (await import('./crashes.ts')).crashPoints(options.crashes) : options.seeds;
  const from = options.crashes ? 0 : (options.from ?? 1);
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
  else for (const ran of explained) await told(ran, options);
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

type Killed = { readonly first: Ran | undefined };

/** The seed that noticed it last, then all from the first on: most guards end with one seed. `--from` asks for a search without it. */
const kill = async (name: string, { from, seeds }: Options): Promise<Killed> => {
  const play = async (first: number, count: number): Promise<Ran | undefined> =>
    (await playAll({ data: { mutant: name }, from: first, count, untilFailed: true, threads: 1 })).failed[0];
  const last = from === undefined ? noticedAt().get(name) : undefined;
  const known = last === undefined ? undefined : await play(last, 1);
  return { first: known ?? (await play(from ?? 1, seeds)) };
};

const playMutant = async (name: string, options: Options): Promise<boolean> => {
  const { first } = await kill(name, options);
  if (!first) {
    say(`${name} survives ${options.seeds} seeds: a dead guard, or a hole in the workload`);
    return true;
  }
  say(`${name} is killed at seed ${first.seed} (${first.violations[0]?.invariant ?? ''})`);
  takeOut(mutantNamed(name));
  await told(first, options);
  // A mutant that is killed is a violation like any other.
  return false;
};

/** Each on a thread of its own, as many as there are processors; told in the order of the table. */
const playMutants = async (options: Options): Promise<boolean> => {
  const waiting = mutants.values();
  const killed = new Map<string, Killed>();
  const hand = async (): Promise<void> => {
    for (const { name } of waiting) {
      killed.set(name, await kill(name, options));
      aside(`${killed.size} of ${mutants.length}: ${name} ${killed.get(name)?.first?.seed ?? 'survives'}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, hand));
  const alive = mutants.filter(({ name }) => !killed.get(name)?.first);
  say('| Guard taken out | Seed | Caught by |');
  say('|---|---|---|');
  for (const { name, guard } of mutants) {
    const first = killed.get(name)?.first;
    say(`| \`${name}\`: ${guard} | ${first?.seed ?? 'survives'} | ${first?.violations[0]?.invariant ?? ''} |`);
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
