// Decides what a report in somebody's own words is: of a person here, of a controller, of the public; by form, command or mail (P-8).
// The words themselves stay in the evidence: nothing of them is a fact but what kind of thing they speak of.
import { type Result, fail, ok } from '../../kernel/result.ts';
import type { Instant } from '../../kernel/time.ts';
import { type Said, everydayRequests } from '../breach-words.ts';
import { draft } from '../draft.ts';
import { type Fields, at, firstText, isFields, textOf } from '../fields.ts';
import { type Mail, arrivalOf, mailOf } from '../mail.ts';
import { mailFacts, mailboxSource, saidInMail } from '../mail-facts.ts';
import { type Reporter, reporters } from '../report-form.ts';
import type { Facts, RawEvent, Refusal, SourceReader } from '../signal.ts';

const formOf = (event: RawEvent, who: Reporter): Fields | undefined =>
  isFields(event.json) && at(event.json, 'report') === who ? event.json : undefined;

const expected: Refusal = { field: 'body', expected: 'a mail, or an object with report (person, controller, public) and text' };

const formFacts = (form: Fields, received: Instant): Result<Facts, Refusal> => {
  const text = at(form, 'text');
  if (typeof text !== 'string' || text.trim() === '') return fail({ field: 'text', expected: 'what happened, in a few words' });
  const by = textOf(at(form, 'by'));
  const caller = firstText(at(form, 'caller'), at(form, 'callback'));
  const controller = textOf(at(form, 'controller'));
  const named = textOf(at(form, 'subprocessor'));
  const facts = draft({ identity: [textOf(at(form, 'id')) ?? '', by ?? '', caller ?? '', text], kind: 'report', outcome: 'unknown' });
  facts.time = received;
  if (caller !== undefined) facts.actor = { id: caller, type: 'caller' };
  else if (by !== undefined) facts.actor = { id: by, type: 'person' };
  if (named !== undefined) facts.sender = { named, aligned: false };
  facts.identifiers = controller === undefined ? [] : [`controller:${controller}`];
  facts.marks = [];
  return ok(facts);
};

const saidBy = (mail: Mail): Said => saidInMail(mail, everydayRequests);

const reader = (who: Reporter): SourceReader => {
  const name = reporters[who];
  return {
    name,
    logsource: { product: 'art33', service: name },
    recognises: (event) => {
      if (event.json !== undefined) return formOf(event, who) !== undefined;
      const mail = mailOf(event);
      return mail !== undefined && mailboxSource(mail) === name;
    },
    vendorEvent: (event) => {
      // A form was filled in for this: it is a report whatever its words. A mailbox gets everything.
      if (formOf(event, who)) return { says: 'report' };
      const mail = mailOf(event);
      return mail ? { says: saidBy(mail) } : {};
    },
    read: (event, { received }) => {
      const form = formOf(event, who);
      if (form) return formFacts(form, received);
      const mail = mailOf(event);
      if (!mail) return fail(expected);
      return ok({ ...mailFacts(mail, arrivalOf(event, received)), kind: saidBy(mail) === 'other' ? 'housekeeping' : 'report' });
    },
  };
};

export const personReport = reader('person');
export const controllerReport = reader('controller');
export const publicReport = reader('public');
