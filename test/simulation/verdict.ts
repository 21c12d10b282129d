// Decides, when all faults have ended and time has passed, whether everything owed was done: liveness, and every duplicate explained.
import { canonical } from '#core/kernel/hash.ts';
import { endOfTime, instantOf } from '#core/kernel/time.ts';
import { type Duty, isTerminal, lanes } from '#core/duty/duty.ts';
import { releaseBy, suspectedLimit } from '#core/clock/deadline.ts';
import { owed } from '#core/duty/owed.ts';
import { isCalled } from '#core/incident/growth.ts';
import { makeIncidentDuty } from '#core/duty/spec.ts';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import type { Incident } from '#core/incident/incident.ts';
import { incidentSubject } from '#core/kernel/ids.ts';
import type { Entry } from '#core/register/entry.ts';
import { verifyRegister } from '#core/register/verify.ts';
import type { Ledger } from '#flow/ports.ts';
import { disturbanceProblems } from './disturbances.ts';
import type { Delivered, Outside } from './outside.ts';
import { broken, type Problem, sendings, short } from './promises.ts';
import { type Story, canary } from './story.ts';
import type { Watch } from './watch.ts';

export type Ending = {
  readonly ledger: Ledger;
  readonly outside: Outside;
  readonly watch: Watch;
  readonly story: Story;
  readonly configuration: Configuration;
  readonly now: number;
  /** What happened then met no fault that may delay it. */
  readonly inTime: (at: number) => boolean;
  /** Deliveries that were answered 2xx. */
  readonly accepted: ReadonlySet<string>;
};

type State = { readonly incidents: readonly Incident[]; readonly duties: readonly Duty[] };
const minute = 60_000;

const stateOf = async (ledger: Ledger): Promise<State> => {
  const incidents: Incident[] = [];
  const duties: Duty[] = [];
  for await (const incident of ledger.incidents()) {
    incidents.push(incident);
    duties.push(...(await ledger.dutiesOf(incidentSubject(incident.id))));
  }
  return { incidents, duties };
};

/** I-01, I-02, I-05: what was accepted has one receipt, and the counts add up. */
const intake = async ({ ledger, accepted }: Ending): Promise<readonly Problem[]> => {
  const rows = await ledger.intake();
  const sum = (kind: (name: string) => boolean): number => rows.filter((row) => kind(row.disposition)).reduce((n, row) => n + row.count, 0);
  const receipts = sum((name) => name !== 'stored' && name !== 'waiting');
  const [stored, quarantined] = [sum((name) => name === 'stored'), sum((name) => name === 'quarantined')];
  return [
    ...(receipts < accepted.size ? [['I-01', `${accepted.size} deliveries were accepted, ${receipts} have a receipt`] as const] : []),
    ...(stored > 0 && stored !== receipts ? [['I-05', `${stored} stored, ${receipts} receipts`] as const] : []),
    ...(quarantined > 0 ? [['I-04', `${quarantined} readable signals were quarantined`] as const] : []),
  ];
};

/** I-03, I-07, I-12: each case once, with every duty that follows from it. */
const owedOnes = ({ story, configuration, now }: Ending, { incidents, duties }: State): readonly Problem[] => {
  const known = new Set(duties.map((duty) => duty.id));
  const missing = incidents.flatMap((incident) =>
    owed(incident, configuration, instantOf(now)).filter((spec) => !known.has(makeIncidentDuty(incident, spec, instantOf(now)).id)),
  );
  // What comes after a refutation is a new case.
  const reopened = story.visits.some((visit) => visit.what === 'refute');
  return [
    ...incidents.flatMap((incident) => broken(incident.signals.length === 0, 'I-02', () => 'an incident that remembers no signal')),
    ...missing.map((spec): Problem => ['I-07', `owed and not there: ${spec.kind} to ${spec.recipient} (${spec.step})`]),
    ...(incidents.length < story.incidents || (!reopened && incidents.length > story.incidents)
      ? [['I-03', `${incidents.length} incidents, not ${story.incidents}`] as const]
      : []),
  ];
};

/** I-09: an open duty stands in the index once, an ended one never. */
const indexed = async ({ ledger }: Ending, { duties }: State): Promise<readonly Problem[]> => {
  const seen = new Map<string, number>();
  for (const lane of lanes) for await (const due of ledger.due(lane, endOfTime, 0)) seen.set(due.id, (seen.get(due.id) ?? 0) + 1);
  return duties
    .filter((duty) => (seen.get(duty.id) ?? 0) !== (isTerminal(duty.state) ? 0 : 1))
    .map((duty): Problem => ['I-09', `${seen.get(duty.id) ?? 0} times in the due index: ${short(duty)}`]);
};

/** Every repeat of one effect has an earlier try of which nobody could know what became (I-18, I-19). */
const duplicates = ({ outside, watch }: Ending): readonly Problem[] => {
  const byKey = new Map<string, Delivered[]>();
  for (const one of outside.delivered) byKey.set(`${one.key} ${one.to}`, [...(byKey.get(`${one.key} ${one.to}`) ?? []), one]);
  return [...byKey.values()].flatMap((same): readonly Problem[] => {
    const unsure = same.filter((one) => watch.isAmbiguous(one.duty, one.gen)).length;
    return same.length - 1 > unsure
      ? [['I-18', `${same.length} times, ${unsure} of them unsure: ${same[0]?.subject ?? ''} to ${same[0]?.to ?? ''}`]]
      : [];
  });
};

/** One ticket a case, however often it was tried: it is looked for before it is opened again (F-44). */
const tickets = ({ outside }: Ending, { incidents }: State): readonly Problem[] =>
  incidents.flatMap((incident): readonly Problem[] => {
    const n = outside.delivered.filter((one) => one.channel === 'ticket' && one.incident === incident.id).length;
    return n === 1 ? [] : [['D-4', `${n} tickets for one incident`]];
  });

/** What people outside read: nothing of what a signal said (I-34). */
const leaks = ({ outside }: Ending): readonly Problem[] =>
  outside.delivered
    .filter((one) => one.text.includes(canary) || one.subject.includes(canary))
    .map((one): Problem => ['I-34', `${one.channel} to ${one.to}`]);

/** They go on by the hour, whether or not their page was delivered. */
const byHour: ReadonlySet<string> = new Set(['release', 'review', 'identify-controller', 'call']);

/** Nothing that is due is left; nobody holds a claim; what failed has a person beside it (I-22, I-23, I-40). */
const settled = (duty: Duty, all: readonly Duty[], now: number): readonly Problem[] => {
  if (isTerminal(duty.state)) return [];
  const human = all.some((one) => one.parent === duty.id || duty.kind === 'human');
  const silent = duty.kind === 'notice' && duty.state === 'SENT' && (duty.sentAt ?? now) + 40 * minute < now;
  return [
    ...(duty.nextAt + 2 * minute < now
      ? [['I-40', `due for ${Math.round((now - duty.nextAt) / 1000)} s and not done: ${short(duty)}`] as const]
      : []),
    ...(silent && !human ? [['I-22', `sent, not delivered, and nobody looks: ${short(duty)}`] as const] : []),
    ...(duty.state === 'BLOCKED' && !human ? [['I-23', `blocked with nobody beside it: ${short(duty)}`] as const] : []),
    ...(duty.state === 'OPEN' && duty.softAt + 10 * minute < now && duty.lastFailure !== undefined && !byHour.has(duty.kind) && !human
      ? [['I-23', `late with nobody beside it: ${short(duty)}`] as const]
      : []),
  ];
};

const provedByEvidence: ReadonlySet<string> = new Set(['ticket', 'inform', 'notice']);

const isSaid = (duty: Duty, { outside }: Ending): boolean =>
  outside.reported.some((event) => event.duty === duty.id && event.what === 'delivered') ||
  duty.evidence.some((one) => one.channel.startsWith('word: '));

/** Each kind ends only in the ways it may (I-21, I-24, I-31). */
const ended = (duty: Duty, ending: Ending): readonly Problem[] => {
  if (duty.state === 'DONE' && provedByEvidence.has(duty.kind) && duty.evidence.length === 0)
    return [['I-21', `done without evidence: ${short(duty)}`]];
  if (duty.kind === 'ticket' && isTerminal(duty.state) && duty.state !== 'DONE')
    return [['I-24', `a ticket that was given up: ${short(duty)}`]];
  if (duty.kind === 'disturbance' && duty.state === 'DONE' && !isSaid(duty, ending))
    return [['I-21', `a word ended that nobody saw delivered: ${short(duty)}`]];
  if (duty.kind !== 'notice' || !isTerminal(duty.state)) return [];
  if (duty.state !== 'DONE' && duty.state !== 'CANCELLED') return [['I-24', `a notice that was given up: ${short(duty)}`]];
  if (duty.state === 'CANCELLED' && duty.reason !== 'refuted before it was sent' && duty.reason !== 'the confirmed notice takes its place')
    return [['I-31', `a notice cancelled because ${duty.reason ?? 'of nothing'}`]];
  return duty.state === 'DONE' && !isSaid(duty, ending) ? [['I-21', `a notice ended that nobody saw delivered: ${short(duty)}`]] : [];
};

/** A bounce has a person beside it (I-22). */
const bounces = ({ outside, now, inTime }: Ending, { duties }: State): readonly Problem[] =>
  outside.reported
    .filter((event) => event.what === 'bounced')
    .flatMap((event): readonly Problem[] => {
      const duty = duties.find((one) => one.id === event.duty);
      if (!duty || (duty.kind !== 'notice' && duty.kind !== 'disturbance') || isTerminal(duty.state)) return [];
      // Later a person comes because nothing was delivered: that one does not count for the bounce.
      const soon = duties.some((one) => one.parent === duty.id && (!inTime(event.at) || one.createdAt <= event.at + 5 * minute));
      return soon || event.at + 5 * minute > now ? [] : [['I-22', `bounced, and nobody came beside it in time: ${short(duty)}`]];
    });

/** Somebody has to be called still: nobody took it, and it is not over. */
const isOpenCall = (incident: Incident): boolean => {
  const taken = incident.ack !== undefined || incident.aware?.actor.by === 'person';
  return isCalled(incident) && !taken && incident.state !== 'refuted' && incident.state !== 'closed';
};

/** One step of the chain and the next: in order, and never early. */
const stepProblems = (steps: readonly Duty[], i: number, timeouts: readonly number[]): readonly Problem[] => {
  const [duty, next] = [steps[i], steps[i + 1]];
  if (!duty) return [];
  const skipped = Number(duty.step) !== i;
  const sentAt = sendings(duty)[0]?.at;
  const answerBy = (sentAt ?? 0) + (timeouts[Math.min(i, timeouts.length - 1)] ?? 0) - minute;
  const early = duty.reason === 'no answer in time' && sentAt !== undefined && next !== undefined && next.createdAt < answerBy;
  return [
    ...broken(skipped, 'I-29', () => `step ${i} of the calls is missing`),
    ...broken(early, 'I-29', () => `called early: ${short(next ?? duty)}`),
  ];
};

/** Roles in order, never early, never two steps at once, and never nobody (I-29). */
const chain = ({ configuration }: Ending, { incidents, duties }: State): readonly Problem[] =>
  incidents.flatMap((incident) => {
    const steps = duties
      .filter((duty) => duty.incident === incident.id && duty.kind === 'call' && /^\d+$/.test(duty.step))
      .sort((a, b) => Number(a.step) - Number(b.step));
    const given = isOpenCall(incident) && steps.every((duty) => isTerminal(duty.state));
    return [
      ...broken(given, 'I-29', () => 'nobody answered, and nobody is called any more'),
      ...steps.flatMap((_, i) => stepProblems(steps, i, configuration.policy.call.timeouts)),
    ];
  });

const late = 5 * minute;

/** What each controller was told, by the hour at which it must have been (D-5). */
const untold = ({ configuration, now }: Ending, incident: Incident, controller: Controller): readonly Problem[] => {
  const { id } = controller;
  const told = (as: string): boolean => incident.releases.some((one) => one.controller === id && one.as === as);
  const added = incident.controllersAt[id] ?? 0;
  const limit = suspectedLimit(incident, controller, configuration.policy) ?? now;
  const settled = told('suspected') || told('confirmed') || incident.heldByPolicy.includes(id);
  const by = Math.max(
    releaseBy(incident, controller, configuration.policy) ?? now,
    incident.hold?.until ?? 0,
    incident.aware?.decidedAt ?? 0,
  );
  const confirmed = incident.state === 'confirmed' || incident.state === 'contained';
  return [
    ...broken(
      incident.state === 'suspected' && !settled && Math.max(limit, added) + late < now,
      'D-5',
      () => `nobody decided and ${id} was told nothing`,
    ),
    ...broken(
      confirmed && !told('confirmed') && Math.max(by, added) + late < now,
      'D-5',
      () => `confirmed, and ${id} was told nothing by its hour`,
    ),
  ];
};

/** What happens by the clock when nobody decides (D-5). */
const byTheClock = (ending: Ending, { incidents, duties }: State): readonly Problem[] =>
  incidents.flatMap((incident) => {
    const review = duties.find((duty) => duty.incident === incident.id && duty.kind === 'review');
    const unanswered = incident.state === 'open' && review !== undefined && review.deadlineAt + late < ending.now;
    const { controllers } = ending.configuration.directory;
    return [
      ...broken(unanswered, 'D-5', () => 'an assessment nobody answered is no suspicion yet'),
      ...incident.controllers.flatMap((id) => controllers.get(id) ?? []).flatMap((controller) => untold(ending, incident, controller)),
    ];
  });

/** I-35: every chain whole, and each item's head the end of its chain. */
const register = async ({ ledger }: Ending, { incidents, duties }: State): Promise<readonly Problem[]> => {
  const entries: Entry[] = [];
  const last = new Map<string, Entry>();
  for await (const entry of ledger.entries()) {
    entries.push(entry);
    last.set(entry.chain, entry);
  }
  const verdict = verifyRegister(entries, []);
  return [
    ...(verdict.verdict === 'broken' ? [['I-35', `chain broken at ${verdict.seq}: ${verdict.reason}`] as const] : []),
    ...[...incidents, ...duties]
      .filter((one) => last.get(one.id)?.hash !== one.head.hash)
      .map((one): Problem => ['I-35', `its head is not the end of its chain: ${one.id}`]),
  ];
};

/** The register and the state say the same: as many lines of sending as there were sendings. */
const once = async ({ ledger }: Ending, { duties }: State): Promise<readonly Problem[]> => {
  const problems: Problem[] = [];
  for (const duty of duties) {
    const ids = duty.evidence.flatMap((one) => one.providerId ?? []);
    if (new Set(ids).size !== ids.length) problems.push(['I-35', `the same evidence twice: ${short(duty)}`]);
    if (duty.kind !== 'notice') continue;
    const lines = (await ledger.entriesOf(duty.id)).filter((entry) => entry.type === 'DutySent');
    if (new Set(lines.map((entry) => canonical(entry.data))).size !== lines.length)
      problems.push(['I-35', `one sending, two lines: ${short(duty)}`]);
  }
  return problems;
};

export const verdict = async (ending: Ending): Promise<void> => {
  const state = await stateOf(ending.ledger);
  const problems: readonly Problem[] = [
    ...(await intake(ending)),
    ...owedOnes(ending, state),
    ...(await indexed(ending, state)),
    ...duplicates(ending),
    ...tickets(ending, state),
    ...leaks(ending),
    ...state.duties.flatMap((duty) => [...settled(duty, state.duties, ending.now), ...ended(duty, ending)]),
    ...bounces(ending, state),
    ...chain(ending, state),
    ...byTheClock(ending, state),
    ...(await register(ending, state)),
    ...(await once(ending, state)),
    ...disturbanceProblems(
      { ...ending, duties: state.duties, quietFrom: ending.story.startedAt + ending.story.faultyFor, isBack: ending.story.isBack ?? false },
      state.incidents,
    ),
  ];
  for (const [invariant, what] of problems) ending.watch.violate(invariant, what);
};
