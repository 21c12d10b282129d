// Decides which files hold rules: every `*.yml` below the given directories that is no `*.tests.yml`, in the order of their names.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
      .filter(({ name }) => name.endsWith('.yml') && !name.endsWith('.tests.yml') && !name.startsWith('.'))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
  }
};

const unlisted = (dir: string): ConfigProblem => ({
  file: dir,
  line: 1,
  field: fieldText([]),
  wrong: 'no directory that can be listed',
  right: 'name a directory that this user may read',
});
