// Decides which of somebody else's Sigma rules are brought in: those for a source of ours that load beside all others; author and licence stay.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isFor } from '#core/detection/detect.ts';
import type { LogSource } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import { printable } from '#core/kernel/safe.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { sourcesOf } from '#core/signal/sources.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { problemText } from '#adapters/config/problem.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { readYaml } from '#adapters/config/yaml.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { CliFailure, print } from '#bin/cli/command.ts';
import { mappingsFor, ruleDirsFor } from '#local/configuration.ts';
import { renamed, segments, withBlock, withLicense } from './imported-text.ts';

type Fields = Readonly<Record<string, unknown>>;
type Draft = { readonly file: string; readonly line: number; readonly text: string; readonly tree: Fields };

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const refuse = (line: string): void => {
  process.stderr.write(`art33: refused: ${printable(line)}\n`);
};

const filesAt = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /(?<!\.tests)\.ya?ml$/i.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();

const draftsIn = (file: string): readonly Draft[] =>
  segments(readFileSync(file, 'utf8')).flatMap(({ text, line }): readonly Draft[] => {
    if (text.trim() === '') return [];
    const { documents, problems } = readYaml(text, file);
    const [problem] = problems;
    if (problem) refuse(problemText({ ...problem, line: problem.line + line - 1 }));
    const tree = documents[0]?.tree;
    return problem || !isMap(tree) ? [] : [{ file, line, text, tree }];
  });

const stemOf = (file: string): string =>
  basename(file)
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^\w-]+/g, '_');

const nameOf = (tree: Fields): string | undefined => (typeof tree['name'] === 'string' ? tree['name'] : undefined);

/** Names that stand already get the file's own before them. */
const distinct = (drafts: readonly Draft[], taken: Set<string>): readonly Draft[] => {
  const clashing = drafts.flatMap(({ tree }) => nameOf(tree) ?? []).filter((name) => taken.has(name));
  return drafts.map((draft) => {
    const text = clashing.reduce((all, name) => renamed(all, name, `${stemOf(draft.file)}_${name}`), draft.text);
    const tree = readYaml(text, draft.file).documents[0]?.tree;
    const name = isMap(tree) ? nameOf(tree) : undefined;
    if (name !== undefined) taken.add(name);
    return isMap(tree) ? { ...draft, text, tree } : draft;
  });
};

const asDocument = ({ file, line, tree }: Draft): RuleDocument => ({ tree, where: file, line: () => line });

/** What loads beside what is there; the rest is told. */
const loading = (
  drafts: readonly Draft[],
  there: readonly RuleDocument[],
  lists: ReadonlyMap<string, readonly string[]>,
): readonly Draft[] => {
  const { errors } = compileRules([...there, ...drafts.map(asDocument)], lists);
  const bad = new Set(errors.map(({ where }) => where));
  for (const { where, rule, reason } of errors) refuse(`${where} ${rule}: ${reason}`);
  return drafts.filter(({ file, line }) => !bad.has(`${file}:${line}`));
};

/** Correlations and filters go with the detections that they name; a detection is for a source of ours, or for nobody. */
const isApplicable = ({ tree }: Draft, logsources: readonly LogSource[]): boolean => {
  const source = tree['logsource'];
  return !Object.hasOwn(tree, 'detection') || (isMap(source) && logsources.some((one) => isFor(source as LogSource, one)));
};

const fileText = (drafts: readonly Draft[], license: string | undefined): string =>
  drafts.map(({ text, tree }) => withLicense(withBlock(text, tree), tree, license)).join('\n---\n');

/** Rules of a correlation open nothing by themselves. */
const isServed = (draft: Draft, drafts: readonly Draft[]): boolean =>
  drafts.some(
    ({ tree }) =>
      isMap(tree['correlation']) &&
      [tree['correlation']['rules']].flat().some((one) => one === nameOf(draft.tree) || one === draft.tree['id']),
  );

export type ImportWords = { readonly path: string; readonly dir: string; readonly license: string | undefined };

/** Writes into `DIR/rules/imported`, a file for each that is read. */
export const importRules = async ({ path, dir, license }: ImportWords): Promise<void> => {
  if (!existsSync(path)) throw new CliFailure(`${path}: there is no such file or directory.`);
  const loaded = await loadConfiguration(dir, systemClock().now());
  if (!loaded.ok)
    throw new CliFailure(`${dir}: no configuration that loads; art33 init DIR makes one:\n${loaded.error.map(problemText).join('\n')}`);
  const target = join(dir, 'rules', 'imported');
  const { documents } = await readRuleDocuments(ruleDirsFor(dir));
  const there = documents.filter(({ where }) => !where.startsWith(target));
  const readers = [...sourcesOf((await mappingsFor(dir)).mappings.map(readerOf)).readers.values()];
  const logsources = readers.flatMap(({ logsource }) => [logsource, { ...logsource, category: 'authentication' }]);
  const taken = new Set(there.flatMap(({ tree }) => (isMap(tree) ? (nameOf(tree) ?? []) : [])));
  const read = filesAt(path).map(draftsIn);
  const wanted = read.map((drafts) => drafts.filter((draft) => isApplicable(draft, logsources)));
  const kept = loading(
    wanted.flatMap((drafts) => distinct(drafts, taken)),
    there,
    loaded.value.lists,
  );
  mkdirSync(target, { recursive: true });
  for (const [file, drafts] of Map.groupBy(kept, (draft) => draft.file)) {
    const blocked = drafts.map((draft) => (isServed(draft, drafts) ? { ...draft, tree: { ...draft.tree, incident: {} } } : draft));
    writeFileSync(join(target, `${stemOf(file)}.yml`), fileText(blocked, license));
  }
  const all = read.flat().length;
  const others = all - wanted.flat().length;
  print(
    `${kept.length} of ${all} documents written to ${target}; ${others} are for no source of ours. They are live: set status: experimental to watch first.`,
  );
};
