// Decides, at every write and every effect, whether the ledger still keeps its promises: safety is checked always (reliability.md 5.1).
import { isTerminal, type Attempt, type Duty, type Lane } from '#core/duty/duty.ts';
import { type Due, shareOf } from '#core/duty/order.ts';
import type { Configuration } from '#core/directory/directory.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { DutyId, IncidentId } from '#core/kernel/ids.ts';
import type { Effect, Write } from '#flow/ports.ts';
import { wordProblems } from './disturbances.ts';
import type { Kernel } from './kernel.ts';
import type { Channel, Delivered } from './outside.ts';
import {
  askedToWait,
  claimProblems,
  dutyProblems,
  effectProblems,
  incidentProblems,
  messageProblems,
  type Problem,
  skewBound,
} from './promises.ts';
import type { Call, CallOutcome, SimWorker } from './worker.ts';

export type Violation = { readonly invariant: string; readonly what: string; readonly at: number };

/** A duty as it stands, and as it stood before its last change. */
type Known = { readonly duty: Duty; readonly changedAt: number; readonly before: Duty | undefined };

export type WatchSettings = {
  readonly kernel: Kernel;
  readonly configuration: () => Configuration;
  /** Called at each change of a duty. */
  readonly onChange: () => void;
  /** Called when somebody took a duty. */
  readonly onClaim: (duty: Duty) => void;
  /** From here on nothing fails any more. */
  readonly quietFrom: number;
  /** No fault of this seed may delay anything beyond a tick. */
  readonly punctual: boolean;
  /** Clocks may be off in this seed. */
  readonly skewed: boolean;
  /** When the worker with this epoch began, where there is one at a time. */
  readonly began: (epoch: number) => number | undefined;
};

export type Watch = {
  readonly violations: readonly Violation[];
  readonly violate: (invariant: string, what: string) => void;
  readonly dutyNow: (id: DutyId) => Duty | undefined;
  readonly changedAt: (id: DutyId) => number;
  /** What the due index showed a while ago, and shows no longer. */
  readonly dueBefore: (lane: Lane, at: number) => readonly Due[];
  readonly incidentNow: (id: IncidentId) => Incident | undefined;
  readonly genOf: (worker: SimWorker, duty: DutyId) => number;
  readonly claimed: (worker: SimWorker, before: Duty | undefined, mine: Duty) => void;
  readonly intended: (attempt: Attempt) => void;
  readonly effectBegins: (worker: SimWorker, effect: Effect, channel: Channel) => void;
  readonly delivered: (one: Delivered) => void;
  readonly committed: (worker: SimWorker, writes: readonly Write[]) => void;
  readonly called: (worker: SimWorker, call: Call, outcome: CallOutcome) => void;
  /** A wake-up of this duty was lost or held up: a fault, and the time to claim it counts from the last one (I-40). */
  readonly hintFailed: (duty: DutyId) => void;
  readonly isAmbiguous: (duty: DutyId, gen: number) => boolean;
  readonly ambiguities: () => number;
  /** Longest wait from due, or from the end of all faults, to a claim. */
  readonly recoveredWithin: () => number;
};

const named = (gen: number, duty: DutyId): string => `${duty}.${gen}`;

/** The channel of an effect stands behind duty and round in its key. */
const channelOf = ({ key, duty }: Effect): string => key.slice(key.indexOf('.', duty.length + 1) + 1);

const outOfIndex = ({ before, changedAt }: Known, lane: Lane, seenUntil: number): readonly Due[] => {
  if (changedAt <= seenUntil || before?.lane !== lane || isTerminal(before.state) || before.nextAt > seenUntil) return [];
  const { subject, id, nextAt, deadlineAt } = before;
  return [{ subject, id, nextAt, deadlineAt, share: shareOf(before) }];
};

export const watch = ({ kernel, configuration, quietFrom, onChange, onClaim, punctual, skewed, began }: WatchSettings): Watch => {
  const violations: Violation[] = [];
  const known = new Map<DutyId, Known>();
  const incidents = new Map<IncidentId, Incident>();
  const ackedAt = new Map<IncidentId, number>();
  const owners = new Map<string, number>();
  const intents = new Set<string>();
  const ambiguous = new Set<string>();
  const notBefore = new Map<string, number>();
  const hintFailedAt = new Map<DutyId, number>();
  /** Effects that were told to wait, by claim: it counts once that is written down. */
  const asked = new Map<string, readonly string[]>();
  let slowest = 0;

  const violate = (invariant: string, what: string): void => {
    violations.push({ invariant, what, at: kernel.now() });
  };
  const all = (problems: readonly Problem[]): void => {
    for (const [invariant, what] of problems) violate(invariant, what);
  };
  const remember = (duty: Duty): void => {
    onChange();
    known.set(duty.id, { duty, changedAt: kernel.now(), before: known.get(duty.id)?.duty });
  };
  const genOf = (worker: SimWorker, duty: DutyId): number => worker.claims.get(duty)?.gen ?? -1;
  const duties = (): readonly Duty[] => [...known.values()].map((one) => one.duty);
  const excused = (at: number): boolean => !punctual && at <= quietFrom;

  /** The claim is laid down: what it was told to wait for is written, and its holder holds it no more. */
  const laidDown = (worker: SimWorker, duty: Duty): void => {
    const held = worker.claims.get(duty.id);
    const keys = held ? (asked.get(named(held.gen, duty.id)) ?? []) : [];
    for (const key of keys) notBefore.set(key, kernel.now() + askedToWait - 2 * skewBound);
    worker.claims.delete(duty.id);
  };

  const dutyWritten = (worker: SimWorker, write: Extract<Write, { put: 'duty' }>, writes: readonly Write[]): void => {
    const { duty } = write;
    const before = known.get(duty.id)?.duty;
    const held = worker.claims.get(duty.id);
    const absent = write.if === 'absent';
    all(
      dutyProblems({
        before,
        duty,
        absent,
        held,
        writes,
        known: duties,
        now: kernel.now(),
        excused,
        skewed,
        configuration: configuration(),
      }),
    );
    if (duty.owner === undefined) laidDown(worker, duty);
    remember(duty);
  };

  const incidentWritten = (incident: Incident, writes: readonly Write[]): void => {
    const before = incidents.get(incident.id);
    if (incident.ack && !before?.ack) ackedAt.set(incident.id, kernel.now());
    incidents.set(incident.id, incident);
    // One that waits for its hour makes nothing yet.
    const makes = ({ kind, state, attempts, nextAt }: Duty): boolean =>
      kind === 'fanout' && !isTerminal(state) && (attempts > 0 || nextAt <= kernel.now() + skewBound);
    const fansOut = duties().some((duty) => duty.incident === incident.id && makes(duty));
    const isThere = (duty: Duty): boolean => known.has(duty.id);
    all(incidentProblems({ before, incident, writes, isThere, fansOut, configuration: configuration() }));
  };

  /** Since when it could have been claimed: nobody could know of it before it was written, however old its writer's clock. */
  const waitedFor = (before: Duty | undefined, id: DutyId): number | undefined => {
    if (!before || excused(kernel.now())) return undefined;
    return kernel.now() - Math.max(before.nextAt, known.get(id)?.changedAt ?? 0, punctual ? (hintFailedAt.get(id) ?? 0) : quietFrom);
  };

  const waitedForDead = (worker: SimWorker, before: Duty | undefined): number => {
    if (before?.owner === undefined || worker.epoch === 0 || kernel.now() <= quietFrom) return 0;
    if (owners.get(named(before.gen, before.id)) === worker.n) return 0;
    return kernel.now() - Math.max(began(worker.epoch) ?? kernel.now(), quietFrom);
  };

  /** A duty whose holder met a fault while it held it: what it did may be done again. */
  const unsure = (worker: SimWorker, duty: DutyId | undefined): void => {
    const one = duty === undefined ? undefined : worker.claims.get(duty);
    for (const [id, claim] of worker.claims) if (one === undefined || duty === id) ambiguous.add(named(claim.gen, id));
  };

  const toldToWait = (worker: SimWorker, { key, duty }: Call): void => {
    if (key === undefined || duty === undefined) return;
    const claim = named(genOf(worker, duty), duty);
    asked.set(claim, [...(asked.get(claim) ?? []), key]);
  };

  return {
    violations,
    violate,
    genOf,
    dutyNow: (id) => known.get(id)?.duty,
    changedAt: (id) => known.get(id)?.changedAt ?? 0,
    incidentNow: (id) => incidents.get(id),
    dueBefore: (lane, seenUntil) => [...known.values()].flatMap((one) => outOfIndex(one, lane, seenUntil)),
    called: (worker, call, outcome) => {
      if (outcome === 'ok' || outcome === 'failed') return;
      if (outcome === 'throttled') toldToWait(worker, call);
      unsure(worker, outcome === 'crashed' || outcome === 'frozen' ? undefined : call.duty);
    },
    claimed: (worker, before, mine) => {
      const waited = waitedFor(before, mine.id);
      slowest = Math.max(slowest, waited ?? 0);
      const taken = owners.has(named(mine.gen, mine.id));
      all(claimProblems({ before, mine, taken, waited, waitedForDead: waitedForDead(worker, before), now: kernel.now() }));
      owners.set(named(mine.gen, mine.id), worker.n);
      remember(mine);
      onClaim(mine);
    },
    hintFailed: (duty) => {
      hintFailedAt.set(duty, kernel.now());
    },
    intended: (attempt) => {
      intents.add(`${named(attempt.gen, attempt.duty)}.${attempt.channel}`);
    },
    effectBegins: (worker, effect, channel) => {
      const claim = worker.claims.get(effect.duty);
      if (!claim) return violate('I-15', `an effect without a claim on ${channel}`);
      const intended = intents.has(`${named(claim.gen, effect.duty)}.${channelOf(effect)}`);
      const wait = notBefore.get(effect.key) ?? 0;
      all(effectProblems({ claim, intended, notBefore: wait, now: kernel.now(), skew: worker.skew }));
    },
    delivered: (one) => {
      const duty = known.get(one.duty)?.duty;
      const incident = incidents.get(one.incident);
      if (!duty || !incident) return violate('I-15', `a message about nothing that is known: ${one.subject}`);
      all(messageProblems({ one, duty, incident, ackedAt: ackedAt.get(one.incident), configuration: configuration() }));
      if (duty.kind === 'disturbance') all(wordProblems(one, duty, incident, configuration()));
    },
    committed: (worker, writes) => {
      for (const write of writes) if (write.put === 'duty') dutyWritten(worker, write, writes);
      for (const write of writes) if (write.put === 'incident') incidentWritten(write.incident, writes);
    },
    isAmbiguous: (duty, gen) => ambiguous.has(named(gen, duty)),
    ambiguities: () => ambiguous.size,
    recoveredWithin: () => slowest,
  };
};
