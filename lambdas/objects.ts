// Decides what becomes of an object that was laid into a bucket for us, a file of CloudTrail or a mail: it is taken in like any delivery (D-9).
import { sha256 } from '#core/kernel/hash.ts';
import { instantOf } from '#core/kernel/time.ts';
import { inflate, isGzip } from '#flow/inflate.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import type { World } from '#flow/ports.ts';
import { type Message, parsed } from './batch.ts';

/** `etag` tells a replaced object from the one before. */
export type LaidDown = { readonly bucket: string; readonly key: string; readonly etag: string; readonly size: number };

/** Bucket and beginning of the key, in one text, to the source of what lies there. */
export type ObjectSources = Readonly<Record<string, string>>;

type Fields = Readonly<Record<string, unknown>>;

/** As much as a function can hold beside what it makes of it. SES takes mails of up to 40 MB; a file of CloudTrail is far from it. */
const largest = 32 * 1_024 * 1_024;

const object = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** What EventBridge says of a new object of S3. The key stands there as it is, not encoded. */
export const laidDown = ({ body }: Message): LaidDown | undefined => {
  const event = object(parsed(body));
  if (event['source'] !== 'aws.s3' || event['detail-type'] !== 'Object Created') return undefined;
  const detail = object(event['detail']);
  const { name } = object(detail['bucket']);
  const { key, etag, size } = object(detail['object']);
  return typeof name === 'string' && typeof key === 'string'
    ? { bucket: name, key, etag: String(etag ?? ''), size: Number(size) || 0 }
    : undefined;
};

/** Digests say whether files were changed, not what happened: they are not for us. */
const isDigest = (key: string): boolean => /(?:^|\/)CloudTrail-Digest\//.test(key);

const sourceOf = (objects: ObjectSources, { bucket, key }: LaidDown): string | undefined =>
  Object.entries(objects).find(([place]) => `${bucket}/${key}`.startsWith(place))?.[1];

export type ObjectDoor = {
  readonly world: World;
  readonly objects: ObjectSources;
  /** Undefined where there is no such object. */
  readonly read: (bucket: string, key: string) => Promise<Uint8Array | undefined>;
};

const unpacked = async (bytes: Uint8Array): Promise<Uint8Array | undefined> => {
  if (!isGzip(bytes)) return bytes;
  const inflated = await inflate(new Uint8Array(bytes), largest);
  return inflated.ok ? inflated.value : undefined;
};

/**
 * Stores and queues what the object holds: the message may go. `not-ours`: no such object, or none that can be read, so that the message
 * itself is kept with that reason. Throws PortError when it could not be stored.
 */
export const takeObject = async ({ world, objects, read }: ObjectDoor, message: Message): Promise<'taken' | 'digest' | 'not-ours'> => {
  const told = laidDown(message);
  const source = told && sourceOf(objects, told);
  if (!told || source === undefined || told.size > largest) return 'not-ours';
  if (isDigest(told.key)) return 'digest';
  const packed = await read(told.bucket, told.key);
  const bytes = packed && (await unpacked(packed));
  if (!bytes || bytes.length === 0) return 'not-ours';
  const id = `s3:${sha256(`${told.bucket}/${told.key}/${told.etag}`)}`;
  await ingestDelivery(world, { source, id, bytes, received: instantOf(message.sentAt) });
  return 'taken';
};
