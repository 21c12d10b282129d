// Decides which files hold rules: a file that is named itself, and below a directory every `*.yml` or `*.yaml` but tests, in the order of their names.
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readYamlFile } from './file.ts';
import { type ConfigProblem, type Path, fieldText } from './problem.ts';

export type RuleDocument = {
  readonly tree: unknown;
  /** The file, as people find it. */
  readonly where: string;
  readonly line?: (path: Path) => number | undefined;
};

export type RuleDocuments = {
  readonly documents: readonly RuleDocument[];
  readonly problems: readonly ConfigProblem[];
  /** Of each document that is no YAML, its first problem. */
  readonly refused: readonly ConfigProblem[];
};

/** Reads all rules. A file that is no YAML is a problem of its own; the documents of the others still come (D-29). */
export const readRuleDocuments = async (paths: readonly string[]): Promise<RuleDocuments> => {
  const documents: RuleDocument[] = [];
  const problems: ConfigProblem[] = [];
  const refused: ConfigProblem[] = [];
  for (const path of paths) {
    const listed = await ruleFiles(path);
    if (!listed) {
      problems.push(unlisted(path));
      refused.push(unlisted(path));
    }
    for (const file of listed ?? []) {
      const read = await readYamlFile(file);
      problems.push(...(read?.problems ?? []));
      refused.push(...(read?.refused ?? []));
      // An empty document is what a lone `---` at the end leaves behind.
      const filled = (read?.documents ?? []).filter(({ tree }) => tree !== null && tree !== undefined);
      documents.push(...filled.map(({ tree, line }) => ({ tree, where: file, line })));
    }
  }
  return { documents, problems, refused };
};

const ruleFiles = async (dir: string): Promise<readonly string[] | undefined> => {
  try {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => isRuleFile(relative(dir, path).split(sep)))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [dir];
    return code === 'ENOENT' ? [] : undefined;
  }
};

/** A rule left out in silence detects nothing, so both endings count. What is hidden (`.git`, `..data` of a mount) is a second copy. */
const isRuleFile = (parts: readonly string[]): boolean => {
  const name = parts.at(-1) ?? '';
  return /\.ya?ml$/i.test(name) && !/\.tests\.ya?ml$/i.test(name) && !parts.some((part) => part.startsWith('.'));
};

const unlisted = (dir: string): ConfigProblem => ({
  file: dir,
  line: 1,
  field: fieldText([]),
  wrong: 'no directory that can be listed',
  right: 'name a directory that this user may read',
});
