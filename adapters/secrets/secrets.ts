// Decides how long a secret is believed: five minutes fresh, an hour when the store is down (F-51, reliability.md 6.6).
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Duration, type Instant, between, hours, minutes } from '#core/kernel/time.ts';
import { type Clock, PortError } from '#flow/ports.ts';

export type SecretSettings = { readonly client: SecretsManagerClient; readonly clock: Clock };

/** `fresh`: asked for anew when a receiver said 401, because a secret may change at any time. */
export type Secrets = { readonly get: (id: string, options?: { readonly fresh?: boolean }) => Promise<string> };

const freshFor: Duration = minutes(5);
const staleFor: Duration = hours(1);

type Held = { readonly value: string; readonly readAt: Instant };

export const secretsClient = (settings: { readonly region?: string } = {}): SecretsManagerClient =>
  new SecretsManagerClient({
    ...settings,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

const ask = async (client: SecretsManagerClient, id: string): Promise<string> => {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: id }));
  if (answer.SecretString === undefined) throw new Error(`secret "${id}" holds no text`);
  return answer.SecretString;
};

const failed = (id: string, cause: unknown): PortError => {
  const name = cause instanceof Error ? cause.name : 'unknown';
  const kind = /AccessDenied|ResourceNotFound|DecryptionFailure/.test(name) ? 'refused' : 'again';
  return new PortError('secrets', kind, `reading secret "${id}": Secrets Manager answered ${name}`, { cause });
};

export const cachedSecrets = ({ client, clock }: SecretSettings): Secrets => {
  const held = new Map<string, Held>();
  const isYoung = (known: Held | undefined, limit: Duration): known is Held =>
    known !== undefined && between(known.readAt, clock.now()) < limit;
  return {
    get: async (id, options = {}) => {
      const known = held.get(id);
      if (options.fresh !== true && isYoung(known, freshFor)) return known.value;
      try {
        const value = await ask(client, id);
        held.set(id, { value, readAt: clock.now() });
        return value;
      } catch (cause) {
        if (isYoung(known, staleFor)) return known.value;
        throw failed(id, cause);
      }
    },
  };
};
