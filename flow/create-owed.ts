// What happens when an incident owes duties that do not exist: they are made, so many at a time as one transaction holds (I-07, I-12).
import type { Duty } from '#core/duty/duty.ts';
import { dutiesAtOnce } from '#core/duty/fanout.ts';
import { owed } from '#core/duty/owed.ts';
import { type IncidentId, incidentSubject } from '#core/kernel/ids.ts';
import { asRead, dutyWrites, existingOf, untilCommitted, wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';

export type Creating = {
  /** Whoever makes them, where that is a duty itself: nothing is made once its claim is lost. */
  readonly fence?: Duty;
  /** Asked before each transaction: is there still time? */
  readonly goOn: () => boolean;
};

export type Created = { readonly made: number; readonly complete: boolean };

/** One transaction's worth. */
const someOf = (world: World, id: IncidentId, fence: Duty | undefined): Promise<Created> =>
  untilCommitted<Created>(async () => {
    const incident = await world.ledger.incident(id);
    if (!incident) return { made: 0, complete: true };
    const now = world.clock.now();
    const { duties, ids } = await existingOf(world, incidentSubject(id));
    const missing = dutyWrites(incident, owed(incident, world.directory.current().configuration, now), ids, now);
    const writes = missing.slice(0, 2 * dutiesAtOnce);
    const complete = writes.length === missing.length;
    if (writes.length === 0) return { made: 0, complete };
    const current = fence && duties.find((duty) => duty.id === fence.id);
    if (fence && current?.gen !== fence.gen) return { made: 0, complete: false };
    const held: readonly Write[] = current ? [{ put: 'duty', duty: current, if: asRead(current) }] : [];
    if ((await world.ledger.commit([...held, ...writes])) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    return { made: writes.length / 2, complete };
  });

/** Makes what is missing, transaction by transaction. Doing it again makes nothing twice. */
export const createOwed = async (world: World, id: IncidentId, { fence, goOn }: Creating): Promise<Created> => {
  let made = 0;
  while (goOn()) {
    const some = await someOf(world, id, fence);
    made += some.made;
    if (some.complete) return { made, complete: true };
    if (some.made === 0) break;
  }
  return { made, complete: false };
};
