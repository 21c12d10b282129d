// Decides what the journal on AWS makes of kept mails and of failures, and which raw events it would have assessed again.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { s3Journal, storedSince } from '#adapters/s3/journal.ts';
import { s3Vault } from '#adapters/s3/vault.ts';
import type { Testimony } from '#flow/ports.ts';
import { at } from '#test/contract/samples.ts';

const client = new S3Client({ region: 'eu-central-1' });
const mock = mockClient(client);
const bucket = { client, bucket: 'evidence' };
const journal = s3Journal(bucket);
const failing = (name: string, status: number) => Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: status } });
const duty = `duty-${'d'.repeat(26)}` as Testimony['duty'];
const report: Testimony = { duty, what: 'sent', at: at(0), by: 'ses', eventId: 'sent:1' };
const body = (text: string) => ({ Body: { transformToString: async () => text } }) as never;

beforeEach(() => mock.reset());

describe('the journal in S3', () => {
  it('takes every kept notice for one that was tried, page by page, however old', async () => {
    mock.on(ListObjectsV2Command, { Prefix: 'reports/' }).resolves({});
    const page = (Key: string) => ({ Contents: [{ Key, LastModified: new Date(at(-9_999)) }] });
    mock
      .on(ListObjectsV2Command, { Prefix: 'mail/' })
      .resolves({ ...page(`mail/${duty}.0.mail.contact-1`), IsTruncated: true, NextContinuationToken: 'two' });
    mock.on(ListObjectsV2Command, { Prefix: 'mail/', ContinuationToken: 'two' }).resolves(page('mail/something-else'));
    const all = await Array.fromAsync(journal.since(at(0)));
    expect(all).toMatchObject([{ duty, what: 'tried', eventId: `${duty}.0.mail.contact-1` }]);
    expect(mock.commandCalls(ListObjectsV2Command)).toHaveLength(3);
  });

  it('counts a repeat as kept', async () => {
    mock.on(PutObjectCommand).rejects(failing('PreconditionFailed', 412));
    await expect(journal.keep(report)).resolves.toBeUndefined();
  });

  it('never passes over a report that it can’t read', async () => {
    mock.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'reports/1-x.json' }] });
    mock.on(GetObjectCommand).resolves(body('{"v":2}'));
    await expect(Array.fromAsync(journal.since(at(0)))).rejects.toMatchObject({ port: 'journal', kind: 'unknown-version' });
  });

  it.each([
    ['SlowDown', 503, 'again'],
    ['AccessDenied', 403, 'refused'],
  ])('turns %s into a failure of the port', async (name, status, kind) => {
    for (const command of [PutObjectCommand, ListObjectsV2Command])
      mock.on(command as typeof PutObjectCommand).rejects(failing(name, status));
    await expect(journal.keep(report)).rejects.toMatchObject({ port: 'journal', kind });
    await expect(Array.fromAsync(journal.since(at(0)))).rejects.toMatchObject({ port: 'journal', kind });
    await expect(s3Vault(bucket).put('kits/x.age', new Uint8Array())).rejects.toMatchObject({ port: 'vault', kind });
  });
});

describe('raw events that were stored since', () => {
  it('are queued again, ten at a time; older ones and other objects are not', async () => {
    const key = (i: number) => `raw/fail2ban/${String(i).padStart(64, '0')}`;
    const young = Array.from({ length: 11 }, (_, i) => ({ Key: key(i), LastModified: new Date(at(i)) }));
    const others = [
      { Key: key(99), LastModified: new Date(at(-1)) },
      { Key: 'raw/odd', LastModified: new Date(at(1)) },
    ];
    mock.on(ListObjectsV2Command).resolves({ Contents: [...young, ...others] });
    const batches = await Array.fromAsync(storedSince(bucket, at(0)));
    expect(batches.map((batch) => batch.length)).toEqual([10, 1]);
    expect(batches[0]?.[0]).toEqual({ source: 'fail2ban', delivery: `restore:${'0'.repeat(64)}#0`, rawRef: key(0), received: at(0) });
  });
});
