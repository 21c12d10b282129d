// Decides what directory/assets.yml and directory/sub-processors.yml may say: what holds whose data, and who else processes it.
import { z } from 'zod';
import { mitigations } from '#core/directory/directory.ts';
import { dataClass, date, domain, duration, id, mail, phone, text } from './values.ts';

const identifier = z
  .string()
  .max(300, { error: 'longer than 300 characters; shorten it' })
  .regex(/^[a-z][a-z0-9-]*:\S+$/, {
    error: 'not an identifier; write it as s3:bucket, auth0:tenant, aws:111122223333, host:name or an ARN',
  });

const asset = z
  .strictObject({
    name: text.describe('Name, as people here know it'),
    identifiers: z
      .array(identifier.describe('One name that signals call it by: s3:bucket, auth0:tenant, aws:account, host:name'))
      .min(1)
      .describe('Names that signals call it by, at least one; a name belongs to one asset'),
    dataClasses: z.array(dataClass.describe('One class of data')).min(1).describe('Classes of data that it holds, at least one'),
    controllers: z
      .array(z.string().describe('An id from controllers.yml'))
      .describe('Whose data it holds: ids from controllers.yml, or []'),
    capacity: z
      .enum(['processor', 'controller', 'both'])
      .default('processor')
      .describe('In which capacity you hold its data: processor (the default), controller or both'),
    mitigations: z
      .array(z.enum(mitigations).describe('One mitigation'))
      .exactOptional()
      .describe('What lowers a loss: ciphertext-only, if all in it was encrypted before it came here and the keys lie elsewhere'),
    disturbance: z
      .union([z.literal('never'), duration])
      .exactOptional()
      .describe('How long it may be away before the technical contacts of its controllers are told, such as 2m, or never; policy.yml else'),
  })
  .describe('One asset');

export const assetsFile = z.record(id, asset).describe('What holds data, by id');

const subProcessor = z
  .strictObject({
    name: text.describe('Name of the company'),
    purpose: text.describe('What it processes data for'),
    mail: mail.describe('Mail address that reaches it about an incident'),
    phone: phone.exactOptional().describe('Number on file: a notice that nobody vouches for is asked about there'),
    domains: z
      .array(domain.describe('One domain, such as example.com'))
      .default([])
      .describe('Domains that its notices come from, beside that of its mail address'),
    assets: z
      .array(z.string().describe('An id from assets.yml'))
      .default([])
      .describe('What it processes for you: ids from assets.yml. A breach of its own touches their controllers'),
    controllersInformedAt: date.exactOptional().describe('Day on which your controllers were told of it as it is now'),
  })
  .describe('One sub-processor');

export const subProcessorsFile = z.record(id, subProcessor).describe('Those who process data for you (Art. 28 GDPR), by id');
