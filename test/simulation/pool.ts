// Decides how seeds are spread over the processors: small shares, so that no thread waits long for another.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Asked, LaneData, Sums, Told } from './lane.ts';

export type Progress = { readonly seeds: number; readonly sums: Sums; readonly failed: Told['failed'] };

export type PoolSettings = {
  readonly data: LaneData;
  readonly from: number;
  readonly count: number;
  /** Stops at the first seed that fails, or plays all. */
  readonly untilFailed: boolean;
  readonly threads?: number;
  readonly onProgress?: (progress: Progress) => void;
};

const share = 25;

const joined = (a: Sums, b: Sums): Sums => ({
  crashes: a.crashes + b.crashes,
  freezes: a.freezes + b.freezes,
  effects: a.effects + b.effects,
  ambiguities: a.ambiguities + b.ambiguities,
  duplicates: a.duplicates + b.duplicates,
  recoveredWithin: Math.max(a.recoveredWithin, b.recoveredWithin),
});

const zero: Sums = { crashes: 0, freezes: 0, effects: 0, ambiguities: 0, duplicates: 0, recoveredWithin: 0 };

/** Plays the seeds on all processors. Failed ones come back in the order of their seeds. */
export const playAll = async (settings: PoolSettings): Promise<Progress> => {
  const end = settings.from + settings.count;
  let next = settings.from;
  let progress: Progress = { seeds: 0, sums: zero, failed: [] };
  const take = (): Asked | undefined => {
    if (next >= end || (settings.untilFailed && progress.failed.length > 0)) return undefined;
    const from = next;
    next = Math.min(end, next + share);
    return { from, to: next };
  };
  const note = (told: Told): void => {
    const failed = [...progress.failed, ...told.failed].sort((a, b) => a.seed - b.seed);
    progress = { seeds: progress.seeds + told.seeds, sums: joined(progress.sums, told.sums), failed };
    settings.onProgress?.(progress);
  };
  const threads = settings.threads ?? availableParallelism();
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const first = take();
      if (!first) return resolve();
      const worker = new Worker(new URL('lane.ts', import.meta.url), { workerData: settings.data });
      worker.on('message', (told: Told) => {
        note(told);
        const more = take();
        if (more) worker.postMessage(more);
        else void worker.terminate().then(() => resolve());
      });
      worker.on('error', reject);
      worker.postMessage(first);
    });
  await Promise.all(Array.from({ length: Math.min(threads, Math.ceil(settings.count / share)) }, one));
  return progress;
};
