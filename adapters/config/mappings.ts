// Decides which files are sources by mapping: every `name.yml` right in the given directories, each with a name of its own (D-26).
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Mapping } from '#core/signal/generic/mapping.ts';
import { checkTree } from './check.ts';
import { readYamlFile } from './file.ts';
import { type ConfigProblem, fieldText } from './problem.ts';
import { mappingFile, mappingOf } from './schema/mapping.ts';

export type Mappings = { readonly mappings: readonly Mapping[]; readonly problems: readonly ConfigProblem[] };

/** Reads all mappings, in the order of their names. `taken`: names of sources that are there without them. */
export const readMappings = async (dirs: readonly string[], taken: readonly string[]): Promise<Mappings> => {
  const mappings: Mapping[] = [];
  const problems: ConfigProblem[] = [];
  for (const dir of dirs) {
    for (const file of await mappingFiles(dir)) {
      const name = basename(file).replace(/\.ya?ml$/i, '');
      const wrong = wrongName(name, [...taken, ...mappings.map((one) => one.name)]);
      const read = wrong ? { problems: [problemOf(file, ...wrong)] } : await readMapping(name, file);
      problems.push(...read.problems);
      if ('mapping' in read) mappings.push(read.mapping);
    }
  }
  return { mappings, problems };
};

const mappingFiles = async (dir: string): Promise<readonly string[]> => {
  const names = await readdir(dir).catch(() => []);
  return names
    .filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(dir, name));
};

const problemOf = (file: string, wrong: string, right: string, line = 1): ConfigProblem => ({
  file,
  line,
  field: fieldText([]),
  wrong,
  right,
});

const wrongName = (name: string, taken: readonly string[]): readonly [string, string] | undefined => {
  // The name stands in the address of the door, in keys and in file names.
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name))
    return ['not a name for a source', 'name the file with lower-case letters, digits and hyphens, a letter first: our-app.yml'];
  return taken.includes(name) ? [`there is a source ${name} already`, 'choose another name for the file'] : undefined;
};

type Read = { readonly problems: readonly ConfigProblem[] } | { readonly mapping: Mapping; readonly problems: readonly ConfigProblem[] };

const readMapping = async (name: string, file: string): Promise<Read> => {
  const yaml = await readYamlFile(file);
  if (!yaml || yaml.problems.length > 0) return { problems: yaml?.problems ?? [] };
  const [document, second] = yaml.documents;
  if (second) return { problems: [problemOf(file, 'more than one document (---)', 'keep one: a file is a source', second.line([]) ?? 1)] };
  if (!document || document.tree === null)
    return { problems: [problemOf(file, 'empty', 'remove it, or write a mapping as docs/sources.md says')] };
  const checked = checkTree(mappingFile, document, file);
  return checked.ok ? { mapping: mappingOf(name, checked.value), problems: [] } : { problems: checked.error };
};
