// Decides how a function reaches raw evidence: S3's client is heavy, so it is loaded at the first use (D-23).
import type { Evidences } from '#flow/ports.ts';

export const evidenceOf = (env: { readonly EVIDENCE_BUCKET: string }): Evidences => {
  let opened: Promise<Evidences> | undefined;
  const open = (): Promise<Evidences> => {
    opened ??= import('#adapters/s3/evidence.ts').then(({ s3Client, s3Evidence }) =>
      s3Evidence({ client: s3Client(), bucket: env.EVIDENCE_BUCKET }),
    );
    return opened;
  };
  return {
    put: async (ref, source, bytes, at) => (await open()).put(ref, source, bytes, at),
    get: async (ref) => (await open()).get(ref),
  };
};
