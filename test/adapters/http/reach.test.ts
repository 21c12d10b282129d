// Decides what is said of a host that answers, refuses, stays silent or has no TLS: in a word, never with its address.
import { type Server, createServer } from 'node:http';
import { type AddressInfo, type Server as Plain, createServer as createPlain } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, hostOf, reach, sendText } from '#adapters/http/reach.ts';
import { durationOf } from '#core/kernel/time.ts';

let http: Server;
let silent: Plain;
/** Nobody listens there. */
let closed: number;
const seen: string[] = [];
const portOf = (server: Server | Plain): number => (server.address() as AddressInfo).port;
const listen = (server: Server | Plain): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
beforeAll(async () => {
  http = createServer((request, response) => {
    request.on('data', (part: Buffer) => seen.push(part.toString()));
    request.on('end', () =>
      response.writeHead(request.headers['authorization'] ? 200 : 401, { date: 'Sat, 14 Mar 2026 02:00:00 GMT' }).end('answer'),
    );
  });
  silent = createPlain(() => undefined);
  const gone = createPlain();
  await Promise.all([listen(http), listen(silent), listen(gone)]);
  closed = portOf(gone);
  await new Promise((resolve) => gone.close(resolve));
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
  silent.close();
});

describe('reaching', () => {
  it('knows host and port of an address', () => {
    expect(hostOf(new URL('https://a.example/x'))).toEqual({ host: 'a.example', port: 443, secure: true });
    expect(hostOf(new URL('http://[::1]:81/'))).toEqual({ host: '::1', port: 81, secure: false });
  });

  it('connects, and says what stood in the way', async () => {
    const host = '127.0.0.1';
    expect(await reach({ host, port: portOf(http), secure: false })).toEqual({ ok: true, value: undefined });
    expect(await reach({ host, port: closed, secure: false })).toEqual({ ok: false, error: 'no connection (ECONNREFUSED)' });
    expect(await reach({ host, port: portOf(silent), secure: true }, durationOf(50))).toEqual({ ok: false, error: 'no answer in time' });
    const noTls = await reach({ host, port: portOf(http), secure: true });
    expect(noTls.ok).toBe(false);
  });

  it('asks with a GET: its status and its time', async () => {
    const url = new URL(`http://127.0.0.1:${portOf(http)}/`);
    expect(await get(url)).toEqual({ ok: true, value: { status: 401, date: Date.parse('2026-03-14T02:00:00Z') } });
    expect(await get(url, { authorization: 'x' })).toMatchObject({ value: { status: 200 } });
    expect(await get(new URL(`http://127.0.0.1:${closed}/secret`))).toEqual({ ok: false, error: 'no connection (ECONNREFUSED)' });
    expect(await get(new URL(`http://127.0.0.1:${portOf(silent)}/`), {}, durationOf(50))).toEqual({
      ok: false,
      error: 'no answer in time',
    });
  });

  it('sends a text and gives the whole answer', async () => {
    const url = new URL(`http://127.0.0.1:${portOf(http)}/signals/x`);
    expect(await sendText(url, { headers: { authorization: 'x' }, body: 'line\n' })).toEqual({
      ok: true,
      value: { status: 200, text: 'answer' },
    });
    expect(seen).toEqual(['line\n']);
  });
});
