// Decides what a log says of a failure: what kind it was and which part of the world it came from, never its message, which may quote input.
import { type Safe, safeWord } from '#core/kernel/safe.ts';
import { PortError, failing } from './ports.ts';

/** The platform's own classes, by name. */
const faults = ['Error', 'TypeError', 'RangeError', 'SyntaxError'] as const;

const verdicts = ['again', 'refused', 'unsure', 'unknown-version'] as const;

/** `failure`: the kind of error; of a port that failed also which, and its verdict. */
export const failureOf = (cause: unknown): Readonly<Record<string, Safe>> => {
  if (cause instanceof PortError)
    return {
      failure: safeWord('PortError', ['PortError']),
      port: safeWord(cause.port, failing),
      verdict: safeWord(cause.kind, verdicts),
    };
  const known = faults.find((name) => cause instanceof Error && cause.name === name);
  return { failure: safeWord(known ?? 'Error', faults) };
};
