// Decides that a sealed reserve sender is one that can send, and that no refusal repeats its password.
import { describe, expect, it } from 'vitest';
import { hostOf, reserveBytes, reserveIn, reserveOf } from '#adapters/smtp/reserve.ts';

const url = 'smtps://user:pass-word@mail.reserve.example:465';
const reserve = { url, from: 'notices@reserve.example', replyTo: 'answers@reserve.example' };

describe('a reserve sender', () => {
  it('comes out of its seal as it went in', () => {
    expect(reserveIn(reserveBytes(reserve))).toEqual({ ok: true, value: reserve });
    expect(hostOf(reserve)).toBe('mail.reserve.example');
    expect(hostOf({ ...reserve, url: 'no address' })).toBe('');
  });

  it('takes answers where it sends from, unless another address is given', () => {
    expect(reserveOf({ url, from: reserve.from })).toEqual({ ok: true, value: { ...reserve, replyTo: reserve.from } });
  });

  it.each([
    ['no server', { from: reserve.from }, /SMTP_URL is not set/],
    ['an empty server', { url: '', from: reserve.from }, /SMTP_URL is not set/],
    ['another protocol', { url: 'https://user:pass-word@mail.example', from: reserve.from }, /SMTP_URL: smtp/],
    ['no sender', { url }, /--from and --reply-to/],
    ['a sender that is no address', { url, from: 'notices' }, /--from and --reply-to/],
    ['a second header in the address', { url, from: 'a@b.example\r\nBcc: c@d.example' }, /--from and --reply-to/],
    ['answers to no address', { url, from: reserve.from, replyTo: 'nobody' }, /--from and --reply-to/],
  ])('with %s is refused', (_, given, words) => {
    const read = reserveOf(given);
    expect(read).toMatchObject({ ok: false, error: expect.stringMatching(words) });
    expect(JSON.stringify(read)).not.toContain('pass-word');
  });

  it.each(['no JSON', '{}', 'null', '[]', JSON.stringify({ ...reserve, v: 2 }), JSON.stringify({ v: 1, url, from: reserve.from })])(
    'is not what opens as %s',
    (text) => {
      expect(reserveIn(new TextEncoder().encode(text))).toMatchObject({
        ok: false,
        error: expect.stringMatching(/it is no reserve sender/),
      });
    },
  );

  it('that was sealed damaged says which part', () => {
    expect(reserveIn(reserveBytes({ ...reserve, from: 'nobody' }))).toMatchObject({ ok: false, error: expect.stringContaining('--from') });
  });
});
