// Decides what one mail is to us: who sent it, when it arrived, which one it is, and its words.
import { hashOf } from '../kernel/hash.ts';
import { type Instant, days, minus, parseInstant } from '../kernel/time.ts';
import { at, isFields } from './fields.ts';
import { wordsOf } from './mail-body.ts';
import { lastRead } from './last-read.ts';
import {
  type Header,
  type Split,
  addressesIn,
  allOf,
  bytesOfBase64,
  decoded,
  isMail,
  isOfMail,
  readable,
  splitHeader,
} from './mail-header.ts';
import { type Sender, senderOf } from './mail-sender.ts';
import type { RawEvent } from './signal.ts';

export type Mail = {
  readonly sender: Sender;
  readonly subject: string;
  /** Its words, those of forwarded mails among them. Foreign text: never outward. */
  readonly text: string;
  /** False where it holds more than was read: nobody may call it harmless for that. */
  readonly whole: boolean;
  /** Sent to many: newsletters, but also notices. */
  readonly bulk: boolean;
  /** A program answered it: out of office, not delivered (RFC 3834). What programs send of themselves is none. */
  readonly answer: boolean;
  /** Local parts of those it was sent to. */
  readonly mailboxes: readonly string[];
  /** Its Message-ID and what it says: whoever knows the one can't take the place of the other. */
  readonly identity: string;
  /** Message-ID of the first mail of its thread. */
  readonly thread?: string;
};

/** SES hands over a mail as text inside a notification, or in base64 (`content`). */
const textIn = (event: RawEvent): string | undefined => {
  if (event.json === undefined) return event.text;
  const content = isFields(event.json) ? at(event.json, 'content') : undefined;
  if (typeof content !== 'string' || at(event.json, 'receipt') === undefined) return undefined;
  return isMail(content) ? content : decoded(bytesOfBase64(content), 'utf-8');
};

const idIn = (value: string | undefined): string | undefined => /<([^<>\s]{1,400})>/.exec(value ?? '')?.[1];

const threadOf = (headers: readonly Header[], own: string | undefined): string | undefined =>
  idIn(allOf(headers, 'references')[0]) ?? idIn(allOf(headers, 'in-reply-to')[0]) ?? own;

const mailboxesOf = (headers: readonly Header[]): readonly string[] =>
  ['delivered-to', 'x-original-to', 'to', 'cc']
    .flatMap((name) => allOf(headers, name))
    .slice(0, 40)
    .flatMap(addressesIn)
    .map(({ local }) => local.replace(/\+.*$/, ''));

const headOf = lastRead((event: RawEvent): Split | undefined => {
  const text = textIn(event);
  return text === undefined ? undefined : splitHeader(text);
});

/** Undefined where the event is no mail. Does no work that grows with anything but its length. */
export const mailOf = lastRead((event: RawEvent): Mail | undefined => {
  const split = headOf(event);
  if (!split || !isOfMail(split)) return undefined;
  const { headers } = split;
  const { text, whole } = wordsOf(split);
  const subject = readable(allOf(headers, 'subject')[0] ?? '')
    .slice(0, 998)
    .toWellFormed();
  const id = idIn(allOf(headers, 'message-id')[0]);
  const sender = senderOf(headers);
  const thread = threadOf(headers, id);
  return {
    sender,
    subject,
    text,
    whole,
    bulk: ['list-unsubscribe', 'list-id'].some((name) => allOf(headers, name).length > 0),
    answer: /^auto-replied\b/i.test(allOf(headers, 'auto-submitted')[0] ?? ''),
    mailboxes: mailboxesOf(headers),
    identity: hashOf([id ?? null, sender.address ?? null, id === undefined ? (allOf(headers, 'date')[0] ?? null) : null, subject, text]),
    ...(thread === undefined ? {} : { thread }),
  };
});

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `Sat, 14 Mar 2026 23:00:05 +0100` (RFC 5322). */
const mailTime = (text: string): Instant | undefined => {
  const m = /(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}(?::\d{2})?)(?: ([+-]\d{2})(\d{2})| (?:GMT|UT|UTC))/.exec(text.slice(0, 200));
  const month = months.indexOf(m?.[2] ?? '-') / 3 + 1;
  if (!m || !Number.isInteger(month) || month < 1) return undefined;
  const [, day = '', , year = '', clock = '', hour, minute] = m;
  const zone = hour === undefined ? 'Z' : `${hour}:${minute}`;
  const parsed = parseInstant(
    `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}T${clock.length === 5 ? `${clock}:00` : clock}${zone}`,
  );
  return parsed.ok ? parsed.value : undefined;
};

/**
 * When it arrived (P-7): what the last server before us noted, where that lies in the past; its sender's own date never counts.
 * A stamp of more than a month ago is a clock that is wrong.
 */
export const arrivalOf = (event: RawEvent, received: Instant): Instant => {
  const [top] = allOf(headOf(event)?.headers ?? [], 'received');
  const noted = top === undefined ? undefined : mailTime(top.slice(top.lastIndexOf(';') + 1).trim());
  return noted !== undefined && noted < received && noted > minus(received, days(31)) ? noted : received;
};
