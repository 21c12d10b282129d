// Decides whether a directory is a configuration: all of its faults at once, or the configuration and its warnings.
import { join } from 'node:path';
import type { Configuration } from '#core/directory/directory.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { Instant } from '#core/kernel/time.ts';
import { checkAgencies, sharedMailboxes } from './agencies.ts';
import { configurationOf } from './build.ts';
import { checkFile } from './check.ts';
import { readYamlFile } from './file.ts';
import { type ConfigProblem, fieldText, inReadingOrder } from './problem.ts';
import { type Finding, type SomeFiles, checkReferences } from './references.ts';
import { checkPolicy, checkSources, warnings } from './sanity.ts';
import { strays } from './strays.ts';
import { type FileName, type Files, configFiles, fileNames, optionalFiles } from './schema/files.ts';
import type { YamlDocument } from './yaml.ts';

export type LoadedConfiguration = {
  readonly configuration: Configuration;
  /** The lists that rules refer to by name (lists.yml). */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly ConfigProblem[];
};

/** Reads and checks everything that an operator edits in `dir`, rules and mappings excepted. `sources`: the names that settings may be for. */
export const loadConfiguration = async (
  dir: string,
  now: Instant,
  sources?: readonly string[],
): Promise<Result<LoadedConfiguration, readonly ConfigProblem[]>> => {
  const read = await Promise.all(fileNames.map((name) => readOne(dir, name)));
  const files = Object.fromEntries(read.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))) as SomeFiles;
  const placed = ({ name, path, wrong, right }: Finding): ConfigProblem => {
    const line = read.find((one) => one.name === name)?.document?.line(path) ?? 1;
    return { file: join(dir, configFiles[name].path), line, field: fieldText(path), wrong, right };
  };
  const problems = [
    ...read.flatMap((one) => one.problems),
    ...[...checkReferences(files), ...checkAgencies(files), ...checkPolicy(files), ...checkSources(files, sources)].map(placed),
  ];
  if (problems.length > 0) return fail(inReadingOrder(problems));
  const complete = files as Files;
  return ok({
    configuration: configurationOf(complete),
    lists: new Map(Object.entries(complete.lists)),
    warnings: inReadingOrder([...[...warnings(complete, now), ...sharedMailboxes(complete)].map(placed), ...(await strays(dir))]),
  });
};

type ReadFile = {
  readonly name: FileName;
  readonly document?: YamlDocument;
  readonly value?: Files[FileName];
  readonly problems: readonly ConfigProblem[];
};

const noFile: YamlDocument = { tree: {}, line: () => undefined };

const readOne = async (dir: string, name: FileName): Promise<ReadFile> => {
  const file = join(dir, configFiles[name].path);
  const yaml = (await readYamlFile(file, optionalFiles.includes(name))) ?? { documents: [noFile], problems: [], refused: [] };
  if (yaml.problems.length > 0) return { name, problems: yaml.problems };
  const [document, second] = yaml.documents;
  const fault = (line: number, wrong: string, right: string): ReadFile => ({
    name,
    problems: [{ file, line, field: 'the file', wrong, right }],
  });
  if (second) return fault(second.line([]) ?? 1, 'more than one document (---)', 'keep one');
  // All of it commented out is the same as no file.
  const nothing = document === undefined || document.tree === null;
  if (nothing && !optionalFiles.includes(name)) return fault(1, 'empty', 'see the example that `art33 init DIR` copies');
  const checked = checkFile(name, nothing ? noFile : document, file);
  const placed = document ? { document } : {};
  return checked.ok ? { name, ...placed, value: checked.value, problems: [] } : { name, ...placed, problems: checked.error };
};
