// Decides how a function keeps what is reported on mail: in the bucket of the evidence, opened at the first use.
import type { Journal } from '#flow/ports.ts';
import { inBucket } from './s3.ts';

export const journalOf = (env: { readonly EVIDENCE_BUCKET: string }): Pick<Journal, 'keep'> => {
  const open = inBucket(env.EVIDENCE_BUCKET, async () => (await import('#adapters/s3/journal.ts')).s3Journal);
  return { keep: async (testimony) => (await open()).keep(testimony) };
};
