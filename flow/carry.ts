// Decides which open duties of a case go on in the one that took it in, or in its part: none is dropped, none is due later (P-14).
import type { Configuration } from '#core/directory/directory.ts';
import { type Duty, type DutyKind, isTerminal, triageStep } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { type DutySpec, makeIncidentDuty } from '#core/duty/spec.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Instant, earliest } from '#core/kernel/time.ts';
import { recordDuty } from '#core/register/record.ts';
import { type Existing, asRead, dutyWrites } from './change.ts';
import type { Write } from './ports.ts';

/** What a person still owes an answer to. What follows from an incident's own clocks it owes by itself, at the earlier hour. */
const asked: ReadonlySet<DutyKind> = new Set(['identify-controller', 'narrow', 'phone', 'subprocessor']);

const goesOn = ({ kind, step, state }: Duty): boolean =>
  !isTerminal(state) && (asked.has(kind) || (kind === 'review' && step === triageStep) || (kind === 'human' && step === 'archived'));

/** The case that goes on may have had an answer to a question of its own: then this is its next one. */
const stepIn = ({ identifyRound = 1, scope }: Incident, { kind, step }: Duty): string => {
  if (kind === 'identify-controller') return String(identifyRound);
  return kind === 'narrow' ? String((scope?.nth ?? 0) + 1) : step;
};

const specOf = (duty: Duty, goingOn: Incident): DutySpec => {
  const { kind, recipient, deadlineAt, nextAt, state } = duty;
  return {
    kind,
    recipient,
    step: stepIn(goingOn, duty),
    deadlineAt,
    // Whoever was asked already is asked again at once: from now on it is about another reference.
    ...(state === 'OPEN' ? { notBefore: nextAt } : {}),
  };
};

/** Both owe it: then by the earlier deadline. A claimed one ends its turn first; it looks at its deadline itself. */
const broughtForward = (known: Duty, deadlineAt: Instant, now: Instant): readonly Write[] => {
  if (isTerminal(known.state) || known.deadlineAt <= deadlineAt) return [];
  const nextAt = known.owner === undefined ? earliest(known.nextAt, deadlineAt) : known.nextAt;
  const { duty, entry } = recordDuty({ ...known, deadlineAt, nextAt }, { at: now, actor: 'machine:merge', type: 'DutyBroughtForward' });
  return [
    { put: 'duty', duty, if: asRead(known) },
    { put: 'entry', entry },
  ];
};

export type Carried = {
  readonly writes: readonly Write[];
  /** The survivor's duties as they stand after this: these are neither made nor woken a second time. */
  readonly existing: Existing;
};

export type Carrying = {
  readonly survivor: Incident;
  /** The duties of the case that was merged, or of the one that this was a part of. */
  readonly left: readonly Duty[];
  readonly existing: Existing;
  readonly now: Instant;
};

const carry = ({ survivor, existing, now }: Carrying, specs: readonly DutySpec[]): Carried => {
  const made = dutyWrites(survivor, specs, existing.ids, now);
  const idOf = (spec: DutySpec): string => makeIncidentDuty(survivor, spec, now).id;
  const forward = specs.flatMap((spec) =>
    existing.duties.filter(({ id }) => id === idOf(spec)).flatMap((known) => broughtForward(known, spec.deadlineAt, now)),
  );
  const writes = [...made, ...forward];
  const touched = new Set(writes.flatMap((write) => (write.put === 'duty' ? [write.duty.id as string] : [])));
  return {
    writes,
    existing: { duties: existing.duties.filter(({ id }) => !touched.has(id)), ids: [...existing.ids, ...touched] },
  };
};

export const carriedByMerge = (carrying: Carrying): Carried =>
  carry(
    carrying,
    carrying.left.filter(goesOn).map((duty) => specOf(duty, carrying.survivor)),
  );

/** Of those whom the other case told something its promise is kept here; of the questions those that the part asks itself. */
export const carriedBySplit = (carrying: Carrying, configuration: Configuration): Carried => {
  const { survivor, left, now } = carrying;
  const idOf = (spec: DutySpec): string => makeIncidentDuty(survivor, spec, now).id;
  const own = new Set(owed(survivor, configuration, now).map(idOf));
  const isPromise = ({ kind, step, state }: Duty): boolean => kind === 'human' && step === 'update' && !isTerminal(state);
  const promised = (survivor.splitFrom?.told ?? []).length > 0 ? left.filter(isPromise) : [];
  const specs = left.filter(goesOn).map((duty) => specOf(duty, survivor));
  return carry(carrying, [...specs.filter((spec) => own.has(idOf(spec))), ...promised.map((duty) => specOf(duty, survivor))]);
};
