// The night kit: makes one from the store, sealed to named people; opens one anywhere, without a store.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { NightKit } from '#core/register/night-kit.ts';
import { kitBytes } from '#flow/night-kit.ts';
import { kitOf } from '#local/commands.ts';
import { CliFailure, CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';

const options = {
  out: { type: 'string' },
  recipient: { type: 'string', multiple: true },
  identity: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;
type Words = ReturnType<typeof readWords<typeof options>>;

/** Loaded for this command alone: cryptography takes its time. */
const age = () => import('#adapters/age/seal.ts');

const bytesOf = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch {
    throw new CliFailure(`${file}: there is no such file, or it can't be read.`);
  }
};

const writeWhole = (file: string, bytes: Uint8Array): void => {
  try {
    writeFileSync(`${file}.tmp`, bytes, { mode: 0o600, flush: true });
    renameSync(`${file}.tmp`, file);
  } catch {
    throw new CliFailure(`${file}: it can't be written there.`);
  }
};

const make = async ({ values }: Words): Promise<number> => {
  const { out, recipient = [], config, data } = values;
  if (out === undefined) throw new CliUse('say where to: --out FILE.');
  const { recipientsIn, sealTo } = await age();
  const checked = recipientsIn(recipient);
  if (!checked.ok) throw new CliUse(`--recipient: ${checked.error}.`);
  const kit = await withStore<NightKit>(dataDirFor(data), { path: '/night-kit' }, kitOf, config);
  const sealed = await sealTo(checked.value)(kitBytes(kit));
  writeWhole(out, sealed);
  print(
    `${out}: ${kit.duties.length} duties, ${kit.drafts.length} drafts, sealed to ${recipient.length} keys. Put it where this machine is not.`,
  );
  return 0;
};

type Opened = NightKit & { readonly text: string };

const kitIn = (file: string, bytes: Uint8Array): Opened => {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Opened>;
    if (value.v === 1 && typeof value.text === 'string') return value as Opened;
  } catch {
    // said below
  }
  throw new CliFailure(`${file}: it opens, but it is no night kit that this version knows.`);
};

const open = async ({ values }: Words, file: string | undefined): Promise<number> => {
  if (file === undefined || values.identity === undefined)
    throw new CliUse('say which kit and whose key: art33 night open FILE --identity KEYFILE.');
  const { openWith } = await age();
  const opened = await openWith(new TextDecoder().decode(bytesOf(values.identity)), bytesOf(file));
  if (!opened.ok) throw new CliFailure(`${file} with ${values.identity}: ${opened.error}.`);
  const kit = kitIn(file, opened.value);
  const { text, ...rest } = kit;
  print(values.json ? JSON.stringify(rest) : text);
  return 0;
};

export const nightCommand: Command = {
  name: 'night',
  summary: 'make or open the kit for the night on which all else is lost',
  help: `art33 night kit --out FILE --recipient age1… --recipient age1… [--config DIR] [--data DIR]
art33 night open FILE --identity KEYFILE [--json]
  kit: contacts with phones, open duties, drafts, wording, call script and the last anchor, sealed by age to two people or more.
  No signal and no affected person is in it. --config is needed while Art33 is not running. age-keygen makes the keys.
  open: needs this program and a key, no store and no network. Prints for people; --json: the same for machines.`,
  run: async (all) => {
    const words = readWords(all, options);
    const [what, file, more] = words.positionals;
    if (more !== undefined || (file !== undefined && what !== 'open')) throw new CliUse('too many words; see art33 night --help.');
    if (what === 'kit') return make(words);
    if (what === 'open') return open(words, file);
    throw new CliUse('night kit or night open; see art33 night --help.');
  },
};
