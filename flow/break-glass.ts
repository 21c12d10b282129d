// What happens when somebody comes in without the identity provider: it stands in the register first, and everybody who decides is told aloud (P-13).
import { accessDuties } from '#core/duty/access-duty.ts';
import { genesis } from '#core/kernel/hash.ts';
import { type PersonId, accessSubject } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { headOf, nextEntry } from '#core/register/entry.ts';
import { recordDuty } from '#core/register/record.ts';
import { untilCommitted, wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';

export type Coming = {
  readonly by: PersonId;
  readonly why: string;
  /** Whose credentials let them in, as the account names them; a word of AWS's own. */
  readonly as: string;
};

const line = async (world: World, by: PersonId, type: string, data: Readonly<Record<string, unknown>>): Promise<Write> => {
  const chain = accessSubject(by) as string;
  const last = (await world.ledger.entriesOf(chain)).at(-1);
  const at = world.clock.now();
  return { put: 'entry', entry: nextEntry(last ? headOf(last) : genesis, { chain, at, actor: `person:break-glass:${by}`, type, data }) };
};

/** Nobody is in before it is written. Refused for whoever is not in the directory. */
export const breakGlass = (world: World, { by, why, as }: Coming): Promise<Result<'in'>> => {
  if (!world.directory.current().configuration.directory.people.has(by))
    return Promise.resolve(fail('there is nobody of that id in the directory'));
  return untilCommitted<Result<'in'>>(async () => {
    const now = world.clock.now();
    const writes: readonly Write[] = [
      await line(world, by, 'GlassBroken', { reason: why, credentials: as }),
      ...accessDuties(by, now).flatMap((made): readonly Write[] => {
        const { duty, entry } = recordDuty(made, { at: now, actor: 'machine:break-glass', type: 'DutyCreated' });
        return [
          { put: 'duty', duty, if: 'absent' },
          { put: 'entry', entry },
        ];
      }),
    ];
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    return ok('in');
  });
};

/** They left again. */
export const closeGlass = (world: World, by: PersonId): Promise<true> =>
  untilCommitted<true>(async () => {
    const written = await world.ledger.commit([await line(world, by, 'GlassClosed', {})]);
    return written === 'conflict' ? 'conflict' : true;
  });
