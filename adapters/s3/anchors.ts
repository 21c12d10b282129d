// Decides where anchors of the register lie on AWS: one object each in a bucket whose lock nobody can lift, newest first (P-11, TH-22).
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { parseInstant } from '#core/kernel/time.ts';
import { type Anchor, anchorName, isAnchor } from '#core/register/verify.ts';
import { type Anchors, PortError } from '#flow/ports.ts';
import type { BucketSettings } from './evidence.ts';
import { answerOf, failed } from './failure.ts';

const lastStamp = 9_999_999_999_999;

/** S3 lists names upwards only, so a name begins with the time that is left until the end of time: the newest is the first. */
const keyOf = (anchor: Anchor): string => {
  const at = parseInstant(anchor.at);
  if (!at.ok) throw new PortError('anchors', 'refused', `an anchor's time is ${at.error}`);
  return `${String(lastStamp - at.value).padStart(13, '0')}-${anchorName(anchor)}.json`;
};

const parsed = (text: string): Anchor => {
  try {
    const value: unknown = JSON.parse(text);
    if (isAnchor(value)) return value;
  } catch {
    // said below
  }
  throw new PortError('anchors', 'refused', 'the newest object of the anchors is no anchor');
};

export const s3Anchors = ({ client, bucket }: BucketSettings): Anchors => ({
  put: async (anchor) => {
    const request = { Bucket: bucket, Key: keyOf(anchor), Body: JSON.stringify(anchor), IfNoneMatch: '*', ContentType: 'application/json' };
    await client.send(new PutObjectCommand(request)).catch((cause: unknown) => {
      if (answerOf(cause).status !== 412) throw failed('anchors', 'storing an anchor', cause);
    });
  },
  latest: async () => {
    try {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }));
      const newest = Contents[0]?.Key;
      if (newest === undefined) return undefined;
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: newest }));
      return parsed((await answer.Body?.transformToString()) ?? '');
    } catch (cause) {
      throw cause instanceof PortError ? cause : failed('anchors', 'reading the last anchor', cause);
    }
  },
});
