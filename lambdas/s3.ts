// Decides how a function reaches S3: the client is heavy, so it is loaded at the first use, and one for all that the function keeps there (D-23).
import type { BucketSettings } from '#adapters/s3/evidence.ts';

let known: Promise<BucketSettings['client']> | undefined;
const client = (): Promise<BucketSettings['client']> => {
  known ??= import('./in-s3.ts').then(({ inS3 }) => inS3.client());
  return known;
};

/** A port on one bucket, opened when somebody first asks for it. */
export const inBucket = <Port>(bucket: string, load: () => Promise<(settings: BucketSettings) => Port>): (() => Promise<Port>) => {
  let opened: Promise<Port> | undefined;
  return () => {
    opened ??= Promise.all([client(), load()]).then(([s3, port]) => port({ client: s3, bucket }));
    return opened;
  };
};
