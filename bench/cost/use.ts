// Decides what is counted of a run: for each function its calls, time and log, and every request that it or AWS in its name made.
import type { Call } from '../stand-in/server.ts';

export type Use = { requests: number; read: number; write: number; sent: number; received: number };
export type StageUse = { invocations: number; cpu: number; logged: number; operations: Record<string, Use> };
/** By function. */
export type Uses = Record<string, StageUse>;
/** Bytes that lie in the table, and below each first part of a key in the bucket. */
export type Stored = Readonly<Record<string, number>>;
/** Names of metrics with their dimensions, by the function that writes them. */
export type Metrics = Readonly<Record<string, readonly string[]>>;
/** What one part of the story took. */
export type Taken = { readonly uses: Uses; readonly stored: Stored; readonly mails: number; readonly mailBytes: number };

export const nothing: Taken = { uses: {}, stored: {}, mails: 0, mailBytes: 0 };

export const stageUse = (uses: Uses, stage: string): StageUse => {
  uses[stage] ??= { invocations: 0, cpu: 0, logged: 0, operations: {} };
  return uses[stage];
};

export const countCall = (
  use: StageUse,
  { operation, read = 0, write = 0, sent = 0, received = 0 }: { readonly operation: string } & Partial<Call>,
): void => {
  use.operations[operation] ??= { requests: 0, read: 0, write: 0, sent: 0, received: 0 };
  const one = use.operations[operation];
  one.requests += 1;
  one.read += read;
  one.write += write;
  one.sent += sent;
  one.received += received;
};

type Tree = { readonly [name: string]: number | Tree };

/** Number by number; what one side lacks counts as nothing there. */
const combined = (a: Tree, b: Tree, of: (x: number, y: number) => number): Tree =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
      const [x, y] = [a[name], b[name]];
      const isTree = typeof x === 'object' || typeof y === 'object';
      return [name, isTree ? combined((x ?? {}) as Tree, (y ?? {}) as Tree, of) : of((x as number) ?? 0, (y as number) ?? 0)];
    }),
  );

/** What one more costs: the difference of two runs, over by how many they differ. */
export const slope = (large: Taken, small: Taken, by: number): Taken =>
  combined(large as unknown as Tree, small as unknown as Tree, (x, y) => (x - y) / by) as unknown as Taken;

/** `base` and `times` more of it. */
export const plusTimes = (base: Taken, more: Taken, times: number): Taken =>
  combined(base as unknown as Tree, more as unknown as Tree, (x, y) => x + times * y) as unknown as Taken;
