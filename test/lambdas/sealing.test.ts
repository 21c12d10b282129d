// Decides how functions seal and open what names people: by KMS at the first use, and what is kept no longer is not there.
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Evidences, type FailureKind, PortError } from '#flow/ports.ts';
import { envelopesOf, keptStill } from '#lambdas/sealing.ts';
import { setEnvironment, variables } from './settings.ts';

const kms = mockClient(KMSClient);
setEnvironment();

beforeEach(() => {
  kms.reset();
  kms.on(GenerateDataKeyCommand).resolves({ Plaintext: Buffer.alloc(32, 7), CiphertextBlob: Buffer.from('wrapped') });
  kms.on(DecryptCommand).resolves({ Plaintext: Buffer.alloc(32, 7) });
});

describe('what a function seals', () => {
  it('is sealed under the deployment’s data key and opens under the same context', async () => {
    const { seal, open } = envelopesOf(variables);
    const context = { incident: 'inc-1', controller: 'museum-shop' };
    const sealed = await seal(Buffer.from('anna'), context);
    expect(Buffer.from(sealed).includes('anna')).toBe(false);
    expect(Buffer.from(await open(sealed, context)).toString()).toBe('anna');
    expect(kms.commandCalls(GenerateDataKeyCommand)[0]?.args[0].input).toMatchObject({
      KeyId: variables.DATA_KEY,
      EncryptionContext: context,
    });
    expect(kms.commandCalls(DecryptCommand)[0]?.args[0].input).toMatchObject({ KeyId: variables.DATA_KEY, EncryptionContext: context });
  });
});

describe('evidence that S3 refuses', () => {
  const failing = (kind: FailureKind): Evidences => ({
    put: async () => undefined,
    get: async () => {
      throw new PortError('evidence', kind, 'x');
    },
  });
  const warned: string[] = [];
  const log = { warn: (event: string) => void warned.push(event) };

  it('is kept no longer, and that is said', async () => {
    expect(await keptStill(failing('refused'), log).get('raw/handles/sig-1')).toBeUndefined();
    expect(warned).toEqual(['evidence-not-read']);
  });

  it('is asked for again when S3 only failed', async () => {
    await expect(keptStill(failing('again'), log).get('raw/handles/sig-1')).rejects.toMatchObject({ kind: 'again' });
  });
});
