// Decides how a function reaches raw evidence: one bucket, opened at the first use.
import type { Evidences } from '#flow/ports.ts';
import { inBucket } from './s3.ts';

export const evidenceOf = (env: { readonly EVIDENCE_BUCKET: string }): Evidences => {
  const open = inBucket(env.EVIDENCE_BUCKET, async () => (await import('./in-s3.ts')).inS3.evidence);
  return {
    put: async (ref, source, bytes, at) => (await open()).put(ref, source, bytes, at),
    get: async (ref) => (await open()).get(ref),
  };
};
