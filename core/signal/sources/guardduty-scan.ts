// Decides what a result of Malware Protection for S3 says: it comes by the same door, without id, type or severity (formats.md A3).
import { derived } from '../../kernel/hash.ts';
import { type Result, ok } from '../../kernel/result.ts';
import { timeOf } from '../event-time.ts';
import { type Fields, at, fieldsAt, textOf } from '../fields.ts';
import type { Facts, ReadContext, Refusal } from '../signal.ts';

export const isScan = (json: Fields): boolean => at(json, 'detail-type') === 'GuardDuty Malware Protection Object Scan Result';

export const scanOf = (json: Fields): Fields => fieldsAt(json, 'detail');

/** A clean file is housekeeping; so is one that could not be scanned. A threat is a finding of its own. */
export const readScan = (json: Fields, context: ReadContext): Result<Facts, Refusal> => {
  const scan = scanOf(json);
  const object = fieldsAt(scan, 's3ObjectDetails');
  const [bucket, key, etag, version] = ['bucketName', 'objectKey', 'eTag', 'versionId'].map((name) => textOf(at(object, name)));
  const status = textOf(at(scan, 'scanResultDetails', 'scanResultStatus')) ?? '';
  // Bucket, key and version: the same object found bad again is the same news.
  const identity = ['scan', bucket ?? '', key ?? '', etag ?? '', version ?? '', status];
  const account = textOf(at(json, 'account'));
  const time = timeOf(at(json, 'time'), context);
  const found = status === 'THREATS_FOUND';
  return ok({
    eventId: textOf(at(json, 'id')),
    identity,
    kind: found ? 'finding' : 'housekeeping',
    outcome: 'unknown',
    ...(time && { time: time.time }),
    ...(found && { severity: 4 as const, finding: `scan-${derived(identity)}` }),
    ...(account !== undefined && { tenant: account }),
    target: { type: 's3-bucket', ...(bucket !== undefined && { id: bucket }) },
    identifiers: [
      ...(bucket === undefined ? [] : [`s3:${bucket}`, `arn:aws:s3:::${bucket}`]),
      ...(account === undefined ? [] : [`aws:${account}`]),
    ],
    marks: time?.marks ?? ['no-time'],
  });
};
