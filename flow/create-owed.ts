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

export type Created = {
  readonly made: number;
  readonly complete: boolean;
  /** Made once, by its chain, and no longer there: not made again, and nothing that can be proved. */
  readonly gone: number;
};

/**
 * Without those whose chain has lines already: such a duty was made once and is gone. To make it anew could repeat what it did, so it is
 * left to the audit, which says that it can't be proved.
 */
const neverMade = async (world: World, writes: readonly Write[]): Promise<readonly Write[]> => {
  const pairs = await Promise.all(
    writes.map(async (write, i): Promise<readonly Write[]> => {
      const line = writes[i + 1];
      if (write.put !== 'duty' || !line) return [];
      return (await world.ledger.entriesOf(write.duty.id)).length > 0 ? [] : [write, line];
    }),
  );
  return pairs.flat();
};

/** One transaction's worth. */
const someOf = (world: World, id: IncidentId, fence: Duty | undefined): Promise<Created> => {
  let clashed = false;
  return untilCommitted<Created>(async () => {
    const incident = await world.ledger.incident(id);
    if (!incident) return { made: 0, complete: true, gone: 0 };
    const now = world.clock.now();
    const { duties, ids } = await existingOf(world, incidentSubject(id));
    const absent = dutyWrites(incident, owed(incident, world.directory.current().configuration, now), ids, now);
    const missing = clashed ? await neverMade(world, absent) : absent;
    const writes = missing.slice(0, 2 * dutiesAtOnce);
    const complete = writes.length === missing.length;
    const gone = (absent.length - missing.length) / 2;
    if (writes.length === 0) return { made: 0, complete, gone };
    const current = fence && duties.find((duty) => duty.id === fence.id);
    if (fence && current?.gen !== fence.gen) return { made: 0, complete: false, gone };
    const held: readonly Write[] = current ? [{ put: 'duty', duty: current, if: asRead(current) }] : [];
    clashed = (await world.ledger.commit([...held, ...writes])) === 'conflict';
    if (clashed) return 'conflict';
    await wakeFor(world, writes);
    return { made: writes.length / 2, complete, gone };
  });
};

/** Makes what is missing, transaction by transaction. Doing it again makes nothing twice. */
export const createOwed = async (world: World, id: IncidentId, { fence, goOn }: Creating): Promise<Created> => {
  let made = 0;
  while (goOn()) {
    const some = await someOf(world, id, fence);
    made += some.made;
    if (some.complete) return { made, complete: true, gone: some.gone };
    if (some.made === 0) break;
  }
  return { made, complete: false, gone: 0 };
};
