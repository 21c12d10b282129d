// Decides how AWS keeps what is known of mail outside the ledger: one object for each report, and the kept bytes of notices beside them (P-25).
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client, type _Object } from '@aws-sdk/client-s3';
import { derived } from '#core/kernel/hash.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { type Journal, PortError, type Raw, type Testimony } from '#flow/ports.ts';
import type { BucketSettings } from './evidence.ts';
import { answerOf, failed } from './failure.ts';

const reports = 'reports/';
const mails = 'mail/';

/** Names sort by the time at which we kept them, so that reading from a time on reads nothing older. */
const stamp = (at: number): string => String(Math.max(Math.trunc(at), 0)).padStart(13, '0');

async function* listed(
  client: S3Client,
  request: { readonly Bucket: string; readonly Prefix: string; readonly StartAfter?: string },
): AsyncGenerator<_Object> {
  let token: string | undefined;
  do {
    const page = { ...request, ...(token === undefined ? {} : { ContinuationToken: token }) };
    const answer = await client.send(new ListObjectsV2Command(page)).catch((cause: unknown) => {
      throw failed('journal', 'listing what was kept', cause);
    });
    yield* answer.Contents ?? [];
    token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** One that nobody can read is no reason to pass over it: it may be the proof that a notice left. */
const testimonyOf = (key: string, text: string): Testimony => {
  try {
    const value = JSON.parse(text) as Testimony & { readonly v?: number };
    if (value.v === 1) return { duty: value.duty, what: value.what, at: value.at, by: value.by, eventId: value.eventId };
  } catch {
    // said below
  }
  throw new PortError('journal', 'unknown-version', `${key} is no report that this version wrote`);
};

/** The bytes of a notice are kept once, before its first try, under the key of that effect. Tries after that leave no mark of their own. */
const triedOf = ({ Key = '', LastModified }: _Object): readonly Testimony[] => {
  const duty = /^mail\/(duty-[a-z2-7]{26})\./.exec(Key)?.[1];
  if (duty === undefined) return [];
  return [
    { duty: duty as DutyId, what: 'tried', at: instantOf(LastModified?.getTime() ?? 0), by: 'art33', eventId: Key.slice(mails.length) },
  ];
};

export const s3Journal = ({ client, bucket }: BucketSettings): Journal => ({
  keep: async ({ duty, what, at, by, eventId }) => {
    const testimony = { v: 1, duty, what, at, by, eventId };
    const key = `${reports}${stamp(at)}-${derived(testimony)}.json`;
    const request = { Bucket: bucket, Key: key, Body: JSON.stringify(testimony), IfNoneMatch: '*', ContentType: 'application/json' };
    await client.send(new PutObjectCommand(request)).catch((cause: unknown) => {
      if (answerOf(cause).status !== 412) throw failed('journal', 'keeping a report', cause);
    });
  },
  since: async function* (from) {
    for await (const { Key = '' } of listed(client, { Bucket: bucket, Prefix: reports, StartAfter: `${reports}${stamp(from)}` })) {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key })).catch((cause: unknown) => {
        throw failed('journal', 'reading a report', cause);
      });
      yield testimonyOf(Key, (await answer.Body?.transformToString()) ?? '');
    }
    for await (const object of listed(client, { Bucket: bucket, Prefix: mails })) yield* triedOf(object);
  },
});

/** SQS takes ten messages at once. */
const atOnce = 10;

/**
 * Raw events that were stored since, as they are queued. A signal that the ledger knows already becomes a duplicate; one that it forgot is
 * assessed as if for the first time, into the same incident.
 */
export async function* storedSince({ client, bucket }: BucketSettings, from: Instant): AsyncGenerator<readonly Raw[]> {
  let batch: Raw[] = [];
  for await (const { Key = '', LastModified } of listed(client, { Bucket: bucket, Prefix: 'raw/' })) {
    const [, source, hash] = /^raw\/([^/]+)\/([0-9a-f]{64})$/.exec(Key) ?? [];
    const received = instantOf(LastModified?.getTime() ?? 0);
    if (source === undefined || received < from) continue;
    batch.push({ source, delivery: `restore:${hash}#0`, rawRef: Key, received });
    if (batch.length < atOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
