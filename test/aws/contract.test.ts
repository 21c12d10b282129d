// Decides whether the AWS adapters keep the same contracts as the embedded ones, on an emulator that none of us wrote (D-19).
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageBatchCommand, PurgeQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { documentClient } from '#adapters/dynamodb/client.ts';
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dueIndex, listIndex } from '#adapters/dynamodb/keys.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { sharedTurns } from '#adapters/dynamodb/turns.ts';
import { kmsClient, kmsDataKeys } from '#adapters/kms/data-keys.ts';
import { s3Anchors } from '#adapters/s3/anchors.ts';
import { s3Client, s3Evidence } from '#adapters/s3/evidence.ts';
import { s3Journal } from '#adapters/s3/journal.ts';
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import { type DutyRef, type Lane, lanes } from '#core/duty/duty.ts';
import type { Raw } from '#flow/ports.ts';
import { anchorsContract } from '#test/contract/anchors.ts';
import { correlationsContract } from '#test/contract/correlations.ts';
import { dataKeysContract } from '#test/contract/data-keys.ts';
import { evidenceContract } from '#test/contract/evidence.ts';
import { journalContract } from '#test/contract/journal.ts';
import { ledgerContract } from '#test/contract/ledger.ts';
import { queuesContract } from '#test/contract/queues.ts';
import { turnsContract } from '#test/contract/turns.ts';

if (!process.env['AWS_ENDPOINT_URL'])
  throw new Error('AWS_ENDPOINT_URL is not set: start this by `node bin/emulated.js`, which starts the emulator');

const documents = documentClient();
const queueClient = sqsClient();
const bucketClient = s3Client({ forcePathStyle: true });
let made = 0;
const fresh = (name: string): string => {
  made += 1;
  return `${name}-${process.pid}-${made}`;
};

/** The table as lib/state-stack.ts makes it; a template test holds the two equal. */
const createTable = async (): Promise<string> => {
  const table = fresh('art33');
  const index = (IndexName: string, keys: 'X1' | 'X2') => ({
    IndexName,
    KeySchema: [
      { AttributeName: `${keys}PK`, KeyType: 'HASH' as const },
      { AttributeName: `${keys}SK`, KeyType: 'RANGE' as const },
    ],
    Projection:
      keys === 'X1'
        ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['deadlineAt', 'controller'] }
        : { ProjectionType: 'KEYS_ONLY' as const },
  });
  await documents.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['PK', 'SK', 'X1PK', 'X1SK', 'X2PK', 'X2SK'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'PK', KeyType: 'HASH' },
        { AttributeName: 'SK', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [index(dueIndex, 'X1'), index(listIndex, 'X2')],
    }),
  );
  return table;
};

const dropTable = async (table: string): Promise<void> => {
  await documents.send(new DeleteTableCommand({ TableName: table }));
};

for (const shape of [{ shards: 4, pageSize: 3 }, { shards: 1 }]) {
  ledgerContract(`DynamoDB with ${JSON.stringify(shape)}`, async () => {
    const table = await createTable();
    return { ledger: dynamoLedger({ documents, table, ...shape }), epochs: false, remote: true, close: () => dropTable(table) };
  });
}

correlationsContract('DynamoDB', async () => {
  const table = await createTable();
  return { correlations: dynamoCorrelations({ documents, table, shards: 4, pageSize: 3 }), close: () => dropTable(table) };
});

turnsContract('DynamoDB', async () => {
  const table = await createTable();
  return { book: () => sharedTurns({ documents, table, shards: 1 }, 'ses'), close: () => dropTable(table) };
});

const createQueue = async (name: string): Promise<string> => {
  const { QueueUrl } = await queueClient.send(new CreateQueueCommand({ QueueName: fresh(name) }));
  return QueueUrl!;
};

const drain = async (url: string): Promise<readonly unknown[]> => {
  const bodies: unknown[] = [];
  for (;;) {
    const { Messages = [] } = await queueClient.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map((message) => JSON.parse(message.Body ?? 'null')));
    const Entries = Messages.map((message, i) => ({ Id: String(i), ReceiptHandle: message.ReceiptHandle! }));
    await queueClient.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }
};

queuesContract('SQS', async () => {
  const assess = await createQueue('assess');
  const urls = Object.fromEntries(await Promise.all(lanes.map(async (lane) => [lane, await createQueue(lane)]))) as Record<Lane, string>;
  return {
    queues: sqsQueues({ client: queueClient, assess, lanes: urls }),
    raws: async () => (await drain(assess)) as readonly Raw[],
    woken: async (lane) => (await drain(urls[lane])) as readonly DutyRef[],
    close: async () => {
      await queueClient.send(new PurgeQueueCommand({ QueueUrl: assess }));
    },
  };
});

evidenceContract('S3', async () => {
  const bucket = fresh('evidence');
  await bucketClient.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  return { evidence: s3Evidence({ client: bucketClient, bucket }), close: async () => {} };
});

anchorsContract('S3', async () => {
  const bucket = fresh('anchors');
  const where = { CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' as const } };
  await bucketClient.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true, ...where }));
  return { anchors: s3Anchors({ client: bucketClient, bucket }), close: async () => {} };
});

journalContract('S3', async () => {
  const bucket = fresh('journal');
  await bucketClient.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  return { journal: s3Journal({ client: bucketClient, bucket }), close: async () => {} };
});

dataKeysContract('KMS', async () => {
  const client = kmsClient();
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ Description: fresh('data-keys') }));
  const limits = { after: (time: number) => AbortSignal.timeout(time) };
  return { keys: kmsDataKeys({ client, key: KeyMetadata!.Arn!, limits }), close: async () => {} };
});
