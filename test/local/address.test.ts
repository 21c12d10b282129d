// Holds that nobody says for himself where he is: a forwarded header counts only from a proxy that the operator named (D-12).
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { proxiesOf, senderAddress } from '#local/address.ts';

const seen = async (remoteAddress: string | undefined, forwarded?: string, proxies?: string): Promise<string> => {
  const isProxy = proxiesOf(proxies);
  if (!isProxy.ok) return isProxy.error;
  const app = new Hono().get('/', (c) => c.text(senderAddress(isProxy.value)(c) ?? 'not known'));
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return (await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } })).text();
};

describe('the address of a sender', () => {
  it.each([
    ['of the socket', '192.0.2.7', undefined, undefined, '192.0.2.7'],
    ['of the socket, mapped', '::ffff:192.0.2.7', undefined, undefined, '192.0.2.7'],
    ['of the socket, whatever a stranger forwards', '192.0.2.7', '203.0.113.1', undefined, '192.0.2.7'],
    ['of the socket, where another is the proxy', '192.0.2.7', '203.0.113.1', '192.0.2.8', '192.0.2.7'],
    ['as the proxy says', '192.0.2.8', '203.0.113.1', '192.0.2.8', '203.0.113.1'],
    ['as the proxy says, not as the sender said to it', '192.0.2.8', '198.51.100.1, 203.0.113.1', '192.0.2.8', '203.0.113.1'],
    ['before a row of proxies', '192.0.2.8', '203.0.113.1, 192.0.2.9', '192.0.2.8/29, 192.0.2.9', '203.0.113.1'],
    ['of a proxy that calls by itself', '192.0.2.8', '192.0.2.9', '192.0.2.8/30', '192.0.2.9'],
    ['of the proxy where it forwards nothing', '192.0.2.8', undefined, '192.0.2.8', '192.0.2.8'],
    ['by IPv6', '2001:db8::1', '2001:DB8:0::2', '2001:db8::1', '2001:db8::2'],
    ['that is not readable', '192.0.2.8', '203.0.113.1, unknown', '192.0.2.8', 'not known'],
    ['without a socket', undefined, '203.0.113.1', '192.0.2.8', 'not known'],
  ])('%s is read rightly', async (_title, socket, forwarded, proxies, expected) => {
    expect(await seen(socket, forwarded, proxies)).toBe(expected);
  });

  it('is not guessed at when the setting names no address', async () => {
    expect(await seen('192.0.2.8', undefined, 'proxy.example.com')).toMatch(/^ART33_PROXY: write addresses or networks/);
  });
});
