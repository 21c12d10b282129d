// Decides how the words of the command line become a bill or a measurement, what is printed, and how it exits.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../benchmark.ts';
import type { Printer } from '../run.ts';
import { manySignals, measure, sizes } from './measure.ts';
import { type Basis, type Line, type Scenario, billOf, parts, totalOf } from './model.ts';

const measuredFile = fileURLToPath(new URL('./measured.json', import.meta.url));

/** Wrong use: one line, exit 2. */
class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

const options = {
  signals: { type: 'string', default: '0' },
  incidents: { type: 'string', default: '0' },
  controllers: { type: 'string', default: '1' },
  measure: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const help = `Usage: npm run cost -- [--signals N] [--incidents N] [--controllers N] [--json]
       npm run cost -- --measure

What a month on AWS costs by list prices, in US dollars, by service and by function.

  --signals      raw events a month that are no incident; without it none
  --incidents    incidents a month; without it none
  --controllers  controllers that each incident affects; without it 1
  --json         the last line of the output is one JSON object
  --measure      play the story again and write bench/cost/measured.json; some minutes

Exit 0: done; 2: wrong use.`;

const most = 1_000_000_000;

const numberOf = (name: 'signals' | 'incidents' | 'controllers', text: string, least: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new WrongUse(`--${name}: a whole number from ${least} to ${most.toLocaleString('en-GB')} was expected, such as --${name} 50`);
  return value;
};

const readWords = (words: readonly string[]) => {
  // `--signals -1`: parseArgs takes it for an option that was forgotten its value.
  const joined = words.flatMap((word, i) =>
    /^-\d/.test(word) ? [] : /^-\d/.test(words[i + 1] ?? '') ? [`${word}=${words[i + 1]}`] : [word],
  );
  try {
    return parseArgs({ args: joined, options, allowPositionals: false, strict: true }).values;
  } catch {
    throw new WrongUse(
      'the options are --signals N, --incidents N, --controllers N, --json, --measure and --help; something else was given.',
    );
  }
};

const dollars = (usd: number): string => usd.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** One row for each service or function, the dearest first, and their sum. */
const tableBy = (lines: readonly Line[], by: 'service' | 'stage'): readonly string[] => {
  const groups = [...Map.groupBy(lines, (line) => line[by])].sort(([, a], [, b]) => totalOf(b) - totalOf(a));
  const row = (name: string, of: readonly Line[]): readonly string[] => [
    name,
    ...parts.map((part) => dollars(totalOf(of, part))),
    dollars(totalOf(of)),
  ];
  return table(
    [by === 'service' ? 'service' : 'function', ...parts, 'month'],
    [...groups.map(([name, of]) => row(name, of)), row('all', lines)],
  );
};

/** A cent is much for one incident. */
const small = (usd: number): string => (usd < 0.1 ? usd.toFixed(5) : dollars(usd));

const bill = (basis: Basis, scenario: Scenario, isJson: boolean): readonly string[] => {
  const { measured, prices } = basis;
  const lines = billOf(basis, scenario);
  const sumWith = (incidents: number): number => totalOf(billOf(basis, { ...scenario, incidents }));
  // From the second on: the first alone has the metrics of a busy month written.
  const one = sumWith(2) - sumWith(1);
  const unsure = Object.entries(prices.prices).flatMap(([name, { how }]) => (how === 'recalled' ? [name] : []));
  const { signals, incidents, controllers } = scenario;
  return [
    `US dollars a month, ${prices.region}, list prices of ${prices.takenOn} without free tiers; requests measured on ${measured.measuredOn}.`,
    `${signals.toLocaleString('en-GB')} signals, ${incidents} incidents with ${controllers.toLocaleString('en-GB')} controllers each.`,
    '',
    ...tableBy(lines, 'service'),
    '',
    ...tableBy(lines, 'stage'),
    '',
    `One more incident with ${controllers.toLocaleString('en-GB')} controllers: ${small(one)}.`,
    `Not confirmed in this region, look at the pages named in bench/cost/prices.json: ${unsure.join(', ')}.`,
    ...(isJson ? [JSON.stringify({ scenario, measuredOn: measured.measuredOn, pricesOf: prices.takenOn, perIncident: one, lines })] : []),
  ];
};

/** Thousandths are enough: what is smaller is noise of the clock. */
const rounded = (_name: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value);

/** `basis` is read only where a bill is asked for. */
export type CostData = { readonly basis: () => Basis; readonly today: string };

const run = async (words: readonly string[], data: CostData, { out, err }: Printer): Promise<void> => {
  const given = readWords(words);
  if (given.help) return out(help);
  if (given.measure) {
    writeFileSync(
      measuredFile,
      `${JSON.stringify(await measure(data.today, { controllers: sizes, signals: manySignals }, err), rounded, 1)}\n`,
    );
    return out('bench/cost/measured.json is written.');
  }
  const scenario: Scenario = {
    signals: numberOf('signals', given.signals, 0),
    incidents: numberOf('incidents', given.incidents, 0),
    controllers: numberOf('controllers', given.controllers, 1),
  };
  for (const line of bill(data.basis(), scenario, given.json)) out(line);
};

/** Tells the exit code. */
export const runCost = async (words: readonly string[], data: CostData, printer: Printer): Promise<number> => {
  try {
    await run(words, data, printer);
    return 0;
  } catch (cause) {
    if (!(cause instanceof WrongUse)) throw cause;
    printer.err(`cost: ${cause.message}`);
    return 2;
  }
};
