// Decides what directory/controllers.yml may say: each controller, its contract's terms and its contacts.
import { z } from 'zod';
import { date, duration, id, mail, phone, publicKey, text, zone } from './values.ts';

const contact = z
  .strictObject({
    name: text.describe('Name of the person or desk'),
    mail: mail.describe('Mail address for notices'),
    phone: phone.exactOptional().describe('Phone number, for when no mail gets through'),
    verifiedAt: date.exactOptional().describe('Day on which somebody last made sure of this contact, such as 2026-03-14'),
  })
  .describe('One contact');

const contract = z
  .strictObject({
    notice: duration.exactOptional().describe('Time that the contract gives for a notice, such as 24h; leave it out where it names none'),
    trigger: z
      .enum(['suspected', 'aware'])
      .default('suspected')
      .describe('What starts the contract clock: suspected (the default) or aware'),
    onSuspectedTimeout: z
      .enum(['send', 'hold'])
      .default('send')
      .describe('What happens to a suspected notice that nobody decided on: send (the default) or hold'),
  })
  .describe('Terms of the contract');

const customer = z
  .strictObject({
    from: date.exactOptional().describe('First day as a customer, such as 2026-03-14: what happened before does not touch it'),
    until: date.exactOptional().describe('Last day as a customer. Keep a contact: its data may live on in backups'),
    dataUntil: date
      .exactOptional()
      .describe('Last day on which a backup holds its data; without it they count as still there after the contract'),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    path: ['until'],
    error: 'before from; write a later day',
  })
  .refine(({ until, dataUntil }) => dataUntil === undefined || (until !== undefined && until <= dataUntil), {
    path: ['dataUntil'],
    error: 'before until, or without it; write until and a day not before it',
  });

const controller = z
  .strictObject({
    name: text.describe('Name of the company, as in the contract'),
    language: z.enum(['en', 'de']).describe('Language of its notices: en, or de for an English notice with a German courtesy text'),
    zone: zone.describe('IANA time zone in which its people read times'),
    contacts: z
      .array(contact)
      .default([])
      .describe('Who gets its notices, at least one contact; a client of an agency may leave that to the agency'),
    technical: z
      .array(contact)
      .min(1)
      .exactOptional()
      .describe('Who hears at once that a service is away, such as its desk on call; left out, its contacts do'),
    capacity: z
      .enum(['controller', 'processor'])
      .exactOptional()
      .describe('controller (the default), or processor: an agency, which passes its notices on to clients of its own'),
    through: z.string().exactOptional().describe('Id of the agency in this file through which it is reached'),
    group: text.exactOptional().describe('Group that it is a company of: its notices say in the subject for whom they are'),
    contract: contract.prefault({}).describe('Terms of the contract; left out, a suspicion starts the clock and no hours are agreed'),
    customer: customer.exactOptional().describe('When it was a customer, and until when backups hold its data'),
    dpcFloor: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
      .exactOptional()
      .describe('Lowest score of its data in the severity (ENISA): 4 for health, law, dating, politics, religion, unions, banking, minors'),
    peopleIds: z
      .array(text.describe('How such ids begin, such as mus-'))
      .min(1)
      .exactOptional()
      .describe(
        'How the ids of its people begin in your system, where they do, such as mus-: a list of affected people with others is refused',
      ),
    pgp: publicKey.exactOptional().describe('Armoured OpenPGP public key'),
  })
  .describe('One controller');

export const controllersFile = z.record(id, controller).describe('The controllers whose data you process, by id');
