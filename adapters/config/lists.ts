// Decides what rules find under a list's name: the entries in lists.yml, and nothing where the file is missing or faulty.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFiles } from './schema/files.ts';
import { readYaml } from './yaml.ts';

/** A faulty file gives no list: a filter without its list silences nothing (D-29). `loadConfiguration` says what is wrong. */
export const readLists = (dir: string): ReadonlyMap<string, readonly string[]> => {
  const file = join(dir, configFiles.lists.path);
  const read = configFiles.lists.schema.safeParse(readYaml(textOf(file), file).documents[0]?.tree);
  return new Map(read.success ? Object.entries(read.data) : []);
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
