// Decides what sources.yml may say: what a source's own bytes don't tell, such as the zone of its clock, and who must notice when it falls silent.
import { z } from 'zod';
import { roleNames } from '#core/directory/directory.ts';
import { networkOf } from '#core/signal/address.ts';
import { date, duration, id, mail, zone } from './values.ts';

const network = z
  .string()
  .refine((value) => networkOf(value) !== undefined, { error: 'not a network; write it as 192.0.2.0/24 or 2001:db8::/32' })
  .describe('One network or address, such as 192.0.2.0/24');

const google = z
  .strictObject({
    audience: z
      .string()
      .regex(/^\S{1,300}$/, { error: 'empty or with blanks; write the audience that the push subscription names' })
      .describe('Audience that the push subscription names, usually the address of the door'),
    serviceAccount: mail.describe('Mail address of the service account that Google signs as'),
  })
  .describe('Push tokens of Google Pub/Sub (OIDC) are accepted for this source');

const source = z
  .strictObject({
    zone: zone.default('UTC').describe('Zone of log lines that name none, such as Europe/Berlin; UTC (the default) unless given'),
    allow: z
      .array(network)
      .min(1)
      .exactOptional()
      .describe('Only these networks may deliver, beside having the credential; without it the credential alone decides'),
    google: google.exactOptional(),
    signature: z
      .enum(['x-hub-signature-256'])
      .exactOptional()
      .describe(
        'How the sender signs, where it can do so in its own way only: x-hub-signature-256 (Meta, GitHub); then nothing else is accepted',
      ),
    expectEvery: duration
      .exactOptional()
      .describe('Something is to be heard from it at least this often, such as 6h; past it a duty is due to its owner'),
    owner: z.enum(roleNames).default('sysop').describe('Role that sees to it that the source is heard; sysop unless given'),
    firstConnection: z
      .enum(['live', 'backfill'])
      .default('live')
      .describe('live (the default): every event counts; backfill: old events are taken in without calling anybody, until liveFrom'),
    liveFrom: date.exactOptional().describe('With backfill: events from this instant on are live; write it when the old ones are in'),
  })
  .describe('One source');

export const sourcesFile = z.record(id, source).describe('Settings of sources, by the name in POST /signals/{source}; none is needed');
