// Holds how the log of a tenant is read: page by page behind a checkpoint, at Auth0's pace, the token to nobody else, and what can't be read said.
import { afterEach, describe, expect, it } from 'vitest';
import { type Duration, instantOf, seconds } from '#core/kernel/time.ts';
import { auth0Base, auth0LogsAfter, isLogId } from '#adapters/http/auth0-logs.ts';
import { answering, logOf, tenant } from '../../sinks/auth0.ts';

const now = instantOf(1_773_453_600_000);
const token = 'a-token-of-the-management-api';
let server: Awaited<ReturnType<typeof tenant>>;
afterEach(() => server?.close());

const read = async (from = logOf(0).log_id, base = server.address) => {
  const waits: Duration[] = [];
  const pages: string[][] = [];
  const settings = {
    base: new URL(base),
    token,
    clock: { now: () => now },
    pause: async (time: Duration) => void waits.push(time),
    waiting: () => undefined,
  };
  const failed = await (async () => {
    for await (const logs of auth0LogsAfter(settings, from)) pages.push(logs.map(({ id }) => id));
    return '';
  })().catch((cause: Error) => cause.message);
  return { ids: pages.flat(), sizes: pages.map((page) => page.length), waits, failed };
};
const ids = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, n) => logOf(from + n).log_id);

describe('the log of a tenant', () => {
  it.each([true, false])('is read to its end, a hundred at a time, with links: %s', async (links) => {
    server = await tenant(250, { links });
    expect(await read()).toEqual({ ids: ids(1, 250), sizes: [100, 100, 50], waits: [], failed: '' });
    expect(server.asked.map((one) => one.authorization)).toEqual(Array.from({ length: 4 }, () => `Bearer ${token}`));
    expect(server.asked[0]?.path).toBe(`/api/v2/logs?from=${logOf(0).log_id}&take=100`);
  });

  it('is read from behind the checkpoint, and may have no more', async () => {
    server = await tenant(120);
    expect((await read(logOf(100).log_id)).ids).toEqual(ids(101, 120));
    expect(await read(logOf(120).log_id)).toEqual({ ids: [], sizes: [], waits: [], failed: '' });
  });

  it('waits until the hour that Auth0 names when it was asked too often', async () => {
    const reset = { 'x-ratelimit-reset': String(now / 1_000 + 7) };
    server = await tenant(5, { fault: (nth) => (nth <= 2 ? answering(429, '{"statusCode":429}', reset) : undefined) });
    expect(await read()).toEqual({ ids: ids(1, 5), sizes: [5], waits: [seconds(8), seconds(8)], failed: '' });
  });

  it('waits before the next page when no request is left', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1_000 + 3) };
    server = await tenant(5, { fault: (nth) => (nth === 1 ? answering(200, JSON.stringify([logOf(1)]), headers) : undefined) });
    expect(await read()).toEqual({ ids: ids(1, 5), sizes: [1, 4], waits: [seconds(4)], failed: '' });
  });

  it.each([
    ['no hour at all', {}, seconds(2)],
    ['an hour of next year', { 'x-ratelimit-reset': String(now / 1_000 + 31_536_000) }, seconds(120)],
    ['an hour that is no number', { 'x-ratelimit-reset': 'soon' }, seconds(2)],
    ['an hour that is over', { 'x-ratelimit-reset': String(now / 1_000 - 60) }, seconds(0)],
  ])('bears %s beside a 429', async (_, headers, wait) => {
    server = await tenant(1, { fault: (nth) => (nth === 1 ? answering(429, '', headers) : undefined) });
    expect(await read()).toMatchObject({ ids: ids(1, 1), waits: [wait], failed: '' });
  });

  it('is asked for again when Auth0 stumbles, later each time, and given up with words', async () => {
    server = await tenant(3, { fault: (nth) => (nth <= 4 ? answering(503, '') : undefined) });
    expect(await read()).toMatchObject({ ids: ids(1, 3), waits: [2, 4, 8, 16].map((n) => seconds(n)), failed: '' });
    await server.close();
    server = await tenant(3, { fault: () => (answer) => answer.destroy() });
    expect((await read()).failed).toBe('Auth0 did not answer, 5 times.');
  });

  it.each([
    [400, 'it knows no log of that id (400)'],
    [401, 'it does not take the token (401)'],
    [403, 'It needs the scope read:logs.'],
    [404, 'there is no such address (404)'],
  ])('says of a %i what is wrong, at once', async (status, words) => {
    server = await tenant(1, { fault: () => answering(status, `{"message":"${token}"}`) });
    const { failed, waits } = await read();
    expect(failed).toContain(words);
    expect(failed).not.toContain(token);
    expect(waits).toEqual([]);
  });

  it.each([
    ['a page of HTML', '<html>', 'no list of logs'],
    ['an object', '{"logs":[]}', 'no list of logs'],
    ['a log without an id', '[{"type":"s"}]', 'a log without an id'],
    ['a log whose id is no text', '[{"log_id":7}]', 'a log without an id'],
    ['a log of null', '[null]', 'a log without an id'],
    ['an id with a line break', '[{"log_id":"a\\nb"}]', 'a log without an id'],
    ['the page of the checkpoint itself', JSON.stringify([logOf(0)]), 'the same logs again'],
  ])('stops at %s', async (_, body, words) => {
    server = await tenant(1, { fault: () => answering(200, body) });
    expect(await read()).toMatchObject({ ids: [], failed: expect.stringContaining(words) });
  });

  it('keeps what came before the garbage', async () => {
    server = await tenant(250, { fault: (nth) => (nth === 2 ? answering(200, '{') : undefined) });
    expect(await read()).toMatchObject({ ids: ids(1, 100), failed: expect.stringContaining('no list of logs') });
  });

  it('takes the token nowhere else: a link or a redirect to another house is not followed', async () => {
    const elsewhere = await tenant(5);
    const link = { link: `<${elsewhere.address}/api/v2/logs?from=x&take=100>; rel="next"` };
    server = await tenant(2, { fault: (nth) => (nth === 1 ? answering(200, JSON.stringify([logOf(1)]), link) : undefined) });
    expect((await read()).ids).toEqual(ids(1, 2));
    await server.close();
    server = await tenant(1, { fault: () => answering(302, '', { location: elsewhere.address }) });
    expect((await read()).failed).toBe('Auth0 answered 302, 5 times.');
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  it('lies at a tenant’s domain with TLS, or on this machine', () => {
    expect(auth0Base('example.eu.auth0.com')?.href).toBe('https://example.eu.auth0.com/');
    expect(auth0Base('http://127.0.0.1:80')?.origin).toBe('http://127.0.0.1');
    for (const wrong of ['http://example.eu.auth0.com', 'a/b', 'https://x@y.example', 'ftp://x', 'x?y', '', ' '])
      expect(auth0Base(wrong), wrong).toBeUndefined();
    expect([isLogId('90020'), isLogId(''), isLogId('a b'), isLogId('x'.repeat(129))]).toEqual([true, false, false, false]);
  });
});
