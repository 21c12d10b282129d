// Decides how tests synthesize: the real stacks under the flags of cdk.json, over stub functions, no bundling.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { stages } from '#lib/bundle.ts';
import { type Deployment, deployment } from '#lib/deployment.ts';
import { guard } from '#lib/guard.ts';
import { readSettings } from '#lib/settings.ts';

export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};
export type Synthesized = {
  readonly state: Template;
  readonly pipeline: Template;
  readonly console: Template;
  readonly vault: Template;
  readonly signin: Template;
  readonly inbound: Template;
};

const stubs = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'art33-stubs-'));
  for (const stage of stages) {
    mkdirSync(join(folder, stage));
    writeFileSync(join(folder, stage, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  return folder;
};

const flags = (JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as { context: Record<string, unknown> })
  .context;

type Context = Readonly<Record<string, string>>;

/** Throw-away keys, made for this test. */
export const recipients = [`age1${'q'.repeat(58)}`, `age1${'p'.repeat(58)}`];

/** With a vault every function is there. */
const complete: Context = {
  'art33:account': '111122223333',
  'art33:exportAccount': '444455556666',
  'art33:exportRegion': 'eu-west-1',
  'art33:exportRecipients': recipients.join(','),
};

const withStacks = <T>(context: Context, use: (app: App, made: Deployment) => T): T => {
  // The check of the template itself is cdk synth's; here it would cost seconds each time.

  process.env['CDK_VALIDATION'] = 'false';
  // An empty setting takes one of ours away.
  const wanted = Object.fromEntries(Object.entries({ ...complete, ...context }).filter(([, value]) => value !== ''));
  const settings = readSettings(wanted);
  if (!settings.ok) throw new Error(settings.error.join('\n'));
  const folder = stubs();
  const outdir = mkdtempSync(join(tmpdir(), 'art33-synth-'));
  try {
    const app = new App({ outdir, context: { ...flags, 'aws:cdk:bundling-stacks': [] } });
    return use(app, deployment(app, settings.value, folder));
  } finally {
    for (const one of [folder, outdir]) rmSync(one, { recursive: true, force: true });
  }
};

export const synthesize = (context: Context = {}): Synthesized =>
  withStacks(context, (_, { state, pipeline, console, vault, signin, inbound }) => ({
    state: Template.fromStack(state),
    pipeline: Template.fromStack(pipeline),
    console: Template.fromStack(console),
    vault: vault ? Template.fromStack(vault) : Template.fromJSON({}),
    signin: signin ? Template.fromStack(signin) : Template.fromJSON({}),
    inbound: inbound ? Template.fromStack(inbound) : Template.fromJSON({ Resources: {} }),
  }));

/** As bin/app.ts does it, with all rules; `breach` spoils something first. Throws what synth would print. */
export const synthesizeGuarded = (breach: (made: Deployment) => void = () => undefined, context: Context = {}): void =>
  withStacks(context, (app, made) => {
    breach(made);
    guard(app);
    app.synth();
  });

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
