// Decides how a function reads secrets: by a client that is loaded at the first use, from a cache after that (D-23).
import type { Secrets } from '#adapters/secrets/secrets.ts';
import type { Clock } from '#flow/ports.ts';

export const secretsOf = (clock: Clock): Secrets => {
  let opened: Promise<Secrets> | undefined;
  const open = (): Promise<Secrets> => {
    opened ??= import('#adapters/secrets/secrets.ts').then(({ cachedSecrets, secretsClient }) =>
      cachedSecrets({ client: secretsClient(), clock }),
    );
    return opened;
  };
  return { get: async (id, options) => (await open()).get(id, options) };
};
