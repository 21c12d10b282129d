// Decides how a door for people ends: one line on stderr and exit 2 for wrong use, 1 where it could not be done.
import { CliFailure, CliUse } from './cli/command.ts';

export const enter = async (name: string, work: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await work();
  } catch (cause) {
    if (!(cause instanceof CliUse || cause instanceof CliFailure)) throw cause;
    process.stderr.write(`${name}: ${cause.message}\n`);
    process.exitCode = cause instanceof CliUse ? 2 : 1;
  }
};
