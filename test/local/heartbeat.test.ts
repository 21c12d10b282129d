// Decides whether one machine starts with the address of a heartbeat: a bad one is refused by name, and the demo has none.
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import { initConfiguration } from '#adapters/config/init.ts';
import { chooseHeartbeat } from '#local/sinks.ts';
import { openHttpSink } from '#test/sinks/http.ts';
import { cleanUp, freshFolder, start } from './process.ts';

afterAll(cleanUp);
const clock = { now: () => instantOf(0) };

describe('ART33_HEARTBEAT', () => {
  it('refuses the start when it is no https address, and does not repeat it', async () => {
    const dir = join(freshFolder(), 'own');
    expect(await initConfiguration(dir)).toMatchObject({ ok: true });
    const words = ['--once', '--config', dir, '--data', freshFolder()];
    const ended = await start(words, { env: { ART33_HEARTBEAT: 'http://hc.example.com/ping/value' } }).ended;
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/^ART33_HEARTBEAT: an address that starts with https:\/\/.* was expected$/m);
    expect(ended.stderr).not.toMatch(/value|\n\s+at /);
  });

  it('is where the machine of an operator is heard', async () => {
    const sink = await openHttpSink(() => ({ status: 200, body: 'OK' }));
    await chooseHeartbeat({ kind: 'own', environment: { ART33_HEARTBEAT: `${sink.url}/ping` }, clock }).beat();
    expect(sink.requests.map(({ method, path, body }) => [method, path, body])).toEqual([['POST', '/ping', '']]);
    await sink.close();
  });

  it('is nothing in the demo, nor where it is not set', async () => {
    const environment = { ART33_HEARTBEAT: 'https://hc.example.com/ping' };
    await expect(chooseHeartbeat({ kind: 'demo', environment, clock }).beat()).resolves.toBeUndefined();
    await expect(chooseHeartbeat({ kind: 'own', environment: { ART33_HEARTBEAT: '' }, clock }).beat()).resolves.toBeUndefined();
    await expect(chooseHeartbeat({ kind: 'own', environment: {}, clock }).beat()).resolves.toBeUndefined();
  });
});
