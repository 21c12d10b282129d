// Decides how a function seals what names people, and reads it again: by the data key of the deployment, opened at the first use (D-14, D-23).
import type { Envelopes } from '#flow/data-keys.ts';
import { failureOf } from '#flow/failure.ts';
import { type Evidences, type Log, PortError } from '#flow/ports.ts';

const opened = async (key: string): Promise<Envelopes> => {
  const [{ envelopes }, { kmsClient, kmsDataKeys }] = await Promise.all([
    import('#adapters/envelope/envelope.ts'),
    import('#adapters/kms/data-keys.ts'),
  ]);
  return envelopes(kmsDataKeys({ client: kmsClient(), key, limits: { after: (time) => AbortSignal.timeout(time) } }));
};

export const envelopesOf = ({ DATA_KEY }: { readonly DATA_KEY: string }): Envelopes => {
  let known: Promise<Envelopes> | undefined;
  const open = (): Promise<Envelopes> => {
    known ??= opened(DATA_KEY);
    return known;
  };
  return {
    seal: async (bytes, context) => (await open()).seal(bytes, context),
    open: async (sealed, context) => (await open()).open(sealed, context),
  };
};

/** Nobody here may list the bucket, so S3 refuses what is kept no longer as it refuses what is not ours: it is not there, and that is said. */
export const keptStill = (evidence: Evidences, log: Pick<Log, 'warn'>): Evidences => ({
  put: evidence.put,
  get: (ref) =>
    evidence.get(ref).catch((cause: unknown) => {
      if (!(cause instanceof PortError) || cause.kind !== 'refused') throw cause;
      log.warn('evidence-not-read', failureOf(cause));
      return undefined;
    }),
});
