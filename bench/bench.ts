// The door for the benchmarks: `npm run bench -- <name> [--json] [--rules PATH] [--for TIME]`. Exit 0: every gate held; 1: one was missed; 2: wrong use.
import { coldBenchmark } from './cold.ts';
import { detectionBenchmark } from './detection.ts';
import { intakeBenchmark } from './intake.ts';
import { ledgerBenchmark } from './ledger.ts';
import { runBenchmarks } from './run.ts';
import { sourcesBenchmark } from './sources.ts';

process.exitCode = await runBenchmarks(
  process.argv.slice(2),
  [ledgerBenchmark, detectionBenchmark, coldBenchmark, sourcesBenchmark, intakeBenchmark],
  {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
  },
);
