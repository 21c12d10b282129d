// Decides what an event makes of an incident. Pure: the same events give the same incident.
import type { ChainHead } from '../kernel/hash.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { earliest, latest, type Instant } from '../kernel/time.ts';
import { unreachable } from '../kernel/result.ts';
import { grownBy, isCalled } from './growth.ts';
import { disturbedBy, restoredBy, withThoseOf } from './disturbance.ts';
import { countsAfter, countsTogether } from './data-subjects.ts';
import { addFinding, addSignals, asRuleFinding, summarise } from './fold.ts';
import { cameBack, readmitted, releasedBy, rescoped, ruledOutIn, scopeOfBoth, withAdded } from './scope.ts';
import { graverOwn, ownAfter } from './own.ts';
import { leftBehind } from './split.ts';
import { askedByFinding, askedByMerge } from './whose.ts';
import {
  type Incident,
  type IncidentCore,
  type IncidentEvent,
  type Outcome,
  type RuleFinding,
  type SignalRef,
  outcomes,
} from './incident.ts';

type Core = Omit<IncidentCore, 'head' | 'ver'>;
type Event<T extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: T }>;

/** Outcomes only rise (D-4): what people or the policy made of an incident stays when a finding is added. */
const risen = (a: Outcome, b: Outcome): Outcome => (outcomes.indexOf(a) >= outcomes.indexOf(b) ? a : b);

const counted = (dataSubjects: IncidentCore['dataSubjects']): Pick<IncidentCore, 'dataSubjects'> => (dataSubjects ? { dataSubjects } : {});

const addedAt = (
  known: Readonly<Record<string, Instant>>,
  controllers: readonly ControllerId[],
  at: Instant,
): Readonly<Record<string, Instant>> => Object.fromEntries(controllers.map((id) => [id, known[id] ?? at]));

/** A later finding widens an incident; it does not reopen the question that people answered. */
const refold = (incident: Incident, findings: readonly RuleFinding[], at: Instant): Partial<Core> => {
  const summary = summarise(findings);
  const out = ruledOutIn(incident);
  const controllers = [...new Set([...incident.controllers, ...summary.controllers.filter((id) => !out.has(id))])].sort();
  return {
    ...summary,
    outcome: risen(incident.outcome, summary.outcome),
    // An open question stays until it is answered.
    unidentified: incident.unidentified || (summary.unidentified && incident.identifiedAt === undefined),
    findings,
    controllers,
    controllersAt: addedAt(incident.controllersAt, controllers, at),
  };
};

const attach = (before: Incident, event: Event<'FindingAttached'>): Incident => {
  const line = asRuleFinding(event.finding);
  const incident = readmitted(before, cameBack(before, line), event.at);
  const added = event.signals.filter((s) => !incident.signals.some((known) => known.id === s.id)).length;
  return {
    ...incident,
    ...refold(incident, addFinding(incident.findings, line), event.at),
    ...grownBy(incident, event.finding, event.at),
    ...askedByFinding(incident, event.finding),
    ...disturbedBy(incident, event.finding, event.at),
    signals: addSignals(incident.signals, event.signals),
    signalCount: incident.signalCount + added,
    occurredFrom: earliest(incident.occurredFrom, event.finding.time, ...event.signals.map((s) => s.time)),
    occurredTo: latest(incident.occurredTo, event.finding.time, ...event.signals.map((s) => s.time)),
  } as Incident;
};

/** The other's controllers come with their own start: a merge moves no deadline later, and drops nobody whom people named. */
const withControllers = (incident: Incident, added: Readonly<Record<string, Instant>>): Incident => {
  const ids = Object.keys(added) as ControllerId[];
  const controllers = [...new Set([...incident.controllers, ...ids])];
  const at = controllers.map((id) => [id, earliest(...[incident.controllersAt[id], added[id]].filter((known) => known !== undefined))]);
  return { ...incident, controllers, controllersAt: Object.fromEntries(at) };
};

const widenByMerge = (before: Incident, event: Event<'IncidentMerged'>): Incident => {
  const incident = scopeOfBoth(before, event);
  return {
    ...incident,
    ...refold(withControllers(incident, event.controllersAt), event.findings.reduce(addFinding, incident.findings), event.at),
    ...askedByMerge(incident, event.unidentified ?? false),
    signals: addSignals(incident.signals, event.signals),
    signalCount: incident.signalCount + event.signalCount,
    releases: [...incident.releases, ...event.releases.map((release) => ({ ...release, under: release.under ?? event.from }))],
    heldByPolicy: [...new Set([...incident.heldByPolicy, ...event.heldByPolicy])].sort(),
    ...counted(countsTogether(incident.dataSubjects, event.dataSubjects)),
    absorbed: [...(incident.absorbed ?? []), event.from, ...(event.absorbed ?? [])],
    ...(event.own && { own: graverOwn(incident.own, event.own) }),
    ...(event.parted && { parted: [...(incident.parted ?? []), ...event.parted] }),
    ...withThoseOf(incident, event.disturbances ?? [], incident.id),
    // Earliest times win in a merge (P-14).
    openedAt: earliest(incident.openedAt, event.openedAt),
    occurredFrom: earliest(incident.occurredFrom, event.occurredFrom),
    occurredTo: latest(incident.occurredTo, event.occurredTo),
    ...(event.suspectedAt === undefined ? {} : { suspectedAt: earliest(incident.suspectedAt ?? event.suspectedAt, event.suspectedAt) }),
  } as Incident;
};

/** The state after the opening event. */
const open = (event: Event<'IncidentOpened'>, head: ChainHead): Incident => {
  const findings = [asRuleFinding(event.finding)];
  const summary = summarise(findings);
  const times = [event.finding.time, ...event.signals.map((s: SignalRef) => s.time)];
  return {
    v: 1,
    ver: 0,
    id: event.id,
    ...summary,
    state: 'open',
    findings,
    signals: addSignals([], event.signals),
    signalCount: event.signals.length,
    controllersAt: addedAt({}, summary.controllers, event.at),
    openedAt: event.at,
    occurredFrom: earliest(...times),
    occurredTo: latest(...times),
    ...disturbedBy({}, event.finding, event.at),
    releases: [],
    heldByPolicy: [],
    advice: [],
    head,
  };
};

/** The first event of a case that was a part of another: what that one knew of it, by that one's clocks. */
const splitOff = (event: Event<'IncidentSplitOff'>, head: ChainHead): Incident => {
  const { id, findings, signals, signalCount, openedAt, suspectedAt, occurredFrom, occurredTo } = event;
  const { controllersAt, releases, heldByPolicy, unidentified, ack, hold, scope, dataSubjects, ruledOut, identifiedAt, disturbances } =
    event;
  return {
    v: 1,
    ver: 0,
    id,
    ...summarise(findings),
    state: 'open',
    findings,
    signals: addSignals([], signals),
    signalCount,
    controllers: (Object.keys(controllersAt) as ControllerId[]).sort(),
    controllersAt,
    unidentified,
    openedAt,
    occurredFrom,
    occurredTo,
    ...(suspectedAt === undefined ? {} : { suspectedAt }),
    ...(ack && { ack }),
    ...(hold && { hold }),
    ...(scope && { scope }),
    ...(ruledOut && { ruledOut }),
    ...(identifiedAt === undefined ? {} : { identifiedAt }),
    ...(disturbances && { disturbances }),
    ...counted(dataSubjects),
    releases,
    heldByPolicy,
    splitFrom: { incident: event.from, at: event.at, told: event.told, both: event.both },
    advice: [],
    head,
  };
};

const partedBy = (before: Incident, event: Event<'IncidentSplit'>): Incident => {
  const { incident, findings } = leftBehind(before, event);
  return { ...incident, ...refold(incident, findings, event.at) } as Incident;
};

const change = (incident: Incident, event: Exclude<IncidentEvent, Event<'IncidentOpened' | 'IncidentSplitOff'>>): Incident => {
  switch (event.type) {
    case 'FindingAttached':
      return attach(incident, event);
    case 'BreachSuspected':
      return { ...incident, state: 'suspected', outcome: 'suspected-breach', suspectedAt: incident.suspectedAt ?? event.at } as Incident;
    case 'IncidentAcknowledged':
      return incident.ack ? incident : { ...incident, ack: { at: event.at, actor: event.actor } };
    case 'BreachConfirmed': {
      // Set once; a second confirmation may only move it earlier.
      const at = incident.aware ? earliest(incident.aware.at, event.awareAt) : event.awareAt;
      return {
        ...incident,
        state: 'confirmed',
        outcome: 'confirmed-breach',
        aware: { at, decidedAt: event.decidedAt ?? event.at, actor: event.actor, how: event.how },
      };
    }
    case 'BreachRefuted':
      return { ...incident, state: 'refuted', outcome: 'refuted', refuted: { at: event.at, actor: event.actor, evidence: event.evidence } };
    case 'NoticeReleased':
      return { ...incident, releases: [...incident.releases, ...releasedBy(incident, event)] };
    case 'NoticeHeld':
      return { ...incident, hold: event.hold };
    case 'NoticeHeldByPolicy':
      return { ...incident, heldByPolicy: [...new Set([...incident.heldByPolicy, ...event.controllers])].sort() };
    case 'AdviceGiven':
      return { ...incident, advice: [...incident.advice, { at: event.at, text: event.text }] };
    case 'ControllerIdentified':
      return { ...withAdded(incident, event), unidentified: false, identifiedAt: incident.identifiedAt ?? event.at };
    case 'SeverityScored':
      return { ...incident, severity: event.severity };
    case 'ScopeWidened':
    case 'ScopeNarrowed':
    case 'ScopeConfirmed':
    case 'NoticesWithdrawn':
      return rescoped(incident, event);
    case 'DataSubjectsCounted':
    case 'DataSubjectsChecked':
    case 'PersonalDataViewed':
      return { ...incident, ...counted(countsAfter(incident.dataSubjects, event)) };
    case 'OwnBreachAssessed':
      return { ...incident, own: ownAfter(incident.own, { at: event.at, risk: event.risk, reason: event.reason }) };
    case 'IncidentContained':
      return incident.aware ? { ...incident, state: 'contained', aware: incident.aware, containedAt: event.at } : incident;
    case 'ServiceRestored':
      return { ...incident, ...restoredBy(incident, event) };
    case 'IncidentMerged':
      return widenByMerge(incident, event);
    case 'IncidentSplit':
      return partedBy(incident, event);
    case 'IncidentClosed':
      return {
        ...incident,
        state: 'closed',
        closedAt: event.at,
        reason: event.reason,
        ...(event.mergedInto === undefined ? {} : { mergedInto: event.mergedInto }),
      };
    default:
      return unreachable(event);
  }
};

const calledFrom = (incident: Incident, at: Instant): Incident =>
  incident.calledAt === undefined && isCalled(incident) ? { ...incident, calledAt: at } : incident;

/** Folds one event; the first of an incident is `IncidentOpened`, or `IncidentSplitOff` where it was a part of another. Version and chain head are the store's business. */
export const evolve = (incident: Incident | undefined, event: IncidentEvent, head: ChainHead): Incident => {
  if (event.type === 'IncidentOpened') return calledFrom(open(event, head), event.at);
  if (event.type === 'IncidentSplitOff') return calledFrom(splitOff(event, head), event.at);
  if (!incident) throw new Error(`${event.type} before IncidentOpened`);
  return calledFrom(change(incident, event), event.at);
};
