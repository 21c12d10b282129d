// Decides what asking KMS for a data key does when KMS refuses, is slow, or answers without one.
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { kmsClient, kmsDataKeys } from '#adapters/kms/data-keys.ts';
import { type Duration, seconds } from '#core/kernel/time.ts';

const client = new KMSClient({ region: 'eu-central-1' });
const mock = mockClient(client);
const asked: Duration[] = [];
const signal = new AbortController().signal;
const limits = {
  after: (time: Duration) => {
    asked.push(time);
    return signal;
  },
};
const key = 'arn:aws:kms:eu-central-1:111122223333:key/0b4d8d2c-0000-4000-8000-000000000000';
const keys = kmsDataKeys({ client, key, limits });
const context = { incident: 'inc-1', controller: 'museum-shop' };
const failing = (name: string) => Object.assign(new Error('x'), { name });

beforeEach(() => {
  mock.reset();
  asked.length = 0;
});

describe('data keys of KMS', () => {
  it('are asked for under the root key, with incident and controller as context', async () => {
    mock.on(GenerateDataKeyCommand).resolves({ Plaintext: new Uint8Array(32), CiphertextBlob: Buffer.from('wrapped') });
    mock.on(DecryptCommand).resolves({ Plaintext: new Uint8Array(32) });
    const { wrapped } = await keys.generate(context);
    await keys.decrypt(wrapped, context);
    expect(mock.commandCalls(GenerateDataKeyCommand)[0]?.args[0].input).toEqual({
      KeyId: key,
      KeySpec: 'AES_256',
      EncryptionContext: context,
    });
    expect(mock.commandCalls(DecryptCommand)[0]?.args[0].input).toEqual({
      KeyId: key,
      CiphertextBlob: Buffer.from('wrapped'),
      EncryptionContext: context,
    });
  });

  it('are waited for no longer than 8 seconds, all tries together', async () => {
    mock.on(GenerateDataKeyCommand).resolves({ Plaintext: new Uint8Array(32), CiphertextBlob: Buffer.from('wrapped') });
    await keys.generate(context);
    expect(asked).toEqual([seconds(8)]);
    const args: readonly unknown[] = mock.commandCalls(GenerateDataKeyCommand)[0]?.args ?? [];
    expect(args[1]).toMatchObject({ abortSignal: signal });
    expect(await kmsClient({ region: 'eu-central-1' }).config.maxAttempts()).toBe(3);
  });

  it.each([
    ['ThrottlingException', 'again'],
    ['KMSInternalException', 'again'],
    ['DependencyTimeoutException', 'again'],
    ['KeyUnavailableException', 'again'],
    ['TimeoutError', 'again'],
    ['AbortError', 'again'],
    ['AccessDeniedException', 'refused'],
    ['DisabledException', 'refused'],
    ['KMSInvalidStateException', 'refused'],
    ['NotFoundException', 'refused'],
    ['InvalidCiphertextException', 'refused'],
    ['IncorrectKeyException', 'refused'],
  ])('turn %s into a failure of the port', async (name, kind) => {
    mock.on(GenerateDataKeyCommand).rejects(failing(name));
    mock.on(DecryptCommand).rejects(failing(name));
    await expect(keys.generate(context)).rejects.toMatchObject({ name: 'PortError', port: 'keys', kind });
    await expect(keys.decrypt(Buffer.from('wrapped'), context)).rejects.toMatchObject({ port: 'keys', kind });
  });

  it('are none when the answer holds none', async () => {
    mock.on(GenerateDataKeyCommand).resolves({ CiphertextBlob: Buffer.from('wrapped') });
    mock.on(DecryptCommand).resolves({});
    await expect(keys.generate(context)).rejects.toMatchObject({ port: 'keys', kind: 'again' });
    await expect(keys.decrypt(Buffer.from('wrapped'), context)).rejects.toMatchObject({ port: 'keys', kind: 'again' });
  });
});
