// Decides how a function keeps what is reported on mail: S3's client is heavy, so it is loaded at the first use (D-23).
import type { Journal } from '#flow/ports.ts';

export const journalOf = (env: { readonly EVIDENCE_BUCKET: string }): Pick<Journal, 'keep'> => {
  let opened: Promise<Journal> | undefined;
  const open = (): Promise<Journal> => {
    opened ??= Promise.all([import('#adapters/s3/evidence.ts'), import('#adapters/s3/journal.ts')]).then(([{ s3Client }, { s3Journal }]) =>
      s3Journal({ client: s3Client(), bucket: env.EVIDENCE_BUCKET }),
    );
    return opened;
  };
  return { keep: async (testimony) => (await open()).keep(testimony) };
};
