// What happens when a provider reports on a mail: it is kept outside the ledger first, so that it outlives a ledger that is set back (P-25).
import type { DutyRef } from '#core/duty/duty.ts';
import { type Result, ok } from '#core/kernel/result.ts';
import type { Journal, Testimony, World } from './ports.ts';
import { receive } from './receive.ts';

export type Report = {
  readonly duty: DutyRef;
  readonly what: Exclude<Testimony['what'], 'tried'>;
  readonly by: { readonly provider: string; readonly eventId: string };
};

/** Fails when it could not be kept: then it comes again, and the ledger knows nothing that the journal does not. */
export const hear = async (
  world: World & { readonly journal: Pick<Journal, 'keep'> },
  { duty, what, by }: Report,
): Promise<Result<'noted' | 'known'>> => {
  await world.journal.keep({ duty: duty.id, what, at: world.clock.now(), by: by.provider, eventId: by.eventId });
  // That it was sent, the ledger knows from its own turn; only one that was set back does not.
  return what === 'sent' ? ok('known') : receive(world, { duty, what, by });
};
