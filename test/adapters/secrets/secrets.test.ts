// Decides how long a secret is believed: fresh for five minutes, for an hour when the store is down.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { cachedSecrets } from '#adapters/secrets/secrets.ts';
import { at } from '#test/contract/samples.ts';

const client = new SecretsManagerClient({ region: 'eu-central-1' });
const mock = mockClient(client);
let now = at(0);
const open = () => cachedSecrets({ client, clock: { now: () => now } });
const down = Object.assign(new Error('value-of-secret'), { name: 'InternalServiceError' });

beforeEach(() => {
  mock.reset();
  now = at(0);
});

describe('a secret', () => {
  it('is asked for once in five minutes', async () => {
    mock.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).resolves({ SecretString: 'two' });
    const secrets = open();
    expect(await secrets.get('slack')).toBe('one');
    now = at(299);
    expect(await secrets.get('slack')).toBe('one');
    now = at(300);
    expect(await secrets.get('slack')).toBe('two');
  });

  it('is asked for at once when a receiver refused it', async () => {
    mock.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).resolves({ SecretString: 'two' });
    const secrets = open();
    await secrets.get('slack');
    expect(await secrets.get('slack', { fresh: true })).toBe('two');
  });

  it('is believed for an hour when the store is down, and no longer', async () => {
    mock.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).rejects(down);
    const secrets = open();
    await secrets.get('slack');
    now = at(3_599);
    expect(await secrets.get('slack')).toBe('one');
    now = at(3_600);
    await expect(secrets.get('slack')).rejects.toMatchObject({ name: 'PortError', kind: 'again' });
  });

  it('that does not exist, holds no text or may not be read is refused by name, without any value', async () => {
    mock.on(GetSecretValueCommand).rejects(Object.assign(new Error('value-of-secret'), { name: 'ResourceNotFoundException' }));
    await expect(open().get('slack')).rejects.toMatchObject({ kind: 'refused', message: expect.not.stringContaining('value-of-secret') });
    mock.on(GetSecretValueCommand).resolves({});
    await expect(open().get('jira')).rejects.toThrow('reading secret "jira"');
  });

  it('is kept apart from others', async () => {
    mock.on(GetSecretValueCommand, { SecretId: 'a' }).resolves({ SecretString: 'one' });
    mock.on(GetSecretValueCommand, { SecretId: 'b' }).resolves({ SecretString: 'two' });
    const secrets = open();
    expect([await secrets.get('a'), await secrets.get('b'), await secrets.get('a')]).toEqual(['one', 'two', 'one']);
  });
});
