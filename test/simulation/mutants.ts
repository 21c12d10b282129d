// Decides which guards of the protocol are taken out one at a time, to see that the simulation notices (RT-05). Each is one place in the source.
import { disturbances } from './guards-of-disturbances.ts';
import { claims } from './guards-of-claims.ts';
import { turns } from './guards-of-turns.ts';
import { writes } from './guards-of-writes.ts';

export type Mutant = {
  readonly name: string;
  /** What the guard protects, for the table. */
  readonly guard: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** A second place, where two guards stand for the same and either would do. */
  readonly also?: { readonly find: string; readonly put: string };
};

export const mutants: readonly Mutant[] = [...claims, ...turns, ...writes, ...disturbances];

export const mutantNames: readonly string[] = mutants.map((one) => one.name);

export const mutantNamed = (name: string): Mutant => {
  const found = mutants.find((one) => one.name === name);
  if (!found) throw new Error(`there is no mutant ${name}`);
  return found;
};
