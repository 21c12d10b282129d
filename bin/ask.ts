// Decides how a person at the terminal is asked; where there is none, nothing is assumed.
import { createInterface } from 'node:readline/promises';

/** What was typed, without blanks around; undefined where nobody can type. */
export type Ask = (question: string) => Promise<string | undefined>;

export const askTerminal: Ask = async (question) => {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
};
