// Decides which files of a configuration nobody reads, so that a misspelt name does not pass for a setting that is in force.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nearest } from './nearest.ts';
import type { ConfigProblem } from './problem.ts';
import { configFiles } from './schema/files.ts';

const known: readonly string[] = Object.values(configFiles).map(({ path }) => path);

/** YAML files beside those that are read, each with the name that was meant. Warnings: a note of somebody's own does no harm. */
export const strays = async (dir: string): Promise<readonly ConfigProblem[]> => {
  const read = await Promise.all(['', 'directory'].map((folder) => straysIn(dir, folder)));
  return read.flat();
};

const straysIn = async (dir: string, folder: string): Promise<readonly ConfigProblem[]> => {
  const names = await readdir(join(dir, folder)).catch(() => []);
  return names
    .filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.') && !known.includes(join(folder, name)))
    .map((name) => unread(join(dir, folder, name)));
};

const unread = (file: string): ConfigProblem => {
  const close = nearest(
    stem(file),
    known.map((path) => stem(path)),
  );
  const meant = known.find((path) => stem(path) === close);
  const right = meant === undefined ? 'remove it, or name it as one of the example' : `did you mean ${meant}?`;
  return { file, line: 1, field: 'the file', wrong: 'is not read', right };
};

const stem = (path: string): string => basename(path).replace(/\.[^.]*$/, '');
