// Decides what a report in somebody's own words is: of a person here, of a controller, of the public; by form, command or mail (P-8).
// The words themselves stay in the evidence: nothing of them is a fact but what kind of thing they speak of.
import { hashOf } from '../../kernel/hash.ts';
import { type Result, fail, ok } from '../../kernel/result.ts';
import { type Said, everydayRequests } from '../breach-words.ts';
import { type Fields, at, firstText, isFields, textOf } from '../fields.ts';
import { type Mail, arrivalOf, mailOf } from '../mail.ts';
import { mailFacts, mailboxSource, saidInMail } from '../mail-facts.ts';
import { type Reporter, reporters } from '../report-form.ts';
import type { Facts, RawEvent, Refusal, SourceReader } from '../signal.ts';

const formOf = (event: RawEvent, who: Reporter): Fields | undefined =>
  isFields(event.json) && at(event.json, 'report') === who ? event.json : undefined;

const expected: Refusal = { field: 'body', expected: 'a mail, or an object with report (person, controller, public) and text' };

const formFacts = (form: Fields): Result<Omit<Facts, 'kind' | 'time'>, Refusal> => {
  const text = at(form, 'text');
  if (typeof text !== 'string' || text.trim() === '') return fail({ field: 'text', expected: 'what happened, in a few words' });
  const [by, caller, controller] = [
    textOf(at(form, 'by')),
    firstText(at(form, 'caller'), at(form, 'callback')),
    textOf(at(form, 'controller')),
  ];
  const named = textOf(at(form, 'subprocessor'));
  const who = caller ?? by;
  return ok({
    identity: [hashOf([textOf(at(form, 'id')) ?? null, by ?? null, caller ?? null, text])],
    outcome: 'unknown',
    ...(who === undefined ? {} : { actor: { id: who, type: caller === undefined ? 'person' : 'caller' } }),
    ...(named === undefined ? {} : { sender: { named, aligned: false } }),
    identifiers: controller === undefined ? [] : [`controller:${controller}`],
    marks: [],
  });
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
      if (form) {
        const facts = formFacts(form);
        return facts.ok ? ok({ ...facts.value, kind: 'report', time: received }) : facts;
      }
      const mail = mailOf(event);
      if (!mail) return fail(expected);
      return ok({ ...mailFacts(mail, arrivalOf(event, received)), kind: saidBy(mail) === 'other' ? 'housekeeping' : 'report' });
    },
  };
};

export const personReport = reader('person');
export const controllerReport = reader('controller');
export const publicReport = reader('public');
