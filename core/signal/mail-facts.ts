// Decides which facts every mail gives, whatever its source makes of its words, and whose mailbox it was sent to.
import type { Instant } from '../kernel/time.ts';
import { type Said, saidIn, sentencesOf } from './breach-words.ts';
import type { Mail } from './mail.ts';
import type { Facts } from './signal.ts';

/** Where people of the outside write to (P-8). Only for a mail whose source nobody named. */
const mailboxes: readonly (readonly [string, RegExp])[] = [
  ['controller-report', /^(?:controllers?|customers?|kunden(?:service)?|partners?)$/],
  ['public-report', /^(?:privacy|datenschutz|dsb|dpo|security|abuse|support|hotline|info|contact|kontakt)$/],
];

/** The source that the mailbox it was sent to belongs to; undefined: none of these. */
export const mailboxSource = (mail: Mail): string | undefined =>
  mailboxes.find(([, pattern]) => mail.mailboxes.some((local) => pattern.test(local)))?.[0];

/** `other`: by what such a mailbox gets every day, answers of programs among it. */
export const saidInMail = (mail: Mail, other: RegExp): Said => {
  const said = saidIn(sentencesOf(`${mail.subject}\n\n${mail.text}`), mail.whole, other);
  return said === 'unclear' && mail.answer ? 'other' : said;
};

/** The sender's words are no part of it: they stay in the evidence. */
export const mailFacts = (mail: Mail, arrived: Instant): Omit<Facts, 'kind'> => {
  const { address, domain, server, aligned } = mail.sender;
  return {
    identity: [mail.identity],
    outcome: 'unknown',
    time: arrived,
    ...(address === undefined ? {} : { actor: { id: address, type: 'mail' } }),
    sender: {
      ...(address === undefined ? {} : { address }),
      ...(domain === undefined ? {} : { domain }),
      ...(server === undefined ? {} : { server }),
      aligned,
    },
    identifiers: [],
    marks: [],
  };
};
