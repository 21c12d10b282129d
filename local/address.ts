// Decides where a request comes from: the other end of the socket, or what the operator's own proxy says of it (D-12).
import type { Context } from 'hono';
import { networkTest } from '#core/detection/sigma/cidr.ts';
import { addressOf } from '#core/signal/address.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';

/** Whether this address is a proxy of the operator's, so that its word counts. */
export type Proxies = (address: string) => boolean;

/** Text of ART33_PROXY: addresses and networks with commas between them. Without it no forwarded header is believed. */
export const proxiesOf = (text: string | undefined): Result<Proxies> => {
  const parts = (text ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const tests = parts.map((part) => networkTest(part)).filter((test) => test !== undefined);
  if (tests.length < parts.length)
    return fail(`ART33_PROXY: write addresses or networks with commas between them, such as 127.0.0.1,192.0.2.0/28.`);
  return ok((address) => tests.some((test) => test(address)));
};

/** Each proxy adds to the end of the list whom it was called by: from the end, the first that is no proxy of ours is the sender. */
const forwarded = (header: string, isProxy: Proxies): string | undefined => {
  const list = header.split(',').map((one) => addressOf(one));
  const sender = list.findLastIndex((one) => one === undefined || !isProxy(one));
  return list[Math.max(sender, 0)];
};

export const senderAddress =
  (isProxy: Proxies = () => false) =>
  (c: Context): string | undefined => {
    const { incoming } = (c.env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
    const socket = addressOf(incoming?.socket?.remoteAddress);
    const header = c.req.header('x-forwarded-for');
    return socket !== undefined && header !== undefined && isProxy(socket) ? forwarded(header, isProxy) : socket;
  };
