// Decides what one thread of a simulation does: the seeds it is given, one after the other, each result told.
import { parentPort, workerData } from 'node:worker_threads';
import type { FaultName } from './faults.ts';
import { mutantNamed } from './mutants.ts';
import type { Ran } from './run.ts';

export type LaneData = { readonly mutant?: string; readonly allowed?: readonly FaultName[]; readonly crashes?: 'single' | 'pair' };
export type Asked = { readonly from: number; readonly to: number };
export type Told = { readonly seeds: number; readonly sums: Sums; readonly failed: readonly Ran[] };
export type Sums = {
  crashes: number;
  freezes: number;
  effects: number;
  ambiguities: number;
  duplicates: number;
  recoveredWithin: number;
};

// Thousands of failures are thrown on purpose; nobody reads where from.
Error.stackTraceLimit = 0;
const data = workerData as LaneData;
const mutant = data.mutant === undefined ? undefined : mutantNamed(data.mutant);
if (mutant) (await import('./mutate.ts')).takeOut(mutant);
const { run } = await import('./run.ts');

export const nothing = (): Sums => ({ crashes: 0, freezes: 0, effects: 0, ambiguities: 0, duplicates: 0, recoveredWithin: 0 });

const add = (sums: Sums, ran: Ran): void => {
  sums.crashes += ran.crashes;
  sums.freezes += ran.struck.filter((one) => one.fault === 'freeze').length;
  sums.effects += ran.effects;
  sums.ambiguities += ran.ambiguities;
  sums.duplicates += ran.duplicates;
  sums.recoveredWithin = Math.max(sums.recoveredWithin, ran.recoveredWithin);
};

const crashRun = async (n: number): Promise<Ran> => {
  const { crashCase } = await import('./crashes.ts');
  return run(crashCase(data.crashes ?? 'single', n));
};

parentPort?.on('message', (asked: Asked) => {
  void (async () => {
    const sums = nothing();
    const failed: Ran[] = [];
    for (let seed = asked.from; seed < asked.to; seed += 1) {
      const ran = data.crashes ? await crashRun(seed) : await run({ seed, ...(data.allowed ? { allowed: new Set(data.allowed) } : {}) });
      add(sums, ran);
      if (ran.violations.length > 0) failed.push(ran);
    }
    parentPort?.postMessage({ seeds: asked.to - asked.from, sums, failed } satisfies Told);
  })();
});
