// Decides how a sealed kit is laid into the vault: written once, in another account, with no right to look (P-13).
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { BucketSettings } from './evidence.ts';
import { failed } from './failure.ts';

export const s3Vault = ({ client, bucket }: BucketSettings) => ({
  put: async (name: string, bytes: Uint8Array): Promise<void> => {
    const request = { Bucket: bucket, Key: name, Body: bytes, IfNoneMatch: '*', ContentType: 'application/octet-stream' };
    await client.send(new PutObjectCommand(request)).catch((cause: unknown) => {
      throw failed('vault', 'laying down a night kit', cause);
    });
  },
});
