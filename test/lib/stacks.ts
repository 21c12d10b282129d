// Decides how tests synthesize: real stacks over stub functions, no bundling, no validation.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { stages } from '#lib/bundle.ts';
import { deployment } from '#lib/deployment.ts';
import { readSettings } from '#lib/settings.ts';

export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};
export type Synthesized = { readonly state: Template; readonly pipeline: Template; readonly console: Template };

const stubs = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'art33-stubs-'));
  for (const stage of stages) {
    mkdirSync(join(folder, stage));
    writeFileSync(join(folder, stage, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  return folder;
};

export const synthesize = (context: Readonly<Record<string, string>> = {}): Synthesized => {
  process.env['CDK_VALIDATION'] = 'false';
  const settings = readSettings(context);
  if (!settings.ok) throw new Error(settings.error.join('\n'));
  const folder = stubs();
  const outdir = mkdtempSync(join(tmpdir(), 'art33-synth-'));
  try {
    const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
    const made = deployment(app, settings.value, folder);
    return {
      state: Template.fromStack(made.state),
      pipeline: Template.fromStack(made.pipeline),
      console: Template.fromStack(made.console),
    };
  } finally {
    for (const one of [folder, outdir]) rmSync(one, { recursive: true, force: true });
  }
};

export const resources = (template: Template, type?: string): readonly (readonly [string, Resource])[] =>
  Object.entries((template.toJSON() as { Resources: Record<string, Resource> }).Resources).filter(
    ([, one]) => type === undefined || one.Type === type,
  );

/** Everything of that type in all stacks. */
export const everywhere = (all: Synthesized, type: string): readonly (readonly [string, Resource])[] =>
  Object.values(all).flatMap((template) => resources(template, type));

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

/** What the role of a stage allows, in this template. */
export const statementsOf = (template: Template, stage: string): readonly Statement[] => {
  const prefix = `${stage.charAt(0).toUpperCase()}${stage.slice(1)}Role`;
  return resources(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties['Roles']).includes(`"${prefix}`))
    .flatMap(([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: readonly Statement[] }).Statement);
};

export const actionsOf = (statements: readonly Statement[]): readonly string[] =>
  [...new Set(statements.flatMap((one) => [one.Action].flat()))].sort() as readonly string[];
