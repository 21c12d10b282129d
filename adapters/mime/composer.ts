// Decides the bytes of a mail: plain text, seven bits, nothing remote, and the same draft always gives the same bytes (TH-10, TH-11, D-18).
import { sha256 } from '#core/kernel/hash.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { ComposedMail, Composer, MailDraft } from '#flow/ports.ts';
import { mailbox } from '#adapters/http/mailbox.ts';
import { fixedHeader, mailboxHeader, refused, textHeader } from './header.ts';
import { quotedPrintable } from './quoted-printable.ts';

/** RFC 5322, 3.3. */
const mailDate = (at: Instant): string => new Date(at).toUTCString().replace('GMT', '+0000');

/** A dot-atom of RFC 5322. */
const idShape = /^(?=.{1,64}$)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*$/;

const messageIdOf = (draft: MailDraft, domain: string): string => {
  if (!idShape.test(draft.idLeft)) throw refused('Message-ID', 'letters, digits, dots, hyphens, at most 64, were expected on its left');
  return `<${draft.idLeft}@${domain}>`;
};

const ownHeaders = (draft: MailDraft): readonly string[] =>
  Object.entries(draft.headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (!/^X-Art33-[A-Za-z0-9-]{1,40}$/.test(name)) throw refused('header', 'a name that starts with X-Art33- was expected');
      return textHeader(name, value);
    });

const composed = (draft: MailDraft): ComposedMail => {
  const from = mailbox('composer', 'From', draft.from);
  const messageId = messageIdOf(draft, from.domain);
  const headers = [
    fixedHeader('Date', mailDate(draft.date)),
    mailboxHeader('From', from),
    mailboxHeader('To', mailbox('composer', 'To', draft.to)),
    ...(draft.replyTo === undefined ? [] : [mailboxHeader('Reply-To', mailbox('composer', 'Reply-To', draft.replyTo))]),
    textHeader('Subject', draft.subject),
    fixedHeader('Message-ID', messageId),
    // RFC 3834: tells out-of-office robots to stay quiet.
    fixedHeader('Auto-Submitted', 'auto-generated'),
    ...ownHeaders(draft),
    fixedHeader('MIME-Version', '1.0'),
    fixedHeader('Content-Type', 'text/plain; charset=utf-8'),
    fixedHeader('Content-Transfer-Encoding', 'quoted-printable'),
  ];
  const bytes = Buffer.from(`${headers.join('\r\n')}\r\n\r\n${quotedPrintable(draft.text)}`, 'ascii');
  return { bytes, messageId, sha256: sha256(bytes) };
};

export const mimeComposer: Composer = { compose: async (draft) => composed(draft) };
