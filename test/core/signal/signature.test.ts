// Holds that a signature is what other programs compute, that it goes stale, and that either of two secrets is good.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import { signatureOf, signedBy } from '#core/signal/signature.ts';
import { bytesOf } from './reading.ts';

const secret = 'a-secret-of-the-source';
const body = bytesOf('{"some":"event"}');
const timestamp = '1773453566';
const at = instantOf(Number(timestamp) * 1_000);
const right = signatureOf(secret, timestamp, body);

const judged = (
  signature: string,
  more: { readonly timestamp?: string; readonly secrets?: readonly string[]; readonly now?: number } = {},
) => {
  const signed = signedBy(
    more.secrets ?? [secret],
    { timestamp: more.timestamp ?? timestamp, signature },
    { body, now: instantOf(more.now ?? at) },
  );
  return signed?.late ?? 'not signed';
};

describe('a signature', () => {
  it('is the HMAC-SHA-256 of time, full stop and body', () => {
    expect(right).toBe(createHmac('sha256', secret).update('1773453566.{"some":"event"}').digest('hex'));
  });

  it.each([
    ['as it is', `v1=${right}`, false],
    ['in capitals', `v1=${right.toUpperCase()}`, false],
    ['beside one of a version that does not exist yet', `v2=abc, v1=${right}`, false],
    ['beside one by another secret', `v1=${'0'.repeat(64)},v1=${right}`, false],
    ['without its version', right, 'not signed'],
    ['of another body', `v1=${signatureOf(secret, timestamp, bytesOf('{}'))}`, 'not signed'],
    ['of another time', `v1=${signatureOf(secret, '1773453567', body)}`, 'not signed'],
    ['by another secret', `v1=${signatureOf('another', timestamp, body)}`, 'not signed'],
    ['cut short', `v1=${right.slice(0, 63)}`, 'not signed'],
    ['that is none', '', 'not signed'],
    ['behind more than anybody would send', `${'v1=x,'.repeat(8)}v1=${right}`, 'not signed'],
  ])('%s is judged rightly', (_title, signature, expected) => {
    expect(judged(signature)).toBe(expected);
  });

  it.each([
    [299_999, false],
    [300_000, false],
    [300_001, true],
    [-300_000, false],
    [-300_001, true],
  ])('of %i ms ago is late: %s', (ago, late) => {
    expect(judged(`v1=${right}`, { now: at + ago })).toBe(late);
  });

  it('is good by either of two secrets, and by none where there is none', () => {
    expect(judged(`v1=${right}`, { secrets: ['the-new-one', secret] })).toBe(false);
    expect(judged(`v1=${right}`, { secrets: [] })).toBe('not signed');
  });

  it.each(['', '1773453566.0', '-1', '1773453566 ', '2026-03-14T01:59:26Z', '9'.repeat(13)])('of the time %j is none', (odd) => {
    expect(judged(`v1=${signatureOf(secret, odd, body)}`, { timestamp: odd })).toBe('not signed');
  });
});
