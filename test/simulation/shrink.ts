// Decides which of the faults of a failed seed are needed for its failure: all others are taken back (reliability.md 3.1, rule 11).
import type { Decision } from './faults.ts';
import { type Ran, type RunSettings, run } from './run.ts';

/** A run that fails in the same way as the first. */
const failsAlike = (ran: Ran, invariant: string): boolean => ran.violations.some((one) => one.invariant === invariant);

const runsAtMost = 400;

/** ddmin over the decisions: halves, then smaller parts, are left out as long as the failure stays. */
export const shrink = async (settings: RunSettings): Promise<readonly Decision[]> => {
  const first = await run(settings);
  const invariant = first.violations[0]?.invariant;
  if (invariant === undefined) return [];
  let runs = 0;
  const stillFails = async (only: readonly number[]): Promise<boolean> => {
    runs += 1;
    return failsAlike(await run({ ...settings, only: new Set(only) }), invariant);
  };
  let kept: readonly number[] = first.struck.map((one) => one.n);
  let parts = 2;
  while (kept.length > 0 && runs < runsAtMost) {
    const size = Math.ceil(kept.length / parts);
    let smaller: readonly number[] | undefined;
    for (let i = 0; i < kept.length && !smaller && runs < runsAtMost; i += size) {
      const without = [...kept.slice(0, i), ...kept.slice(i + size)];
      if (await stillFails(without)) smaller = without;
    }
    if (smaller) {
      kept = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, kept.length);
  }
  return (await run({ ...settings, only: new Set(kept) })).struck;
};
