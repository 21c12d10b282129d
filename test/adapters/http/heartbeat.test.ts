// Decides that a heartbeat is one empty POST that ends in time, follows nobody, counts only when it is taken, and never shows its address.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '#core/kernel/time.ts';
import { heartbeatTo } from '#adapters/http/heartbeat.ts';
import { PortError } from '#flow/ports.ts';
import { kindOf } from '#test/contract/effects.ts';
import { zero } from '#test/contract/samples.ts';
import { type HttpSink, openHttpSink } from '#test/sinks/http.ts';

const clock = { now: () => zero };

describe('a heartbeat', () => {
  let sink: HttpSink;
  beforeEach(async () => {
    sink = await openHttpSink(() => ({ status: 200, body: 'OK' }));
  });
  afterEach(() => sink.close());

  const beat = (timeout = seconds(5)): Promise<void> => {
    const made = heartbeatTo({ url: `${sink.url}/ping/5f2d-secret`, clock, timeout });
    if (!made.ok) throw new Error(made.error);
    return made.value.beat();
  };

  it('is one POST with nothing in it', async () => {
    await beat();
    expect(sink.requests.map(({ method, path, body }) => [method, path, body])).toEqual([['POST', '/ping/5f2d-secret', '']]);
    expect(sink.requests[0]?.headers['content-type']).toBe('text/plain');
  });

  it.each([200, 201, 202, 204, 299])('is taken by %i', async (status) => {
    sink.misbehave({ status, body: '' });
    await expect(beat()).resolves.toBeUndefined();
  });

  it.each([
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [404, 'refused'],
    [429, 'again'],
    [500, 'again'],
    [503, 'again'],
  ] as const)('is not taken by %i', async (status, kind) => {
    sink.misbehave({ status, body: 'sorry', headers: { location: `${sink.url}/elsewhere` } });
    expect(await kindOf(beat())).toBe(kind);
    expect(sink.requests.map(({ path }) => path)).toEqual(['/ping/5f2d-secret']);
  });

  it('ends in time when no answer comes', async () => {
    sink.misbehave('hang');
    expect(await kindOf(beat(seconds(0.05)))).toBe('unsure');
  });

  it('shows nothing of its address in a failure', async () => {
    sink.misbehave({ status: 404, body: 'no /ping/5f2d-secret here' });
    const refused: unknown = await beat().catch((cause: unknown) => cause);
    await sink.close();
    const unreached: unknown = await beat().catch((cause: unknown) => cause);
    for (const failure of [refused, unreached]) {
      expect(failure).toBeInstanceOf(PortError);
      expect(JSON.stringify([String(failure), (failure as PortError).cause ?? ''])).not.toMatch(/secret|ping/);
    }
  });
});

describe('the address of a heartbeat', () => {
  it.each([
    'https://hc.example.com/ping/abc',
    ' https://hc.example.com/ping/abc ',
    'http://localhost:8000/ping',
    'http://127.0.0.1/',
    'http://[::1]/',
  ])('may be %j', (url) => expect(heartbeatTo({ url, clock }).ok).toBe(true));

  it.each([
    'http://hc.example.com/ping/abc-secret',
    'ftp://localhost/secret',
    'hc.example.com/secret',
    '',
    'https://secret@hc.example.com/',
    'https://:secret@hc.example.com/',
    'file:///secret',
    'http://localhost.example.com/secret',
  ])('may not be %j, and is not repeated', (url) => {
    const made = heartbeatTo({ url, clock });
    expect(made).toEqual({
      ok: false,
      error: expect.stringMatching(/^ART33_HEARTBEAT: an address that starts with https:\/\/.* was expected$/),
    });
    expect(JSON.stringify(made)).not.toContain('secret');
  });
});
