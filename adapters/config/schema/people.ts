// Decides what directory/people.yml and directory/roles.yml may say: who can be reached how, and who bears which role.
import { z } from 'zod';
import { roleNames } from '#core/directory/directory.ts';
import type { RoleName } from '#core/directory/directory.ts';
import { id, mail, phone, text } from './values.ts';

const slackId = z.string().regex(/^[UW][A-Z0-9]{6,20}$/, {
  error: 'not a member ID of Slack; write it as U0EXAMPLE1: profile, More, Copy member ID',
});

const person = z
  .strictObject({
    name: text.describe('Name, as colleagues know it'),
    mail: mail.describe('Mail address at work'),
    phone: phone.exactOptional().describe('Phone number for calls'),
    slack: slackId.exactOptional().describe('Member ID in Slack, such as U0EXAMPLE1: what this person reports by /art33 bears their name'),
    channels: z
      .array(z.enum(['slack', 'mail']).describe('slack or mail'))
      .min(1)
      .describe('Channels in order of preference, at least one of slack and mail'),
  })
  .describe('One person');

export const peopleFile = z.record(id, person).describe('The people of your side, by id');

const meaning: Readonly<Record<RoleName, string>> = {
  sysop: 'is called first',
  'solution-architect': 'is informed of every incident',
  'head-of-product': 'is informed of every incident',
  management: 'is informed of every incident, and deputises for the incident lead',
  'incident-lead': 'decides and releases',
  dpo: 'is consulted, never decides (Art. 38(6) GDPR)',
};

const holders = (role: RoleName) =>
  z
    .array(z.string().describe('An id from people.yml'))
    .min(1)
    .describe(`Who bears the role ${role}: ${meaning[role]}. Ids from people.yml, at least one`);

const shape = Object.fromEntries(roleNames.map((role) => [role, holders(role)])) as Record<RoleName, ReturnType<typeof holders>>;

export const rolesFile = z.strictObject(shape).describe('Who bears which role, in the order in which they are to be reached');
