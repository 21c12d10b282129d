// Decides what writing and reading anchors does when S3 refuses, lacks or loses something.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { s3Anchors } from '#adapters/s3/anchors.ts';
import { anchorOf } from '#core/register/verify.ts';
import { at } from '#test/contract/samples.ts';

const client = new S3Client({ region: 'eu-central-1' });
const mock = mockClient(client);
const anchors = s3Anchors({ client, bucket: 'anchors' });
const failing = (name: string, status: number) => Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: status } });
const put = () => anchors.put(anchorOf([], at(0)));

beforeEach(() => mock.reset());

describe('anchors in S3', () => {
  it('are written only where nothing is yet, under a name that sorts the newest first', async () => {
    mock.on(PutObjectCommand).resolves({});
    for (const second of [0, 1]) await anchors.put(anchorOf([], at(second)));
    const [older, newer] = mock.commandCalls(PutObjectCommand).map((call) => call.args[0].input);
    expect(older).toMatchObject({ Bucket: 'anchors', IfNoneMatch: '*' });
    expect(newer!.Key! < older!.Key!).toBe(true);
  });

  it('that are there already count as written', async () => {
    mock.on(PutObjectCommand).rejects(failing('PreconditionFailed', 412));
    await expect(put()).resolves.toBeUndefined();
  });

  it.each([
    ['SlowDown', 503, 'again'],
    ['TimeoutError', 0, 'again'],
    ['AccessDenied', 403, 'refused'],
  ])('turn %s into a failure of the port', async (name, status, kind) => {
    mock.on(PutObjectCommand).rejects(failing(name, status));
    mock.on(ListObjectsV2Command).rejects(failing(name, status));
    await expect(put()).rejects.toMatchObject({ name: 'PortError', port: 'anchors', kind });
    await expect(anchors.latest()).rejects.toMatchObject({ port: 'anchors', kind });
  });

  it('refuse to take another object for an anchor', async () => {
    mock.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'x' }] });
    mock.on(GetObjectCommand).resolves({ Body: { transformToString: async () => '{"v":1}' } as never });
    await expect(anchors.latest()).rejects.toMatchObject({ port: 'anchors', kind: 'refused' });
  });
});
