// What nearly every function asks of S3, loaded together at the first use: each further file costs a start up to a millisecond (D-23).
import { s3Directory } from '#adapters/s3/directory.ts';
import { s3Client, s3Evidence } from '#adapters/s3/evidence.ts';

export const inS3 = { client: s3Client, directory: s3Directory, evidence: s3Evidence } as const;
