// What happens to the due index at an audit: each duty that may wake stands in it once, whatever is off is written again (I-09).
import { type Duty, type DutyRef, lanes } from '#core/duty/duty.ts';
import { type Listed, isIndexed } from '#core/duty/proof.ts';
import { type SubjectId, isOfHouse } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import { endOfTime } from '#core/kernel/time.ts';
import { asRead } from './change.ts';
import type { World } from './ports.ts';

export type DueIndex = {
  readonly of: (ref: DutyRef) => readonly Listed[];
  /** Looks that are owed at what must not come, and words about rules: no incident and no source leads to them. */
  readonly others: readonly DutyRef[];
  /** Does anything of this subject stand in it? */
  readonly names: (subject: SubjectId) => boolean;
};

const keyOf = (ref: DutyRef): string => `${ref.subject} ${ref.id}`;

/** All of it, every lane. Claims of every epoch count: whoever holds them, they stand there. */
export const readIndex = async (world: World): Promise<DueIndex> => {
  const listed = new Map<string, Listed[]>();
  const subjects = new Set<SubjectId>();
  const others: DutyRef[] = [];
  for (const lane of lanes)
    for await (const { subject, id, nextAt } of world.ledger.due(lane, endOfTime, 0)) {
      const key = keyOf({ subject, id });
      listed.set(key, [...(listed.get(key) ?? []), { lane, nextAt }]);
      subjects.add(subject);
      if (isOfHouse(subject)) others.push({ subject, id });
    }
  return { of: (ref) => listed.get(keyOf(ref)) ?? [], others, names: (subject) => subjects.has(subject) };
};

/** Somebody worked on it between two looks: an index may lag behind that (F-23), and the work itself wrote the entry again. */
const hasMoved = (before: Duty, now: Duty | undefined): boolean =>
  now === undefined ||
  now.gen !== before.gen ||
  now.state !== before.state ||
  now.nextAt !== before.nextAt ||
  now.head.seq !== before.head.seq;

/** Looks again at those that were off at the first look; what still is, is written again as it stands. Tells how many. */
export const reindex = async (world: World, suspects: readonly Duty[]): Promise<number> => {
  if (suspects.length === 0) return 0;
  const index = await readIndex(world);
  let written = 0;
  for (const suspect of suspects) {
    if (isIndexed(suspect, index.of(suspect))) continue;
    const duty = await world.ledger.duty(suspect);
    if (duty === undefined || hasMoved(suspect, duty)) continue;
    if ((await world.ledger.commit([{ put: 'duty', duty, if: asRead(duty) }])) === 'conflict') continue;
    world.log.error('index-was-off', { duty: safeId(duty.id) });
    written += 1;
  }
  return written;
};
