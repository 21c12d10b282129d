// Decides where raw bytes lie on AWS: one object each, written once, read whole.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Evidences } from '#flow/ports.ts';
import { answerOf, failed } from './failure.ts';

export type BucketSettings = { readonly client: S3Client; readonly bucket: string };

export const s3Client = (settings: { readonly forcePathStyle?: boolean; readonly region?: string } = {}): S3Client =>
  new S3Client({
    // An endpoint of one's own (an emulator, a store of another make) knows no host names of buckets.
    // biome-ignore lint/style/noProcessEnv: the SDK reads this variable itself, for every client.
    ...(process.env['AWS_ENDPOINT_URL'] === undefined ? {} : { forcePathStyle: true }),
    ...settings,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

export const s3Evidence = ({ client, bucket }: BucketSettings): Evidences => ({
  put: async (ref, source, bytes, at) => {
    // The reference names the content, so what is there already is the same: 412 means stored.
    const request = { Bucket: bucket, Key: ref, Body: bytes, IfNoneMatch: '*', Metadata: { source, received: String(at) } };
    await client.send(new PutObjectCommand(request)).catch((cause: unknown) => {
      if (answerOf(cause).status !== 412) throw failed('evidence', 'storing raw evidence', cause);
    });
  },
  get: async (ref) => {
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: ref }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (cause) {
      if (answerOf(cause).name === 'NoSuchKey') return undefined;
      throw failed('evidence', 'reading raw evidence', cause);
    }
  },
});
