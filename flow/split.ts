// What happens when a person splits a case: both parts, their duties and what stops in the one, in one transaction (P-14).
import type { Duty } from '#core/duty/duty.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { isMaking } from '#core/duty/fanout.ts';
import { owed } from '#core/duty/owed.ts';
import { ended } from '#core/duty/settle.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import { mayHaveLeft } from '#core/duty/withdrawing.ts';
import type { Refused } from '#core/incident/decide.ts';
import type { Actor, Incident, Release } from '#core/incident/incident.ts';
import { noticeStep } from '#core/incident/scope.ts';
import { type Part, splitOf } from '#core/incident/split.ts';
import { type IncidentId, incidentId, incidentSubject, reference } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { recordDuty } from '#core/register/record.ts';
import { apply, deskWrites, emptyDesk, incidentOn } from './cases.ts';
import { asRead, existingOf, untilCommitted, wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';

export type SplitRequest = { readonly id: IncidentId; readonly part: Part; readonly actor: Actor; readonly reason: string };

/** Whoever is at it now may be sending: nobody can say yet under which reference the controller is told. */
const isBusy = (duty: Duty): boolean => duty.owner !== undefined && (duty.lane === 'notify' || duty.kind === 'fanout');

/** More than this does not fit into the transaction beside all else. */
const stoppedAtOnce = 15;

const busy = (message: string): Result<never, Refused> => fail({ kind: 'wrong-state', message });

const isNoticeOf = (duty: Duty, { controller, ...release }: Pick<Release, 'controller' | 'as' | 'step'>): boolean =>
  duty.kind === 'notice' && duty.recipient === controller && duty.step === noticeStep({ controller, ...release } as Release);

/** Ends there because it goes on here: a notice that has not left, and a question that only the part still asks. */
const stops = (duty: Duty, rest: Incident, part: Incident, stillOwed: ReadonlySet<string>): boolean => {
  if (isTerminal(duty.state)) return false;
  const left = new Set<string>(rest.parted?.at(-1)?.leaves);
  if (duty.kind === 'notice') return left.has(duty.recipient) && !mayHaveLeft(duty);
  return duty.kind === 'identify-controller' && part.unidentified && !stillOwed.has(duty.id);
};

const stopped = (duty: Duty, part: Incident, world: World): readonly Write[] => {
  const now = world.clock.now();
  const over = ended(duty, { state: 'CANCELLED', reason: `goes on as ${reference(part.id)}` }, now);
  const { duty: recorded, entry } = recordDuty(over, { at: now, actor: 'machine:split', type: 'DutyCancelled' });
  return [
    { put: 'duty', duty: recorded, if: asRead(duty) },
    { put: 'entry', entry },
  ];
};

/** Returns the new case. */
export const splitCase = (world: World, { id, part, actor, reason }: SplitRequest): Promise<Result<Incident, Refused>> =>
  untilCommitted<Result<Incident, Refused>>(async () => {
    const desk = emptyDesk();
    const incident = await incidentOn(world, desk, id);
    if (!incident) return fail({ kind: 'invalid', field: 'incident', message: 'There is no such incident.' });
    const { duties } = await existingOf(world, incidentSubject(id));
    if (duties.some((duty) => isBusy(duty) || isMaking(duty, world.clock.now())))
      return busy('A notice of this case is leaving right now. Try again in two minutes.');
    const into = incidentId(world.pseudonyms.idKey, `split:${id}`, (incident.parted?.length ?? 0) + 1);
    const done = splitOf(incident, {
      at: world.clock.now(),
      actor,
      reason,
      part,
      into,
      hasLeft: (release) => duties.some((duty) => isNoticeOf(duty, release) && mayHaveLeft(duty)),
    });
    if (!done.ok) return done;
    desk.before.set(into, undefined);
    apply(desk, id, done.value.stays);
    apply(desk, into, done.value.goes);
    const [rest, own] = [desk.now.get(id), desk.now.get(into)];
    if (!rest || !own) throw new Error('both parts were applied');
    const { configuration } = world.directory.current();
    const stillOwed = new Set<string>(
      owed(rest, configuration, world.clock.now()).map((spec) => makeIncidentDuty(rest, spec, world.clock.now()).id),
    );
    const ending = duties.filter((duty) => stops(duty, rest, own, stillOwed));
    if (ending.length > stoppedAtOnce) return busy('Too many notices of this part are about to leave. Try again when they have left.');
    desk.more.push(...ending.flatMap((duty) => stopped(duty, own, world)));
    const writes = await deskWrites(world, desk);
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    return ok(own);
  });
