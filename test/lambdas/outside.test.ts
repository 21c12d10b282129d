// Decides what leaves the ledger's own account of things: reports are kept before they change it, anchors and kits are laid elsewhere.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWith } from '#adapters/age/seal.ts';
import { setEnvironment } from './settings.ts';

vi.mock('#lambdas/directory.ts', async () => {
  const { configuration } = await (await import('./settings.ts')).exampleDeployed();
  const held = { configuration, rules: { rules: [], byName: new Map(), hash: 'none' } };
  return { configurationAt: async () => ({ current: () => held }) };
});
vi.spyOn(process.stdout, 'write').mockImplementation(() => true);

const table = mockClient(DynamoDBDocumentClient);
const bucket = mockClient(S3Client);
mockClient(SQSClient);

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
let run: Readonly<Record<'anchor' | 'export' | 'receive', Handler>>;
let identity: string;
const context = { awsRequestId: 'req-1' };

beforeAll(async () => {
  setEnvironment();
  const identities = await Promise.all([generateIdentity(), generateIdentity()]);
  identity = identities[1]!;
  vi.stubEnv('KIT_RECIPIENTS', (await Promise.all(identities.map((one) => identityToRecipient(one)))).join(','));
  const [a, e, r] = await Promise.all([import('#lambdas/anchor.ts'), import('#lambdas/export.ts'), import('#lambdas/receive.ts')]);
  run = { anchor: a.handler, export: e.handler, receive: r.handler } as unknown as typeof run;
});
afterAll(() => vi.unstubAllEnvs());

beforeEach(() => {
  for (const mock of [table, bucket]) mock.reset();
  table.on(GetCommand).resolves({});
  table.on(QueryCommand).resolves({ Items: [], Count: 0 });
  bucket.on(PutObjectCommand).resolves({});
  bucket.on(ListObjectsV2Command).resolves({});
  bucket.on(GetObjectCommand).rejects(Object.assign(new Error('x'), { name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } }));
});

const puts = () => bucket.commandCalls(PutObjectCommand).map((call) => call.args[0].input);

describe('anchor', () => {
  it('lays the register under one root into its own bucket', async () => {
    await run.anchor({}, context);
    expect(puts()).toMatchObject([{ Bucket: 'anchors', IfNoneMatch: '*', Body: expect.stringContaining('"root"') }]);
  });

  it('fails aloud when it can’t: the call is tried again, and then kept', async () => {
    bucket.on(PutObjectCommand).rejects(Object.assign(new Error('x'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
    await expect(run.anchor({}, context)).rejects.toMatchObject({ port: 'anchors', kind: 'refused' });
  });
});

describe('export', () => {
  it('lays a kit into the vault that one of two people can open', async () => {
    await run.export({}, context);
    const [kit] = puts();
    expect([puts().length, kit]).toMatchObject([1, { Bucket: 'vault', Key: expect.stringMatching(/^kits\/.*\.age$/) }]);
    const opened = await openWith(identity, kit!.Body as Uint8Array);
    expect(opened.ok && JSON.parse(new TextDecoder().decode(opened.value))).toMatchObject({
      v: 1,
      text: expect.stringContaining('NIGHT KIT'),
    });
  });
});

describe('receive', () => {
  const event = (eventType: string) => ({
    Records: [
      {
        messageId: 'm-1',
        body: JSON.stringify({
          eventType,
          mail: { messageId: 'ses-1', tags: { duty: [`duty-${'a'.repeat(26)}`], incident: [`inc-${'b'.repeat(26)}`] } },
        }),
      },
    ],
  });

  it.each([
    ['Send', 'sent'],
    ['Delivery', 'delivered'],
    ['Bounce', 'bounced'],
  ])('keeps a report of %s, without address or text', async (type, what) => {
    expect(await run.receive(event(type), context)).toEqual({ batchItemFailures: [] });
    expect(puts()).toMatchObject([{ Bucket: 'evidence', Key: expect.stringMatching(/^reports\/\d{13}-/) }]);
    expect(JSON.parse(String(puts()[0]?.Body))).toEqual({
      v: 1,
      duty: `duty-${'a'.repeat(26)}`,
      what,
      at: expect.any(Number),
      by: 'ses',
      eventId: `${what}:ses-1`,
    });
  });

  it('asks nothing of the ledger that it could not keep first', async () => {
    bucket.on(PutObjectCommand).rejects(Object.assign(new Error('x'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }));
    expect(await run.receive(event('Delivery'), context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(table.commandCalls(GetCommand)).toHaveLength(0);
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });
});
