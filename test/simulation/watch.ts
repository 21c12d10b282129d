// Decides, at every write and every effect, whether the ledger still keeps its promises: safety is checked always (reliability.md 5.1).
import { isTerminal, type Attempt, type Duty, type Lane } from '#core/duty/duty.ts';
import { type Due, shareOf } from '#core/duty/order.ts';
import { noticeTerm } from '#core/clock/deadline.ts';
import { owed } from '#core/duty/owed.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import type { Configuration } from '#core/directory/directory.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { DutyId, IncidentId } from '#core/kernel/ids.ts';
import type { Effect, Write } from '#flow/ports.ts';
import type { Kernel } from './kernel.ts';
import type { Channel, Delivered } from './outside.ts';
import type { CallOutcome, Call, SimWorker } from './worker.ts';

/** Numbers of the specification, said again on purpose: a constant that moved in the code is found here. */
const lease = 120_000;
const margin = 15_000;
const skewBound = 30_000;
const recovery = 120_000;
/** A tick, and the clocks of who sent and who looks. */
const latest = 60_000 + 3 * skewBound;
/** What a throttled effect is told to wait. */
export const askedToWait = 240_000;

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
  /** When the worker with this epoch began, where there is one at a time. */
  readonly began: (epoch: number) => number | undefined;
};

export type Watch = {
  readonly violations: readonly Violation[];
  readonly violate: (invariant: string, what: string) => void;
  readonly dutyNow: (id: DutyId) => Duty | undefined;
  readonly changedAt: (id: DutyId) => number;
  readonly dueBefore: (lane: Lane, at: number) => readonly Due[];
  readonly duties: () => IterableIterator<Duty>;
  readonly incidentNow: (id: IncidentId) => Incident | undefined;
  readonly genOf: (worker: SimWorker, duty: DutyId) => number;
  readonly claimed: (worker: SimWorker, before: Duty | undefined, mine: Duty) => void;
  readonly intended: (attempt: Attempt, at: number) => void;
  readonly effectBegins: (worker: SimWorker, effect: Effect, channel: Channel) => void;
  readonly delivered: (one: Delivered) => void;
  readonly committed: (worker: SimWorker, writes: readonly Write[]) => void;
  readonly called: (worker: SimWorker, call: Call, outcome: CallOutcome) => void;
  readonly isAmbiguous: (duty: DutyId, gen: number) => boolean;
  readonly ambiguities: () => number;
  /** Longest wait from due, or from the end of all faults, to a claim. */
  readonly recoveredWithin: () => number;
};

const short = (duty: Duty): string => `${duty.kind} to ${duty.recipient} (${duty.step}, gen ${duty.gen}, ${duty.state})`;
const isPrefix = (of: readonly unknown[], all: readonly unknown[]): boolean =>
  of.every((one, i) => JSON.stringify(one) === JSON.stringify(all[i]));

/** What a duty's next version may not have changed. */
const unlawful = (before: Duty, after: Duty): readonly (readonly [string, string])[] => [
  ...(isTerminal(before.state) ? [['I-11', 'an ended duty was changed'] as const] : []),
  ...(after.gen !== before.gen ? [['I-14', 'a commit changed gen'] as const] : []),
  ...(after.deadlineAt !== before.deadlineAt ? [['I-28', 'a deadline moved'] as const] : []),
  ...(after.createdAt !== before.createdAt ? [['I-28', 'createdAt moved'] as const] : []),
  ...(before.sentAt !== undefined && after.sentAt !== before.sentAt ? [['I-28', 'sentAt moved'] as const] : []),
  ...(isPrefix(before.evidence, after.evidence) ? [] : [['I-35', 'evidence was lost'] as const]),
  ...(!isTerminal(after.state) && !Number.isFinite(after.nextAt) ? [['I-10', 'an open duty wakes never'] as const] : []),
];

/** State and evidence change with a line in the register, in the same commit. */
const unproved = (before: Duty | undefined, after: Duty, writes: readonly Write[]): boolean => {
  const changed = !before || before.state !== after.state || before.evidence.length !== after.evidence.length;
  const lines = writes.filter((write) => write.put === 'entry' && write.entry.chain === after.id);
  const last = lines.at(-1);
  if (!changed) return lines.length > 0 && !(last?.put === 'entry' && last.entry.hash === after.head.hash);
  return !(last?.put === 'entry' && last.entry.hash === after.head.hash && last.entry.seq === (before?.head.seq ?? 0) + 1);
};

const instants = (incident: Incident): readonly (readonly [string, number | undefined])[] => [
  ['suspectedAt', incident.suspectedAt],
  ['awareAt', incident.aware?.at],
  ['openedAt', incident.openedAt],
];

export const watch = ({ kernel, configuration, quietFrom, onChange, onClaim, punctual, began }: WatchSettings): Watch => {
  const violations: Violation[] = [];
  const known = new Map<DutyId, Known>();
  const incidents = new Map<IncidentId, Incident>();
  const ackedAt = new Map<IncidentId, number>();
  const owners = new Map<string, number>();
  const intents = new Set<string>();
  const ambiguous = new Set<string>();
  const notBefore = new Map<string, number>();
  /** Effects that were told to wait, by claim: it counts once that is written down. */
  const asked = new Map<string, readonly string[]>();
  let slowest = 0;
  const violate = (invariant: string, what: string): void => {
    violations.push({ invariant, what, at: kernel.now() });
  };
  const remember = (duty: Duty): void => {
    onChange();
    known.set(duty.id, { duty, changedAt: kernel.now(), before: known.get(duty.id)?.duty });
  };
  const genOf = (worker: SimWorker, duty: DutyId): number => worker.claims.get(duty)?.gen ?? -1;
  const at = (gen: number, duty: DutyId): string => `${duty}.${gen}`;

  /** A duty whose holder met a fault while it held it: what it did may be done again. */
  const unsure = (worker: SimWorker, duty: DutyId | undefined): void => {
    const one = duty === undefined ? undefined : worker.claims.get(duty);
    for (const [id, claim] of worker.claims) if (one === undefined || duty === id) ambiguous.add(at(claim.gen, id));
  };

  const dutyWritten = (worker: SimWorker, write: Extract<Write, { put: 'duty' }>, writes: readonly Write[]): void => {
    const { duty } = write;
    const before = known.get(duty.id)?.duty;
    if (write.if === 'absent' && before) violate('I-12', `made a second time: ${short(duty)}`);
    if (write.if !== 'absent' && before)
      for (const [invariant, what] of unlawful(before, duty)) violate(invariant, `${what}: ${short(duty)}`);
    const held = worker.claims.get(duty.id);
    if (before?.owner !== undefined && duty.owner !== undefined && duty.nextAt < before.nextAt)
      violate('I-14', `a claim was cut short: ${short(duty)}`);
    if (write.if !== 'absent' && held && before && held.gen !== before.gen) violate('I-17', `a lost claim wrote: ${short(duty)}`);
    if (failedLate(duty, writes)) violate('I-23', `past its soft deadline with nobody beside it: ${short(duty)}`);
    if (lateBy(before, duty) > latest)
      violate('I-29', `a role had ${Math.round(lateBy(before, duty) / 1000)} s more than its time: ${short(duty)}`);
    if (unproved(before, duty, writes)) violate('I-35', `changed without its line in the register: ${short(duty)}`);
    if (duty.kind === 'call' && duty.step !== 'decide' && duty.state === 'EXPIRED' && before?.state !== 'EXPIRED') successor(duty, writes);
    if (held && duty.owner === undefined)
      for (const key of asked.get(at(held.gen, duty.id)) ?? []) notBefore.set(key, kernel.now() + askedToWait - 2 * skewBound);
    if (duty.owner === undefined) worker.claims.delete(duty.id);
    remember(duty);
  };

  const isBeside = (parent: Duty, writes: readonly Write[]): boolean =>
    writes.some((write) => write.put === 'duty' && write.duty.parent === parent.id) ||
    [...known.values()].some((one) => one.duty.parent === parent.id);

  /** A try that failed after the soft deadline has a person beside it from that moment (I-23). */
  const failedLate = (duty: Duty, writes: readonly Write[]): boolean =>
    duty.kind !== 'human' &&
    !isTerminal(duty.state) &&
    kernel.now() - skewBound >= duty.softAt &&
    writes.some((write) => write.put === 'entry' && write.entry.chain === duty.id && write.entry.type === 'AttemptFailed') &&
    !isBeside(duty, writes);

  /** How much more than its time a role had, where nothing of this seed excuses it (I-29). */
  const lateBy = (before: Duty | undefined, duty: Duty): number => {
    const sentAt = duty.evidence.filter((one) => one.says === undefined).at(-1)?.at;
    const gaveUp = duty.kind === 'call' && duty.reason === 'no answer in time' && before?.state === 'SENT';
    if (!gaveUp || sentAt === undefined || !(punctual || sentAt > quietFrom)) return 0;
    const { timeouts } = configuration().policy.call;
    return kernel.now() - sentAt - (timeouts[Math.min(Number(duty.step), timeouts.length - 1)] ?? 0);
  };

  const successor = (duty: Duty, writes: readonly Write[]): void => {
    const next = String(Number(duty.step) + 1);
    const made = [...writes.flatMap((write) => (write.put === 'duty' ? [write.duty] : [])), ...[...known.values()].map((one) => one.duty)];
    if (!made.some((one) => one.subject === duty.subject && one.kind === 'call' && one.step === next))
      violate('I-13', `ended without its successor: ${short(duty)}`);
  };

  const incidentWritten = (write: Extract<Write, { put: 'incident' }>, writes: readonly Write[]): void => {
    const { incident } = write;
    const before = incidents.get(incident.id);
    if (before) {
      const then = new Map(instants(before));
      for (const [name, now] of instants(incident)) {
        const was = then.get(name);
        if (was !== undefined && (now === undefined || now > was)) violate('I-28', `${name} of an incident moved later`);
      }
      if (before.ack && before.ack.at !== incident.ack?.at) violate('I-28', 'an acknowledgement changed');
      if (!isPrefix(before.releases, incident.releases)) violate('I-28', 'a release was lost');
    }
    for (const release of incident.releases.slice(before?.releases.length ?? 0))
      if (holds(incident, release)) violate('D-5', 'a notice went although it was held');
    if (incident.ack && !before?.ack) ackedAt.set(incident.id, kernel.now());
    incidents.set(incident.id, incident);
    const now = incident.openedAt;
    const made = new Set(writes.flatMap((one) => (one.put === 'duty' ? [one.duty.id] : [])));
    const fans = writes.some((one) => one.put === 'duty' && one.duty.kind === 'fanout');
    if (fans) return;
    for (const spec of owed(incident, configuration(), now)) {
      const { id } = makeIncidentDuty(incident, spec, now);
      if (!made.has(id) && !known.has(id) && !openFanout(incident.id))
        violate('I-08', `an incident was written without its duty: ${spec.kind} ${spec.recipient}`);
    }
  };

  /** The machine lets nothing go that a person holds, before the term. */
  const holds = (incident: Incident, release: Incident['releases'][number]): boolean => {
    const { directory, policy } = configuration();
    const controller = directory.controllers.get(release.controller);
    if (release.actor.by !== 'machine' || release.as !== 'confirmed' || !incident.hold || !controller) return false;
    const term = noticeTerm(incident, controller, policy) ?? 0;
    return release.at < Math.min(incident.hold.until, term);
  };

  /** A claim of a start that is no more is void at once: nobody waits for its lease (D-7). */
  const olderEpoch = (worker: SimWorker, before: Duty | undefined): void => {
    if (before?.owner === undefined || worker.epoch === 0 || (before.ownerEpoch ?? 0) >= worker.epoch) return;
    const waited = kernel.now() - Math.max(began(worker.epoch) ?? kernel.now(), quietFrom);
    if (waited > recovery && kernel.now() > quietFrom)
      violate('D-7', `a dead start's claim was waited for ${Math.round(waited / 1000)} s: ${short(before)}`);
  };

  const openFanout = (id: IncidentId): boolean =>
    [...known.values()].some(({ duty }) => duty.kind === 'fanout' && duty.incident === id && !isTerminal(duty.state));

  const called = (worker: SimWorker, call: Call, outcome: CallOutcome): void => {
    if (outcome === 'throttled' && call.key !== undefined && call.duty !== undefined)
      asked.set(at(genOf(worker, call.duty), call.duty), [...(asked.get(at(genOf(worker, call.duty), call.duty)) ?? []), call.key]);
    if (outcome === 'ok' || outcome === 'failed') return;
    unsure(worker, outcome === 'crashed' || outcome === 'frozen' ? undefined : call.duty);
  };

  return {
    violations,
    violate,
    called,
    genOf,
    dutyNow: (id) => known.get(id)?.duty,
    changedAt: (id) => known.get(id)?.changedAt ?? 0,
    duties: () => [...known.values()].map((one) => one.duty).values(),
    incidentNow: (id) => incidents.get(id),
    dueBefore: (lane, seenUntil) =>
      [...known.values()].flatMap(({ before, changedAt }): readonly Due[] =>
        changedAt > seenUntil && before && before.lane === lane && !isTerminal(before.state) && before.nextAt <= seenUntil
          ? [{ subject: before.subject, id: before.id, nextAt: before.nextAt, deadlineAt: before.deadlineAt, share: shareOf(before) }]
          : [],
      ),
    claimed: (worker, before, mine) => {
      if (before && mine.gen <= before.gen) violate('I-14', `gen did not rise: ${short(mine)}`);
      if (before && isTerminal(before.state)) violate('I-11', `an ended duty was claimed: ${short(mine)}`);
      if (owners.has(at(mine.gen, mine.id))) violate('I-14', `two owners of one gen: ${short(mine)}`);
      owners.set(at(mine.gen, mine.id), worker.n);
      const early = before && before.nextAt > kernel.now() + skewBound && (mine.ownerEpoch ?? 0) === (before.ownerEpoch ?? 0);
      if (early) violate('I-14', `claimed while another held it: ${short(mine)}`);
      olderEpoch(worker, before);
      if (mine.nextAt < kernel.now() - skewBound) violate('I-10', `a claim that lapses before it begins: ${short(mine)}`);
      // Nobody could know of it before it was written, however old its writer's clock.
      const wait = kernel.now() - Math.max(before?.nextAt ?? 0, known.get(mine.id)?.changedAt ?? 0, punctual ? 0 : quietFrom);
      if ((punctual || kernel.now() > quietFrom) && before) {
        slowest = Math.max(slowest, wait);
        if (wait > recovery) violate('I-40', `claimed ${Math.round(wait / 1000)} s after it was due: ${short(mine)}`);
      }
      remember(mine);
      onClaim(mine);
    },
    intended: (attempt) => {
      intents.add(`${at(attempt.gen, attempt.duty)}.${attempt.channel}`);
    },
    effectBegins: (worker, effect, channel) => {
      const claim = worker.claims.get(effect.duty);
      if (!claim) return violate('I-15', `an effect without a claim on ${channel}`);
      const name = effect.key.slice(effect.key.indexOf('.', effect.duty.length + 1) + 1);
      if (!intents.has(`${at(claim.gen, effect.duty)}.${name}`)) violate('I-27', `an effect without its intent: ${short(claim)}`);
      const byTheClock =
        claim.kind === 'call' || claim.kind === 'release' || claim.kind === 'review' || claim.kind === 'identify-controller';
      if (!byTheClock && kernel.now() < (notBefore.get(effect.key) ?? 0))
        violate('F-42', `tried again before its Retry-After: ${short(claim)}`);
      if (kernel.now() + worker.skew > (claim.leaseUntil ?? 0) - margin) violate('I-16', `an effect after its lease: ${short(claim)}`);
    },
    delivered: (one) => {
      const duty = known.get(one.duty)?.duty;
      const incident = incidents.get(one.incident);
      if (!duty || !incident) return violate('I-15', `a message about nothing that is known: ${one.subject}`);
      const acked = ackedAt.get(one.incident);
      if (duty.kind === 'call' && duty.step !== 'decide' && acked !== undefined && one.at > acked + lease + 2 * skewBound)
        violate('I-30', `called ${Math.round((one.at - acked) / 1000)} s after somebody took it: ${short(duty)}`);
      if (duty.kind === 'notice') noticeSent(one, duty, incident);
    },
    committed: (worker, writes) => {
      for (const write of writes) if (write.put === 'duty') dutyWritten(worker, write, writes);
      for (const write of writes) if (write.put === 'incident') incidentWritten(write, writes);
    },
    isAmbiguous: (duty, gen) => ambiguous.has(at(gen, duty)),
    ambiguities: () => ambiguous.size,
    recoveredWithin: () => slowest,
  };

  function noticeSent(one: Delivered, duty: Duty, incident: Incident): void {
    const { directory } = configuration();
    const own = directory.controllers.get(duty.recipient as never);
    const as = duty.step;
    if (!incident.releases.some((release) => release.controller === duty.recipient && release.as === as))
      violate('D-5', `a notice that nobody released: ${short(duty)}`);
    if (own && !own.contacts.some((contact) => contact.mail === one.to)) violate('I-25', `a notice to somebody else: ${short(duty)}`);
    for (const other of directory.controllers.values())
      if (other.id !== duty.recipient && (one.text.includes(other.name) || one.text.includes(other.id)))
        violate('I-26', `the notice to ${duty.recipient} names ${other.id}`);
  }
};
