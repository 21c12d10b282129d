// Decides what storing and reading raw evidence does when S3 refuses, lacks or loses something.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { s3Evidence } from '#adapters/s3/evidence.ts';
import { at } from '#test/contract/samples.ts';

const client = new S3Client({ region: 'eu-central-1' });
const mock = mockClient(client);
const evidence = s3Evidence({ client, bucket: 'evidence' });
const failing = (name: string, status: number) => Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: status } });
const put = () => evidence.put('raw/fail2ban/aa', 'fail2ban', Buffer.from('x'), at(0));

beforeEach(() => mock.reset());

describe('raw evidence in S3', () => {
  it('is written only where nothing is yet', async () => {
    mock.on(PutObjectCommand).resolves({});
    await put();
    expect(mock.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'evidence',
      Key: 'raw/fail2ban/aa',
      IfNoneMatch: '*',
    });
  });

  it('counts as stored when it is there already', async () => {
    mock.on(PutObjectCommand).rejects(failing('PreconditionFailed', 412));
    await expect(put()).resolves.toBeUndefined();
  });

  it.each([
    ['SlowDown', 503, 'again'],
    ['ConditionalRequestConflict', 409, 'again'],
    ['TimeoutError', 0, 'again'],
    ['AccessDenied', 403, 'refused'],
    ['NoSuchBucket', 404, 'refused'],
  ])('turns %s into a failure of the port', async (name, status, kind) => {
    mock.on(PutObjectCommand).rejects(failing(name, status));
    mock.on(GetObjectCommand).rejects(failing(name, status));
    await expect(put()).rejects.toMatchObject({ name: 'PortError', port: 'evidence', kind });
    await expect(evidence.get('raw/fail2ban/aa')).rejects.toMatchObject({ kind });
  });

  it('is undefined where there is none', async () => {
    mock.on(GetObjectCommand).rejects(failing('NoSuchKey', 404));
    expect(await evidence.get('raw/fail2ban/none')).toBeUndefined();
  });
});
