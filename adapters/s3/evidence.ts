// Decides where raw bytes lie on AWS: one object each, written once, read whole.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Evidences, PortError } from '#flow/ports.ts';

export type BucketSettings = { readonly client: S3Client; readonly bucket: string };

export const s3Client = (settings: { readonly forcePathStyle?: boolean } = {}): S3Client =>
  new S3Client({
    ...settings,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

type Answer = { readonly name: string; readonly status: number };

const answerOf = (cause: unknown): Answer => {
  const error = (typeof cause === 'object' && cause !== null ? cause : {}) as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  return { name: typeof error.name === 'string' ? error.name : 'unknown', status: error.$metadata?.httpStatusCode ?? 0 };
};

const failed = (doing: string, cause: unknown): PortError => {
  const { name, status } = answerOf(cause);
  const kind = status === 400 || status === 403 || name === 'NoSuchBucket' ? 'refused' : 'again';
  return new PortError('evidence', kind, `${doing}: S3 answered ${name}`, { cause });
};

export const s3Evidence = ({ client, bucket }: BucketSettings): Evidences => ({
  put: async (ref, source, bytes, at) => {
    // The reference names the content, so what is there already is the same: 412 means stored.
    const request = { Bucket: bucket, Key: ref, Body: bytes, IfNoneMatch: '*', Metadata: { source, received: String(at) } };
    await client.send(new PutObjectCommand(request)).catch((cause: unknown) => {
      if (answerOf(cause).status !== 412) throw failed('storing raw evidence', cause);
    });
  },
  get: async (ref) => {
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: ref }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (cause) {
      if (answerOf(cause).name === 'NoSuchKey') return undefined;
      throw failed('reading raw evidence', cause);
    }
  },
});
