// Decides where the audit's heartbeat goes on AWS: always into our own log, outside where the secret names an address, and never in silence.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import { heartbeatOf } from '#lambdas/heartbeat.ts';
import { jsonLog } from '#lambdas/log.ts';
import { type HttpSink, openHttpSink } from '#test/sinks/http.ts';
import { written } from './written.ts';

vi.stubEnv('AWS_REGION', 'eu-central-1');
const secrets = mockClient(SecretsManagerClient);
const lines = written();
const beat = (): Promise<void> => heartbeatOf({ SINKS_SECRET: 'sinks' }, { now: () => instantOf(0) }, jsonLog('audit')).beat();
const hold = (settings: unknown) =>
  secrets.on(GetSecretValueCommand, { SecretId: 'sinks' }).resolves({ SecretString: JSON.stringify(settings) });
const events = (): readonly unknown[] => lines.map((line) => (JSON.parse(line) as { message: unknown }).message);

let sink: HttpSink;
beforeEach(async () => {
  sink = await openHttpSink(() => ({ status: 200, body: 'OK' }));
  lines.length = 0;
  secrets.reset();
});
afterEach(() => sink.close());

describe('the heartbeat of the audit', () => {
  it('is a line of our own and one POST to the address of the secret', async () => {
    hold({ ART33_HEARTBEAT: `${sink.url}/ping/value` });
    await beat();
    expect(events()).toEqual(['heartbeat']);
    expect(sink.requests.map(({ method, path }) => [method, path])).toEqual([['POST', '/ping/value']]);
  });

  it.each([{}, { ART33_HEARTBEAT: '' }, { ART33_HEARTBEAT: 7 }])(
    'says that nobody outside hears it where no address is set: %j',
    async (settings) => {
      hold(settings);
      await beat();
      expect(events()).toEqual(['heartbeat', 'heartbeat-nowhere']);
    },
  );

  it('fails with a wrong address, a refusal, or a secret that can’t be read, and shows no value', async () => {
    hold({ ART33_HEARTBEAT: 'http://hc.example.com/value' });
    await expect(beat()).rejects.toMatchObject({ port: 'heartbeat', kind: 'refused', message: expect.not.stringContaining('value') });
    hold({ ART33_HEARTBEAT: `${sink.url}/value` });
    sink.misbehave({ status: 404, body: 'value' });
    await expect(beat()).rejects.toMatchObject({ port: 'heartbeat', kind: 'refused', message: expect.not.stringContaining('value') });
    secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error('x'), { name: 'AccessDeniedException' }));
    await expect(beat()).rejects.toMatchObject({ name: 'PortError' });
    expect(lines.join('')).not.toContain('value');
  });
});
