// Decides whether a table of DynamoDB that was set back is reconciled from S3 alone: the production flows and the real command (P-25).
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import { documentClient } from '#adapters/dynamodb/client.ts';
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dueIndex, listIndex } from '#adapters/dynamodb/keys.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { s3Client, s3Evidence } from '#adapters/s3/evidence.ts';
import { s3Journal } from '#adapters/s3/journal.ts';
import { sqsClient } from '#adapters/sqs/queues.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { keyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import { personId } from '#core/kernel/ids.ts';
import { minus, minutes, rfc3339 } from '#core/kernel/time.ts';
import { assess } from '#flow/assess.ts';
import { command as decide } from '#flow/change.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import type { Raw, World } from '#flow/ports.ts';
import { readState } from '#flow/report.ts';
import { grant } from '#lambdas/world.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';
import { stderrLog } from '#local/log.ts';
import { eventsUnder } from '#local/play.ts';
import { command } from '../bin/in-process.ts';

const [table, bucket] = [`restored-${process.pid}`, `restored-evidence-${process.pid}`];
const documents = documentClient();
const client = s3Client({ forcePathStyle: true });
let world: World;
let queue: string;

const index = (IndexName: string, keys: 'X1' | 'X2') => ({
  IndexName,
  KeySchema: [
    { AttributeName: `${keys}PK`, KeyType: 'HASH' as const },
    { AttributeName: `${keys}SK`, KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'ALL' as const },
});

beforeAll(async () => {
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
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  queue = (await sqsClient().send(new CreateQueueCommand({ QueueName: table }))).QueueUrl!;
  const loaded = await loadInForce(exampleDir, { now: systemClock().now(), environment: {} });
  if (!loaded.ok) throw new Error('the example is refused');
  const raws: Raw[] = [];
  const settings = { documents, table, shards: 8 };
  world = grant('test', stderrLog('silent'), {
    ledger: dynamoLedger(settings),
    correlations: dynamoCorrelations(settings),
    queues: { wake: async () => undefined, sendRaw: async (more) => void raws.push(...more) },
    evidence: s3Evidence({ client, bucket }),
    pseudonyms: keyedPseudonyms(new Uint8Array(32).fill(7)),
    directory: { current: () => loaded.value },
    sources: { current: () => loaded.value.sources },
  });
  const events = eventsUnder(['events/demo/30-guardduty.json'], loaded.value.sources);
  if (!events.ok) throw new Error(events.error);
  for (const [i, { source, bytes }] of events.value.entries())
    await ingestDelivery(world, { source, id: `t-${i}`, bytes, received: world.clock.now() });
  for (const raw of raws) await assess(world, raw);
  const { incidents } = await readState(world.ledger);
  const actor = { by: 'person' as const, person: personId('malik-brandt'), role: 'incident-lead' };
  for (const { id } of incidents) await decide(world, id, (_incident, at) => ({ type: 'Release', at, actor }));
});

it('what arrived is done, what may have left is held, what did not leave stays due; raw events are queued again', async () => {
  const notices = async () =>
    (await readState(world.ledger)).duties
      .filter((duty) => duty.kind === 'notice')
      .toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1));
  const [first, second, third] = await notices();
  const journal = s3Journal({ client, bucket });
  const at = world.clock.now();
  await journal.keep({ duty: first!.id, what: 'sent', at, by: 'ses', eventId: 'sent:1' });
  await journal.keep({ duty: first!.id, what: 'delivered', at, by: 'ses', eventId: 'delivered:1' });
  await world.evidence.put(`mail/${second!.id}.0.mail.contact-1`, 'notice', new Uint8Array([1]), at);
  const words = ['--table', table, '--bucket', bucket, '--since', rfc3339(minus(at, minutes(30))), '--config', exampleDir];
  const ended = await command(['restore', ...words, '--assess-queue', queue, '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { rows } = JSON.parse(ended.stdout) as { rows: readonly { duty: string; verdict: string }[] };
  const verdictOf = (id: string | undefined) => rows.find((row) => row.duty === id)?.verdict;
  expect([first, second, third].map((duty) => verdictOf(duty?.id))).toEqual(['delivered', 'held', 'open']);
  expect((await notices()).map((duty) => duty.state)).toEqual(['DONE', 'BLOCKED', 'OPEN']);
  const queued = await sqsClient().send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  expect(Number(queued.Attributes?.['ApproximateNumberOfMessages'])).toBeGreaterThan(0);
  const freed = await command(['restore', '--let-go', second!.id, '--by', 'malik-brandt', ...words]);
  expect([freed.code, (await notices())[1]?.lastFailure]).toEqual([0, undefined]);
});

it('wrong use is said in one line, exit 2', async () => {
  for (const words of [
    ['--table', table],
    ['--table', table, '--bucket', bucket, '--config', exampleDir],
  ]) {
    const ended = await command(['restore', ...words]);
    expect([ended.code, ended.stderr.trim().split('\n').length]).toEqual([2, 1]);
  }
});
