// The door of the CDK: checks the configuration, bundles the functions with it, and makes the stacks. `npx cdk synth` needs nothing else.
import { App } from 'aws-cdk-lib';
import { instantOf } from '#core/kernel/time.ts';
import { encode } from '#lambdas/deployed.ts';
import { bundle } from '#lib/bundle.ts';
import { deployment } from '#lib/deployment.ts';
import { guard } from '#lib/guard.ts';
import { readSettings } from '#lib/settings.ts';
import { exampleDir } from '#local/configuration.ts';
import { readForDeployment } from './deployed-configuration.ts';

/** What is wrong is said, all of it, and nothing is deployed. */
const refuse = (lines: readonly string[]): never => {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
};

/** The operator's folder as the functions will know it; ART33_CONFIG names it, the shipped example is the default. */
const configurationText = async (folder: string): Promise<string> => {
  const read = await readForDeployment(folder, instantOf(Date.now()));
  return read.ok ? encode(read.value.deployed) : refuse(read.error);
};

const app = new App();
const settings = readSettings(app.node.getAllContext() as Readonly<Record<string, unknown>>);
if (!settings.ok) refuse(settings.error);
else {
  // Beside the output, so that two synths with outputs of their own never share it.
  const bundles = `${app.outdir}.functions`;
  const report = await bundle(await configurationText(process.env['ART33_CONFIG'] ?? exampleDir), bundles);
  deployment(app, settings.value, bundles);
  guard(app, report);
  app.synth();
}
