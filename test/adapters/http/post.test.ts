// Decides that one POST ends in time, follows nobody, swallows little, and says truly what may have happened.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantOf, seconds } from '#core/kernel/time.ts';
import type { PortError } from '#flow/ports.ts';
import { isLoopback } from '#adapters/http/loopback.ts';
import { isPassing, post, retryAfterOf } from '#adapters/http/post.ts';
import { kindOf } from '#test/contract/effects.ts';
import { zero } from '#test/contract/samples.ts';
import { type HttpSink, openHttpSink } from '#test/sinks/http.ts';

const clock = { now: () => zero };

describe('a POST', () => {
  let sink: HttpSink;
  beforeEach(async () => {
    sink = await openHttpSink(() => ({ status: 200, body: 'fine' }));
  });
  afterEach(() => sink.close());

  const send = (signal = new AbortController().signal, timeout = seconds(5)) =>
    post({ port: 'pager', url: new URL('/path', sink.url), headers: { 'x-own': 'yes' }, body: { a: 'ü' }, signal, clock, timeout });

  it('brings JSON and headers, and gives back the reply', async () => {
    expect(await send()).toEqual({ status: 200, text: 'fine', whole: true });
    const [request] = sink.requests;
    expect([request?.method, request?.path, request?.body]).toEqual(['POST', '/path', '{"a":"ü"}']);
    expect([request?.headers['content-type'], request?.headers['x-own']]).toEqual(['application/json; charset=utf-8', 'yes']);
  });

  it('does not follow a redirect', async () => {
    sink.misbehave({ status: 307, body: '', headers: { location: `${sink.url}/elsewhere` } });
    expect((await send()).status).toBe(307);
    expect(sink.requests.map(({ path }) => path)).toEqual(['/path']);
  });

  it('is not sure when no answer comes in time', async () => {
    sink.misbehave('hang');
    expect(await kindOf(send(undefined, seconds(0.05)))).toBe('unsure');
  });

  it('is not sure when the caller ends it after it was sent', async () => {
    sink.misbehave('hang');
    const ending = new AbortController();
    const sending = kindOf(send(ending.signal));
    while (sink.requests.length === 0) await new Promise(setImmediate);
    ending.abort();
    expect(await sending).toBe('unsure');
  });

  it('sends nothing when the caller has ended it before', async () => {
    expect(await kindOf(send(AbortSignal.abort()))).toBe('again');
    expect(sink.requests).toEqual([]);
  });

  it('is not sure when the line breaks after the request', async () => {
    sink.misbehave('cut');
    expect(await kindOf(send())).toBe('unsure');
  });

  it('asks for another attempt when nobody listens', async () => {
    await sink.close();
    expect(await kindOf(send())).toBe('again');
  });

  it('reads no more than 64 KiB of a reply, and says that it was cut', async () => {
    sink.misbehave({ status: 200, body: 'x'.repeat(5_000_000) });
    const reply = await send();
    expect([reply.text.length, reply.whole]).toEqual([64 * 1_024, false]);
  });

  it('says that a reply broke off', async () => {
    sink.misbehave({ half: { status: 500, body: 'some' } });
    const reply = await send();
    expect([reply.status, reply.text, reply.whole]).toEqual([500, 'some', false]);
  });

  it('repeats nothing of the address in a failure', async () => {
    await sink.close();
    const failure = await send().catch((error: PortError) => error);
    expect(JSON.stringify([String(failure), (failure as PortError).cause ?? ''])).not.toContain('/path');
  });
});

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    ['0', 0],
    [new Date(zero + 90_000).toUTCString(), 90_000],
    [new Date(zero - 90_000).toUTCString(), 0],
    ['999999999', 3_600_000],
    ['soon', undefined],
    ['-5x', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads %j', (header, expected) => {
    expect(retryAfterOf(header, { now: () => instantOf(zero) })).toBe(expected);
  });
});

describe('a status', () => {
  it.each([408, 409, 425, 429, 500, 502, 503, 504])('%i passes', (status) => expect(isPassing(status)).toBe(true));
  it.each([200, 301, 400, 401, 403, 404, 410, 413, 422])('%i stays', (status) => expect(isPassing(status)).toBe(false));
});

describe('loopback', () => {
  it.each(['localhost', '127.0.0.1', '127.9.9.9', '[::1]', '::1'])('is %s', (host) => expect(isLoopback(host)).toBe(true));
  it.each(['example.com', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1', '0.0.0.0', '[::2]', ''])('is not %j', (host) =>
    expect(isLoopback(host)).toBe(false),
  );
});
