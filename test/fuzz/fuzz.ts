// Decides how readers are fuzzed from the command line: so many inputs a source, from a seed; ends with 1 on the first that does harm.
import { readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printable } from '#core/kernel/safe.ts';
import type { SourceReader } from '#core/signal/signal.ts';
import { shipped } from '../core/signal/shipped.ts';
import { type Dice, dice } from '../soak/dice.ts';
import { wrongWith } from './holds.ts';
import { grown, mutated } from './mutate.ts';

const usage = 'fuzz: npm run fuzz -- [--inputs N] [--large N] [--seed N] [--source NAME]; whole numbers.';

const given = () => {
  try {
    return parseArgs({
      options: { inputs: { type: 'string' }, large: { type: 'string' }, seed: { type: 'string' }, source: { type: 'string' } },
    }).values;
  } catch {
    return undefined;
  }
};

const whole = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;

/** Inputs of a source are at most this long, the large ones aside (D-26). */
const most = 4_096;

const filesOf = (source: string): readonly [Uint8Array, ...Uint8Array[]] => {
  const folder = new URL(`../../events/${source}/`, import.meta.url);
  const [first, ...more] = readdirSync(folder).map((file) => readFileSync(new URL(file, folder)));
  if (!first) throw new Error(`events/${source} is empty`);
  return [first, ...more];
};

type Asked = { readonly inputs: number; readonly large: number; readonly roll: Dice };

/** The first input that does harm, with what is wrong with it. */
const harmOf = (reader: SourceReader, { inputs, large, roll }: Asked): string | undefined => {
  const files = filesOf(reader.name);
  for (let n = 0; n < inputs + large; n += 1) {
    const input = n < inputs ? mutated(roll, files, most) : grown(roll, files);
    const wrong = wrongWith(reader, input);
    if (wrong !== undefined) return `input ${n}: ${wrong}: ${printable(new TextDecoder().decode(input.subarray(0, 600)))}`;
  }
  return undefined;
};

const values = given();
const [inputs, large, seed] = [whole(values?.inputs, 20_000), whole(values?.large, 50), whole(values?.seed, 1)];
const readers = [...shipped.readers.values()].filter(({ name }) => values?.source === undefined || values.source === name);
if (!values || [inputs, large, seed].some(Number.isNaN) || readers.length === 0) {
  process.stderr.write(`${usage} Sources: ${shipped.names.join(', ')}.\n`);
  process.exit(2);
}
for (const reader of readers) {
  const begun = process.cpuUsage();
  const harm = harmOf(reader, { inputs, large, roll: dice(seed).branch(reader.name) });
  const { user, system } = process.cpuUsage(begun);
  process.stdout.write(`${reader.name}: ${inputs} inputs and ${large} large ones, ${((user + system) / 1_000_000).toFixed(1)} s\n`);
  if (harm === undefined) continue;
  process.stderr.write(`fuzz: ${reader.name}, seed ${seed}, ${harm}\n`);
  process.exitCode = 1;
}
