// What a restore writes about one duty: that its message left, that it may have left, or that it exists after all (P-25).
import { noticeDeadline } from '#core/clock/deadline.ts';
import type { Configuration, Controller, Policy } from '#core/directory/directory.ts';
import { type Duty, type DutyRef, isTerminal } from '#core/duty/duty.ts';
import { disturbanceWords } from '#core/duty/disturbing.ts';
import { planOf } from '#core/duty/plan.ts';
import { besides, sent, waiting } from '#core/duty/settle.ts';
import { type DutySpec, makeIncidentDuty } from '#core/duty/spec.ts';
import type { Incident } from '#core/incident/incident.ts';
import { stepOfNotice } from '#core/incident/scope.ts';
import type { DutyId, PersonId } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Instant, endOfTime, hours, plus } from '#core/kernel/time.ts';
import { recordDuty } from '#core/register/record.ts';
import { asRead, dutyWrites, existingOf, untilCommitted, wakeFor } from './change.ts';
import type { Testimony, World, Write } from './ports.ts';

const actor = 'machine:restore';

/** A duty's change with its line, and what has to stand beside it; decided on the duty as it stands, or left alone. */
const change = (
  world: World,
  ref: DutyRef,
  decide: (
    duty: Duty,
    incident: Incident,
    now: Instant,
  ) => { readonly next: Duty; readonly type: string; readonly create: readonly DutySpec[] } | undefined,
  by: string = actor,
): Promise<boolean> =>
  untilCommitted<boolean>(async () => {
    const duty = await world.ledger.duty(ref);
    const incident = duty?.incident === undefined ? undefined : await world.ledger.incident(duty.incident);
    const now = world.clock.now();
    const decided = duty && incident && !isTerminal(duty.state) ? decide(duty, incident, now) : undefined;
    if (!duty || !incident || !decided) return false;
    const { duty: next, entry } = recordDuty(decided.next, { at: now, actor: by, type: decided.type });
    const { ids } = await existingOf(world, duty.subject);
    const writes: readonly Write[] = [
      { put: 'duty', duty: next, if: asRead(duty) },
      { put: 'entry', entry },
      ...dutyWrites(incident, decided.create, ids, now),
    ];
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    return true;
  });

/** What its turn would have written, had it come to its end: sent, with what the plan sets beside it. False: that is known already. */
export const noteSent = (world: World, ref: DutyRef, proof: Testimony): Promise<boolean> =>
  change(world, ref, (duty, incident, now) => {
    if (duty.state === 'SENT') return undefined;
    const { configuration } = world.directory.current();
    const plan = planOf({ duty: { ...duty, state: 'OPEN' }, incident, configuration, now });
    const after =
      plan.do === 'act' && plan.after.state === 'SENT' ? plan.after : { until: plus(now, configuration.policy.deliveryWithin), create: [] };
    const via = proof.by === 'outbox' ? ('outbox' as const) : ('provider' as const);
    const evidence = { at: proof.at, channel: 'mail.reported', via, providerId: proof.eventId };
    const { lastFailure: _held, ...told } = duty;
    return {
      next: sent({ ...told, sentAt: duty.sentAt ?? proof.at }, [evidence], after.until, now),
      type: 'DutySent',
      create: after.create ?? [],
    };
  });

/** Says why it waits; by it a held duty is known. */
export const heldBecause = 'it may have left before, and nothing proves it: find out, then say that it arrived, or let it go';

export const isHeld = (duty: Duty): boolean => duty.state === 'BLOCKED' && duty.lastFailure === heldBecause;

/** Waits for a person, however long: no clock sends what may have been sent. Somebody is paged about it until it is done. */
export const hold = (world: World, ref: DutyRef): Promise<boolean> =>
  change(world, ref, (duty, _incident, now) =>
    isHeld(duty)
      ? undefined
      : {
          next: { ...waiting(duty, endOfTime), state: 'BLOCKED', lastFailure: heldBecause },
          type: 'DutyHeld',
          create: [besides(duty, now)],
        },
  );

/** A named person found that it never left. */
export const letGo = async (world: World, ref: DutyRef, by: PersonId): Promise<Result<'due'>> => {
  const done = await change(
    world,
    ref,
    (duty, _incident, now) => {
      if (!isHeld(duty)) return undefined;
      const { lastFailure: _held, ...free } = duty;
      return { next: waiting(free, now), type: 'DutyLetGo', create: [] };
    },
    `person:restore:${by}`,
  );
  return done ? ok('due') : fail('this duty is not held by a restore');
};

/** A ticket that was made after the copy is found again instead of made twice: as after any try without an outcome (D-20). */
export const probeFirst = async (world: World, duty: Duty): Promise<void> => {
  if (isTerminal(duty.state)) return;
  await world.ledger.intend({ duty: duty.id, subject: duty.subject, gen: duty.gen, channel: 'ticket', intentAt: world.clock.now() });
  await untilCommitted<boolean>(async () => {
    const current = await world.ledger.duty(duty);
    if (!current || isTerminal(current.state) || current.attempts > 0) return true;
    const committed = await world.ledger.commit([{ put: 'duty', duty: { ...current, attempts: 1 }, if: asRead(current) }]);
    return committed === 'conflict' ? 'conflict' : true;
  });
};

const wordsOf = (
  incident: Incident,
  controller: Controller,
  policy: Policy,
  { nth, now }: { readonly nth: number; readonly now: Instant },
): readonly DutySpec[] => [
  ...(['suspected', 'confirmed'] as const).map((as): DutySpec => {
    const deadlineAt = noticeDeadline(incident, controller, policy, as) ?? now;
    return { kind: 'notice', recipient: controller.id, step: stepOfNotice(as, nth), deadlineAt };
  }),
  { kind: 'withdrawal', recipient: controller.id, step: String(nth), deadlineAt: now },
];

export type PossibleNotice = { readonly duty: Duty; readonly incident: Incident };

/** So often, at most, a controller was told, heard that it is wrong, and was told again after the copy. */
const rounds = [1, 2, 3] as const;

/** Every notice, withdrawal and word of a disturbance that could be owed for these incidents, by the id that it would have: ids are derived, so a report finds its duty. */
export const noticesThatCouldBe = (
  incidents: readonly Incident[],
  configuration: Configuration,
  now: Instant,
): ReadonlyMap<DutyId, PossibleNotice> => {
  const could = new Map<DutyId, PossibleNotice>();
  for (const incident of incidents)
    for (const controller of configuration.directory.controllers.values())
      for (const spec of [
        ...rounds.flatMap((nth) => wordsOf(incident, controller, configuration.policy, { nth, now })),
        ...disturbanceWords(incident, controller.id, configuration, now),
      ]) {
        const duty = makeIncidentDuty(incident, spec, now);
        could.set(duty.id, { duty, incident });
      }
  return could;
};

/**
 * Puts a notice back whose release the ledger does not know. Whoever releases again finds it there and sends nothing; that somebody
 * decides again is a duty of its own.
 */
export const restoreNotice = (world: World, { duty: made, incident }: PossibleNotice): Promise<Duty> =>
  untilCommitted<Duty>(async () => {
    const known = await world.ledger.duty(made);
    if (known) return known;
    const now = world.clock.now();
    const parked: Duty = { ...made, state: 'BLOCKED', nextAt: endOfTime, lastFailure: heldBecause };
    const { duty, entry } = recordDuty(parked, { at: now, actor, type: 'DutyRestored' });
    // Nobody decided on a disturbance.
    const isDecided = made.kind !== 'disturbance';
    const again: DutySpec = { kind: 'human', recipient: 'incident-lead', step: `restored:${made.id}`, deadlineAt: plus(now, hours(1)) };
    const { ids } = await existingOf(world, made.subject);
    const writes: readonly Write[] = [
      { put: 'duty', duty, if: 'absent' },
      { put: 'entry', entry },
      ...dutyWrites(incident, isDecided ? [again] : [], ids, now),
    ];
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    return duty;
  });
