// The yardstick of cold start: the three clients that most handlers hold, and the same requests that a handler makes, by nothing but the SDK.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';

const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});
const ses = new SESClient({});

type Event = { readonly url: string; readonly operations: readonly string[] };
type Ask = (url: string) => Promise<unknown>;

/** The clients that are loaded at their first use, here as there. */
const s3: Ask = async () => {
  const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({}).send(new PutObjectCommand({ Bucket: 'evidence', Key: 'x', Body: new Uint8Array([120]) }));
};
const secrets: Ask = async () => {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  return new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: 'keys' }));
};

const asks: Readonly<Record<string, Ask>> = {
  dynamodb: () => dynamodb.send(new GetItemCommand({ TableName: 'ledger', Key: { PK: { S: 'nobody' }, SK: { S: 'A' } } })),
  sqs: (url) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: `${url}/000000000000/notify`, Entries: [{ Id: '0', MessageBody: '{}' }] })),
  ses: () => ses.send(new SendRawEmailCommand({ RawMessage: { Data: new TextEncoder().encode('Subject: x\r\n\r\nx') } })),
  s3,
  secretsmanager: secrets,
  outside: (url) => fetch(`${url}/heartbeat`, { method: 'POST', body: '{}' }).then((answer) => answer.text()),
};

export const handler = async ({ url, operations }: Event): Promise<void> => {
  for (const operation of operations) await asks[operation.split('.')[0] ?? '']?.(url);
};
