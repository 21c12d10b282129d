// Decides what directory/operator.yml may say: who the operator is and which categories its contract names.
import { z } from 'zod';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { date, domain, mail, phone, text, zone } from './values.ts';

const category = text.describe('One category, as in the contract');

export const operatorFile = z
  .strictObject({
    name: text.describe('Name of your company, as notices give it'),
    zone: zone.describe('IANA time zone in which your people read times, such as Europe/Berlin'),
    dpo: z
      .strictObject({
        name: text.describe('Name of your data protection officer (Art. 33(3)(b) GDPR)'),
        mail: mail.transform(fromConfiguration).describe('Mail address of your data protection officer'),
        controllersInformedAt: date.exactOptional().describe('Day on which your controllers were told of this officer, after a change'),
      })
      .describe('Your data protection officer, named in every notice'),
    supportPhone: phone.describe('Phone number in every notice, where a controller reaches you'),
    peopleCategories: z.array(category).min(1).describe('Categories of people as contracted, at least one'),
    dataCategories: z.array(category).min(1).describe('Categories of personal data as contracted, at least one'),
    mailServers: z
      .array(domain.describe('One name, such as amazonses.com or mx.example.com'))
      .default([])
      .describe('Servers that take in mail for you and write Authentication-Results: only their word on a sender counts'),
  })
  .describe('Who you are');
