// Decides which files hold rules: every `*.yml` or `*.yaml` below the given directories but tests, in the order of their names.
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readYamlFile } from './file.ts';
import { type ConfigProblem, type Path, fieldText } from './problem.ts';

type RuleDocument = {
  readonly tree: unknown;
  /** The file, as people find it. */
  readonly where: string;
  readonly line?: (path: Path) => number | undefined;
};

export type RuleDocuments = { readonly documents: readonly RuleDocument[]; readonly problems: readonly ConfigProblem[] };

/** Reads all rules. A file that is no YAML is a problem of its own; the documents of the others still come (D-29). */
export const readRuleDocuments = async (dirs: readonly string[]): Promise<RuleDocuments> => {
  const documents: RuleDocument[] = [];
  const problems: ConfigProblem[] = [];
  for (const dir of dirs) {
    const listed = await ruleFiles(dir);
    if (!listed) problems.push(unlisted(dir));
    for (const file of listed ?? []) {
      const read = await readYamlFile(file);
      problems.push(...(read?.problems ?? []));
      // An empty document is what a lone `---` at the end leaves behind.
      const filled = (read?.documents ?? []).filter(({ tree }) => tree !== null && tree !== undefined);
      documents.push(...filled.map(({ tree, line }) => ({ tree, where: file, line })));
    }
  }
  return { documents, problems };
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
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
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
