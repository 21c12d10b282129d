// Verifies, exports and anchors the register.
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '#core/register/entry.ts';
import { type Anchor, type Verdict, anchorOf, isAnchor, verifyRegister } from '#core/register/verify.ts';
import { registerEntries } from '#local/commands.ts';
import { CliFailure, CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';

const options = {
  json: { type: 'boolean' },
  data: { type: 'string' },
  out: { type: 'string' },
  anchors: { type: 'string', multiple: true },
} as const;
type Words = ReturnType<typeof readWords<typeof options>>;

const readText = (file: string): string => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new CliFailure(`${file}: there is no such file, or it can't be read.`);
  }
  if (bytes.length === 0) throw new CliFailure(`${file}: the file is empty.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliFailure(`${file}: not UTF-8; a register is exported as JSON lines in UTF-8.`);
  }
};

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Entry).chain === 'string' &&
  typeof (value as Entry).seq === 'number' &&
  typeof (value as Entry).hash === 'string';

const entriesIn = (file: string): readonly Entry[] =>
  readText(file)
    .split('\n')
    .flatMap((text, i) => {
      if (text.trim() === '') return [];
      try {
        const value: unknown = JSON.parse(text);
        if (isEntry(value)) return [value];
      } catch {
        // said below, with the line
      }
      throw new CliFailure(`${file}:${i + 1}: not a register entry; each line should be one that \`register export\` wrote.`);
    });

const anchorIn = (file: string): Anchor => {
  try {
    const value: unknown = JSON.parse(readText(file));
    if (isAnchor(value)) return value;
  } catch (cause) {
    if (cause instanceof CliFailure) throw cause;
  }
  throw new CliFailure(`${file}: not an anchor; \`register anchor --out FILE\` writes one.`);
};

/** One anchor, or a folder of them: an empty folder would prove nothing and look like proof. */
const anchorsAt = (path: string): readonly Anchor[] => {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [anchorIn(path)];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new CliFailure(`${path}: there is no anchor in it (*.json).`);
  return names.toSorted().map((name) => anchorIn(join(path, name)));
};

const storeEntries = (words: Words): Promise<readonly Entry[]> =>
  withStore<readonly Entry[]>(dataDirFor(words.values.data), { path: '/register' }, registerEntries);

const writeWhole = (file: string, text: string): void => {
  try {
    writeFileSync(`${file}.tmp`, text, { mode: 0o600, flush: true });
    renameSync(`${file}.tmp`, file);
  } catch {
    throw new CliFailure(`${file}: it can't be written there.`);
  }
};

const sentence = (verdict: Verdict): string => {
  switch (verdict.verdict) {
    case 'proved':
      return `proved: ${verdict.entries} entries in ${verdict.chains} chains, unchanged since the anchor of ${verdict.anchoredAt}`;
    case 'self-consistent':
      return `self-consistent only, not proved against rewriting: ${verdict.entries} entries in ${verdict.chains} chains (give --anchors FILE)`;
    case 'broken':
      return `broken at entry ${verdict.seq} of chain ${verdict.chain}: ${verdict.reason}`;
  }
};

const exitOf = { proved: 0, broken: 1, 'self-consistent': 3 } as const;

const verify = async (words: Words, file: string | undefined): Promise<number> => {
  const entries = file === undefined ? await storeEntries(words) : entriesIn(file);
  const verdict = verifyRegister(entries, (words.values.anchors ?? []).flatMap(anchorsAt));
  print(words.values.json ? JSON.stringify(verdict) : sentence(verdict));
  return exitOf[verdict.verdict];
};

const toFile = async (words: Words, text: (entries: readonly Entry[]) => string): Promise<number> => {
  const { out } = words.values;
  if (out === undefined) throw new CliUse('say where to: --out FILE.');
  const entries = await storeEntries(words);
  writeWhole(out, text(entries));
  print(words.values.json ? JSON.stringify({ file: out, entries: entries.length }) : `${out}: ${entries.length} entries`);
  return 0;
};

export const registerCommand: Command = {
  name: 'register',
  summary: 'verify, export or anchor the register',
  help: `art33 register verify [FILE] [--anchors FILE|DIR …] [--json] [--data DIR]
art33 register export --out FILE [--json] [--data DIR]
art33 register anchor --out FILE [--json] [--data DIR]
  verify: exit 0 proved against an anchor; 1 broken, naming the entry; 3 self-consistent only, not proved against rewriting.
  FILE is an export; without it the store is read. --anchors takes anchors and folders of them; one machine writes one each hour
  into anchors/ of its data folder. Keep anchors where the operator's administrators can't write.`,
  run: async (all) => {
    const words = readWords(all, options);
    const [what, file, more] = words.positionals;
    if (more !== undefined || (file !== undefined && what !== 'verify')) throw new CliUse('too many words; see art33 register --help.');
    switch (what) {
      case 'verify':
        return verify(words, file);
      case 'export':
        return toFile(words, (entries) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      case 'anchor':
        return toFile(words, (entries) => `${JSON.stringify(anchorOf(entries, Date.now() as Parameters<typeof anchorOf>[1]))}\n`);
      default:
        throw new CliUse('register verify, register export or register anchor; see art33 register --help.');
    }
  },
};
