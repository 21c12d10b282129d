// Holds that whoever holds the ledger asks it before each effect whether the channel is trusted, mail by SES for the account too.
import { expect, it } from 'vitest';
import { nextEntry } from '#core/register/entry.ts';
import { genesis } from '#core/kernel/hash.ts';
import { instantOf } from '#core/kernel/time.ts';
import { grant } from '#lambdas/world.ts';
import type { Ledger, Log } from '#flow/ports.ts';
import { trustIn } from '#flow/trust.ts';

const log: Log = { info: () => {}, warn: () => {}, error: () => {} };
const line = { at: instantOf(0), actor: 'person:cli:x', type: 'ChannelDistrusted', data: { reason: 'phished' } };
const ledger = {
  entriesOf: async (chain: string) => (chain === 'channel:aws' ? [nextEntry(genesis, { ...line, chain })] : []),
} as unknown as Ledger;

it('a function with the ledger refuses what goes over a distrusted channel; one without it has no sink', async () => {
  const trust = trustIn(grant('page', log, { ledger }));
  await expect(trust?.demand('mailer')).rejects.toMatchObject({ kind: 'refused', port: 'mailer', message: expect.stringContaining('aws') });
  await expect(trust?.demand('pager')).resolves.toBeUndefined();
  expect(trustIn(grant('logs', log, {}))).toBeUndefined();
});
