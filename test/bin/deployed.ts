// Decides what AWS looks like to the commands under test: three stacks, their queues and secrets, and a bucket that keeps its conditions.
import { CloudFormationClient, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';

export const cloudFormation = mockClient(CloudFormationClient);
export const lambda = mockClient(LambdaClient);
export const s3 = mockClient(S3Client);
export const secrets = mockClient(SecretsManagerClient);
export const ses = mockClient(SESv2Client);
export const sts = mockClient(STSClient);

export const failing = (name: string, status = 400, message = 'x') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
const noStack = failing('ValidationError', 400, 'Stack with id X does not exist');

export const forwarding = 'art33-dev-signin-us-east-1';

const queue = (name: string): string => `https://sqs.example.com/1/${name}`;
type Summary = readonly [logicalId: string, type: string, physicalId: string];

const stages = ['Assess', 'Notify', 'Page', 'Ticket', 'Other', 'Receive'];
const workers = [...stages, 'Ingest', 'Tick', 'Audit', 'Export'];
const sqs = 'AWS::SQS::Queue';

const state: readonly Summary[] = [
  ['LedgerB7379752', 'AWS::DynamoDB::Table', 'ledger'],
  ['KeyAAAAAAAA', 'AWS::KMS::Key', 'key'],
  ['Evidence4CC26D68', 'AWS::S3::Bucket', 'evidence'],
  ...['Keys', 'Tokens', 'Sinks'].map((id): Summary => [`${id}4E30B592`, 'AWS::SecretsManager::Secret', id.toLowerCase()]),
  ...[...stages, 'Undelivered', 'FailedTick'].map((id): Summary => [`${id}DeadLetters8FFDAD87`, sqs, queue(`${id}-dead`)]),
];
const pipeline: readonly Summary[] = [
  ...stages.map((id): Summary => [`${id}Queue7CAA7126`, sqs, queue(id)]),
  ...workers.map((id): Summary => [`${id}Function7CAA7126`, 'AWS::Lambda::Function', `fn-${id}`]),
  ...['Audit', 'Tick', 'Export'].map((id): Summary => [`${id}Logs1EB5A83A`, 'AWS::Logs::LogGroup', `${id.toLowerCase()}-logs`]),
  ['TickByRule51FCE5F5', 'AWS::Events::Rule', 'tick-rule'],
];

/** The stack in us-east-1. */
const forwarded: readonly Summary[] = [['GlobalSignIns', 'AWS::Events::Rule', 'forward-rule']];

const inStack = (name: string): readonly Summary[] => {
  if (name === forwarding) return forwarded;
  return name.endsWith('state') ? state : name.endsWith('pipeline') ? pipeline : [];
};

const settings = {
  LEDGER_TABLE: 'ledger',
  LEDGER_SHARDS: '2',
  EVIDENCE_BUCKET: 'evidence',
  TOKENS_SECRET: 'tokens',
  SINKS_SECRET: 'sinks',
  MAIL_RATE: '14',
  ...Object.fromEntries(stages.map((id) => [`${id.toUpperCase()}_QUEUE_URL`, queue(id)])),
};

const summaries = (all: readonly Summary[]) =>
  all.map(([LogicalResourceId, ResourceType, PhysicalResourceId]) => ({
    LogicalResourceId,
    ResourceType,
    PhysicalResourceId,
    ResourceStatus: 'CREATE_COMPLETE' as const,
    LastUpdatedTimestamp: new Date(0),
  }));

/** One object in the bucket, with ETags as S3 has them. */
export const bucketOf = () => {
  const objects = new Map<string, { readonly text: string; readonly etag: string }>();
  let n = 0;
  s3.on(GetObjectCommand).callsFake(async ({ Key, IfNoneMatch }: { Key: string; IfNoneMatch?: string }) => {
    const found = objects.get(Key);
    if (!found) throw failing('NoSuchKey', 404);
    if (found.etag === IfNoneMatch) throw failing('304', 304);
    return { Body: { transformToString: async () => found.text }, ETag: found.etag };
  });
  s3.on(PutObjectCommand).callsFake(async ({ Key, Body, IfMatch, IfNoneMatch }: Record<string, string>) => {
    const found = objects.get(Key ?? '');
    if ((IfNoneMatch === '*' && found) || (IfMatch !== undefined && found?.etag !== IfMatch)) throw failing('PreconditionFailed', 412);
    n += 1;
    objects.set(Key ?? '', { text: Body ?? '', etag: `"${n}"` });
    return {};
  });
  return objects;
};

export type There = { readonly stacks?: readonly string[]; readonly verified?: readonly string[]; readonly account?: string };

/** A stage `dev` in eu-central-1 that is deployed, in an account that is set up, unless told otherwise. */
export const deployedDev = ({
  stacks = ['CDKToolkit', 'art33-dev-state', 'art33-dev-pipeline', 'art33-dev-console', forwarding],
  ...more
}: There = {}) => {
  for (const mock of [cloudFormation, lambda, s3, secrets, ses, sts]) mock.reset();
  cloudFormation.on(DescribeStacksCommand).callsFake(async ({ StackName }: { StackName: string }) => {
    if (!stacks.includes(StackName)) throw noStack;
    const outputs = {
      DoorHost: 'door.example.com',
      MailIdentity: 'notices.example.com',
      ForwardingStack: forwarding,
    };
    const Outputs = StackName.endsWith('pipeline')
      ? Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }))
      : [];
    return { Stacks: [{ StackName, StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(0), Outputs }] };
  });
  cloudFormation.on(ListStackResourcesCommand).callsFake(async ({ StackName, NextToken }: { StackName: string; NextToken?: string }) => {
    const all = summaries(inStack(StackName));
    // Two pages: whoever reads only the first misses half.
    return NextToken ? { StackResourceSummaries: all.slice(5) } : { StackResourceSummaries: all.slice(0, 5), NextToken: '2' };
  });
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify({ Resources: {} }) });
  lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables: settings } });
  secrets
    .on(GetSecretValueCommand, { SecretId: 'tokens' })
    .resolves({ SecretString: JSON.stringify({ fail2ban: 'token-of-the-door-1234' }) });
  secrets.on(GetSecretValueCommand, { SecretId: 'sinks' }).resolves({ SecretString: '{}' });
  sts.on(GetCallerIdentityCommand).resolves({ Account: more.account ?? '111122223333' });
  ses.on(GetAccountCommand).resolves({ SendQuota: { MaxSendRate: 14, Max24HourSend: 50_000, SentLast24Hours: 0 } });
  ses.on(GetEmailIdentityCommand).callsFake(async ({ EmailIdentity }: { EmailIdentity: string }) => {
    if (!(more.verified ?? ['notices.example.com']).includes(EmailIdentity)) throw failing('NotFoundException', 404);
    return { VerifiedForSendingStatus: true, VerificationStatus: 'SUCCESS', IdentityType: 'DOMAIN', DkimAttributes: { Tokens: ['t1'] } };
  });
  return { queue };
};
