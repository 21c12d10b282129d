// What happens in a drill of the deployment: one duty for each lane that does nothing, so that the lane's claim proves the way (D-10).
// A drill belongs to no incident: no worker acts on it, nobody is mailed or paged, and ledger and register call it by its name.
import { type Duty, type Lane, isTerminal, lanes } from '#core/duty/duty.ts';
import { ended } from '#core/duty/settle.ts';
import { genesis } from '#core/kernel/hash.ts';
import { type SubjectId, dutyId } from '#core/kernel/ids.ts';
import { minutes, plus } from '#core/kernel/time.ts';
import { recordDuty } from '#core/register/record.ts';
import { asRead, wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';

/** All drills of a deployment stand under this one subject. */
export const drillSubject = 'drill' as SubjectId;

const within = minutes(15);

const drillDuty = (world: World, lane: Lane, step: string): Duty => {
  const now = world.clock.now();
  return {
    v: 1,
    id: dutyId(drillSubject, 'drill', lane, step),
    subject: drillSubject,
    kind: 'drill',
    recipient: lane,
    step,
    lane,
    state: 'OPEN',
    deadlineAt: plus(now, within),
    nextAt: now,
    gen: 0,
    attempts: 0,
    softAt: plus(now, within),
    createdAt: now,
    evidence: [],
    head: genesis,
  };
};

const end = async (world: World, duty: Duty, ending: { readonly state: 'DONE' | 'EXPIRED'; readonly reason: string }): Promise<void> => {
  const now = world.clock.now();
  const type = ending.state === 'DONE' ? 'DutyDone' : 'DutyExpired';
  const { duty: after, entry } = recordDuty(ended(duty, ending, now), { at: now, actor: 'machine:drill', type });
  // A conflict: it was claimed or ended meanwhile; the next drill ends what is left.
  await world.ledger.commit([
    { put: 'duty', duty: after, if: asRead(duty) },
    { put: 'entry', entry },
  ]);
};

/** Ends what a drill left open, this one or an earlier one. */
export const clearDrills = async (world: World): Promise<void> => {
  for (const left of await world.ledger.dutiesOf(drillSubject))
    if (!isTerminal(left.state)) await end(world, left, { state: 'EXPIRED', reason: 'drill: nobody waits for it any longer' });
};

/** Makes the drill's duties and wakes their lanes. `step` names this one drill. */
export const startDrill = async (world: World, step: string): Promise<void> => {
  await clearDrills(world);
  const writes = lanes.flatMap((lane): readonly Write[] => {
    const { duty, entry } = recordDuty(drillDuty(world, lane, step), {
      at: world.clock.now(),
      actor: 'machine:drill',
      type: 'DutyCreated',
    });
    return [
      { put: 'duty', duty, if: 'absent' },
      { put: 'entry', entry },
    ];
  });
  await world.ledger.commit(writes);
  await wakeFor(world, writes);
};

/** Which lanes have taken their duty by now. Each taken one is ended: the drill is over for it. */
export const endDrill = async (world: World, step: string): Promise<readonly Lane[]> => {
  const taken: Lane[] = [];
  for (const lane of lanes) {
    const duty = await world.ledger.duty(drillDuty(world, lane, step));
    if (!duty || duty.gen === 0) continue;
    taken.push(lane);
    if (!isTerminal(duty.state)) await end(world, duty, { state: 'DONE', reason: `drill: ${lane} took it` });
  }
  return taken;
};
