// Holds that the console on AWS takes a report down before it says so, and shows its words as long as they are kept.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reports } from '#console/deps.ts';
import { PortError } from '#flow/ports.ts';
import { exampleDeployed, setEnvironment, variables } from './settings.ts';

setEnvironment();
const written: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
vi.mock('#lambdas/directory.ts', async () => {
  const { configuration } = await (await import('./settings.ts')).exampleDeployed();
  const held = { configuration, rules: { rules: [], byName: new Map(), hash: 'none' } };
  return { configurationAt: async () => ({ current: () => held }) };
});

const bucket = mockClient(S3Client);
const queues = mockClient(SQSClient);
const secrets = mockClient(SecretsManagerClient);
const table = mockClient(DynamoDBDocumentClient);

type Page = { readonly statusCode: number; readonly body: string };
let handler: (event: unknown, context: unknown) => Promise<Page>;
let reports: Reports;
let mail: string;
beforeAll(async () => {
  [mail = ''] = [...(await exampleDeployed()).configuration.directory.people.values()].map((person) => person.mail);
  handler = (await import('#lambdas/console.ts')).handler as unknown as typeof handler;
  const { jsonLog } = await import('#lambdas/log.ts');
  reports = (await import('#lambdas/reports.ts')).reportsOf(variables, jsonLog('console'));
});
afterAll(() => vi.unstubAllEnvs());
beforeEach(() => {
  for (const mock of [bucket, queues, secrets]) mock.reset();
  table.on(QueryCommand).resolves({ Items: [], Count: 0 });
  bucket.on(PutObjectCommand).resolves({});
  queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  secrets.on(GetSecretValueCommand, { SecretId: 'keys' }).resolves({ SecretString: 'k'.repeat(64) });
});

const host = 'console.example.com';
const ask = (method: string, body?: string): Promise<Page> =>
  handler(
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/report',
      rawQueryString: '',
      headers: { host, origin: `https://${host}`, 'content-type': 'application/x-www-form-urlencoded' },
      requestContext: {
        http: { method, path: '/report', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
        domainName: host,
        stage: '$default',
        authorizer: { jwt: { claims: { sub: 'sub-1', email: mail, email_verified: true } } },
      },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body }),
    },
    { awsRequestId: 'req-1' },
  );
const fill = async (): Promise<Page> => {
  const token = /name="token" value="([^"]+)"/.exec((await ask('GET')).body)?.[1] ?? '';
  return ask('POST', new URLSearchParams({ token, report: 'public', text: 'Zyxwvmark on a share', caller: 'K. Beispiel' }).toString());
};

describe('a report in the console on AWS', () => {
  it('is stored and queued under the source of whoever tells, and its reference is said', async () => {
    const page = await fill();
    expect(page.statusCode).toBe(200);
    expect(page.body).toMatch(/Taken down as R-[A-Z2-7]{6}/);
    const [put] = bucket.commandCalls(PutObjectCommand).map((call) => call.args[0].input);
    expect(put).toMatchObject({ Bucket: 'evidence', Key: expect.stringMatching(/^raw\/public-report\/[0-9a-f]{64}$/) });
    expect(JSON.parse(new TextDecoder().decode(put?.Body as Uint8Array))).toMatchObject({ report: 'public', text: 'Zyxwvmark on a share' });
    const [sent] = queues.commandCalls(SendMessageBatchCommand).flatMap((call) => call.args[0].input.Entries ?? []);
    expect(JSON.parse(sent?.MessageBody ?? '')).toMatchObject({
      source: 'public-report',
      rawRef: put?.Key,
      delivery: expect.stringMatching(/^console:.+#0$/),
    });
  });

  it('that can’t be queued is not said to be taken down', async () => {
    queues.on(SendMessageBatchCommand).rejects(Object.assign(new Error('x'), { name: 'RequestThrottled' }));
    const page = await fill();
    expect(page.statusCode).toBe(500);
    expect(page.body).not.toContain('Taken down');
  });

  it('never stands in a log', async () => {
    await fill();
    expect(written.join('')).not.toContain('Zyxwvmark');
  });
});

describe('its words', () => {
  const answers = (name: string, status: number) =>
    bucket.on(GetObjectCommand).rejects(Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: status } }));

  it('are read while they are kept', async () => {
    bucket.on(GetObjectCommand).resolves({ Body: { transformToByteArray: async () => new Uint8Array([1]) } as never });
    expect(await reports.words('raw/public-report/aa')).toEqual(new Uint8Array([1]));
  });

  it.each([
    ['NoSuchKey', 404],
    ['AccessDenied', 403],
  ])('that are kept no longer are none: S3 says %s', async (name, status) => {
    answers(name, status);
    expect(await reports.words('raw/public-report/aa')).toBeUndefined();
  });

  it('of a store that is down are asked for again', async () => {
    answers('SlowDown', 503);
    await expect(reports.words('raw/public-report/aa')).rejects.toBeInstanceOf(PortError);
  });
});
