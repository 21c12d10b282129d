// Decides how the stacks reach the emulated AWS: synthesized as for the real one, a copy fitted to what the emulator knows, deployed by the CDK.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { account, region } from './emulator.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Resource = { readonly Type: string; Properties?: Record<string, unknown>; DependsOn?: string | string[] };
type Template = { Resources: Record<string, Resource> };

/** Types that the emulator refuses, and with them the whole template. They have template tests instead (D-19). */
const refused: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::Events::EventBusPolicy',
  'AWS::Events::Archive',
  'AWS::Logs::QueryDefinition',
  'AWS::SES::ReceiptRuleSet',
  'AWS::SES::ReceiptRule',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::CloudWatch::AnomalyDetector',
]);

type Statement = { Action: string | string[]; Resource?: unknown };

const actionsOf = (statement: Statement): string[] => [statement.Action].flat();

const statementsFor = (resource: Resource, action: string): readonly Statement[] => {
  const document = resource.Properties?.['PolicyDocument'] as { Statement?: Statement[] } | undefined;
  return (document?.Statement ?? []).filter((one) => actionsOf(one).includes(action));
};

/** AWS asks for `sqs:SendMessage` when a batch is sent (service authorization reference); the emulator for a right that AWS does not know. */
const withBatches = (resource: Resource): readonly string[] => {
  const statements = statementsFor(resource, 'sqs:SendMessage');
  for (const one of statements) one.Action = [...actionsOf(one), 'sqs:SendMessageBatch'];
  return statements.length > 0 ? ['sqs:SendMessage covers batches on AWS; in the copy sqs:SendMessageBatch stands beside it'] : [];
};

/** The emulator does not read the identity out of a raw mail, so it asks for the right on anything. */
const withAnySender = (resource: Resource): readonly string[] => {
  const statements = statementsFor(resource, 'ses:SendRawEmail');
  for (const one of statements) one.Resource = '*';
  return statements.length > 0 ? ['ses:SendRawEmail is granted for one identity and one configuration set; in the copy for any'] : [];
};

/** Only AWS itself may send what bears a source `aws.…`; in the copy the rules for signals hear a source of ours beside it. */
export const standIn = 'art33.stand-in';
const withStandIn = (resource: Resource): boolean => {
  const pattern = resource.Properties?.['EventPattern'] as { source?: string[] } | undefined;
  if (pattern?.source?.includes('aws.guardduty') !== true) return false;
  pattern.source = [...pattern.source, standIn];
  delete (pattern as { 'detail-type'?: unknown })['detail-type'];
  return true;
};

const fitted = (resource: Resource): readonly string[] => {
  if (resource.Type === 'AWS::IAM::Policy') return [...withBatches(resource), ...withAnySender(resource)];
  if (resource.Type === 'AWS::Events::Rule' && withStandIn(resource))
    return ['events of AWS itself: nobody else may send them, so the rule heard a stand-in and the findings went to its queue'];
  return [];
};

const adapted = (template: Template): readonly string[] =>
  Object.entries(template.Resources).flatMap(([id, resource]) => {
    if (!refused.has(resource.Type)) return fitted(resource);
    delete template.Resources[id];
    return [`${resource.Type}: the emulator refuses it, so it was taken out of the copy`];
  });

/** Runs the CDK's command line. Its words come back when it fails. */
export const cdk = (words: readonly string[], environment: Readonly<Record<string, string>>, cwd: string = root): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(`${root}node_modules/.bin/node`, [`${root}node_modules/aws-cdk/bin/cdk`, ...words, '--no-notices'], {
      cwd,
      env: {
        PATH: `${root}node_modules/.bin:/usr/bin:/bin`,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        CDK_DEFAULT_ACCOUNT: account,
        CDK_DEFAULT_REGION: region,
        ...environment,
      },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
    child.once('exit', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`cdk ${words[0]} ended with ${code}:\n${said.slice(-4_000)}`)),
    );
  });

/** Synthesizes into `out` and fits the copy that lies there. Returns what was changed: it is not proved here. */
export const assemble = async (
  out: string,
  settings: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `art33:${name}=${value}`]);
  await cdk(['synth', '--quiet', '-o', out, ...context], environment);
  const notes = readdirSync(out)
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) => {
      const file = join(out, name);
      const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
      const changed = adapted(template);
      writeFileSync(file, JSON.stringify(template));
      return changed;
    });
  return [...new Set(notes)].sort();
};
