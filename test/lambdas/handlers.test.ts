// Decides what each function does with what it was never meant to get, and with what it was: the real handlers, AWS mocked at its clients.
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { gzipSync } from 'node:zlib';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { signatureOf } from '#core/signal/signature.ts';
import type { Stage } from '#lib/bundle.ts';
import { exampleDeployed, setEnvironment } from './settings.ts';

setEnvironment();
vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
vi.mock('#lambdas/directory.ts', async () => {
  const deployed = await (await import('./settings.ts')).exampleDeployed();
  const held = { configuration: deployed.configuration, rules: { rules: [], byName: new Map(), hash: 'none' } };
  const directoryAt = async (_entry: string, { inForceOf }: { readonly inForceOf: (all: typeof deployed) => unknown }) => {
    const ruled = inForceOf(deployed);
    return { current: () => ruled };
  };
  return { directoryAt, configurationAt: async () => ({ current: () => held }) };
});

vi.mock('#lambdas/mapped.ts', async () => ({ mappedAt: (await import('./settings.ts')).exampleSources }));

const table = mockClient(DynamoDBDocumentClient);
const bucket = mockClient(S3Client);
const secrets = mockClient(SecretsManagerClient);
const mail = mockClient(SESClient);
const queues = mockClient(SQSClient);

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
const handlers = {
  ingest: () => import('#lambdas/ingest.ts'),
  logs: () => import('#lambdas/logs.ts'),
  assess: () => import('#lambdas/assess.ts'),
  notify: () => import('#lambdas/notify.ts'),
  page: () => import('#lambdas/page.ts'),
  ticket: () => import('#lambdas/ticket.ts'),
  other: () => import('#lambdas/other.ts'),
  receive: () => import('#lambdas/receive.ts'),
  tick: () => import('#lambdas/tick.ts'),
  audit: () => import('#lambdas/audit.ts'),
  anchor: () => import('#lambdas/anchor.ts'),
  export: () => import('#lambdas/export.ts'),
  console: () => import('#lambdas/console.ts'),
} satisfies Record<Stage, () => Promise<unknown>>;

let run: Record<Stage, Handler>;
beforeAll(async () => {
  run = Object.fromEntries(
    await Promise.all(Object.entries(handlers).map(async ([name, load]) => [name, (await load()).handler])),
  ) as Record<Stage, Handler>;
});
afterAll(() => vi.unstubAllEnvs());

const token = 't'.repeat(24);
beforeEach(() => {
  for (const mock of [table, bucket, secrets, mail, queues]) mock.reset();
  table.on(GetCommand).resolves({});
  table.on(QueryCommand).resolves({ Items: [], Count: 0 });
  table.on(PutCommand).resolves({});
  table.on(TransactWriteCommand).resolves({});
  bucket.on(PutObjectCommand).resolves({});
  bucket.on(GetObjectCommand).rejects(Object.assign(new Error('x'), { name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } }));
  secrets.on(GetSecretValueCommand, { SecretId: 'keys' }).resolves({ SecretString: 'k'.repeat(64) });
  secrets
    .on(GetSecretValueCommand, { SecretId: 'tokens' })
    .resolves({ SecretString: JSON.stringify({ fail2ban: token, auth0: ['', token], 'whatsapp/verify': token, '/slack': [token] }) });
  secrets.on(GetSecretValueCommand, { SecretId: 'sinks' }).resolves({ SecretString: '{}' });
  mail.on(SendRawEmailCommand).resolves({ MessageId: 'ses-1' });
  queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
});

const context = { awsRequestId: 'req-1' };
const http = (method: string, rawPath: string, more: Record<string, unknown> = {}) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: '',
  headers: { host: 'console.example.com' },
  requestContext: {
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    domainName: 'console.example.com',
    stage: '$default',
  },
  isBase64Encoded: false,
  ...more,
});

describe('a handler given anything', () => {
  const anything = fc.oneof(fc.anything({ maxDepth: 3 }), fc.record({ Records: fc.array(fc.anything({ maxDepth: 2 }), { maxLength: 4 }) }));

  it.each(['assess', 'notify', 'page', 'ticket', 'other', 'receive'] as const)('%s answers with a partial batch', async (stage) => {
    await fc.assert(
      fc.asyncProperty(anything, async (event) => {
        expect(await run[stage](event, context)).toEqual({ batchItemFailures: expect.any(Array) });
      }),
      { numRuns: 60 },
    );
  });

  it.each(['ingest', 'console'] as const)('%s answers 400', async (stage) => {
    await fc.assert(
      fc.asyncProperty(anything, async (event) => {
        expect(await run[stage](event, context)).toMatchObject({ statusCode: 400 });
      }),
      { numRuns: 60 },
    );
  });

  it.each(['tick', 'audit'] as const)('%s does its round, whoever called it with whatever', async (stage) => {
    await fc.assert(
      fc.asyncProperty(anything, async (event) => {
        expect(await run[stage](event, context)).toBeUndefined();
      }),
      { numRuns: 10 },
    );
  });
});

describe('the door for signals', () => {
  const post = (
    source: string,
    headers: Record<string, string>,
    body = '2026-03-14 02:59:26,123 fail2ban.actions [101]: NOTICE [sshd] Ban 192.0.2.7',
  ) =>
    run.ingest(http('POST', `/signals/${source}`, { headers: { 'content-type': 'text/plain', ...headers }, body }), context) as Promise<{
      statusCode: number;
    }>;
  const stored = () => bucket.commandCalls(PutObjectCommand).length;
  const sent = () => queues.commandCalls(SendMessageBatchCommand).flatMap((call) => call.args[0].input.Entries ?? []);

  it('stores and queues before it answers 202', async () => {
    expect(await post('fail2ban', { authorization: `Bearer ${token}` })).toMatchObject({ statusCode: 202 });
    expect(stored()).toBe(1);
    expect(JSON.parse(sent()[0]?.MessageBody ?? '')).toMatchObject({
      source: 'fail2ban',
      rawRef: expect.stringMatching(/^raw\/fail2ban\//),
    });
  });

  it('answers 401 without the token, with an empty one, or with that of nobody, and stores nothing', async () => {
    for (const authorization of ['', 'Bearer ', `Bearer ${token}x`]) {
      expect(await post('fail2ban', { authorization })).toMatchObject({ statusCode: 401 });
      expect(await post('auth0', { authorization })).toMatchObject({ statusCode: 401 });
      expect(await post('guardduty', { authorization })).toMatchObject({ statusCode: 401 });
    }
    expect(stored()).toBe(0);
    expect(sent()).toEqual([]);
  });

  it('knows no source by the name of what every object has', async () => {
    expect(await post('toString', { authorization: `Bearer ${token}` })).toMatchObject({ statusCode: 401 });
  });

  it('takes a signed body as API Gateway hands packed bytes over, and names the delivery by its signature', async () => {
    const body = gzipSync('2026-03-14 02:59:26,123 fail2ban.actions [101]: NOTICE [sshd] Ban 192.0.2.7');
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const hex = signatureOf(token, timestamp, body);
    const headers = { 'art33-timestamp': timestamp, 'art33-signature': `v1=${hex}`, 'content-encoding': 'gzip' };
    const event = http('POST', '/signals/fail2ban', { headers, body: body.toString('base64'), isBase64Encoded: true });
    expect(await run.ingest(event, context)).toMatchObject({ statusCode: 202 });
    expect(JSON.parse(sent()[0]?.MessageBody ?? '')).toMatchObject({ source: 'fail2ban', delivery: `signed:${hex}#0` });
  });

  it('lets a source deliver from its networks alone: API Gateway says where it is called from, not the sender', async () => {
    const { configurationAt } = await import('#lambdas/directory.ts');
    const { sources } = (await configurationAt('', { EVIDENCE_BUCKET: '' }, {} as never)).current().configuration;
    const only = (network: string) =>
      (sources as Map<string, object>).set('fail2ban', { zone: 'UTC', owner: 'sysop', firstConnection: 'live', allow: [network] });
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '198.51.100.1' };
    only('198.51.100.0/24');
    expect(await post('fail2ban', headers)).toMatchObject({ statusCode: 401 });
    only('192.0.2.0/24');
    expect(await post('fail2ban', headers)).toMatchObject({ statusCode: 202 });
    (sources as Map<string, object>).delete('fail2ban');
  });

  it('answers the question of Meta, and takes a report by Slack: both by the secrets of the doors', async () => {
    const { configurationAt } = await import('#lambdas/directory.ts');
    const { sources } = (await configurationAt('', { EVIDENCE_BUCKET: '' }, {} as never)).current().configuration;
    (sources as Map<string, object>).set('whatsapp', {
      zone: 'UTC',
      owner: 'sysop',
      firstConnection: 'live',
      signature: 'x-hub-signature-256',
    });
    const rawQueryString = `hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`;
    expect(await run.ingest(http('GET', '/signals/whatsapp', { rawQueryString }), context)).toMatchObject({ statusCode: 200, body: '42' });
    (sources as Map<string, object>).delete('whatsapp');
    const body = new URLSearchParams({ command: '/art33', user_id: 'U0EXAMPLE1', text: 'report Zyxwvmark' }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const hex = signatureOf(token, timestamp, new TextEncoder().encode(body), 'slack');
    const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${hex}` };
    const answer = await run.ingest(http('POST', '/slack', { headers, body }), context);
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringMatching(/Taken down as R-[A-Z2-7]{6}/) });
    expect(JSON.parse(sent()[0]?.MessageBody ?? '')).toMatchObject({ source: 'person-report', delivery: `slack:${hex.slice(0, 32)}#0` });
    expect(stored()).toBe(1);
  });

  it('answers 503 when it could not be queued, so that the sender keeps it', async () => {
    queues.on(SendMessageBatchCommand).rejects(Object.assign(new Error('x'), { name: 'RequestThrottled' }));
    expect(await post('fail2ban', { authorization: `Bearer ${token}` })).toMatchObject({ statusCode: 503 });
  });
});

describe('assess', () => {
  it('quarantines what is no envelope that it knows, with its receipt', async () => {
    bucket.on(GetObjectCommand).resolves({ Body: { transformToByteArray: async () => new TextEncoder().encode('{}') } as never });
    const answer = await run.assess(
      { Records: [{ messageId: 'm-1', body: '{"hello":1}', attributes: { SentTimestamp: '1773453600000' } }] },
      context,
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    const receipts = table.commandCalls(TransactWriteCommand).flatMap((call) => call.args[0].input.TransactItems ?? []);
    expect(receipts).toHaveLength(1);
    expect(receipts[0]?.Put?.Item).toMatchObject({ source: 'unrecognised', disposition: 'quarantined' });
  });

  it('reads again what was quarantined where it is asked to, and then only', async () => {
    const ban = '2026-03-14 02:59:26,123 fail2ban.actions [101]: NOTICE [sshd] Ban 192.0.2.7';
    bucket.on(GetObjectCommand).resolves({ Body: { transformToByteArray: async () => new TextEncoder().encode(ban) } as never });
    const raw = { source: 'fail2ban', delivery: 'http:1#0', rawRef: 'raw/fail2ban/aa', received: 1_773_453_600_000 };
    table
      .on(GetCommand, { Key: { PK: 'T#main#RCP#fail2ban#0', SK: 'http:1#0' } })
      .resolves({ Item: { v: 1, ...raw, at: 1_773_453_600_001, disposition: 'quarantined', reason: 'line: expected a time' } });
    const write = async (body: unknown) => {
      table.resetHistory();
      expect(await run.assess({ Records: [{ messageId: 'm-1', body: JSON.stringify(body) }] }, context)).toEqual({ batchItemFailures: [] });
      return table
        .commandCalls(TransactWriteCommand)
        .flatMap((call) => call.args[0].input.TransactItems ?? [])
        .filter((one) => one.Put?.Item?.['disposition'] !== undefined);
    };
    expect(await write(raw)).toEqual([]);
    const [receipt, ...more] = await write({ ...raw, replay: true });
    expect(more).toEqual([]);
    expect(receipt?.Put).toMatchObject({
      Item: { disposition: expect.stringMatching(/^(assessed|attached)$/), delivery: 'http:1#0' },
      ConditionExpression: '#disposition = :disposition',
      ExpressionAttributeValues: { ':disposition': 'quarantined' },
    });
    expect(receipt?.Put?.Item).not.toHaveProperty('X2PK');
  });

  it('keeps a message whose bytes are not there yet', async () => {
    const raw = { source: 'fail2ban', delivery: 'http:1#0', rawRef: 'raw/fail2ban/aa', received: 1 };
    const answer = await run.assess({ Records: [{ messageId: 'm-1', body: JSON.stringify(raw) }] }, context);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  });
});

describe('an object that was laid down for us', () => {
  const record = (eventID: string) => ({ eventVersion: '1.09', eventID, eventSource: 'kms.amazonaws.com', eventName: 'DisableKey' });
  const file = gzipSync(JSON.stringify({ Records: [record('a'), record('b'), record('c')] }));
  const laid = (key: string, more: object = {}) => ({
    messageId: 'm-1',
    attributes: { SentTimestamp: '1773453600000' },
    body: JSON.stringify({
      id: 'e-1',
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'example-trail' }, object: { key, size: file.length, etag: 'abc', ...more } },
    }),
  });
  const holds = (bytes: Uint8Array) =>
    bucket.on(GetObjectCommand, { Bucket: 'example-trail' }).resolves({ Body: { transformToByteArray: async () => bytes } as never });
  const sent = () => queues.commandCalls(SendMessageBatchCommand).flatMap((call) => call.args[0].input.Entries ?? []);
  const deliveries = () => sent().map(({ MessageBody }) => (JSON.parse(MessageBody ?? '') as { delivery: string }).delivery);
  const dispositions = () =>
    table.commandCalls(TransactWriteCommand).flatMap((call) => call.args[0].input.TransactItems?.map((one) => one.Put?.Item) ?? []);
  const key = 'AWSLogs/111122223333/CloudTrail/eu-central-1/2026/03/14/file.json.gz';

  it('is stored and queued event by event, and is the same delivery when it is told of again', async () => {
    holds(file);
    expect(await run.assess({ Records: [laid(key)] }, context)).toEqual({ batchItemFailures: [] });
    expect(bucket.commandCalls(PutObjectCommand).map((call) => call.args[0].input.Bucket)).toEqual(['evidence', 'evidence', 'evidence']);
    expect(sent().map(({ MessageBody }) => JSON.parse(MessageBody ?? ''))).toMatchObject(
      [0, 1, 2].map((n) => ({ source: 'cloudtrail', delivery: expect.stringMatching(new RegExp(`^s3:[0-9a-f]{64}#${n}$`)) })),
    );
    expect(dispositions()).toEqual([]);
    const first = deliveries();
    await run.assess({ Records: [laid(key)] }, context);
    expect(deliveries().slice(3)).toEqual(first);
    await run.assess({ Records: [laid(key, { etag: 'replaced' })] }, context);
    expect(deliveries().slice(6)).not.toEqual(first);
  });

  it('is passed over when it is a digest', async () => {
    expect(await run.assess({ Records: [laid('AWSLogs/111122223333/CloudTrail-Digest/x.json.gz')] }, context)).toEqual({
      batchItemFailures: [],
    });
    expect([sent(), dispositions(), bucket.commandCalls(GetObjectCommand)]).toEqual([[], [], []]);
  });

  it.each<[string, string, object, Uint8Array]>([
    ['lies elsewhere in the bucket', 'elsewhere/x.json.gz', {}, file],
    ['is cut short', key, {}, file.subarray(0, -5)],
    ['is empty', key, {}, new Uint8Array()],
    ['is too large', key, { size: 33 * 1_048_576 }, file],
    ['is a bomb', key, {}, gzipSync(new Uint8Array(33 * 1_048_576))],
  ])('is kept as a message that can’t be read when it %s', async (_title, at, more, bytes) => {
    holds(bytes);
    const message = laid(at, more);
    bucket
      .on(GetObjectCommand, { Bucket: 'evidence' })
      .resolves({ Body: { transformToByteArray: async () => Buffer.from(message.body) } as never });
    expect(await run.assess({ Records: [message] }, context)).toEqual({ batchItemFailures: [] });
    expect(sent()).toEqual([]);
    expect(dispositions()).toMatchObject([{ source: 'unrecognised', disposition: 'quarantined' }]);
  });

  it('is tried again when it can’t be had, or not be queued', async () => {
    bucket.on(GetObjectCommand, { Bucket: 'example-trail' }).rejects(Object.assign(new Error('x'), { name: 'AccessDenied' }));
    const failed = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };
    expect(await run.assess({ Records: [laid(key)] }, context)).toEqual(failed);
    holds(file);
    queues.on(SendMessageBatchCommand).rejects(Object.assign(new Error('x'), { name: 'RequestThrottled' }));
    expect(await run.assess({ Records: [laid(key)] }, context)).toEqual(failed);
  });
});

describe('the console', () => {
  const withClaims = (claims: unknown, path = '/', method = 'GET') => {
    const event = http(method, path);
    return run.console({ ...event, requestContext: { ...event.requestContext, authorizer: { jwt: { claims } } } }, context) as Promise<{
      statusCode: number;
      body: string;
    }>;
  };
  const someone = async (): Promise<{ sub: string; email: string; email_verified: string }> => {
    const [person] = [...(await exampleDeployed()).configuration.directory.people.values()];
    return { sub: 'sub-1', email: person!.mail, email_verified: 'true' };
  };

  it('answers 401 on every route without claims that an authorizer checked', async () => {
    for (const path of ['/', '/due', '/outbox', '/register', '/advise/inc-1', '/who', '/style.css']) {
      for (const method of ['GET', 'POST'])
        expect(
          await run.console(http(method, path, { headers: { host: 'console.example.com', authorization: 'Bearer x' } }), context),
        ).toMatchObject({ statusCode: 401 });
    }
    expect(table.calls()).toHaveLength(0);
  });

  it('answers 403 to somebody who is not in the directory, or whose address is not verified', async () => {
    const known = await someone();
    for (const claims of [
      {},
      { ...known, email: 'stranger@example.com' },
      { ...known, email_verified: 'false' },
      { email: known.email, email_verified: true },
    ]) {
      expect(await withClaims(claims)).toMatchObject({ statusCode: 403 });
    }
  });

  it('shows a person of the directory the incidents', async () => {
    const page = await withClaims(await someone());
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<h1>');
  });

  it.each(['idp', 'aws'] as const)('lets nobody in while %s is distrusted, however good the token', async (channel) => {
    const entry = {
      v: 1,
      chain: `channel:${channel}`,
      seq: 1,
      at: '2026-03-14T02:00:00Z',
      actor: 'person:cli:x',
      type: 'ChannelDistrusted',
      data: '{}',
    };
    table
      .on(QueryCommand, { ExpressionAttributeValues: { ':chain': `T#main#LOG#channel:${channel}` } })
      .resolves({ Items: [{ ...entry, prev: '', hash: '', PK: 'x', SK: 'y' }], Count: 1 });
    const page = await withClaims(await someone());
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain(`${channel} is distrusted since 2026-03-14T02:00:00Z`);
  });

  it('refuses another host, and a form without its token', async () => {
    const claims = await someone();
    const event = http('GET', '/', { headers: { host: 'rebound.example.net' } });
    const elsewhere = {
      ...event,
      requestContext: { ...event.requestContext, domainName: 'rebound.example.net', authorizer: { jwt: { claims } } },
    };
    expect(await run.console(elsewhere, context)).toMatchObject({ statusCode: 421 });
    expect(await withClaims(claims, '/register/verify', 'POST')).toMatchObject({ statusCode: 403 });
  });
});
