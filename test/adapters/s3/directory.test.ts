// Decides what reading, keeping and replacing the pushed directory does with every answer of S3.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { s3Directory } from '#adapters/s3/directory.ts';

const client = new S3Client({ region: 'eu-central-1' });
const mock = mockClient(client);
const directory = s3Directory({ client, bucket: 'evidence' });
const failing = (name: string, status: number) => Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: status } });
const body = (text: string) => ({ transformToString: async () => text }) as never;
const sent = () => mock.commandCalls(PutObjectCommand).map((call) => call.args[0].input);

beforeEach(() => mock.reset());

describe('the pushed directory in S3', () => {
  it('is read whole with its ETag, and asked for by it the next time', async () => {
    mock.on(GetObjectCommand).resolves({ Body: body('{}'), ETag: '"1"' });
    expect(await directory.read()).toEqual({ text: '{}', etag: '"1"' });
    await directory.read({ unlessEtag: '"1"' });
    const [first, second] = mock.commandCalls(GetObjectCommand).map((call) => call.args[0].input);
    expect(first).toEqual({ Bucket: 'evidence', Key: 'directory/current.json' });
    expect(second).toMatchObject({ IfNoneMatch: '"1"' });
  });

  it('is unchanged at 304, and undefined where there is none', async () => {
    mock.on(GetObjectCommand).rejectsOnce(failing('304', 304)).rejects(failing('NoSuchKey', 404));
    expect(await directory.read({ unlessEtag: '"1"' })).toBe('unchanged');
    expect(await directory.read()).toBeUndefined();
  });

  it('is first put only where there is none, later only in place of the one that was read', async () => {
    mock.on(PutObjectCommand).resolves({});
    expect(await directory.put('a', undefined)).toBe('put');
    expect(await directory.put('b', '"1"')).toBe('put');
    expect(sent()).toMatchObject([
      { Key: 'directory/current.json', Body: 'a', IfNoneMatch: '*' },
      { Key: 'directory/current.json', Body: 'b', IfMatch: '"1"' },
    ]);
  });

  it.each([
    ['PreconditionFailed', 412],
    ['ConditionalRequestConflict', 409],
    ['NoSuchKey', 404],
  ])('says conflict at %s: somebody else was faster', async (name, status) => {
    mock.on(PutObjectCommand).rejects(failing(name, status));
    expect(await directory.put('b', '"1"')).toBe('conflict');
  });

  it('keeps an earlier one under its instant, once', async () => {
    mock.on(PutObjectCommand).resolvesOnce({}).rejects(failing('PreconditionFailed', 412));
    await directory.keep('2026-11-25T09:00:00Z', 'old');
    await expect(directory.keep('2026-11-25T09:00:00Z', 'old')).resolves.toBeUndefined();
    expect(sent()[0]).toMatchObject({ Key: 'directory/2026-11-25T09:00:00Z.json', Body: 'old', IfNoneMatch: '*' });
  });

  it.each([
    ['SlowDown', 503, 'again'],
    ['AccessDenied', 403, 'refused'],
    ['NoSuchBucket', 404, 'refused'],
  ])('turns %s into a failure of the port', async (name, status, kind) => {
    mock.on(PutObjectCommand).rejects(failing(name, status));
    mock.on(GetObjectCommand).rejects(failing(name, status));
    const failure = { name: 'PortError', port: 'directory', kind };
    await expect(directory.read()).rejects.toMatchObject(failure);
    await expect(directory.put('a', undefined)).rejects.toMatchObject(failure);
    await expect(directory.keep('x', 'a')).rejects.toMatchObject(failure);
  });
});
