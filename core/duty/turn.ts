// Names what one turn of a duty can come to, and builds it: act, wait, or end.
import type { Configuration, RoleName } from '../directory/directory.ts';
import type { Command } from '../incident/decide.ts';
import type { Disturbance } from '../incident/disturbance.ts';
import type { Incident, Release, WithdrawalReason } from '../incident/incident.ts';
import type { ControllerId, IncidentId } from '../kernel/ids.ts';
import { type Duration, type Instant, hours, plus } from '../kernel/time.ts';
import { type Duty, sendingsOf } from './duty.ts';
import type { DutySpec } from './spec.ts';

export type PageTopic =
  | 'inform'
  | 'call'
  | 'decide'
  | 'release'
  | 'assess'
  | 'identify'
  | 'human'
  | 'withdraw'
  | 'narrow'
  | 'own-assessment'
  | 'own-report'
  | 'own-art34'
  | 'update'
  | 'archived'
  | 'lasting'
  | 'triage'
  | 'verify-sender'
  | 'tell-subprocessor'
  | 'review-subprocessor'
  | 'again'
  | 'digest';

/** What the hands are to do; which channels is the flow's business. */
export type Act =
  | {
      readonly type: 'page';
      readonly roles: readonly RoleName[];
      readonly topic: PageTopic /** All channels at once, or the first that works. */;
      readonly reach: 'first' | 'all';
    }
  | { readonly type: 'consult' }
  | { readonly type: 'ticket' }
  /** Tells a controller that its matter goes on under this reference. */
  | { readonly type: 'reference'; readonly controller: ControllerId }
  /** Makes the duties that one transaction could not hold. */
  | { readonly type: 'create' }
  | { readonly type: 'notice'; readonly controller: ControllerId; readonly as: 'suspected' | 'confirmed' }
  /** Tells the technical contacts of a controller that a service is away, still away, or back (P-23). */
  | {
      readonly type: 'disturbance';
      readonly controller: ControllerId;
      readonly word: Word;
      readonly about: Disturbance;
      readonly at: Instant;
    }
  | {
      readonly type: 'withdrawal';
      readonly controller: ControllerId;
      readonly why: WithdrawalReason;
      readonly decidedAt: Instant;
      readonly told: readonly Told[];
      /** Which of its contacts took those: they hear of it before the others. */
      readonly first: readonly number[];
    };

/** `next`: by when the next one comes. */
export type Word =
  | { readonly what: 'start'; readonly next: Instant }
  | { readonly what: 'update'; readonly nth: number; readonly next?: Instant }
  | { readonly what: 'end' };

/** One message that a controller may have: what it was, when it left, under which reference. */
export type Told = { readonly as: Release['as']; readonly at: Instant; readonly incident: IncidentId };

export type Ending = { readonly state: 'DONE' | 'CANCELLED' | 'EXPIRED'; readonly reason: string };

export type Plan =
  | { readonly do: 'end'; readonly ending: Ending; readonly create: readonly DutySpec[]; readonly commands: readonly Command[] }
  | { readonly do: 'wait'; readonly until: Instant; readonly create: readonly DutySpec[]; readonly commands: readonly Command[] }
  | {
      readonly do: 'act';
      readonly act: Act;
      /** What the duty becomes when the act succeeded. */
      readonly after:
        | { readonly state: 'DONE'; readonly reason: string }
        | { readonly state: 'SENT'; readonly until: Instant; readonly create?: readonly DutySpec[] };
      /** What it becomes when nobody could be reached in any way, instead of another try (I-32). */
      readonly unreachable?: { readonly ending: Ending; readonly create: readonly DutySpec[] };
    };

export type Situation = {
  readonly duty: Duty;
  readonly incident: Incident;
  readonly parent?: Duty;
  /** For a withdrawal, and for the end of a disturbance: what was sent to the controller, or is on its way. */
  readonly told?: readonly Duty[];
  readonly configuration: Configuration;
  readonly now: Instant;
};

export const end = (
  state: Ending['state'],
  reason: string,
  more: { readonly create?: readonly DutySpec[]; readonly commands?: readonly Command[] } = {},
): Plan => ({
  do: 'end',
  ending: { state, reason },
  create: more.create ?? [],
  commands: more.commands ?? [],
});
export const wait = (
  until: Instant,
  more: { readonly create?: readonly DutySpec[]; readonly commands?: readonly Command[] } = {},
): Plan => ({
  do: 'wait',
  until,
  create: more.create ?? [],
  commands: more.commands ?? [],
});
export const page = (roles: readonly RoleName[], topic: PageTopic, until: Instant): Plan => ({
  do: 'act',
  act: { type: 'page', roles, topic, reach: 'first' },
  after: { state: 'SENT', until },
});

/** A change elsewhere wakes what waits, to look again: until this hour a look says nothing a second time. Undefined: nothing was said yet. */
export const quietUntil = ({ duty, now }: Situation, every: Duration): Instant | undefined =>
  duty.state === 'SENT' ? plus(sendingsOf(duty).at(-1)?.at ?? duty.sentAt ?? now, every) : undefined;
export const isEarly = (until: Instant | undefined, now: Instant): until is Instant => until !== undefined && now < until;

/** Accepted is not delivered: until it is, a person is beside it. */
export const untilArrived = (s: Situation): Plan =>
  wait(plus(s.now, hours(4)), {
    create: [{ kind: 'human', recipient: 'incident-lead', step: s.duty.id, parent: s.duty.id, deadlineAt: plus(s.now, hours(1)) }],
  });

export const isDecided = (incident: Incident): boolean => incident.state !== 'open' && incident.state !== 'suspected';
export const isOver = (incident: Incident): boolean => incident.state === 'refuted' || incident.state === 'closed';
