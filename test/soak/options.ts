// Decides what the command line of the soak means; whatever is wrong is one line.
import { type Result, fail, ok } from '#core/kernel/result.ts';

export type Options = { readonly rounds: number; readonly seed: number; readonly json: boolean };

const usage = 'npm run soak -- [--rounds N] [--seed S] [--json]';

const whole = (text: string | undefined, least: number): number | undefined => {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  const n = Number(text);
  return n >= least ? n : undefined;
};

type Reading = { rounds: number; seed: number; json: boolean };

/** Takes the word in front and its value; tells what is wrong with it. */
const readWord = (reading: Reading, word: string, rest: string[]): string | undefined => {
  const [name = '', joined] = word.split('=', 2);
  if (name === '--json' && joined === undefined) {
    reading.json = true;
    return undefined;
  }
  if (name !== '--rounds' && name !== '--seed') return `unknown option ${word}`;
  const n = whole(joined ?? rest.shift(), name === '--rounds' ? 1 : 0);
  if (n === undefined) return `${name}: a whole number from ${name === '--rounds' ? 1 : 0} to 999999999 was expected`;
  reading[name === '--rounds' ? 'rounds' : 'seed'] = n;
  return undefined;
};

export const readOptions = (words: readonly string[]): Result<Options> => {
  const reading: Reading = { rounds: 500, seed: 1, json: false };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const wrong = readWord(reading, word, rest);
    if (wrong !== undefined) return fail(`soak: ${wrong}. Use: ${usage}`);
  }
  return ok(reading);
};
