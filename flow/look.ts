// What happens before a person sees what somebody sent: the look stands in the register first, under the source's own chain (P-8, R-706).
import { genesis } from '#core/kernel/hash.ts';
import { sourceSubject } from '#core/kernel/ids.ts';
import { headOf, nextEntry } from '#core/register/entry.ts';
import { untilCommitted } from './change.ts';
import type { World } from './ports.ts';

export type Look = {
  readonly source: string;
  /** As the register names who acts: `person:sysop:tomke-harms`. */
  readonly actor: string;
  /** Ids of ours that tell what was looked at; nothing of what stands there. */
  readonly of: Readonly<Record<string, string | readonly string[]>>;
  readonly reason: string;
};

/** Written when it returns; throws PortError when it could not be, and then nothing is shown. */
export const recordLook = async (
  { ledger, clock }: Pick<World, 'ledger' | 'clock'>,
  { source, actor, of, reason }: Look,
): Promise<void> => {
  const chain = sourceSubject(source);
  await untilCommitted(async () => {
    const last = (await ledger.entriesOf(chain)).at(-1);
    const entry = nextEntry(last ? headOf(last) : genesis, {
      chain,
      at: clock.now(),
      actor,
      type: 'RawEventViewed',
      data: { ...of, reason },
    });
    return ledger.commit([{ put: 'entry', entry }]);
  });
};
