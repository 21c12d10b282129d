// Decides how a duty is made: everything derived, so that making it again makes the same one.
import { genesis } from '../kernel/hash.ts';
import type { Incident } from '../incident/incident.ts';
import { type ControllerId, controllerId, dutyId, incidentSubject } from '../kernel/ids.ts';
import { type Instant, minutes, plus, hours, type Duration } from '../kernel/time.ts';
import { type Duty, type DutyKind, laneOf } from './duty.ts';

export type DutySpec = {
  readonly kind: DutyKind;
  readonly recipient: string;
  readonly step: string;
  readonly deadlineAt: Instant;
  /** The duty that this one stands beside. */
  readonly parent?: Duty['id'];
  /** When it first wakes, where that is not at once. */
  readonly notBefore?: Instant;
};

/** A call for what is new in a case that somebody was called for already. */
export const againStep = 'again:';

/**
 * A controller added after the decision has a release of its own: the first may be over by then (P-7). So has each that was ruled out and
 * came back, `nth` time.
 */
export const releaseStep = (as: 'suspected' | 'confirmed', late?: ControllerId, nth?: number): string =>
  `${as}${nth === undefined ? '' : `+${nth}`}${late === undefined ? '' : `:${late}`}`;

/** The one controller that a release duty is about; undefined: all of them. */
export const lateOf = (step: string): ControllerId | undefined => {
  const at = step.indexOf(':');
  return at < 0 ? undefined : controllerId(step.slice(at + 1));
};

/** When a person is set beside the machine (reliability.md 6.3): page 2 min, mail 30 min, ticket 4 h. */
const softAfter = (kind: DutyKind): Duration => {
  const lane = laneOf(kind);
  // Its hour is a quarter of one (P-23).
  if (kind === 'disturbance') return minutes(8);
  if (lane === 'ticket') return hours(4);
  if (lane === 'notify') return minutes(30);
  return kind === 'call' ? minutes(2) : minutes(15);
};

/** What a duty takes from the incident that it belongs to. */
export type Owner = Pick<Incident, 'id' | 'controllers'>;

const controllerOf = (spec: DutySpec, owner: Owner): ControllerId | undefined =>
  laneOf(spec.kind) === 'notify' ? controllerId(spec.recipient) : owner.controllers.length === 1 ? owner.controllers[0] : undefined;

/** Made again it is the same duty (I-12). */
export const makeIncidentDuty = (owner: Owner, spec: DutySpec, now: Instant): Duty => {
  const subject = incidentSubject(owner.id);
  const controller = controllerOf(spec, owner);
  return {
    v: 1,
    id: dutyId(subject, spec.kind, spec.recipient, spec.step),
    subject,
    incident: owner.id,
    ...(controller === undefined ? {} : { controller }),
    kind: spec.kind,
    recipient: spec.recipient,
    step: spec.step,
    ...(spec.parent === undefined ? {} : { parent: spec.parent }),
    lane: laneOf(spec.kind),
    state: 'OPEN',
    deadlineAt: spec.deadlineAt,
    nextAt: spec.notBefore ?? now,
    gen: 0,
    attempts: 0,
    softAt: plus(spec.notBefore ?? now, softAfter(spec.kind)),
    createdAt: now,
    evidence: [],
    head: genesis,
  };
};
