// Decides what is told of a seed that broke a promise: which promise, the faults it takes, the last of its trace, how to play it again.
import type { FaultName } from './faults.ts';
import { type Ran, type RunSettings, run } from './run.ts';
import { shrink } from './shrink.ts';

export type Explaining = {
  readonly allowed: readonly FaultName[] | undefined;
  readonly mutant: string | undefined;
  readonly say: (line: string) => void;
};

const traceLines = 60;

export const explain = async (ran: Ran, { allowed, mutant, say }: Explaining): Promise<void> => {
  const settings: RunSettings = { seed: ran.seed, ...(allowed ? { allowed: new Set(allowed) } : {}) };
  const [first] = ran.violations;
  const more = ran.violations.length - 1;
  say(`seed ${ran.seed}: ${first?.invariant ?? ''}: ${first?.what ?? ''}${more > 0 ? ` (and ${more} more)` : ''}`);
  const needed = await shrink(settings);
  const trace: string[] = [];
  await run({ ...settings, only: new Set(needed.map((one) => one.n)), trace: (line) => trace.push(line) });
  say(`faults that it takes, of the ${ran.struck.length} that struck:`);
  for (const one of needed) say(`  ${one.n}: ${one.fault} at ${one.where}`);
  say(`its trace, the last ${Math.min(traceLines, trace.length)} of ${trace.length} lines:`);
  for (const line of trace.slice(-traceLines)) say(`  ${line}`);
  const options = [...(allowed ? ['--faults', allowed.join(',')] : []), ...(mutant === undefined ? [] : ['--mutant', mutant])];
  say(`again: npm run simulate -- ${['--seeds', '1', '--from', String(ran.seed), ...options].join(' ')}`);
};
