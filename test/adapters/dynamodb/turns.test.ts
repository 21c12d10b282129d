// Decides how turns are booked in DynamoDB: one write where the sink is busy, and a failure that keeps the mail from going.
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sharedTurns } from '#adapters/dynamodb/turns.ts';
import { seconds } from '#core/kernel/time.ts';
import { zero } from '#test/contract/samples.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const mock = mockClient(documents);
const book = sharedTurns({ documents, table: 'art33', shards: 1 }, 'ses');
const take = () => book(zero, { interval: 71.4, ahead: seconds(2) });
const refused = (freeAt?: number) =>
  new ConditionalCheckFailedException({
    $metadata: {},
    message: 'x',
    ...(freeAt === undefined ? {} : { Item: { freeAt: { N: String(freeAt) } } }),
  });
const writes = () => mock.commandCalls(UpdateCommand).map((call) => call.args[0].input);

beforeEach(() => mock.reset());

describe('a turn in DynamoDB', () => {
  it('costs one write while the sink is busy', async () => {
    mock.on(UpdateCommand).resolves({ Attributes: { freeAt: zero + 572 } });
    expect(await take()).toBe(zero + 500);
    expect(writes()).toMatchObject([{ TableName: 'art33', Key: { PK: 'T#main#TURN#ses', SK: 'A' } }]);
    expect(writes()[0]?.ExpressionAttributeValues).toEqual({ ':interval': 72, ':now': zero, ':latest': zero + 2_000 });
  });

  it('is asked for again when somebody was faster with the first one', async () => {
    mock
      .on(UpdateCommand)
      .rejectsOnce(refused())
      .rejectsOnce(refused(zero + 72))
      .resolves({ Attributes: { freeAt: zero + 144 } });
    expect(await take()).toBe(zero + 72);
    expect(writes().map((input) => input.ConditionExpression)).toEqual([
      '#free BETWEEN :now AND :latest',
      'attribute_not_exists(#free)',
      '#free BETWEEN :now AND :latest',
    ]);
  });

  it('is said and not booked where it is too far away, and taken at once where only a wrong clock could have put it there', async () => {
    mock.on(UpdateCommand).rejects(refused(zero + 2_001));
    expect([await take(), writes().length]).toEqual([zero + 2_001, 1]);
    mock.reset();
    mock
      .on(UpdateCommand)
      .rejectsOnce(refused(zero + 600_000))
      .resolves({ Attributes: { freeAt: zero + 72 } });
    expect(await take()).toBe(zero);
    expect(writes()[1]).toMatchObject({ ConditionExpression: '#free = :seen', ExpressionAttributeValues: { ':seen': zero + 600_000 } });
  });

  it('is not looked for without end', async () => {
    mock.on(UpdateCommand).rejects(refused(zero - 1));
    await expect(take()).rejects.toMatchObject({ port: 'mailer', kind: 'again' });
    expect(writes()).toHaveLength(20);
  });

  it.each([
    ['ProvisionedThroughputExceededException', 'again'],
    ['TimeoutError', 'again'],
    ['AccessDeniedException', 'refused'],
  ])('says %s as %s of the mailer: nothing has left', async (name, kind) => {
    mock.on(UpdateCommand).rejects(Object.assign(new Error('x'), { name }));
    await expect(take()).rejects.toMatchObject({ port: 'mailer', kind });
  });
});
