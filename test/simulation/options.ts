// Decides what a simulation is asked for: seeds, faults, a mutant, crashes; or one line that says what would be right.
import { parseArgs } from 'node:util';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type FaultName, faultNames, isFaultName } from './faults.ts';
import { mutantNames } from './mutants.ts';

export type Options = {
  readonly seeds: number;
  /** Undefined where nobody said: from the first. */
  readonly from: number | undefined;
  readonly faults: readonly FaultName[] | undefined;
  readonly json: boolean;
  readonly mutant: string | undefined;
  readonly mutants: boolean;
  readonly crashes: 'single' | 'pair' | undefined;
};

const most = 1_000_000_000;

/** A whole number from `least`. */
const count = (name: string, text: string | undefined, otherwise: number, least: number): Result<number> => {
  if (text === undefined) return ok(otherwise);
  const n = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return n >= least && n <= most ? ok(n) : fail(`--${name} ${text}: expected a whole number from ${least} to ${most}`);
};

const faultsOf = (text: string | undefined): Result<readonly FaultName[] | undefined> => {
  if (text === undefined) return ok(undefined);
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isFaultName(name));
  if (unknown !== undefined) return fail(`--faults ${unknown}: there is no such fault. Known are ${faultNames.join(', ')}`);
  return ok(names.filter(isFaultName));
};

const known = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  faults: { type: 'string' },
  json: { type: 'boolean' },
  mutant: { type: 'string' },
  mutants: { type: 'boolean' },
  crashes: { type: 'string' },
} as const;

const parsed = (words: readonly string[]) => {
  try {
    return ok(parseArgs({ args: [...words], options: known, strict: true }).values);
  } catch (cause) {
    return fail(cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'not understood');
  }
};

export const optionsOf = (words: readonly string[]): Result<Options> => {
  const values = parsed(words);
  if (!values.ok) return values;
  const { seeds, from, faults, json, mutant, mutants, crashes } = values.value;
  const wantedSeeds = count('seeds', seeds, mutants === true || mutant !== undefined ? 2_000 : 1_000, 1);
  if (!wantedSeeds.ok) return wantedSeeds;
  const wantedFrom = from === undefined ? ok(undefined) : count('from', from, 1, 0);
  if (!wantedFrom.ok) return wantedFrom;
  const wantedFaults = faultsOf(faults);
  if (!wantedFaults.ok) return wantedFaults;
  if (mutant !== undefined && !mutantNames.includes(mutant))
    return fail(`--mutant ${mutant}: there is no such mutant. Known are ${mutantNames.join(', ')}`);
  if (crashes !== undefined && crashes !== 'single' && crashes !== 'pair') return fail(`--crashes ${crashes}: expected single or pair`);
  return ok({
    seeds: wantedSeeds.value,
    from: wantedFrom.value,
    faults: wantedFaults.value,
    json: json === true,
    mutant,
    mutants: mutants === true,
    crashes,
  });
};
