// Holds how a mail is read: its header, its parts, who sent it as far as a server vouches, when it arrived; in bounds whatever comes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minus, days, rfc3339 } from '#core/kernel/time.ts';
import { textOfHtml, wordsOf } from '#core/signal/mail-body.ts';
import { addressesIn, isMail, readable, splitHeader } from '#core/signal/mail-header.ts';
import { senderOf } from '#core/signal/mail-sender.ts';
import { arrivalOf, mailOf } from '#core/signal/mail.ts';
import { splitBatch } from '#core/signal/split.ts';
import { anyText } from './any-text.ts';
import { bytesOf, instant, line, noon } from './reading.ts';

const of = (...lines: readonly string[]) => {
  const split = splitHeader(lines.join('\r\n'));
  if (!split) throw new Error('no mail');
  return split;
};
const words = (...lines: readonly string[]) => wordsOf(of(...lines));

describe('the shape of a mail', () => {
  it.each([
    ['header, empty line, body', 'From: a@example.com\nSubject: x\n\nhello', true],
    ['CRLF', 'From: a@example.com\r\nSubject: x\r\n\r\nhello', true],
    ['no body', 'From: a@example.com\nSubject: x\n', true],
    ['a mailbox file', 'From a@example.com Sat Mar 14\nFrom: a@example.com\nSubject: x\n\nhello', true],
    ['folded fields', 'Received: from a\n\tby b\nSubject: x\n\nhello', true],
    ['one field of a mail alone', 'Subject: x\nX-Other: y\n\nhello', false],
    ['a request of HTTP', 'Host: example.com\nAccept: */*\n\n', false],
    ['a line among the fields that is none', 'From: a@example.com\nhello\nSubject: x\n\nhello', false],
    ['a line of a log', 'Mar 14 02:59:26 relay-1 sshd[1]: From: a@example.com', false],
    ['JSON', '{"From":"a@example.com","Subject":"x"}', false],
    ['nothing', '', false],
  ])('is seen by its header: %s', (_, text, is) => {
    expect(isMail(text)).toBe(is);
  });

  it('makes one event of it, byte by byte, whatever its charset', () => {
    const head = bytesOf('From: a@example.com\r\nSubject: x\r\n\r\n');
    const bytes = new Uint8Array([...head, 0xc4, 0x0d, 0x0a, 0x7b, 0x7d]);
    const split = splitBatch({ recognises: () => false }, bytes);
    expect(split.ok && split.value.map((event) => [event.text.slice(head.length), event.bytes])).toEqual([['Ä\r\n{}', bytes]]);
  });
});

describe('the words of a mail', () => {
  it('are those of all its text parts', () => {
    const { text, whole } = words(
      'Content-Type: multipart/mixed; boundary="a b"',
      '',
      'preamble',
      '--a b',
      'Content-Type: multipart/alternative; boundary=inner',
      '',
      '--inner',
      '',
      'plain =C3=A4',
      '--inner',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<p>html =C3=A4 so=',
      'ft</p>',
      '--inner--',
      '--a b',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: base64',
      '',
      '5PY=',
      '--a b--',
      'epilogue',
    );
    expect(text.split(/\s+/)).toEqual(['plain', '=C3=A4', 'html', 'ä', 'soft', 'äö']);
    expect(whole).toBe(true);
  });

  it('take in a forwarded mail with its subject, and what there is of a part that was cut off', () => {
    const { text } = words('Content-Type: message/rfc822', '', 'Subject: inner', '', 'cut of');
    expect(text.split(/\s+/)).toEqual(['inner.', 'cut', 'of']);
    expect(words('Content-Type: multipart/mixed; boundary=x', '', '--x', '', 'cut of').text).toBe('cut of');
    expect(words('Content-Type: multipart/mixed', '', 'no boundary').text).toBe('no boundary');
  });

  it.each([
    ['<p>a</p><p>b</p>', 'a b'],
    ['<script>if (a < b) { alert("x") }</script>seen<style>p{}</style>', 'seen'],
    ['<header>kept</header><head><title>no</title></head>', 'kept'],
    ['pa<b>ss</b>word', 'password'],
    ['&auml;&#228;&#xe4; &amp;lt; &nonsense; &#0;&#x110000;', 'äää &lt; &nonsense;'],
    ['open < and never closed', 'open'],
    ['İ<script>İ</script>ok', 'İok'],
  ])('are what is seen of HTML: %s', (html, text) => {
    expect(textOfHtml(html).replace(/\s+/g, ' ').trim()).toBe(text);
  });

  it('are not whole where a part was not read', () => {
    expect(words('Content-Type: application/pdf', '', 'JVBERi0=').whole).toBe(false);
    expect(words('Content-Type: image/png', '', 'x').whole).toBe(true);
    expect(words('', 'a'.repeat(200_001))).toMatchObject({ whole: false });
    const deep = Array.from({ length: 20 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('');
    expect(wordsOf(of(`${deep}\r\nhidden`))).toEqual({ text: '', whole: false });
    const many = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(500)}`;
    expect(wordsOf(of(many)).whole).toBe(false);
  });

  it.each([
    ['=?utf-8?Q?a=C3=A4_b?=', 'aä b'],
    ['=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?=', 'äö'],
    ['=?iso-8859-1*de?q?=FC?=', 'ü'],
    ['=?x-nobody?Q?=80?=', '€'],
    ['=?utf-8?X?abc?=', '=?utf-8?X?abc?='],
    ['plain = text', 'plain = text'],
  ])('%s is read as %s', (written, text) => {
    expect(readable(written)).toBe(text);
  });
});

describe('the sender', () => {
  const from = (from: string, ...results: readonly string[]) =>
    senderOf(of(...results.map((result) => `Authentication-Results: ${result}`), `From: ${from}`, 'Subject: x', '', '').headers);

  it.each([
    ['a@vendor.example', 'mx.example; dkim=pass header.d=vendor.example', true],
    ['a@vendor.example', 'mx.example; dkim=pass (2048 bit; key) header.i=@mail.vendor.example', true],
    ['a@mail.vendor.example', 'mx.example 1; dkim=pass header.d=vendor.example', true],
    ['a@vendor.example', 'mx.example; spf=fail; dkim=fail header.d=vendor.example; dkim=pass header.d=vendor.example', true],
    ['a@vendor.example', 'mx.example; dmarc=pass (p=none) header.from=vendor.example', true],
    ['a@vendor.example', 'mx.example; dmarc=pass header.from=other.example', false],
    ['a@vendor.example', 'mx.example; dkim=pass header.d=other.example', false],
    ['a@vendor.example', 'mx.example; dkim=pass header.d=notvendor.example', false],
    ['a@vendor.example', 'mx.example; dkim=pass header.d=example', false],
    ['a@vendor.example', 'mx.example; dkim=pass', false],
    ['a@vendor.example', 'mx.example; dkim=fail (dkim=pass header.d=vendor.example)', false],
    ['a@vendor.example', 'mx.example; spf=pass smtp.mailfrom=vendor.example', false],
    ['a@vendor.example', 'mx.example; dkim=none', false],
  ])('%s is vouched for by "%s": %s', (address, results, aligned) => {
    expect(from(address, results)).toMatchObject({ address, server: 'mx.example', aligned });
  });

  it('is vouched for by the topmost result alone', () => {
    const pass = 'mx.example; dkim=pass header.d=vendor.example';
    expect(from('a@vendor.example', 'mx.example; dkim=none', pass).aligned).toBe(false);
    expect(from('a@vendor.example', '', pass).aligned).toBe(false);
    expect(from('a@vendor.example')).toEqual({
      address: 'a@vendor.example',
      domain: 'vendor.example',
      dkim: 'none',
      dmarc: 'none',
      spf: 'none',
      aligned: false,
    });
  });

  it.each([
    ['"security@vendor.example" <a@evil.example>', ['a@evil.example']],
    ['security@vendor.example <a@evil.example>', ['a@evil.example']],
    ['A (b@c.example) <a@evil.example>', ['a@evil.example']],
    ['a@one.example, b@two.example', ['a@one.example', 'b@two.example']],
    ['=?utf-8?Q?a=40vendor.example?= <b@evil.example>', ['b@evil.example']],
    ['nobody', []],
  ])('of "%s" is whom the brackets name', (value, addresses) => {
    expect(addressesIn(value).map(({ local, domain }) => `${local}@${domain}`)).toEqual(addresses);
  });

  it('is nobody where two are named, in one field or in two', () => {
    expect(from('a@one.example, b@two.example').address).toBeUndefined();
    expect(senderOf(of('From: a@one.example', 'From: b@two.example', '', '').headers).address).toBeUndefined();
  });
});

describe('the arrival', () => {
  const at = (received: string) =>
    rfc3339(arrivalOf(line(`Received: from a by b; ${received}\nSubject: x\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\n`), noon));

  it.each([
    ['Fri, 13 Mar 2026 23:00:05 +0100 (CET)', '2026-03-13T22:00:05Z'],
    ['13 Mar 2026 22:00 GMT', '2026-03-13T22:00:00Z'],
    ['Sat, 14 Mar 2026 23:00:05 +0100', '2026-03-14T12:00:00Z'],
    ['Fri, 31 Feb 2026 23:00:05 +0100', '2026-03-14T12:00:00Z'],
    ['yesterday', '2026-03-14T12:00:00Z'],
    ['Thu, 1 Jan 1970 00:00:00 +0000', '2026-03-14T12:00:00Z'],
  ])('is what the last server noted, where that lies in the past: %s', (noted, arrived) => {
    expect(at(noted)).toBe(arrived);
  });

  it('never is the sender’s own date', () => {
    expect(arrivalOf(line('Date: Fri, 13 Mar 2026 23:00:05 +0100\nSubject: x\n\n'), noon)).toBe(noon);
    expect(arrivalOf(line('not a mail'), minus(noon, days(1)))).toBe(instant('2026-03-13T12:00:00Z'));
  });
});

describe('a mail of anybody', () => {
  const piece = fc.constantFrom(
    'From: a@example.com',
    'From:',
    'Subject: =?utf-8?Q?=C3?=',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: text/html; charset="x',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: quoted-printable',
    'Authentication-Results: a; dkim=pass (((',
    '--b',
    '--b--',
    '=',
    '=\r',
    '<script>',
    '</script',
    '&#x;',
    ' folded',
    '',
    '\u0000',
    '\ud800',
  );

  it('throws never, and gives well-formed text', () => {
    const text = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, anyText()), { maxLength: 16 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `From: a@example.com\nSubject: x\n${rest}`),
        ),
        (given) => {
          const mail = mailOf(line(given));
          expect(mail === undefined || (mail.text.isWellFormed() && mail.subject.isWellFormed())).toBe(true);
          arrivalOf(line(given), noon);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['blanks', ' '.repeat(1_000_000)],
    ['open tags', `\nContent-Type: text/html\n\n${'<'.repeat(1_000_000)}`],
    ['open scripts', `\nContent-Type: text/html\n\n${'<script>'.repeat(120_000)}`],
    ['empty parts', `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(250_000)}`],
    ['header lines', 'x: y\n'.repeat(200_000)],
    ['brackets in a field', `To: ${'<a@b.example>'.repeat(70_000)}\n\n`],
    ['one long word', `\n\n${'a'.repeat(1_000_000)}`],
    ['encoded words', `X: ${'=?utf-8?Q?=?='.repeat(70_000)}\n\n`],
    ['soft line breaks', `Content-Transfer-Encoding: quoted-printable\n\n${'= '.repeat(500_000)}`],
    ['comments', `Authentication-Results: ${'('.repeat(1_000_000)}\n\n`],
  ])('is read in no time, though it be a megabyte of %s', (_, rest) => {
    const begun = performance.now();
    mailOf(line(`From: a@example.com\nSubject: x\n${rest}`));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
