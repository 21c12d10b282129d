// Decides what processing.yml, art33.yml and lists.yml may say: recipients of data (P-5), the console's address, lists for rules.
import { z } from 'zod';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { dataClass, date, id, mail, text } from './values.ts';

const row = z
  .strictObject({
    purpose: text.describe('What the recipient gets data for'),
    dataClasses: z.array(dataClass.describe('One class of data')).min(1).describe('Classes of data that it gets, at least one'),
    agreement: text.describe('Agreement and basis of transfer, such as the data processing addendum'),
    controllersInformedAt: date.exactOptional().describe('Day on which your controllers were told of this recipient'),
  })
  .describe('One recipient');

export const processingFile = z
  .record(id, row)
  .describe('Where Art33 itself sends or stores data: aws, smtp, slack, jira and others, by id');

const isAddress = (value: string): boolean => {
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
};

const baseUrl = z
  .string()
  .refine(isAddress, { error: 'not the address of a console; write it as https://art33.example.com, without credentials, ? or #' })
  .transform((value) => fromConfiguration(value.replace(/\/+$/, '')));

export const art33File = z
  .strictObject({
    baseUrl: baseUrl.prefault('http://localhost:3333').describe('Where people find the console, such as https://art33.example.com'),
    notice: z
      .strictObject({
        from: mail.describe('Address that notices come from'),
        replyTo: mail.describe('Address that answers go to'),
        reserve: z
          .string()
          .max(10_000, { error: 'longer than 10,000 characters; take what `art33 night reserve` prints' })
          .regex(/^-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+-----END AGE ENCRYPTED FILE-----\n?$/, {
            error: 'not what `art33 night reserve` prints; put its lines here as they are, below a |',
          })
          .exactOptional()
          .describe('Sender for the night on which the usual one is in other hands, sealed: what `art33 night reserve` prints'),
      })
      .exactOptional()
      .describe('Where notices come from and where answers go; needed before any mail really leaves'),
  })
  .describe('Settings of Art33 itself');

const listName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, {
  error: 'not a name of a list; write lower-case letters, digits and underscores, a letter first',
});
const entry = z
  .string()
  .max(300, { error: 'longer than 300 characters; shorten it' })
  .regex(/^\S(?:.*\S)?$/, { error: 'empty or with blanks around; write one entry' })
  .describe('One entry');

/** What the shipped rules mean by a list that an operator did not write: nobody trusted, no further account, anybody may use sudo. */
const unwritten = { trusted_networks: [], own_networks: [], own_accounts: [], sudo_users: ['*'] };

export const listsFile = z
  .record(listName, z.array(entry).describe('The entries of one list'))
  .describe('Lists that rules refer to by name')
  .transform((lists): Readonly<Record<string, readonly string[]>> => ({ ...unwritten, ...lists }));
