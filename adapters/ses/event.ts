// Decides what an event of SES says about a duty's mail: sent, delivered, bounced, delayed, or nothing that concerns a duty (D-18, F-39).
import type { DutyRef } from '#core/duty/duty.ts';
import type { DutyId, SubjectId } from '#core/kernel/ids.ts';

export type MailEvent = {
  readonly duty: DutyRef;
  /** `sent` changes no duty that the ledger remembers; one that was set back does not (P-25). */
  readonly what: 'sent' | 'delivered' | 'bounced' | 'delayed';
  readonly by: { readonly provider: string; readonly eventId: string };
};

type Fields = Readonly<Record<string, unknown>>;
const object = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const parsedText = (value: unknown): unknown => {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  } catch {
    return undefined;
  }
};

/** A complaint, or a mail that SES took and then did not send, needs a person as much as a bounce does. */
const meanings: Readonly<Record<string, MailEvent['what']>> = {
  send: 'sent',
  delivery: 'delivered',
  deliverydelay: 'delayed',
  bounce: 'bounced',
  complaint: 'bounced',
  reject: 'bounced',
  renderingfailure: 'bounced',
};

/** The event as SES publishes it, out of the envelope it came in: EventBridge, SNS, or none. */
const unwrapped = (value: unknown): Fields => {
  const outer = object(value);
  if (text(outer['source']) === 'aws.ses') return object(outer['detail']);
  if (text(outer['Type']) === 'Notification') return object(parsedText(outer['Message']));
  return outer;
};

const tag = (tags: unknown, name: string): string => {
  const values = object(tags)[name];
  return Array.isArray(values) ? text(values[0]) : '';
};

/** Undefined for what is no report on a duty's mail: another application's mail, anything unreadable. */
export const mailEventOf = (body: unknown): MailEvent | undefined => {
  const event = unwrapped(parsedText(body));
  const type = text(event['eventType']) || text(event['notificationType']);
  const what = meanings[type.toLowerCase().replaceAll(/[^a-z]/g, '')];
  const mail = object(event['mail']);
  const id = tag(mail['tags'], 'duty');
  const subject = tag(mail['tags'], 'incident');
  const messageId = text(mail['messageId']);
  if (!what || !/^duty-[a-z2-7]{26}$/.test(id) || !/^inc-[a-z2-7]{26}$/.test(subject) || messageId === '') return undefined;
  // Not the message's id alone: that stands in the evidence of its sending already.
  return { duty: { subject: subject as SubjectId, id: id as DutyId }, what, by: { provider: 'ses', eventId: `${what}:${messageId}` } };
};
