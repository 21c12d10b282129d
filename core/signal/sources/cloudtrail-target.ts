// Decides what a CloudTrail record is about, by which names the directory may know it, and in whose account it happened.
import { type Fields, at, fieldsAt, isFields, listOf, textOf } from '../fields.ts';

/** CloudTrail writes this where a wrong user name may have been a password. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Text that names somebody, or nothing. */
export const userIn = (value: unknown): string | undefined => {
  const text = textOf(value);
  return text === hidden ? undefined : text;
};

const account = (value: unknown): string | undefined => {
  const text = textOf(value);
  return text !== undefined && /^\d{1,12}$/.test(text) ? text : undefined;
};

/** The account that recorded it; a member's record in a trail of the organization names the member. */
export const accountIn = (record: Fields, envelope: Fields): string | undefined =>
  account(at(record, 'recipientAccountId')) ?? account(at(record, 'userIdentity', 'accountId')) ?? account(at(envelope, 'account'));

type Named = { readonly type: string; readonly prefix: string; readonly fields: readonly string[] };

/** What each service calls the thing that was asked for; the first field that holds text names it. */
const things: Readonly<Record<string, readonly Named[]>> = {
  s3: [{ type: 's3-bucket', prefix: 's3', fields: ['bucketName'] }],
  kms: [{ type: 'kms-key', prefix: 'kms', fields: ['keyId'] }],
  cloudtrail: [{ type: 'trail', prefix: 'trail', fields: ['name', 'trailName'] }],
  secretsmanager: [{ type: 'secret', prefix: 'secret', fields: ['secretId'] }],
  lambda: [{ type: 'lambda-function', prefix: 'lambda', fields: ['functionName'] }],
  dynamodb: [{ type: 'dynamodb-table', prefix: 'dynamodb', fields: ['tableName', 'tableArn', 'backupArn'] }],
  backup: [{ type: 'backup', prefix: 'backup', fields: ['recoveryPointArn', 'backupVaultName'] }],
  rds: [
    { type: 'rds-snapshot', prefix: 'rds-snapshot', fields: ['dBSnapshotIdentifier', 'dBClusterSnapshotIdentifier', 'sourceArn'] },
    { type: 'rds-instance', prefix: 'rds', fields: ['dBInstanceIdentifier', 'dBClusterIdentifier'] },
  ],
  ec2: [
    { type: 'ebs-snapshot', prefix: 'ebs-snapshot', fields: ['snapshotId'] },
    { type: 'ec2-image', prefix: 'ec2-image', fields: ['imageId'] },
    { type: 'ec2-instance', prefix: 'ec2', fields: ['instanceId'] },
    { type: 'security-group', prefix: 'security-group', fields: ['groupId'] },
  ],
  sqs: [{ type: 'sqs-queue', prefix: 'sqs', fields: ['queueUrl'] }],
  sns: [{ type: 'sns-topic', prefix: 'sns', fields: ['topicArn'] }],
  logs: [{ type: 'log-group', prefix: 'log-group', fields: ['logGroupName', 'resourceArn'] }],
  kinesis: [{ type: 'kinesis-stream', prefix: 'kinesis', fields: ['streamName', 'resourceARN'] }],
  elasticfilesystem: [{ type: 'efs-file-system', prefix: 'efs', fields: ['fileSystemId'] }],
  es: [{ type: 'search-domain', prefix: 'search-domain', fields: ['domainName'] }],
  ecr: [{ type: 'ecr-repository', prefix: 'ecr', fields: ['repositoryName'] }],
  iam: [
    { type: 'iam-user', prefix: 'iam-user', fields: ['userName'] },
    { type: 'iam-role', prefix: 'iam-role', fields: ['roleName'] },
  ],
};

/** Storage and databases: what the account holds as a whole says nothing of one that nobody wrote down (unknown counts as likely). */
const holdsData: ReadonlySet<string> = new Set([
  's3',
  'kms',
  'secretsmanager',
  'dynamodb',
  'rds',
  'ec2',
  'backup',
  'sqs',
  'sns',
  'logs',
  'kinesis',
  'elasticfilesystem',
  'es',
]);

const most = 10;

const arnsIn = (record: Fields): readonly string[] => {
  const resources = at(record, 'resources');
  if (resources === undefined) return [];
  return listOf(resources)
    .slice(0, most)
    .flatMap((resource) => textOf(at(resource, 'ARN')) ?? [])
    .filter((arn) => arn.startsWith('arn:'));
};

/** `arn:aws:kms:eu-central-1:111122223333:key/0000` and `0000` are one key, `…:trail/main` and `main` one trail; a queue is called by its URL. */
const shortOf = (id: string): string => /^(?:arn:(?:[^:]*:){4}(?:[a-z-]{1,30}[/:])?|https:\/\/[^/]+\/\d+\/)(.+)$/.exec(id)?.[1] ?? id;

type Thing = { readonly named: Named; readonly id: string };

const thingIn = (record: Fields, service: string): Thing | undefined => {
  const asked = fieldsAt(record, 'requestParameters');
  for (const named of Object.hasOwn(things, service) ? (things[service] ?? []) : []) {
    for (const name of named.fields) {
      const id = userIn(at(asked, name));
      if (id !== undefined) return { named, id };
    }
  }
  return undefined;
};

export type Resource = { readonly target?: { readonly id?: string; readonly type: string }; readonly identifiers: readonly string[] };

/** The thing that was asked for with its ARNs; for people, trails and what has no name, the account. */
export const resourceOf = (record: Fields, owner: string | undefined): Resource => {
  const service = /^([a-z0-9-]+)\.amazonaws\.com/.exec(textOf(at(record, 'eventSource')) ?? '')?.[1] ?? '';
  const thing = thingIn(record, service);
  const accounts = owner === undefined ? [] : [`aws:${owner}`];
  if (!thing) {
    const arns = isFields(at(record, 'requestParameters')) ? arnsIn(record) : [];
    return { identifiers: [...arns, ...accounts], ...(owner !== undefined && { target: { id: owner, type: 'aws-account' } }) };
  }
  const { type, prefix } = thing.named;
  const id = shortOf(thing.id);
  const arn = type === 's3-bucket' ? [`arn:aws:s3:::${id}`] : thing.id === id ? [] : [thing.id];
  const names = [`${prefix}:${id}`, ...arn, ...arnsIn(record), ...(holdsData.has(service) ? [] : accounts)];
  return { target: { id, type }, identifiers: [...new Set(names)] };
};
