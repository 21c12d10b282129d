// Decides what a function may do: exact actions on exact resources, one line of the template for each right (least privilege).
import { Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

// As much of each resource as a right needs: the CDK's own interfaces do not bear `exactOptionalPropertyTypes`.
type WithTable = { readonly tableArn: string };
type WithKey = { readonly keyArn: string };
type WithBucket = { readonly arnForObjects: (pattern: string) => string };
type WithSecret = { readonly secretArn: string };
type WithQueue = { readonly queueArn: string };

const allow = (
  role: IRole,
  actions: readonly string[],
  resources: readonly string[],
  more: { readonly conditions?: Record<string, Record<string, string>> } = {},
): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], ...more }));
};

/** Reads, conditional writes, transactions, both indexes. Nobody deletes: erasure is the table's TTL. */
export const mayUseLedger = (role: IRole, table: WithTable, key: WithKey): void => {
  const items = [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:ConditionCheckItem',
    'dynamodb:Query',
  ];
  allow(role, items, [table.tableArn]);
  allow(role, ['dynamodb:Query'], [`${table.tableArn}/index/X1-due`, `${table.tableArn}/index/X2-list`]);
  allow(role, ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
};

/** Reads the whole of it, by its lists; writes nothing. */
export const mayReadLedger = (role: IRole, table: WithTable, key: WithKey): void => {
  allow(role, ['dynamodb:BatchGetItem', 'dynamodb:Query'], [table.tableArn]);
  allow(role, ['dynamodb:Query'], [`${table.tableArn}/index/X2-list`]);
  allow(role, ['kms:Decrypt'], [key.keyArn]);
};

export const maySend = (role: IRole, queues: readonly WithQueue[]): void => {
  allow(
    role,
    ['sqs:SendMessage'],
    queues.map((queue) => queue.queueArn),
  );
};

/** What Lambda itself needs to read a queue for the function. */
export const mayBeReadFrom = (role: IRole, queues: readonly WithQueue[]): void => {
  allow(
    role,
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    queues.map((queue) => queue.queueArn),
  );
};

/** An ARN as cdk-nag writes it into the id of its finding. */
const flat = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': joined, Ref: ref } = value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]]; readonly Ref?: string };
  if (ref !== undefined) return `<${ref}>`;
  return joined === undefined ? JSON.stringify(value) : joined[1].map(flat).join(joined[0]);
};

/** Only when all references between the stacks are settled is it known what the template says, so it is asked at the end. */
const acknowledgeWildcard = (role: IRole, arn: string, reason: string): void => {
  role.node.addValidation({
    validate: () => {
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${flat(Stack.of(role).resolve(arn))}]`, reason });
      return [];
    },
  });
};

const byHash = 'Objects are named by the hash of what they hold: only the prefix is known beforehand, and no other is allowed.';

/** Sources whose events are words of people, which the console takes down, and those that it only shows. */
const takenDown = ['person-report', 'controller-report', 'public-report'] as const;
const onlyShown = 'subprocessor-mail';

/** One prefix of the bucket: `raw` for what came in, `mail` for the bytes of notices, `reports` for what SES says of them, `affected` for lists of people. */
export const mayKeep = (
  role: IRole,
  bucket: WithBucket,
  options: {
    readonly prefix: 'raw' | 'mail' | 'reports' | 'affected' | `raw/${(typeof takenDown)[number]}`;
    readonly key: WithKey;
    readonly writeOnly?: boolean;
  },
): void => {
  const actions = options.writeOnly === true ? ['s3:PutObject'] : ['s3:PutObject', 's3:GetObject'];
  const objects = bucket.arnForObjects(`${options.prefix}/*`);
  allow(role, actions, [objects]);
  acknowledgeWildcard(role, objects, byHash);
  allow(role, options.writeOnly === true ? ['kms:GenerateDataKey'] : ['kms:Decrypt', 'kms:GenerateDataKey'], [options.key.keyArn]);
};

/** Reports are taken down by the console, and their words shown there (P-8); nothing else of what came in. */
export const mayKeepReports = (role: IRole, bucket: WithBucket, key: WithKey): void => {
  for (const source of takenDown) mayKeep(role, bucket, { prefix: `raw/${source}`, key });
  const mails = bucket.arnForObjects(`raw/${onlyShown}/*`);
  allow(role, ['s3:GetObject'], [mails]);
  acknowledgeWildcard(role, mails, byHash);
};

/** Makes data keys, with which only something new is sealed. */
export const maySeal = (role: IRole, dataKey: WithKey): void => {
  allow(role, ['kms:GenerateDataKey'], [dataKey.keyArn]);
};

/** Lists of affected people, and the names that assessment sealed beside the raw events: sealed, read, opened (D-14, D-15). */
export const mayHandleNames = (role: IRole, bucket: WithBucket, keys: { readonly key: WithKey; readonly dataKey: WithKey }): void => {
  mayKeep(role, bucket, { prefix: 'affected', key: keys.key });
  const names = bucket.arnForObjects('raw/handles/*');
  allow(role, ['s3:GetObject'], [names]);
  acknowledgeWildcard(role, names, 'Objects are named by their signal: only the prefix is known beforehand.');
  maySeal(role, keys.dataKey);
  allow(role, ['kms:Decrypt'], [keys.dataKey.keyArn]);
};

/** A bucket of somebody else's: what begins so, and nothing else in it. */
export const mayReadObjects = (role: IRole, { bucket, prefix }: { readonly bucket: string; readonly prefix: string }): void => {
  const objects = `arn:${Stack.of(role).partition}:s3:::${bucket}/${prefix}*`;
  allow(role, ['s3:GetObject'], [objects]);
  acknowledgeWildcard(role, objects, 'Whoever lays objects there names them: only the beginning is known beforehand.');
};

const byInstant = 'Objects are named by their instant: what lies in there is of one kind, and this role needs all of it or none.';

/** The newest is found by listing. */
export const mayReadAnchors = (role: IRole, bucket: WithBucket & { readonly bucketArn: string }): void => {
  allow(role, ['s3:ListBucket'], [bucket.bucketArn]);
  allow(role, ['s3:GetObject'], [bucket.arnForObjects('*')]);
  acknowledgeWildcard(role, bucket.arnForObjects('*'), byInstant);
};

export const mayAnchor = (role: IRole, bucket: WithBucket & { readonly bucketArn: string }): void => {
  mayReadAnchors(role, bucket);
  allow(role, ['s3:PutObject'], [bucket.arnForObjects('*')]);
};

/** The vault is of another account: it lets this role in by its own policy. */
export const mayWriteKits = (role: IRole, bucketName: string): void => {
  const kits = `arn:${Stack.of(role).partition}:s3:::${bucketName}/kits/*`;
  allow(role, ['s3:PutObject'], [kits]);
  acknowledgeWildcard(role, kits, byInstant);
};

/** One object: the configuration that the operator pushed. Without the right to list, S3 answers 403 until there is one. */
export const mayReadDirectory = (role: IRole, bucket: WithBucket, key: WithKey): void => {
  allow(role, ['s3:GetObject'], [bucket.arnForObjects('directory/current.json')]);
  allow(role, ['kms:Decrypt'], [key.keyArn]);
};

export const mayReadSecret = (role: IRole, secrets: readonly WithSecret[], key: WithKey): void => {
  // A secret's ARN ends in six characters that only AWS knows. A policy without a mark for them allows nothing.
  allow(
    role,
    ['secretsmanager:GetSecretValue'],
    secrets.map((secret) => `${secret.secretArn}-??????`),
  );
  allow(role, ['kms:Decrypt'], [key.keyArn]);
};

/** One identity, one configuration set: mail can leave in no other name and with no other handling of bounces. */
export const mayMail = (role: IRole, arns: { readonly identityArn: string; readonly configurationSetArn: string }): void => {
  allow(role, ['ses:SendRawEmail'], [arns.identityArn, arns.configurationSetArn]);
};
