// Decides how data keys come from AWS KMS: one root key that never leaves it, incident and controller as encryption context (D-1, D-14).
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { seconds } from '#core/kernel/time.ts';
import type { DataKeys } from '#flow/data-keys.ts';
import { type Limits, PortError } from '#flow/ports.ts';

export type KmsSettings = {
  readonly client: KMSClient;
  /** ARN of the root key: whatever another key wrapped is refused. */
  readonly key: string;
  readonly limits: Limits;
};

/** Both calls may be repeated: neither changes anything. */
export const kmsClient = (settings: { readonly region?: string } = {}): KMSClient =>
  new KMSClient({
    ...settings,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

/** All tries together. */
const atMost = seconds(8);

/** What no second try mends: the key is gone or switched off, the role may not, or the context is that of another list. */
const forGood: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DisabledException',
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
]);

const failed = (doing: string, cause: unknown): PortError => {
  const name = cause instanceof Error ? cause.name : 'unknown';
  return new PortError('keys', forGood.has(name) ? 'refused' : 'again', `${doing}: KMS answered ${name}`, { cause });
};

const whole = (doing: string, bytes: Uint8Array | undefined): Uint8Array => {
  if (bytes === undefined || bytes.length === 0) throw new PortError('keys', 'again', `${doing}: KMS answered without a key`);
  return bytes;
};

export const kmsDataKeys = ({ client, key, limits }: KmsSettings): DataKeys => {
  const call = async <T>(doing: string, asked: (options: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    try {
      return await asked({ abortSignal: limits.after(atMost) });
    } catch (cause) {
      throw failed(doing, cause);
    }
  };
  return {
    generate: async (context) => {
      const doing = 'making a data key';
      const command = new GenerateDataKeyCommand({ KeyId: key, KeySpec: 'AES_256', EncryptionContext: context });
      const answer = await call(doing, (options) => client.send(command, options));
      return { plaintext: whole(doing, answer.Plaintext), wrapped: whole(doing, answer.CiphertextBlob) };
    },
    decrypt: async (wrapped, context) => {
      const doing = 'opening a data key';
      const command = new DecryptCommand({ KeyId: key, CiphertextBlob: wrapped, EncryptionContext: context });
      return whole(doing, (await call(doing, (options) => client.send(command, options))).Plaintext);
    },
  };
};
