// Decides what the register says of an event: ids, times, words of ours and what people wrote as reason; never what a signal said.
import { evolve } from '../incident/evolve.ts';
import type { DataSubjectEvent } from '../incident/data-subjects.ts';
import type { Actor, Incident, IncidentEvent } from '../incident/incident.ts';
import type { RestoredEvent } from '../incident/restored.ts';
import type { Duty } from '../duty/duty.ts';
import { genesis } from '../kernel/hash.ts';
import { type Instant, rfc3339 } from '../kernel/time.ts';
import { type Entry, headOf, nextEntry } from './entry.ts';

export const actorText = (actor: Actor): string =>
  actor.by === 'person' ? `person:${actor.role}:${actor.person}` : `machine:${actor.rule}`;

const actorOf = (event: IncidentEvent): string => {
  if ('actor' in event && event.actor) return actorText(event.actor);
  if (event.type === 'NoticeHeld') return `person:holder:${event.hold.by}`;
  if (event.type === 'AdviceGiven') return 'role:dpo';
  return 'machine:assess';
};

const finding = (
  event: Extract<IncidentEvent, { readonly type: 'IncidentOpened' | 'FindingAttached' }>,
): Readonly<Record<string, unknown>> => ({
  rule: { id: event.finding.rule.id, name: event.finding.rule.name, version: event.finding.rule.version },
  occurredAt: rfc3339(event.finding.time),
  nature: event.finding.nature,
  personalData: event.finding.personalData,
  signals: event.signals.map((s) => s.id),
  assets: event.finding.assets,
  controllers: event.finding.controllers,
  ...event.finding.decidedBy,
});

/** Of a list its hash alone, which is that of its ciphertext; of what was looked at which it was, never what stood there (D-14, D-15). */
const dataSubjectData = (event: DataSubjectEvent): Readonly<Record<string, unknown>> => {
  switch (event.type) {
    case 'DataSubjectsCounted': {
      const { controller, count, basis, why, asOf, lists } = event;
      return { controller, count, basis, asOf: rfc3339(asOf), lists: lists.map(({ hash }) => hash), ...(why === undefined ? {} : { why }) };
    }
    case 'DataSubjectsChecked':
      return { controller: event.controller, countedAt: rfc3339(event.countedAt), how: event.how };
    case 'PersonalDataViewed':
      return { reason: event.reason, ...event.of };
  }
};

/** when it was back, and what it meant for people, as far as somebody said. */
const restoredData = ({ restoredAt, effect, how }: RestoredEvent) => ({
  restoredAt: rfc3339(restoredAt),
  effect: effect ?? 'not stated',
  ...(how === undefined ? {} : { how }),
});

const splitOffData = (event: Extract<IncidentEvent, { readonly type: 'IncidentSplitOff' }>) => ({
  from: event.from,
  rules: event.findings.map((f) => f.rule.name),
  controllers: Object.keys(event.controllersAt),
  told: event.told,
  signals: event.signals.map((s) => s.id),
  openedAt: rfc3339(event.openedAt),
  ...(event.suspectedAt === undefined ? {} : { suspectedAt: rfc3339(event.suspectedAt) }),
  reason: event.reason,
});

/** The part of an event that is kept for good. */
const dataOf = (event: IncidentEvent): Readonly<Record<string, unknown>> => {
  switch (event.type) {
    case 'IncidentOpened':
    case 'FindingAttached':
      return finding(event);
    case 'BreachSuspected':
      return { why: event.why };
    case 'BreachConfirmed':
      return {
        awareAt: rfc3339(event.awareAt),
        how: event.how,
        ...(event.lateReason === undefined ? {} : { lateReason: event.lateReason }),
      };
    case 'BreachRefuted':
      return { evidence: event.evidence };
    case 'NoticeReleased':
      return { controllers: event.controllers, as: event.as };
    case 'NoticeHeld':
      return { reason: event.hold.reason, until: rfc3339(event.hold.until) };
    case 'NoticeHeldByPolicy':
      return { controllers: event.controllers, rule: event.rule };
    case 'AdviceGiven':
      return { text: event.text };
    case 'ControllerIdentified':
    case 'ScopeWidened':
    case 'ScopeNarrowed':
    case 'NoticesWithdrawn':
      return { controllers: event.controllers, reason: event.reason };
    case 'ScopeConfirmed':
      return { reason: event.reason };
    case 'SeverityScored':
      return { ...event.severity };
    case 'IncidentMerged':
      return {
        from: event.from,
        rules: event.findings.map((f) => f.rule.name),
        told: event.releases.map((r) => r.controller),
        ...(event.reason === undefined ? {} : { reason: event.reason }),
      };
    case 'OwnBreachAssessed':
      return { risk: event.risk, reason: event.reason };
    case 'IncidentSplit':
      return { into: event.into, rules: event.rules, controllers: event.controllers, left: event.leaves, reason: event.reason };
    case 'IncidentSplitOff':
      return splitOffData(event);
    case 'IncidentClosed':
      return { reason: event.reason, ...(event.mergedInto === undefined ? {} : { mergedInto: event.mergedInto }) };
    case 'DataSubjectsCounted':
    case 'DataSubjectsChecked':
    case 'PersonalDataViewed':
      return dataSubjectData(event);
    case 'ServiceRestored':
      return restoredData(event);
    case 'IncidentAcknowledged':
    case 'IncidentContained':
      return {};
  }
};

/** Folds events into the incident and writes each into its chain: the state and its proof change together (I-35). */
export const recordEvents = (
  before: Incident | undefined,
  events: readonly IncidentEvent[],
): { readonly incident: Incident; readonly entries: readonly Entry[] } => {
  let incident = before;
  const entries: Entry[] = [];
  for (const event of events) {
    const chain = incident?.id ?? (event.type === 'IncidentOpened' || event.type === 'IncidentSplitOff' ? event.id : '');
    const entry = nextEntry(incident?.head ?? genesis, {
      chain,
      at: event.at,
      actor: actorOf(event),
      type: event.type,
      data: dataOf(event),
    });
    entries.push(entry);
    const next = evolve(incident, event, headOf(entry));
    incident = { ...next, head: headOf(entry) };
  }
  if (!incident) throw new Error('no event to record');
  return { incident: { ...incident, ver: (before?.ver ?? 0) + 1 }, entries };
};

/** A duty's transition with its line in the duty's own chain. */
export const recordDuty = (
  duty: Duty,
  line: { readonly at: Instant; readonly actor: string; readonly type: string },
): { readonly duty: Duty; readonly entry: Entry } => {
  const last = duty.evidence.at(-1);
  const entry = nextEntry(duty.head, {
    chain: duty.id,
    at: line.at,
    actor: line.actor,
    type: line.type,
    data: {
      subject: duty.subject,
      kind: duty.kind,
      recipient: duty.recipient,
      step: duty.step,
      state: duty.state,
      deadline: rfc3339(duty.deadlineAt),
      ...(duty.reason === undefined ? {} : { reason: duty.reason }),
      ...(duty.lastFailure === undefined ? {} : { lastFailure: duty.lastFailure }),
      ...(last === undefined ? {} : { evidence: { ...last, at: rfc3339(last.at) } }),
    },
  });
  return { duty: { ...duty, head: headOf(entry) }, entry };
};
