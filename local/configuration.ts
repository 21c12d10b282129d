// Decides which configuration is in force on one machine: the operator's own folder, or the shipped example; the shipped rules always (D-28, D-29).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleError } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { Instant } from '#core/kernel/time.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { coded, sourcesOf } from '#core/signal/sources.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { type Mappings, readMappings } from '#adapters/config/mappings.ts';
import type { ConfigProblem } from '#adapters/config/problem.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { checkSinks } from '#adapters/config/sinks.ts';
import type { InForce } from './node.ts';
import type { Environment } from './sinks.ts';

/** The example that ships with Art33, which is also where the shipped rules lie. */
export const exampleDir = fileURLToPath(new URL('../config', import.meta.url));
export const demoEvents = fileURLToPath(new URL('../events/demo', import.meta.url));

export type Loaded = InForce & { readonly warnings: readonly ConfigProblem[] };

const asProblem = ({ where, rule, reason }: RuleError): ConfigProblem => {
  const [, file = where, line = '1'] = /^(.*):(\d+)$/.exec(where) ?? [];
  return { file, line: Number(line), field: rule, wrong: reason, right: 'mend the rule, or take it out' };
};

/** What ships, and what the operator puts beside it. */
const bothOf = (dir: string, folder: string): readonly string[] =>
  [join(exampleDir, folder), ...(dir === exampleDir ? [] : [join(dir, folder)])].filter((path) => existsSync(path));

export const ruleDirsFor = (dir: string): readonly string[] => bothOf(dir, 'rules');

export const mappingDirsFor = (dir: string): readonly string[] => bothOf(dir, 'sources');

/** The mappings that ship and the operator's own (D-26). */
export const mappingsFor = (dir: string): Promise<Mappings> =>
  readMappings(
    mappingDirsFor(dir),
    coded.map(({ name }) => name),
  );

/** Every source that there is; undefined where a faulty mapping could be one more. */
export const namesOf = ({ mappings, problems }: Mappings): readonly string[] | undefined =>
  problems.length > 0 ? undefined : [...coded, ...mappings].map(({ name }) => name);

/** Reads everything an operator edits; all that is wrong comes back at once. One bad rule refuses the whole set (D-29). */
export const loadInForce = async (
  dir: string,
  wanted: { readonly now: Instant; readonly environment: Environment },
): Promise<Result<Loaded, readonly ConfigProblem[]>> => {
  const [read, mapped] = await Promise.all([readRuleDocuments(ruleDirsFor(dir)), mappingsFor(dir)]);
  const loaded = await loadConfiguration(dir, wanted.now, namesOf(mapped));
  // Placeholders of a faulty list would only repeat its problem once per rule.
  const compiled = compileRules(read.documents, loaded.ok ? loaded.value.lists : new Map());
  const { SMTP_URL, SLACK_WEBHOOK_URL, JIRA_URL } = wanted.environment;
  const sinks = {
    ...(SMTP_URL ? { SMTP_URL } : {}),
    ...(SLACK_WEBHOOK_URL ? { SLACK_WEBHOOK_URL } : {}),
    ...(JIRA_URL ? { JIRA_URL } : {}),
  };
  if (!loaded.ok) return fail([...loaded.error, ...read.problems, ...mapped.problems]);
  const wrong = [
    ...read.problems,
    ...mapped.problems,
    ...compiled.errors.map(asProblem),
    ...checkSinks(loaded.value.configuration, sinks).map((problem) => ({ ...problem, file: join(dir, problem.file) })),
  ];
  if (wrong.length > 0) return fail(wrong);
  if (compiled.set.rules.length === 0)
    return fail([
      {
        file: join(exampleDir, 'rules'),
        line: 1,
        field: 'rules',
        wrong: 'there is no rule at all, so nothing would ever be an incident',
        right: 'put the shipped rules back',
      },
    ]);
  return ok({
    configuration: loaded.value.configuration,
    rules: compiled.set,
    sources: sourcesOf(mapped.mappings.map(readerOf)),
    warnings: loaded.value.warnings,
  });
};
