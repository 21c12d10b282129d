// Decides what a benchmark is: a name, a run, figures for people and machines, and the gates it missed. Gates are ratios of one run (D-24).
import type { Duration } from '#core/kernel/time.ts';

export type Measured = {
  /** The table, for people. */
  readonly lines: readonly string[];
  /** One object, for machines. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Each gate that did not hold, with its figures. */
  readonly missed: readonly string[];
};

/** `rules`: Sigma rules to measure with. `lasting`: how long. */
export type Asked = { readonly rules?: string; readonly lasting?: Duration };

export type Benchmark = {
  readonly name: string;
  readonly summary: string;
  /** `say` tells how far it is; what is asked for counts where a benchmark can do it. */
  readonly run: (say: (line: string) => void, asked: Asked) => Promise<Measured>;
};

/** The middle one: a pause of the machine in one round moves it least. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('no rounds, no median');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/** Columns as wide as their widest cell, figures to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
};
