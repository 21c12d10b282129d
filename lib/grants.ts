// Decides what a function may do: exact actions on exact resources, one line of the template for each right (least privilege).
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

export const maySend = (role: IRole, queues: readonly WithQueue[]): void => {
  allow(
    role,
    ['sqs:SendMessage'],
    queues.map((queue) => queue.queueArn),
  );
};

/** One prefix of the bucket: `raw` for what came in, `mail` for the bytes of notices. */
export const mayKeep = (
  role: IRole,
  bucket: WithBucket,
  options: { readonly prefix: 'raw' | 'mail'; readonly key: WithKey; readonly writeOnly?: boolean },
): void => {
  const actions = options.writeOnly === true ? ['s3:PutObject'] : ['s3:PutObject', 's3:GetObject'];
  allow(role, actions, [bucket.arnForObjects(`${options.prefix}/*`)]);
  allow(role, options.writeOnly === true ? ['kms:GenerateDataKey'] : ['kms:Decrypt', 'kms:GenerateDataKey'], [options.key.keyArn]);
};

export const mayReadSecret = (role: IRole, secrets: readonly WithSecret[], key: WithKey): void => {
  // A secret's ARN ends in six characters that only AWS knows; `secretArn` holds them, or a mark for any six.
  allow(
    role,
    ['secretsmanager:GetSecretValue'],
    secrets.map((secret) => secret.secretArn),
  );
  allow(role, ['kms:Decrypt'], [key.keyArn]);
};

/** One identity, one configuration set: mail can leave in no other name and with no other handling of bounces. */
export const mayMail = (role: IRole, arns: { readonly identityArn: string; readonly configurationSetArn: string }): void => {
  allow(role, ['ses:SendRawEmail'], [arns.identityArn, arns.configurationSetArn]);
};
