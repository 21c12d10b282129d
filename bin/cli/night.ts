// The night kit: makes one from the store, sealed to named people; opens one anywhere, works from it, and brings that home.
import { renameSync, writeFileSync } from 'node:fs';
import type { NightKit } from '#core/register/night-kit.ts';
import { kitBytes } from '#flow/night-kit.ts';
import { kitOf } from '#local/commands.ts';
import { channels } from '#flow/trust.ts';
import { CliFailure, CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';
import { type NightWords, age, nightOptions, openKit } from './night-kit.ts';

const writeWhole = (file: string, bytes: Uint8Array): void => {
  try {
    writeFileSync(`${file}.tmp`, bytes, { mode: 0o600, flush: true });
    renameSync(`${file}.tmp`, file);
  } catch {
    throw new CliFailure(`${file}: it can't be written there.`);
  }
};

const make = async ({ values }: NightWords): Promise<number> => {
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

const open = async ({ values }: NightWords, file: string | undefined): Promise<number> => {
  if (file === undefined || values.identity === undefined)
    throw new CliUse('say which kit and whose key: art33 night open FILE --identity KEYFILE.');
  const { text, seed: _seed, ...rest } = (await openKit(file, values.identity)).kit;
  print(values.json ? JSON.stringify(rest) : text);
  return 0;
};

const actOf = (words: NightWords): Promise<number> => {
  const [what, file, more] = words.positionals;
  if (more !== undefined || (file !== undefined && what !== 'open' && what !== 'merge'))
    throw new CliUse('too many words; see art33 night --help.');
  const { kit } = words.values;
  if (what === undefined && kit !== undefined) return work(words, kit);
  if (what === 'kit') return make(words);
  if (what === 'open') return open(words, file);
  if (what === 'reserve') return reserve(words);
  if (what === 'merge') return merge(words, file);
  throw new CliUse('night --kit FILE, night kit, open, reserve or merge; see art33 night --help.');
};

/** Each is loaded when it is asked for. */
const work = async (words: NightWords, file: string) => (await import('./night-work.ts')).workNight(words, file);
const reserve = async (words: NightWords) => (await import('./night-reserve.ts')).sealReserve(words);
const merge = async (words: NightWords, folder: string | undefined) => (await import('./night-merge.ts')).mergeCommand(words, folder);

export const nightCommand: Command = {
  name: 'night',
  summary: 'make or open the kit for the night on which all else is lost, work from it, bring it home',
  help: `art33 night kit --out FILE --recipient age1… --recipient age1… [--config DIR] [--data DIR]
art33 night open FILE --identity KEYFILE [--json]
art33 night --kit FILE --identity KEYFILE --as PERSON --why "…" [--distrust ${channels.join('|')}]… [--data DIR] [--port N] [--let-go DUTY|all]…
art33 night reserve --from ADDRESS [--reply-to ADDRESS] --recipient age1… --recipient age1…
art33 night merge NIGHT_DIR --as PERSON --config DIR [--data DIR | --stage S [--region R]] [--json]
  kit: contacts with phones, open duties, drafts, wording, call script, the last anchor, and the open cases with the directory as another
  machine needs them to go on; sealed by age to two people or more. No signal is in it, and of affected people pseudonyms alone.
  --config is needed while Art33 is not running. age-keygen makes the keys.
  open: needs this program and a key, no store and no network. Prints for people; --json: the same for machines.
  --kit: works the night from it on this machine, in a store of its own (default .art33/night). Nothing of the house is asked or used:
  notices leave by the reserve sender (of the kit, or SMTP_URL with --from), the console is here, sign-in is the link that is printed.
  SLACK_WEBHOOK_URL and the settings of Jira count here too, where they are set. --distrust mail: no mailbox of the house gets anything.
  What the house may have sent since the kit was made is held; --let-go sends it.
  reserve: reads SMTP_URL, and prints what goes into art33.yml. merge: puts the night's register into ours, and what left then is known.`,
  run: async (all) => actOf(readWords(all, nightOptions)),
};
