// Decides what the door for log groups does with what CloudWatch Logs sends it, and with what it was never meant to get.
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setEnvironment } from './settings.ts';
import { written } from './written.ts';

setEnvironment();
written();

vi.mock('#lambdas/mapped.ts', async () => ({ mappedAt: (await import('./settings.ts')).exampleSources }));

const bucket = mockClient(S3Client);
const queues = mockClient(SQSClient);
let run: (event: unknown) => Promise<unknown>;
beforeAll(async () => {
  const { handler } = await import('#lambdas/logs.ts');
  run = (event) => (handler as (event: unknown, context: unknown) => Promise<unknown>)(event, { awsRequestId: 'req-1' });
});
beforeEach(() => {
  for (const mock of [bucket, queues]) mock.reset();
  bucket.on(PutObjectCommand).resolves({});
  queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const packed = (payload: unknown): unknown => ({ awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } });
const line = (id: string, message: string) => ({ id, timestamp: 1_773_453_600_000, message });
const data = (logGroup: string, logEvents: unknown) => ({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup,
  logStream: 'one',
  subscriptionFilters: ['all'],
  logEvents,
});
/** Read whole it would be a question whether we are there, and not be stored. */
const bomb = gzipSync(`{"messageType":"CONTROL_MESSAGE"}${' '.repeat(65 * 1_024 * 1_024)}`).toString('base64');
const ban = '2026-03-14 02:59:26,123 fail2ban.actions [101]: NOTICE [sshd] Ban 192.0.2.7';
const keys = () => bucket.commandCalls(PutObjectCommand).map((call) => String(call.args[0].input.Key));
const sent = () =>
  queues
    .commandCalls(SendMessageBatchCommand)
    .flatMap((call) => call.args[0].input.Entries ?? [])
    .map((entry) => JSON.parse(entry.MessageBody ?? '') as { source: string; delivery: string; rawRef: string });

describe('the door for log groups', () => {
  it('stores and queues each line under the source of its group, named by CloudWatch’s own id', async () => {
    const lines = Array.from({ length: 45 }, (_, i) => line(`event-${i}`, ban.replace('192.0.2.7', `192.0.2.${i + 1}`)));
    await run(packed(data('/var/log/fail2ban', lines)));
    expect(keys()).toHaveLength(45);
    expect(new Set(sent().map((raw) => raw.source))).toEqual(new Set(['fail2ban']));
    expect(
      sent()
        .map((raw) => raw.delivery)
        .toSorted(),
    ).toEqual(lines.map(({ id }) => `logs:${id}#0`).toSorted());
    expect(
      sent()
        .map((raw) => raw.rawRef)
        .toSorted(),
    ).toEqual(keys().toSorted());
  });

  it('gives a line that comes again the same name, so that it counts once', async () => {
    const event = packed(data('/var/log/fail2ban', [line('event-1', ban)]));
    await run(event);
    await run(event);
    const [first, second] = sent();
    expect(second).toMatchObject({ delivery: first?.delivery, rawRef: first?.rawRef });
  });

  it('keeps a line that its source can’t read, for the quarantine', async () => {
    await run(packed(data('/aws/auth0', [line('event-1', 'no JSON')])));
    expect(sent()).toMatchObject([{ source: 'auth0', delivery: 'logs:event-1#0' }]);
  });

  it('answers the question whether it is there, and stores nothing', async () => {
    await run(packed({ messageType: 'CONTROL_MESSAGE', logEvents: [line('', 'CWL CONTROL MESSAGE: Checking health of destination')] }));
    expect([keys(), sent()]).toEqual([[], []]);
  });

  it.each([
    ['a group that no setting names', packed(data('/other', [line('1', ban)]))],
    ['a group called like a property of objects', packed(data('constructor', [line('1', ban)]))],
    ['another type of message', packed({ ...data('/var/log/fail2ban', []), messageType: 'NEWS' })],
    ['one line without an id among others', packed(data('/var/log/fail2ban', [line('1', ban), { message: ban }]))],
    ['data that is no gzip', { awslogs: { data: 'AAAA' } }],
    ['gzip that holds no JSON', { awslogs: { data: gzipSync('x').toString('base64') } }],
    ['gzip that unpacks to more than anybody sends', { awslogs: { data: bomb } }],
    ['another event', { Records: [] }],
    ['nothing', undefined],
  ])('keeps %s whole, as a source that there is not', async (_, event) => {
    await run(event);
    expect(keys()).toEqual([expect.stringMatching(/^raw\/unrecognised\/[0-9a-f]{64}$/)]);
    expect(sent()).toEqual([
      { source: 'unrecognised', delivery: expect.stringMatching(/^logs:[0-9a-f]{64}#0$/), rawRef: keys()[0], received: expect.any(Number) },
    ]);
  });

  it('keeps anything at all, once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 3 }), async (event) => {
        bucket.resetHistory();
        queues.resetHistory();
        await run(event);
        expect([keys().length, sent().length]).toEqual([1, 1]);
      }),
      { numRuns: 60 },
    );
  });

  it('fails when a line could not be stored or queued: the whole batch comes again', async () => {
    const event = packed(data('/var/log/fail2ban', [line('event-1', ban), line('event-2', ban)]));
    queues.on(SendMessageBatchCommand).rejects(Object.assign(new Error('x'), { name: 'RequestThrottled' }));
    await expect(run(event)).rejects.toThrow();
    queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    bucket.on(PutObjectCommand).rejects(Object.assign(new Error('x'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }));
    await expect(run(event)).rejects.toThrow();
  });
});
