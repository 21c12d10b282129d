// Decides how a file of the configuration is read from disk: UTF-8 text, or a problem that says what is the matter with the file.
import { readFile } from 'node:fs/promises';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { ConfigProblem } from './problem.ts';
import { type YamlFile, noDocument, readYaml } from './yaml.ts';

/** The whole file, `missing` where there is none. */
const readText = async (path: string): Promise<Result<string, 'missing' | 'unreadable' | 'not-utf-8'>> => {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return fail((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable');
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('not-utf-8');
  }
};

const sayings = {
  missing: ['no such file', 'write it; `art33 init DIR` copies an example'],
  unreadable: ['cannot be read', 'make it a file that this user may read'],
  'not-utf-8': ['not UTF-8 text', 'save it as UTF-8'],
} as const;

/** Reads a file as YAML. `undefined` where the file is missing and may be. */
export const readYamlFile = async (path: string, mayBeMissing = false): Promise<YamlFile | undefined> => {
  const read = await readText(path);
  if (read.ok) return readYaml(read.value, path);
  if (read.error === 'missing' && mayBeMissing) return undefined;
  const [wrong, right] = sayings[read.error];
  const problem: ConfigProblem = { file: path, line: 1, field: 'the file', wrong, right };
  return noDocument(problem);
};
