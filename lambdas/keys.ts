// Decides how a function gets what only a secret holds: the root of the pseudonyms, and the doors' tokens.
import { pseudonymsOf } from '#adapters/secrets/pseudonyms.ts';
import type { Secrets } from '#adapters/secrets/secrets.ts';
import { type Clock, PortError, type Pseudonyms } from '#flow/ports.ts';
import { parsed } from './batch.ts';
import { secretsOf } from './secrets.ts';

/** Read once per process: the root never changes (D-3). A failure is not kept: the next invocation asks again. */
export const rootKey = (env: { readonly KEYS_SECRET: string }, clock: Clock): (() => Promise<Pseudonyms>) => {
  const secrets = secretsOf(clock);
  let known: Pseudonyms | undefined;
  return async () => {
    known ??= pseudonymsOf(await secrets.get(env.KEYS_SECRET));
    return known;
  };
};

/** The secret of the doors is one JSON object: per source a token, or a list of two while one is being replaced (F-51). */
export const doorTokens = (
  env: { readonly TOKENS_SECRET: string },
  clock: Clock,
  secrets: Pick<Secrets, 'get'> = secretsOf(clock),
): ((source: string) => Promise<readonly string[]>) => {
  return async (source) => {
    const value = parsed(await secrets.get(env.TOKENS_SECRET));
    if (typeof value !== 'object' || value === null)
      throw new PortError('secrets', 'refused', 'the secret of the doors is not a JSON object');
    const held: unknown = Object.hasOwn(value, source) ? (value as Record<string, unknown>)[source] : [];
    // An empty token would let everybody in.
    return [held].flat().filter((token): token is string => typeof token === 'string' && token.length >= 16);
  };
};
