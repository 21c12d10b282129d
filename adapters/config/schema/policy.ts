// Decides what policy.yml may say: the terms and switches that the operator sets, with the defaults of D-5.
import { z } from 'zod';
import { informedRoles, roleNames } from '#core/directory/directory.ts';
import { duration, term } from './values.ts';

const timeout = duration.describe('A duration such as 15m');

const pressing = (level: string) =>
  z
    .strictObject({
      timeouts: z.array(timeout).min(1).optional().describe('Instead of call.timeouts: one duration per role, none longer'),
      together: z
        .array(z.enum(roleNames).exclude(['dpo']).describe('A role'))
        .min(1)
        .optional()
        .describe("Roles that are called together with whoever's turn it is"),
    })
    .optional()
    .describe(`From severity ${level} on`);

const call = z
  .strictObject({
    chain: z
      .array(z.enum(roleNames).describe('A role'))
      .min(1)
      .default([...informedRoles])
      .describe('Roles that are called one after the other, at least one'),
    timeouts: z
      .array(timeout)
      .min(1)
      .prefault(['15m', '30m', '60m', '60m'])
      .describe('How long each role of the chain has to acknowledge, one duration per role'),
    bySeverity: z
      .strictObject({ medium: pressing('medium'), high: pressing('high'), 'very-high': pressing('very high') })
      .optional()
      .describe('How people are called for grave cases, by ENISA’s method; no notice depends on it'),
  })
  .describe('The call chain');

export const policyFile = z
  .strictObject({
    assessWithin: term('4h', 'A breach assessment that nobody answers becomes a suspicion after this'),
    decide: z
      .strictObject({
        within: term('4h', 'By when somebody decides on a suspicion'),
        allDecidersAfter: term('2h', 'All deciders are called in parallel after this'),
        hardLimit: term('24h', 'Without hours in a contract, a suspected notice is decided by policy after this, 24h at most'),
      })
      .prefault({})
      .describe('Deciding on a suspicion'),
    releaseWithin: term('4h', 'A confirmed notice goes this long after awareness unless somebody holds it'),
    release: z
      .enum(['with-confirm', 'separate'])
      .default('with-confirm')
      .describe('with-confirm (the default): confirming by a person who may release also releases; separate: two acts'),
    hold: z
      .strictObject({ atMost: term('2h', 'How long one hold lasts, 2h at most') })
      .prefault({})
      .describe('Holding a confirmed notice'),
    ownTarget: term('24h', 'Your own target for Art. 33(2) GDPR where a contract names no hours'),
    passOnTarget: duration
      .exactOptional()
      .describe('The same where an agency has to pass the notice on to its client; 12h, or ownTarget where that is less'),
    call: call.prefault({}).describe('Who is called until somebody acknowledges'),
    disturbance: z
      .strictObject({
        after: term('5m', 'A service may be away for so long before its controllers are told; assets.yml may say otherwise for one'),
        every: term('1h', 'So often they hear that it lasts'),
        suspectAfter: term('1h', 'What is away for longer is suspected to be a breach of availability'),
      })
      .prefault({})
      .describe('Telling of a service that is away'),
    identifyWithin: term('1h', 'An unknown tenant or asset is to be identified within this'),
    deliveryWithin: term('30m', 'Without evidence of delivery after this, somebody has to make sure'),
  })
  .describe('Terms and switches of the law and the contract, as you set them');
