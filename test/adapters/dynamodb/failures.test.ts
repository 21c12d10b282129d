// Decides what the ledger on DynamoDB does when the world fails: throttles, conflicts, lost replies, unknown items.
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { dutyItem, incidentItem } from '#adapters/dynamodb/items.ts';
import { keyOf } from '#adapters/dynamodb/items.ts';
import type { Write } from '#flow/ports.ts';
import { at, claimOf, sampleDuty, sampleIncident, sampleReceipt, subjectOf } from '#test/contract/samples.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }), {
  marshallOptions: { removeUndefinedValues: true },
});
const mock = mockClient(documents);
const pauses: number[] = [];
const ledger = dynamoLedger({
  documents,
  table: 'art33',
  shards: 2,
  pause: async (milliseconds) => {
    pauses.push(milliseconds);
  },
});
const meta = { $metadata: {}, message: 'refused' };
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...meta, CancellationReasons: codes.map((Code) => ({ Code })) });
const named = (name: string) => Object.assign(new Error('a message with PK T#main#SUB#inc-secret'), { name });
const aDuty: Write = { put: 'duty', duty: sampleDuty(1), if: 'absent' };

beforeEach(() => {
  mock.reset();
  pauses.length = 0;
});

describe('a commit that fails', () => {
  it('is a conflict when a condition failed, whatever else went wrong with it', async () => {
    mock.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict'));
    expect(await ledger.commit([aDuty])).toBe('conflict');
    expect(mock.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  it('waits a moment for another transaction on the same item, and then succeeds', async () => {
    mock
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled('None', 'TransactionConflict'))
      .rejectsOnce(new TransactionInProgressException(meta))
      .resolves({});
    expect(await ledger.commit([aDuty])).toBe('committed');
    expect(pauses).toHaveLength(2);
  });

  it('says again when the conflict does not end', async () => {
    mock.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    await expect(ledger.commit([aDuty])).rejects.toMatchObject({ name: 'PortError', port: 'ledger', kind: 'again' });
    expect(mock.commandCalls(TransactWriteCommand)).toHaveLength(4);
  });

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'InternalServerError', 'TimeoutError'])(
    'says again on %s',
    async (name) => {
      mock.on(TransactWriteCommand).rejects(named(name));
      await expect(ledger.commit([aDuty])).rejects.toMatchObject({ kind: 'again' });
    },
  );

  it.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])('says refused on %s', async (name) => {
    mock.on(TransactWriteCommand).rejects(named(name));
    await expect(ledger.commit([aDuty])).rejects.toMatchObject({ kind: 'refused' });
  });

  it('never repeats a message of the service, which may hold keys', async () => {
    mock.on(TransactWriteCommand).rejects(named('ValidationException'));
    await expect(ledger.commit([aDuty])).rejects.toThrow(/^(?!.*secret).*$/);
  });

  it('is refused before it is sent when it has more items than a transaction may', async () => {
    const writes = Array.from({ length: 101 }, (_, n): Write => ({ put: 'duty', duty: sampleDuty(n), if: 'absent' }));
    await expect(ledger.commit(writes)).rejects.toThrow(/101 items.*limit of 100.*fan-out/);
    expect(mock.calls()).toHaveLength(0);
  });

  it('carries the hash of its body as token, so that a second try is the first', async () => {
    mock.on(TransactWriteCommand).resolves({});
    await ledger.commit([aDuty]);
    await ledger.commit([aDuty]);
    await ledger.commit([{ put: 'duty', duty: sampleDuty(2), if: 'absent' }]);
    const tokens = mock.commandCalls(TransactWriteCommand).map((call) => call.args[0].input.ClientRequestToken);
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[0]).not.toBe(tokens[2]);
    expect(tokens[0]?.length).toBeLessThanOrEqual(36);
  });

  it('carries another token for another table: tokens are counted by account, and an account may have two', async () => {
    mock.on(TransactWriteCommand).resolves({});
    for (const table of ['art33', 'art33-staging']) await dynamoLedger({ documents, table, shards: 2 }).commit([aDuty]);
    const [first, second] = mock.commandCalls(TransactWriteCommand).map((call) => call.args[0].input.ClientRequestToken);
    expect(first).not.toBe(second);
  });
});

describe('a claim whose reply was lost', () => {
  const duty = sampleDuty(1);
  const wanted = claimOf(duty, 'w1', at(60));
  const inTheWay = (owner: string, gen: number, lease: number = wanted.leaseUntil) =>
    new ConditionalCheckFailedException({
      ...meta,
      Item: { owner: { S: owner }, gen: { N: String(gen) }, leaseUntil: { N: String(lease) } },
    });
  const stored = { ...duty, gen: 1, attempts: 1, owner: 'w1', ownerEpoch: 1, leaseUntil: wanted.leaseUntil, nextAt: wanted.leaseUntil };

  it('is ours when owner, gen and lease are those we wrote', async () => {
    mock.on(UpdateCommand).rejects(inTheWay('w1', 1));
    mock.on(GetCommand).resolves({ Item: dutyItem(stored, 2) });
    expect(await ledger.claim(wanted)).toEqual(stored);
  });

  it.each([
    ['another owner', inTheWay('w2', 1)],
    ['a later gen', inTheWay('w1', 2)],
    ['another lease of the same worker', inTheWay('w1', 1, at(999))],
    ['no item at all', new ConditionalCheckFailedException(meta)],
  ])('is lost with %s', async (_, failure) => {
    mock.on(UpdateCommand).rejects(failure);
    mock.on(GetCommand).resolves({ Item: dutyItem(stored, 2) });
    expect(await ledger.claim(wanted)).toBeUndefined();
  });

  it('is lost when somebody took over before it was read again', async () => {
    mock.on(UpdateCommand).rejects(inTheWay('w1', 1));
    mock.on(GetCommand).resolves({ Item: dutyItem({ ...stored, gen: 2, owner: 'w2' }, 2) });
    expect(await ledger.claim(wanted)).toBeUndefined();
  });

  it('is an error of the world when the call itself failed', async () => {
    mock.on(UpdateCommand).rejects(named('ThrottlingException'));
    await expect(ledger.claim(wanted)).rejects.toMatchObject({ kind: 'again' });
  });
});

describe('an intent whose reply was lost', () => {
  const attempt = { duty: sampleDuty(1).id, subject: subjectOf(1), gen: 1, channel: 'mail', intentAt: at(1) };

  it('counts as written when it is the very same, and as taken when not', async () => {
    mock.on(PutCommand).rejects(new ConditionalCheckFailedException({ ...meta, Item: { intentAt: { N: String(at(1)) } } }));
    expect(await ledger.intend(attempt)).toBe(true);
    expect(await ledger.intend({ ...attempt, intentAt: at(2) })).toBe(false);
  });
});

describe('reading', () => {
  it('refuses an item of an unknown version by name', async () => {
    mock.on(GetCommand).resolves({ Item: { ...incidentItem(sampleIncident(1), 2), v: 7 } });
    await expect(ledger.incident(sampleIncident(1).id)).rejects.toThrow('an item has version 7; this version of Art33 knows 1');
    mock.on(GetCommand).resolves({ Item: { PK: 'x', SK: 'y' } });
    await expect(ledger.receipt('fail2ban', 'd')).rejects.toThrow('version none');
  });

  it('reads every page, an empty one in the middle too (F-24, F-25)', async () => {
    const pages = [[1, 2], [], [3]].map((ns) => ns.map((n) => dutyItem(sampleDuty(n), 2)));
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: pages[0]!, LastEvaluatedKey: { PK: 'a' } })
      .resolvesOnce({ Items: pages[1]!, LastEvaluatedKey: { PK: 'b' } })
      .resolvesOnce({ Items: pages[2]! });
    expect(await ledger.dutiesOf(subjectOf(1))).toHaveLength(3);
    expect(mock.commandCalls(QueryCommand).map((call) => call.args[0].input.ExclusiveStartKey)).toEqual([
      undefined,
      { PK: 'a' },
      { PK: 'b' },
    ]);
  });

  it('asks again for what a batch read left out, and gives up in the open', async () => {
    const items = [sampleIncident(1), sampleIncident(2)].map((incident) => incidentItem(incident, 2));
    mock.on(QueryCommand).resolves({ Items: [] });
    mock.on(QueryCommand, { ExpressionAttributeValues: { ':list': 'T#main#INC#0' } }).resolves({ Items: [...items] });
    mock
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { art33: [items[1]!] }, UnprocessedKeys: { art33: { Keys: [keyOf(items[0]!)] } } })
      .resolvesOnce({ Responses: { art33: [items[0]!] } });
    const ids: string[] = [];
    for await (const incident of ledger.incidents()) ids.push(incident.id);
    expect(ids).toEqual([sampleIncident(1).id, sampleIncident(2).id]);
    mock.on(BatchGetCommand).resolves({ UnprocessedKeys: { art33: { Keys: [keyOf(items[0]!)] } } });
    await expect(ledger.incidents()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'again' });
  });

  it('reads items strongly and asks the due index for the whole millisecond', async () => {
    mock.on(GetCommand).resolves({});
    mock.on(QueryCommand).resolves({ Items: [] });
    await ledger.duty({ subject: subjectOf(1), id: sampleDuty(1).id });
    for await (const _ of ledger.due('notify', at(0), 0)) expect.unreachable();
    expect(mock.commandCalls(GetCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
    const queries = mock.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(queries.map((q) => q.ExpressionAttributeValues?.[':lane'])).toEqual(['T#main#DUE#notify#0', 'T#main#DUE#notify#1']);
    // Above every key of this millisecond, and below those of the next.
    const end = String(queries[0]?.ExpressionAttributeValues?.[':end']);
    expect(end > `${at(0)}#inc-zzzz#duty-zzzz`).toBe(true);
    expect(end < String(at(0) + 1)).toBe(true);
    expect(queries.every((q) => q.FilterExpression === undefined)).toBe(true);
  });

  it.each(['incident', 'entriesOf', 'nextWake', 'intake'] as const)('says again when %s meets a throttle', async (verb) => {
    mock.rejects(named('ThrottlingException'));
    await expect((ledger[verb] as (id: string) => Promise<unknown>)('inc-1')).rejects.toMatchObject({ kind: 'again' });
  });

  it('notes a source before its first receipt, once a minute', async () => {
    mock.on(GetCommand).resolves({});
    mock.on(PutCommand).resolves({});
    mock.on(TransactWriteCommand).resolves({});
    await ledger.commit([{ put: 'receipt', receipt: sampleReceipt(1) }]);
    await ledger.commit([{ put: 'receipt', receipt: sampleReceipt(2) }]);
    const noted = { PK: 'T#main#SRC', SK: 'fail2ban', v: 1, since: at(1), at: at(1), longest: 0 };
    expect(mock.commandCalls(PutCommand).map((call) => call.args[0].input.Item)).toEqual([noted]);
    await ledger.commit([{ put: 'receipt', receipt: sampleReceipt(61) }]);
    expect(mock.commandCalls(PutCommand)).toHaveLength(2);
  });
});
