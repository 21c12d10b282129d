// Decides what `rules check` tells: what is refused, what does not fit the official schemas, and what is odd; an error fails it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { sourcesOf } from '#core/signal/sources.ts';
import { printable } from '#core/kernel/safe.ts';
import { dayOf } from '#core/kernel/time.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { problemText } from '#adapters/config/problem.ts';
import { type RuleDocument, readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { CliFailure, print } from '#bin/cli/command.ts';
import { mappingsFor, ruleDirsFor } from '#local/configuration.ts';
import { type Schema, misfits } from './json-schema.ts';
import { type Told, lint } from './lint.ts';
import { readSuites } from './suites.ts';

const kinds = ['detection', 'correlation', 'filter'] as const;

const schemaOf = (kind: (typeof kinds)[number]): Schema =>
  JSON.parse(readFileSync(new URL(`./schema/${kind}.json`, import.meta.url), 'utf8')) as Schema;

type Named = { readonly name?: unknown; readonly title?: unknown };
const titleOf = (tree: unknown): string => String((tree as Named).name ?? (tree as Named).title ?? 'a document');

/** Where documents leave the schemas of the specification. What has no kind at all is refused elsewhere. */
export const schemaFaults = (documents: readonly RuleDocument[]): readonly Told[] => {
  const schemas = new Map(kinds.map((kind) => [kind, schemaOf(kind)]));
  return documents.flatMap(({ tree, where, line }) => {
    const kind = kinds.find((one) => typeof tree === 'object' && tree !== null && Object.hasOwn(tree, one));
    const schema = kind && schemas.get(kind);
    return (schema ? misfits(schema, tree) : []).map(
      ({ path, reason }): Told => ({
        where: `${where}:${line?.(path) ?? line?.([]) ?? 1}`,
        rule: titleOf(tree),
        grade: 'error',
        says: `the schema of the specification wants ${path.length === 0 ? 'the document' : path.join('.')} to be ${reason}`,
      }),
    );
  });
};

const suitesAt = async (paths: readonly string[]) => {
  const found = await Promise.all(paths.map((path) => readSuites(statSync(path).isDirectory() ? path : dirname(path))));
  return { suites: found.flatMap((one) => one.suites), problems: found.flatMap((one) => one.problems) };
};

/** Everything there is to say about the rules at a path, or all that a configuration loads. */
const toldOf = async (dir: string, path: string | undefined): Promise<{ readonly count: number; readonly told: readonly Told[] }> => {
  const now = systemClock().now();
  const paths = path === undefined ? ruleDirsFor(dir) : [path];
  const loaded = await loadConfiguration(dir, now);
  const mapped = (await mappingsFor(dir)).mappings.map(readerOf);
  const lists = loaded.ok ? loaded.value.lists : new Map<string, readonly string[]>();
  const { documents, problems } = await readRuleDocuments(paths);
  const { set, errors } = compileRules(documents, lists);
  const { suites, problems: unread } = await suitesAt(paths);
  const readers = [...sourcesOf(mapped).readers.values()].map(({ logsource }) => logsource);
  // Whoever logs people in, its logins are `authentication`.
  const logsources = readers.flatMap((source) => [source, { ...source, category: 'authentication' }]);
  return {
    count: documents.length,
    told: [
      ...[...problems, ...unread].map((one): Told => ({ where: '', rule: '', grade: 'error', says: problemText(one) })),
      ...errors.map(({ where, rule, reason }): Told => ({ where, rule, grade: 'error', says: reason })),
      ...schemaFaults(documents),
      ...lint({ set, documents, suites, logsources, today: dayOf(now) }),
    ],
  };
};

const lineOf = ({ where, rule, grade, says }: Told): string => (where === '' ? `${grade}: ${says}` : `${where} ${rule}: ${grade}: ${says}`);

/** Tells whether there was no error. */
export const checkRules = async (dir: string, path: string | undefined): Promise<boolean> => {
  if (path !== undefined && !existsSync(path)) throw new CliFailure(`${path}: there is no such file or directory.`);
  const { count, told } = await toldOf(dir, path);
  for (const one of told) print(printable(lineOf(one)));
  const errors = told.filter(({ grade }) => grade === 'error').length;
  print(`${count} documents: ${errors} errors, ${told.length - errors} warnings.`);
  return errors === 0;
};
