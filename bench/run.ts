// Decides how the words of the command line become one benchmark's run, what it prints, and how it exits.
import { parseArgs } from 'node:util';
import { parseDuration } from '#core/kernel/time.ts';
import type { Asked, Benchmark } from './benchmark.ts';

export type Printer = { readonly out: (line: string) => void; readonly err: (line: string) => void };

/** Wrong use: one line, exit 2. */
class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

const options = {
  json: { type: 'boolean', default: false },
  rules: { type: 'string' },
  for: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const readWords = (words: readonly string[]) => {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch {
    throw new WrongUse('there are four options, --json, --rules PATH, --for TIME and --help; at least one of those given is none of them.');
  }
};

const overview = (benchmarks: readonly Benchmark[]): string =>
  [
    'Usage: npm run bench -- <name> [--json] [--rules PATH] [--for TIME]',
    '',
    ...benchmarks.map((one) => `  ${one.name.padEnd(10)} ${one.summary}`),
    '',
    '--rules: Sigma rules to measure with, for detection. --for: how long, for intake, such as 10m. --json: the last line of the output is one JSON object. Exit 0: every gate held; 1: one was missed; 2: wrong use.',
  ].join('\n');

const chosen = (names: readonly string[], benchmarks: readonly Benchmark[]): Benchmark => {
  const known = benchmarks.map((one) => one.name).join(', ');
  const [name, extra] = names;
  if (name === undefined) throw new WrongUse(`name a benchmark; there is: ${known}.`);
  const found = benchmarks.find((one) => one.name === name);
  if (!found) throw new WrongUse(`there is no benchmark of that name; there is: ${known}.`);
  if (extra !== undefined)
    throw new WrongUse('one benchmark at a time: the second would be measured on a machine that the first has warmed.');
  return found;
};

const askedFor = (values: ReturnType<typeof readWords>['values']): Asked => {
  const lasting = values.for === undefined ? undefined : parseDuration(values.for);
  if (lasting?.ok === false) throw new WrongUse('--for: a time such as 30s or 10m was expected.');
  return {
    ...(values.rules === undefined ? {} : { rules: values.rules }),
    ...(lasting === undefined ? {} : { lasting: lasting.value }),
  };
};

const runOne = async (words: readonly string[], benchmarks: readonly Benchmark[], { out, err }: Printer): Promise<number> => {
  const { values, positionals } = readWords(words);
  if (values.help) {
    out(overview(benchmarks));
    return 0;
  }
  const { lines, json, missed } = await chosen(positionals, benchmarks).run(err, askedFor(values));
  for (const line of lines) out(line);
  for (const gate of missed) err(`bench: gate missed: ${gate}`);
  if (values.json) out(JSON.stringify(json));
  return missed.length === 0 ? 0 : 1;
};

/** Tells the exit code. */
export const runBenchmarks = async (words: readonly string[], benchmarks: readonly Benchmark[], printer: Printer): Promise<number> => {
  try {
    return await runOne(words, benchmarks, printer);
  } catch (cause) {
    if (!(cause instanceof WrongUse)) throw cause;
    printer.err(`bench: ${cause.message}`);
    return 2;
  }
};
