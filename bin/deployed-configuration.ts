// Decides whether the operator's folder may go to AWS: read and checked as the functions will know it, or all that is wrong with it.
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { prepared } from '#core/detection/sigma/prepared.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { Instant } from '#core/kernel/time.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { type ConfigProblem, problemText } from '#adapters/config/problem.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { checkSinks } from '#adapters/config/sinks.ts';
import type { Deployed } from '#lambdas/deployed.ts';
import { mappingsFor, namesOf, ruleDirsFor } from '#local/configuration.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export type ReadForDeployment = { readonly deployed: Deployed; readonly warnings: readonly string[] };

export const readForDeployment = async (folder: string, now: Instant): Promise<Result<ReadForDeployment, readonly string[]>> => {
  const read = await readRuleDocuments(ruleDirsFor(folder));
  const mapped = await mappingsFor(folder);
  const loaded = await loadConfiguration(folder, now, namesOf(mapped));
  const problems: readonly ConfigProblem[] = [...(loaded.ok ? [] : loaded.error), ...read.problems, ...mapped.problems];
  if (!loaded.ok || problems.length > 0) return fail(problems.map(problemText));
  const { configuration, lists, warnings } = loaded.value;
  const unlisted = checkSinks(configuration, {});
  if (unlisted.length > 0) return fail(unlisted.map((problem) => problemText({ ...problem, file: join(folder, problem.file) })));
  const { errors, set } = compileRules(read.documents, lists);
  if (errors.length > 0) return fail(errors.map((one) => `${one.where} ${one.rule}: ${one.reason}`));
  if (set.rules.length === 0)
    return fail([`${folder}: there is no rule at all, so nothing would ever be an incident; put the shipped rules back`]);
  const documents = read.documents.map(({ tree, where }) => prepared({ tree, where: relative(root, where) }, lists));
  return ok({ deployed: { madeAt: now, configuration, lists, documents, mappings: mapped.mappings }, warnings: warnings.map(problemText) });
};
