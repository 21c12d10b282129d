// Decides when a source counts as last heard, on both stores: its latest receipt, whatever became of the event.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, expect, it } from 'vitest';
import { lastSeen as lastSeenOnAws } from '#adapters/dynamodb/last-seen.ts';
import { openDatabase } from '#adapters/embedded/database.ts';
import { lastSeen } from '#adapters/embedded/last-seen.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { at } from '#test/contract/samples.ts';

const dir = mkdtempSync(join(tmpdir(), 'art33-seen-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('is read off the receipts beside a process that has the store open', async () => {
  const database = openDatabase(join(dir, 'art33.db'));
  const ledger = embeddedLedger(database);
  for (const [source, n, disposition] of [
    ['auth0', 5, 'assessed'],
    ['auth0', 9, 'quarantined'],
    ['fail2ban', 7, 'duplicate'],
  ] as const)
    await ledger.commit([{ put: 'receipt', receipt: { source, delivery: `d${n}`, at: at(n), rawRef: 'r', disposition } }]);
  expect(lastSeen(dir)).toEqual([
    { source: 'auth0', at: at(9) },
    { source: 'fail2ban', at: at(7) },
  ]);
  database.close();
});

it('is read off every page of every partition on AWS', async () => {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  const mock = mockClient(documents);
  mock.on(QueryCommand).callsFake(async ({ ExpressionAttributeValues: values, ExclusiveStartKey: from }) => {
    if (values[':sources']) return { Items: [{ SK: 'auth0' }] };
    const shard = String(values[':receipts']).split('#').at(-1);
    if (from) return { Items: [{ at: at(8) }] };
    return shard === '1' ? { Items: [{ at: at(9) }], LastEvaluatedKey: { PK: 'x' } } : { Items: [{ at: at(6) }] };
  });
  expect(await lastSeenOnAws({ documents, table: 't', shards: 2 })).toEqual([{ source: 'auth0', at: at(9) }]);
});
