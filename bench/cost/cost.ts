// The door of the cost model: `npm run cost -- --signals 1000000 --incidents 50 --controllers 200`.
import { readFileSync } from 'node:fs';
import type { Measured } from './measure.ts';
import type { Prices } from './model.ts';
import { runCost } from './run.ts';
import { readStanding } from './template.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

process.exitCode = await runCost(
  process.argv.slice(2),
  {
    basis: () => ({
      prices: read('./prices.json') as Prices,
      measured: read('./measured.json') as Measured,
      standing: readStanding(),
    }),
    today: new Date().toISOString().slice(0, 10),
  },
  { out: (line) => process.stdout.write(`${line}\n`), err: (line) => process.stderr.write(`${line}\n`) },
);
