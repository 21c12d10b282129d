// Decides how a test edits the example: a copy of it in a directory of its own, with one text replaced.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { shippedConfiguration } from '#adapters/config/init.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import type { ConfigProblem } from '#adapters/config/problem.ts';
import { instantOf } from '#core/kernel/time.ts';

const made: string[] = [];
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

export const now = instantOf(Date.UTC(2026, 10, 25));

export const emptyDirectory = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'art33-config-'));
  made.push(dir);
  return dir;
};

/** A copy of the example. */
export const example = (): string => {
  const dir = emptyDirectory();
  cpSync(shippedConfiguration, dir, { recursive: true });
  return dir;
};

export type Edit = { readonly file: string; readonly from: string; readonly to: string };

const edit = (dir: string, { file, from, to }: Edit): void => {
  const path = join(dir, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold the text to replace`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
};

const withoutDirectory = (dir: string, problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  problems.map((problem) => ({ ...problem, file: problem.file.replace(`${dir}/`, '') }));

/** What is refused, and what is warned of, after the edits. Files are named from the configuration's directory. */
export const loadEdited = async (...edits: readonly Edit[]) => {
  const dir = example();
  for (const one of edits) edit(dir, one);
  const loaded = await loadConfiguration(dir, now);
  return {
    refused: loaded.ok ? [] : withoutDirectory(dir, loaded.error),
    warnings: loaded.ok ? withoutDirectory(dir, loaded.value.warnings) : [],
    configuration: loaded.ok ? loaded.value.configuration : undefined,
  };
};
