// Decides how the stacks reach the emulated AWS: by the operator's own command, between whose two calls of the CDK the templates are fitted.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Hands, deploy, realHands } from '#bin/deploy/run.ts';
import { executeAt } from './emulator.ts';

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

type Statement = { Action: string | string[]; Resource?: unknown; Condition?: Record<string, Record<string, unknown>> };

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

/** Of a caller from another account the emulator knows no more than that account. */
const withAccounts = (resource: Resource): readonly string[] => {
  const roles = statementsFor(resource, 's3:PutObject').flatMap(({ Condition: condition }) =>
    condition?.['ArnEquals'] ? [condition['ArnEquals']] : [],
  );
  for (const one of roles) one['aws:PrincipalArn'] = String(one['aws:PrincipalArn']).replace(/:role\/.*$/, ':root');
  return roles.length > 0 ? ['the vault lets in one role of the first account; in the copy the account'] : [];
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
  if (resource.Type === 'AWS::S3::BucketPolicy') return withAccounts(resource);
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

/** Fits the templates of a synthesized folder. Returns what was changed: it is not proved here. */
const fitAll = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) => {
      const file = join(folder, name);
      const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
      const changed = adapted(template);
      writeFileSync(file, JSON.stringify(template));
      return changed;
    });

type Where = { readonly account: string; readonly region: string };

/** `npx cdk bootstrap`, in a folder without an app: it needs none. */
export const bootstrap = async (
  folder: string,
  environment: Readonly<Record<string, string>>,
  where: Where,
  more: readonly string[] = [],
): Promise<void> => {
  const words = [`${root}node_modules/aws-cdk/bin/cdk`, 'bootstrap', `aws://${where.account}/${where.region}`, '--no-notices', ...more];
  await promisify(execFile)(process.execPath, words, { cwd: folder, env: { ...process.env, ...environment } });
};

export type Deploying = {
  readonly url: string;
  readonly config: string;
  readonly settings: Readonly<Record<string, string>>;
  /** What the CDK is given beside this process's own environment: a home without accounts of yesterday. */
  readonly environment: Readonly<Record<string, string>>;
};

/** `npm run deploy`, with two hands of ours: templates are fitted after their synthesis, and the door's host is on loopback. */
export const deployByCommand = async ({ url, config, settings, environment }: Deploying): Promise<readonly string[]> => {
  const { stage = '', ...others } = settings;
  const notes: string[] = [];
  const hands: Hands = {
    ...realHands,
    environment,
    cdk: async (words, given) => {
      const code = await realHands.cdk(words, { ...environment, ...given });
      if (words[0] === 'synth' && code === 0) notes.push(...fitAll(words[words.indexOf('--output') + 1] ?? ''));
      return code;
    },
    sendText: (door, message) => realHands.sendText(new URL(executeAt(url, door.host, door.pathname)), message),
  };
  const words = [
    '--stage',
    stage,
    '--yes',
    '--config',
    config,
    ...Object.entries(others).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
  const code = await deploy(words, hands);
  if (code !== 0) throw new Error(`npm run deploy ended with ${code}`);
  return [...new Set(notes)].sort();
};
