// Decides whether an address lies within a network, IPv4 and IPv6; what is no address lies in none.
import { addressOf } from '../../signal/address.ts';

type Bits = { readonly value: bigint; readonly width: 32 | 128 };

const bitsOf = (address: string): Bits => {
  if (!address.includes(':')) return { value: address.split('.').reduce((all, part) => all * 256n + BigInt(part), 0n), width: 32 };
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return { value: groups.reduce((all, group) => all * 65_536n + BigInt(`0x${group}`), 0n), width: 128 };
};

/** A test for membership, or undefined where the text names no network. A lone address is a network of one. */
export const networkTest = (text: string): ((value: unknown) => boolean) | undefined => {
  const m = /^([^/]{1,80})(?:\/(\d{1,3}))?$/.exec(text.trim());
  const address = addressOf(m?.[1]);
  if (address === undefined) return undefined;
  const network = bitsOf(address);
  const length = m?.[2] === undefined ? network.width : Number(m[2]);
  if (length > network.width) return undefined;
  const shift = BigInt(network.width - length);
  const wanted = network.value >> shift;
  return (value) => {
    const found = addressOf(value);
    if (found === undefined) return false;
    const bits = bitsOf(found);
    return bits.width === network.width && bits.value >> shift === wanted;
  };
};
