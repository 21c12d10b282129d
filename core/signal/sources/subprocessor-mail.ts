// Decides what a sub-processor's mail is: which one, from whom as far as the receiving server vouches, and what it says (P-22).
import { fail, ok } from '../../kernel/result.ts';
import { type Said, vendorMatters } from '../breach-words.ts';
import { type Mail, arrivalOf, mailOf } from '../mail.ts';
import { mailFacts, mailboxSource, saidInMail } from '../mail-facts.ts';
import type { SourceReader } from '../signal.ts';

const name = 'subprocessor-mail';

const saidBy = (mail: Mail): Said => saidInMail(mail, vendorMatters);

export const subprocessorMail: SourceReader = {
  name,
  logsource: { product: 'art33', service: name },
  recognises: (event) => {
    const mail = mailOf(event);
    return mail !== undefined && mailboxSource(mail) === undefined;
  },
  vendorEvent: (event) => {
    const mail = mailOf(event);
    return mail ? { says: saidBy(mail), subject: mail.subject, bulk: mail.bulk } : {};
  },
  read: (event, { received }) => {
    const mail = mailOf(event);
    if (!mail) return fail({ field: 'body', expected: 'a mail: header fields such as From, Subject and Message-ID, then an empty line' });
    const said = saidBy(mail);
    return ok({
      ...mailFacts(mail, arrivalOf(event, received)),
      kind: said === 'other' ? 'housekeeping' : 'report',
      // Phases of one notice are one case (formats.md A13).
      finding: mail.thread ?? mail.identity,
    });
  },
};
