// The door of the CDK: checks the configuration, bundles the functions with it, and makes the stacks. `npx cdk synth` needs nothing else.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { instantOf } from '#core/kernel/time.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { type ConfigProblem, problemText } from '#adapters/config/problem.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { encode } from '#lambdas/deployed.ts';
import { bundle, bundleFolder } from '#lib/bundle.ts';
import { deployment } from '#lib/deployment.ts';
import { readSettings } from '#lib/settings.ts';
import { exampleDir, ruleDirsFor } from '#local/configuration.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is wrong is said, all of it, and nothing is deployed. */
const refuse = (lines: readonly string[]): never => {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
};

/** The operator's folder as the functions will know it; ART33_CONFIG names it, the shipped example is the default. */
const configurationText = async (folder: string): Promise<string> => {
  const loaded = await loadConfiguration(folder, instantOf(Date.now()));
  const read = await readRuleDocuments(ruleDirsFor(folder));
  const problems: readonly ConfigProblem[] = [...(loaded.ok ? [] : loaded.error), ...read.problems];
  if (!loaded.ok || problems.length > 0) return refuse(problems.map(problemText));
  const { errors, set } = compileRules(read.documents, loaded.value.lists);
  if (errors.length > 0) return refuse(errors.map((one) => `${one.where} ${one.rule}: ${one.reason}`));
  if (set.rules.length === 0)
    return refuse([`${folder}: there is no rule at all, so nothing would ever be an incident; put the shipped rules back`]);
  const documents = read.documents.map(({ tree, where }) => ({ tree, where: relative(root, where) }));
  return encode({ configuration: loaded.value.configuration, lists: loaded.value.lists, documents });
};

const app = new App();
const settings = readSettings(app.node.getAllContext() as Readonly<Record<string, unknown>>);
if (!settings.ok) refuse(settings.error);
else {
  await bundle(await configurationText(process.env['ART33_CONFIG'] ?? exampleDir));
  deployment(app, settings.value, bundleFolder);
  app.synth();
}
