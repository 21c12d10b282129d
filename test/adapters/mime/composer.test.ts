// Decides that a mail says what its draft says, in bytes that every server takes and nobody can bend.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#core/kernel/hash.ts';
import { type Safe, fromConfiguration, safe } from '#core/kernel/safe.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { MailDraft } from '#flow/ports.ts';
import { mimeComposer } from '#adapters/mime/composer.ts';
import { kindOf } from '#test/contract/effects.ts';
import { readMail } from './reader.ts';
import { anyCharacter } from '../../core/any-character.ts';

/** Text that skips the constructors of Safe: what a mistake elsewhere could bring here. */
const raw = (text: string): Safe => text as Safe;

const draft = (change: Partial<MailDraft> = {}): MailDraft => ({
  from: 'Art33 Notice <notice@operator.example>',
  to: 'privacy@example.com',
  replyTo: 'answer@operator.example',
  subject: safe`Notice of a suspected breach, not confirmed (ART33-K7QF2MXA)`,
  text: safe`Good morning.\n\nThis is a notice.\n`,
  date: instantOf(1_773_453_566_000),
  idLeft: 'duty-abc.1',
  headers: { 'X-Art33-Ref': safe`ART33-K7QF2MXA` },
  ...change,
});

const compose = (change: Partial<MailDraft> = {}) => mimeComposer.compose(draft(change));
const read = async (change: Partial<MailDraft> = {}) => readMail((await compose(change)).bytes);

describe('a composed mail', () => {
  it('is these bytes and no others', async () => {
    const expected = [
      'Date: Sat, 14 Mar 2026 01:59:26 +0000',
      'From: Art33 Notice <notice@operator.example>',
      'To: privacy@example.com',
      'Reply-To: answer@operator.example',
      'Subject: Notice of a suspected breach, not confirmed (ART33-K7QF2MXA)',
      'Message-ID: <duty-abc.1@operator.example>',
      'Auto-Submitted: auto-generated',
      'X-Art33-Ref: ART33-K7QF2MXA',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Good morning.',
      '',
      'This is a notice.',
      '',
    ].join('\r\n');
    expect(Buffer.from((await compose()).bytes).toString('latin1')).toBe(expected);
  });

  it('is the same again for the same draft, and bears its own hash', async () => {
    const [one, two] = [await compose(), await compose()];
    expect(Buffer.from(one.bytes).equals(Buffer.from(two.bytes))).toBe(true);
    expect(one.sha256).toBe(sha256(one.bytes));
    expect(one.messageId).toBe('<duty-abc.1@operator.example>');
  });

  it('keeps umlauts and emoji in subject, names and text', async () => {
    const mail = await read({
      from: 'Müller & Söhne <notice@operator.example>',
      to: '"Datenschutz, Größe" <privacy@example.com>',
      subject: fromConfiguration('Mitteilung über eine mögliche Verletzung 🔥 des Schutzes personenbezogener Daten, vorläufig'),
      text: raw('Grüße aus Köln 🔥\n'),
    });
    expect(mail.headers.get('Subject')).toBe('Mitteilung über eine mögliche Verletzung 🔥 des Schutzes personenbezogener Daten, vorläufig');
    expect(mail.headers.get('From')).toBe('Müller & Söhne <notice@operator.example>');
    expect(mail.headers.get('To')).toBe('Datenschutz, Größe <privacy@example.com>');
    expect(mail.body).toBe('Grüße aus Köln 🔥\r\n');
  });

  it('says what looks like an encoded word as it is', async () => {
    const subject = fromConfiguration('=?utf-8?Q?Approve?=');
    const mail = await read({ subject, to: '=?utf-8?Q?Approve?= <privacy@example.com>' });
    expect([mail.headers.get('Subject'), mail.headers.get('To')]).toEqual([subject, `${subject} <privacy@example.com>`]);
  });

  it('quotes a name with marks that would split it', async () => {
    expect((await read({ to: 'Example, Inc. (EU) <privacy@example.com>' })).raw.get('To')).toBe(
      '"Example, Inc. (EU)" <privacy@example.com>',
    );
  });

  it('writes an address with an umlaut in its domain as every server reads it', async () => {
    expect((await read({ to: 'datenschutz@müller.example' })).raw.get('To')).toBe('datenschutz@xn--mller-kva.example');
  });

  it('keeps a long line, a line of one dot, trailing blanks and "From " as they are', async () => {
    const text = `${'lang '.repeat(100)}\n.\n..\nends in blanks  \nends in a tab\t\nFrom here\n=3D\n${'ü'.repeat(200)}\n`;
    const mail = await read({ text: raw(text) });
    expect(mail.body).toBe(text.replaceAll('\n', '\r\n'));
    expect(mail.lines.filter((line) => /[ \t]$/.test(line))).toEqual([]);
  });

  it('lets no line begin with a dot or with "From "', async () => {
    const { lines } = await read({ text: raw(`.\n.x\nFrom x\n${'a'.repeat(75)}.${'b'.repeat(74)}From c\n`) });
    expect(lines.filter((line) => line.startsWith('.') || line.startsWith('From '))).toEqual([]);
  });

  it('holds every line within 76 characters, whatever the words', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: anyCharacter, maxLength: 400 }),
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        async (text, subject) => {
          const mail = await read({
            text: raw(text),
            subject: fromConfiguration(subject),
            headers: { 'X-Art33-Subject': fromConfiguration(subject) },
          });
          expect(Math.max(...mail.lines.map((line) => line.length))).toBeLessThanOrEqual(76);
          expect(mail.lines.filter((line) => /[ \t]$/.test(line))).toEqual([]);
          expect(mail.headers.get('Subject')).toBe(fromConfiguration(subject).toWellFormed());
          expect(mail.headers.get('X-Art33-Subject')).toBe(fromConfiguration(subject).toWellFormed());
          const body = text
            .toWellFormed()
            .replace(/\r\n?|\n/g, '\n')
            .replace(/\n$/, '')
            .replaceAll('\n', '\r\n');
          expect(mail.body).toBe(`${body}\r\n`);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('loads nothing from elsewhere and asks robots to stay quiet', async () => {
    const mail = await read();
    expect(mail.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(mail.headers.get('Auto-Submitted')).toBe('auto-generated');
  });

  it.each(['a\r\nBcc: other@example.com', 'a\nb', 'a\rb', 'a\u0000b', 'a\u2028b', 'a\tb'])(
    'refuses a subject with a break in it: %j',
    async (subject) => {
      expect(await kindOf(compose({ subject: raw(subject) }))).toBe('refused');
    },
  );

  it.each([
    'privacy@example.com\r\nBcc: other@example.com',
    'a@example.com, b@example.com',
    'a@example.com b@example.com',
    'b@example.com <a@example.com>',
    'Name\r\nBcc: other@example.com <a@example.com>',
    'Two\r\nLines <a@example.com>',
    '<a@example.com> <b@example.com>',
    'a@example.com,',
    '@example.com',
    'a..b@example.com',
    'a@exa_mple..com',
    'nobody',
    '',
  ])('refuses %j as an address, in each field', async (address) => {
    for (const field of ['from', 'to', 'replyTo']) expect(await kindOf(compose({ [field]: address }))).toBe('refused');
  });

  it.each(['', 'a b', 'a>b', 'a\r\nb', '.a', 'a..b', 'x'.repeat(65)])('refuses %j as the left part of a Message-ID', async (idLeft) => {
    expect(await kindOf(compose({ idLeft }))).toBe('refused');
  });

  it('refuses a header that is not one of ours, and a break in one that is', async () => {
    expect(await kindOf(compose({ headers: { Bcc: safe`other@example.com` } as never }))).toBe('refused');
    expect(await kindOf(compose({ headers: { 'X-Art33-Ref': raw('a\r\nBcc: b@example.com') } }))).toBe('refused');
    expect(await kindOf(compose({ headers: { 'X-Art33-Ref: a\r\nBcc': safe`b@example.com` } as never }))).toBe('refused');
  });

  it('repeats no value in a refusal', async () => {
    await expect(compose({ to: 'marker-of-the-test' })).rejects.toThrow(/^To: one address/);
  });
});
