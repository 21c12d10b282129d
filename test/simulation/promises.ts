// Decides which promises a write, a claim, an effect or a message can break: small questions, each with the promise's number (reliability.md 5.1).
import { isTerminal, type Duty, type Evidence } from '#core/duty/duty.ts';
import { owed } from '#core/duty/owed.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import { noticeTerm } from '#core/clock/deadline.ts';
import type { Configuration } from '#core/directory/directory.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Write } from '#flow/ports.ts';
import type { Delivered } from './outside.ts';

/** Numbers of the specification, said again on purpose: a constant that moved in the code is found here. */
export const lease = 120_000;
export const margin = 15_000;
export const skewBound = 30_000;
export const recovery = 120_000;
/** A tick, the clocks of who sent and who looks, and half a minute to do it. */
const latest = (skewed: boolean): number => 60_000 + (skewed ? 2 * skewBound : 0) + 30_000;
/** One machine looks again every minute. */
const nextLook = 75_000;
/** What a throttled effect is told to wait. */
export const askedToWait = 240_000;

export type Problem = readonly [invariant: string, what: string];

export const broken = (is: boolean, invariant: string, what: () => string): readonly Problem[] => (is ? [[invariant, what()]] : []);

export const short = (duty: Duty): string => `${duty.kind} to ${duty.recipient} (${duty.step}, gen ${duty.gen}, ${duty.state})`;
/** Said again here: what the product takes for a sending is what is being checked. */
export const sendings = ({ evidence }: Duty): readonly Evidence[] => evidence.filter((one) => one.says === undefined);
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

const isPrefix = (of: readonly unknown[], all: readonly unknown[]): boolean =>
  of.every((one, i) => JSON.stringify(one) === JSON.stringify(all[i]));

/** What a duty's next version may not have changed. */
const changedWrongly = (before: Duty, after: Duty): readonly Problem[] => [
  // Written again as it stands it may be: so the audit mends its place in the index.
  ...broken(
    isTerminal(before.state) && JSON.stringify(before) !== JSON.stringify(after),
    'I-11',
    () => `an ended duty was changed: ${short(after)}`,
  ),
  ...broken(after.gen !== before.gen, 'I-14', () => `a commit changed gen: ${short(after)}`),
  ...broken(after.deadlineAt !== before.deadlineAt, 'I-28', () => `a deadline moved: ${short(after)}`),
  ...broken(after.createdAt !== before.createdAt, 'I-28', () => `createdAt moved: ${short(after)}`),
  ...broken(before.sentAt !== undefined && after.sentAt !== before.sentAt, 'I-28', () => `sentAt moved: ${short(after)}`),
  ...broken(!isPrefix(before.evidence, after.evidence), 'I-35', () => `evidence was lost: ${short(after)}`),
  ...broken(!isTerminal(after.state) && !Number.isFinite(after.nextAt), 'I-10', () => `an open duty wakes never: ${short(after)}`),
  ...broken(isCutShort(before, after), 'I-14', () => `a claim was cut short: ${short(after)}`),
];

const isCutShort = (before: Duty, after: Duty): boolean =>
  before.owner !== undefined && after.owner !== undefined && after.nextAt < before.nextAt;

/** State and evidence change with a line in the register, in the same commit (I-35). */
const isProved = ({ before, duty, writes }: DutyWritten): boolean => {
  const changed = !before || before.state !== duty.state || before.evidence.length !== duty.evidence.length;
  const line = writes.findLast((write) => write.put === 'entry' && write.entry.chain === duty.id);
  if (line?.put !== 'entry') return !changed;
  const ends = line.entry.hash === duty.head.hash;
  return changed ? ends && line.entry.seq === (before?.head.seq ?? 0) + 1 : ends;
};

const dutiesIn = (writes: readonly Write[]): readonly Duty[] => writes.flatMap((write) => (write.put === 'duty' ? [write.duty] : []));

/** A try that failed after the soft deadline has a person beside it from that moment (I-23). */
const failedAlone = ({ duty, writes, known, now }: DutyWritten): boolean => {
  if (duty.kind === 'human' || isTerminal(duty.state) || now - skewBound < duty.softAt) return false;
  const failed = writes.some((write) => write.put === 'entry' && write.entry.chain === duty.id && write.entry.type === 'AttemptFailed');
  return failed && ![...dutiesIn(writes), ...known()].some((one) => one.parent === duty.id);
};

/** How much more than its time a role had, where nothing of this seed excuses it (I-29). */
const lateBy = ({ before, duty, now, excused, configuration }: DutyWritten): number => {
  const sentAt = sendings(duty).at(-1)?.at;
  const gaveUp = duty.kind === 'call' && duty.reason === 'no answer in time' && before?.state === 'SENT';
  if (!gaveUp || sentAt === undefined || excused(sentAt)) return 0;
  const { timeouts } = configuration.policy.call;
  return now - sentAt - (timeouts[Math.min(Number(duty.step), timeouts.length - 1)] ?? 0);
};

const isChainStep = (duty: Duty): boolean => duty.kind === 'call' && /^\d+$/.test(duty.step);

/** A call that gives up names the next in the transaction that ends it (I-13). */
const lacksSuccessor = ({ before, duty, writes, known }: DutyWritten): boolean => {
  if (!isChainStep(duty) || duty.state !== 'EXPIRED' || before?.state === 'EXPIRED') return false;
  const next = String(Number(duty.step) + 1);
  return ![...dutiesIn(writes), ...known()].some((one) => one.subject === duty.subject && one.kind === 'call' && one.step === next);
};

export type DutyWritten = {
  readonly before: Duty | undefined;
  readonly duty: Duty;
  readonly absent: boolean;
  /** The writer's own claim on it. */
  readonly held: Duty | undefined;
  readonly writes: readonly Write[];
  readonly known: () => readonly Duty[];
  readonly now: number;
  /** A fault may have delayed what began then. */
  readonly excused: (at: number) => boolean;
  readonly skewed: boolean;
  readonly configuration: Configuration;
};

export const dutyProblems = (written: DutyWritten): readonly Problem[] => {
  const { before, duty, absent, held } = written;
  const late = lateBy(written);
  return [
    ...broken(absent && before !== undefined, 'I-12', () => `made a second time: ${short(duty)}`),
    ...(before && !absent ? changedWrongly(before, duty) : []),
    ...broken(
      !absent && before !== undefined && held !== undefined && held.gen !== before.gen,
      'I-17',
      () => `a lost claim wrote: ${short(duty)}`,
    ),
    ...broken(failedAlone(written), 'I-23', () => `past its soft deadline with nobody beside it: ${short(duty)}`),
    ...broken(late > latest(written.skewed), 'I-29', () => `a role had ${seconds(late)} more than its time: ${short(duty)}`),
    ...broken(!isProved(written), 'I-35', () => `changed without its line in the register: ${short(duty)}`),
    ...broken(lacksSuccessor(written), 'I-13', () => `ended without its successor: ${short(duty)}`),
  ];
};

const instantsMovedLater = (before: Incident, after: Incident): readonly Problem[] => {
  const pairs: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['suspectedAt', before.suspectedAt, after.suspectedAt],
    ['awareAt', before.aware?.at, after.aware?.at],
    ['openedAt', before.openedAt, after.openedAt],
  ];
  return pairs.flatMap(([name, was, is]) =>
    broken(was !== undefined && (is === undefined || is > was), 'I-28', () => `${name} of an incident moved later`),
  );
};

/** The machine lets nothing go that a person holds, before the term (D-5). */
const wasHeld = (incident: Incident, release: Incident['releases'][number], { directory, policy }: Configuration): boolean => {
  const controller = directory.controllers.get(release.controller);
  if (release.actor.by !== 'machine' || release.as !== 'confirmed' || !incident.hold || !controller) return false;
  return release.at < Math.min(incident.hold.until, noticeTerm(incident, controller, policy) ?? 0);
};

export type IncidentWritten = {
  readonly before: Incident | undefined;
  readonly incident: Incident;
  readonly writes: readonly Write[];
  readonly isThere: (duty: Duty) => boolean;
  /** An open fan-out will make the rest. */
  readonly fansOut: boolean;
  readonly configuration: Configuration;
};

/** Incident and duties appear together, or the duty to make them does (I-08). */
const withoutDuty = ({ incident, writes, isThere, fansOut, configuration }: IncidentWritten): readonly Problem[] => {
  const made = dutiesIn(writes);
  if (fansOut || made.some((duty) => duty.kind === 'fanout')) return [];
  const ids = new Set(made.map((duty) => duty.id));
  return owed(incident, configuration, incident.openedAt).flatMap((spec) => {
    const duty = makeIncidentDuty(incident, spec, incident.openedAt);
    const missing = !ids.has(duty.id) && !isThere(duty);
    return broken(missing, 'I-08', () => `an incident was written without its duty: ${spec.kind} ${spec.recipient}`);
  });
};

export const incidentProblems = (written: IncidentWritten): readonly Problem[] => {
  const { before, incident, configuration } = written;
  const fresh = incident.releases.slice(before?.releases.length ?? 0);
  return [
    ...(before ? instantsMovedLater(before, incident) : []),
    ...broken(before?.ack !== undefined && before.ack.at !== incident.ack?.at, 'I-28', () => 'an acknowledgement changed'),
    ...broken(before !== undefined && !isPrefix(before.releases, incident.releases), 'I-28', () => 'a release was lost'),
    ...fresh.flatMap((release) => broken(wasHeld(incident, release, configuration), 'D-5', () => 'a notice went although it was held')),
    ...withoutDuty(written),
  ];
};

export type Claimed = {
  readonly before: Duty | undefined;
  readonly mine: Duty;
  /** Somebody has claimed this gen already. */
  readonly taken: boolean;
  /** How long it could have been claimed, by who could know of it. */
  readonly waited: number | undefined;
  /** How long the claim of a start that is no more was waited for. */
  readonly waitedForDead: number;
  readonly now: number;
};

export const claimProblems = ({ before, mine, taken, waited, waitedForDead, now }: Claimed): readonly Problem[] => {
  const sameStart = (mine.ownerEpoch ?? 0) === (before?.ownerEpoch ?? 0);
  return [
    ...broken(before !== undefined && mine.gen <= before.gen, 'I-14', () => `gen did not rise: ${short(mine)}`),
    ...broken(before !== undefined && isTerminal(before.state), 'I-11', () => `an ended duty was claimed: ${short(mine)}`),
    ...broken(taken, 'I-14', () => `two owners of one gen: ${short(mine)}`),
    ...broken((before?.nextAt ?? 0) > now + skewBound && sameStart, 'I-14', () => `claimed while another held it: ${short(mine)}`),
    ...broken(waitedForDead > nextLook, 'D-7', () => `a dead start's claim was waited for ${seconds(waitedForDead)}: ${short(mine)}`),
    ...broken(mine.nextAt < now - skewBound, 'I-10', () => `a claim that lapses before it begins: ${short(mine)}`),
    ...broken((waited ?? 0) > recovery, 'I-40', () => `claimed ${seconds(waited ?? 0)} after it was due: ${short(mine)}`),
  ];
};

/** What goes on by the hour looks at its own deadline, whatever a channel asks (D-5). */
const byTheHour: ReadonlySet<string> = new Set(['call', 'release', 'review', 'identify-controller']);

export type EffectBegun = {
  readonly claim: Duty;
  readonly intended: boolean;
  readonly notBefore: number;
  readonly now: number;
  readonly skew: number;
};

export const effectProblems = ({ claim, intended, notBefore, now, skew }: EffectBegun): readonly Problem[] => [
  ...broken(!intended, 'I-27', () => `an effect without its intent: ${short(claim)}`),
  ...broken(!byTheHour.has(claim.kind) && now < notBefore, 'F-42', () => `tried again before its Retry-After: ${short(claim)}`),
  ...broken(now + skew > (claim.leaseUntil ?? 0) - margin, 'I-16', () => `an effect after its lease: ${short(claim)}`),
];

export type Message = {
  readonly one: Delivered;
  readonly duty: Duty;
  readonly incident: Incident;
  readonly ackedAt: number | undefined;
  readonly configuration: Configuration;
};

const noticeProblems = ({ one, duty, incident, configuration }: Message): readonly Problem[] => {
  const { controllers } = configuration.directory;
  const released = incident.releases.some((release) => release.controller === duty.recipient && release.as === duty.step);
  const own = [...controllers.values()].find((controller) => controller.id === duty.recipient);
  const others = [...controllers.values()].filter((controller) => controller !== own);
  const named = others.find((other) => one.text.includes(other.name) || one.text.includes(other.id));
  return [
    ...broken(!released, 'D-5', () => `a notice that nobody released: ${short(duty)}`),
    ...broken(
      own !== undefined && !own.contacts.some((contact) => contact.mail === one.to),
      'I-25',
      () => `a notice to somebody else: ${short(duty)}`,
    ),
    ...broken(named !== undefined, 'I-26', () => `the notice to ${duty.recipient} names ${named?.id ?? ''}`),
  ];
};

export const messageProblems = (message: Message): readonly Problem[] => {
  const { one, duty, ackedAt } = message;
  const after = ackedAt === undefined ? 0 : one.at - ackedAt;
  return [
    ...broken(
      isChainStep(duty) && after > lease + 2 * skewBound,
      'I-30',
      () => `called ${seconds(after)} after somebody took it: ${short(duty)}`,
    ),
    ...(duty.kind === 'notice' ? noticeProblems(message) : []),
  ];
};
