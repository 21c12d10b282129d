// Decides what a command does to an incident: events, or a refusal that says why and what would be right.
import type { Finding } from '../detection/finding.ts';
import type { ControllerId, IncidentId, PersonId } from '../kernel/ids.ts';
import { type Result, fail, ok, unreachable } from '../kernel/result.ts';
import { type Duration, type Instant, earliest, hours, plus, rfc3339 } from '../kernel/time.ts';
import { asRuleFinding, addFinding, summarise } from './fold.ts';
import { toldElsewhere } from './disturbance.ts';
import { type DataSubjectCommand, decideDataSubjects } from './data-subjects.ts';
import type { Actor, Incident, IncidentEvent, SignalRef } from './incident.ts';
import { type ScopeCommand, decideScope, evidenceAtLeast } from './rescope.ts';
import { type OwnCommand, assessOwn } from './own.ts';
import { type RestoreCommand, decideRestored } from './restored.ts';
import { liveReleases } from './scope.ts';

export type Command =
  | DataSubjectCommand
  | ScopeCommand
  | OwnCommand
  | RestoreCommand
  | { readonly type: 'Attach'; readonly at: Instant; readonly finding: Finding; readonly signals: readonly SignalRef[] }
  | { readonly type: 'Suspect'; readonly at: Instant; readonly actor: Actor; readonly why: string }
  | { readonly type: 'Acknowledge'; readonly at: Instant; readonly actor: Actor }
  | {
      readonly type: 'Confirm';
      readonly at: Instant;
      readonly since: Instant;
      readonly how: string;
      readonly reason?: string;
      readonly actor: Actor;
      readonly release: boolean;
    }
  | { readonly type: 'Refute'; readonly at: Instant; readonly evidence: string; readonly actor: Actor }
  | { readonly type: 'Release'; readonly at: Instant; readonly actor: Actor; readonly controllers?: readonly ControllerId[] }
  | {
      readonly type: 'Hold';
      readonly at: Instant;
      readonly reason: string;
      readonly until: Instant;
      readonly by: PersonId;
      readonly atMost: Duration;
      readonly term: Instant;
    }
  | { readonly type: 'HoldByPolicy'; readonly at: Instant; readonly controllers: readonly ControllerId[]; readonly rule: string }
  | { readonly type: 'Advise'; readonly at: Instant; readonly text: string }
  | {
      readonly type: 'Identify';
      readonly at: Instant;
      readonly actor: Actor;
      readonly controllers: readonly ControllerId[];
      readonly reason: string;
    }
  | { readonly type: 'Contain'; readonly at: Instant; readonly actor: Actor }
  | {
      readonly type: 'Absorb';
      readonly at: Instant;
      readonly other: Incident;
      readonly by?: { readonly actor: Actor; readonly reason: string };
    }
  | { readonly type: 'Close'; readonly at: Instant; readonly actor: Actor; readonly reason: string; readonly mergedInto?: IncidentId };

/** Why not, for a person: which field, what would be right. */
export type Refused = { readonly kind: 'already' | 'wrong-state' | 'invalid'; readonly field?: string; readonly message: string };
type Decision = Result<readonly IncidentEvent[], Refused>;

const refuse = (kind: Refused['kind'], message: string, field?: string): Decision =>
  fail(field === undefined ? { kind, message } : { kind, message, field });

/** Opens a case with its first finding. */
export const openIncident = (id: IncidentId, at: Instant, finding: Finding, signals: readonly SignalRef[]): readonly IncidentEvent[] => {
  const opened: IncidentEvent = { type: 'IncidentOpened', at, id, finding, signals };
  const { outcome } = summarise([asRuleFinding(finding)]);
  return outcome === 'suspected-breach' ? [opened, suspectedBy(finding, at)] : [opened];
};

const suspectedBy = (finding: Finding, at: Instant): IncidentEvent => ({
  type: 'BreachSuspected',
  at,
  actor: { by: 'machine', rule: finding.rule.name },
  why: 'rule',
});

const attach = (incident: Incident, command: Extract<Command, { type: 'Attach' }>): Decision => {
  const attached: IncidentEvent = { type: 'FindingAttached', at: command.at, finding: command.finding, signals: command.signals };
  const { outcome } = summarise(addFinding(incident.findings, asRuleFinding(command.finding)));
  const rises = incident.state === 'open' && outcome === 'suspected-breach';
  return ok(rises ? [attached, suspectedBy(command.finding, command.at)] : [attached]);
};

/**
 * P-7: awareness is not a click. The earliest of a human view and the arrival of a message that stated the breach as a fact is the
 * default; later than that needs a reason.
 */
export const firstKnown = ({ ack, findings }: Incident): Instant | undefined => {
  const known = [...(ack ? [ack.at] : []), ...findings.filter(({ rule }) => rule.fact).map(({ firstAt }) => firstAt)];
  return known.length === 0 ? undefined : earliest(...known);
};

const confirm = (incident: Incident, command: Extract<Command, { type: 'Confirm' }>): Decision => {
  if (incident.state === 'confirmed' || incident.state === 'contained') return refuse('already', 'This breach is confirmed already.');
  if (incident.state === 'closed') return refuse('wrong-state', 'This incident is closed. Confirm the one it was merged into.');
  if (!Number.isFinite(command.since)) return refuse('invalid', 'Give the time as a date and a time of day, UTC.', 'since');
  if (command.since > command.at)
    return refuse('invalid', `Nobody can have known it after now (${rfc3339(command.at)}). Give an earlier time.`, 'since');
  if (command.how.trim() === '') return refuse('invalid', 'Say how it became certain: who saw what.', 'how');
  const known = firstKnown(incident);
  if (known !== undefined && command.since > known && (command.reason ?? '').trim() === '') {
    return refuse('invalid', `It was known here at ${rfc3339(known)}. A later time of awareness needs a reason.`, 'reason');
  }
  const confirmed: IncidentEvent = {
    type: 'BreachConfirmed',
    at: command.at,
    awareAt: command.since,
    actor: command.actor,
    how: command.how,
    ...(command.reason ? { lateReason: command.reason } : {}),
  };
  const released = command.release && incident.controllers.length > 0;
  return ok(
    released
      ? [confirmed, { type: 'NoticeReleased', at: command.at, actor: command.actor, controllers: incident.controllers, as: 'confirmed' }]
      : [confirmed],
  );
};

const refute = (incident: Incident, command: Extract<Command, { type: 'Refute' }>): Decision => {
  if (incident.state === 'confirmed' || incident.state === 'contained')
    return refuse('wrong-state', "A confirmed breach can't be refuted; a wrong notice is withdrawn (law.md 5.2).");
  if (incident.state === 'refuted') return refuse('already', 'This incident is refuted already.');
  if (incident.state === 'closed') return refuse('wrong-state', 'This incident is closed.');
  if (command.evidence.trim().length < evidenceAtLeast)
    return refuse(
      'invalid',
      `Say what shows that nothing was compromised, and which logs cover the time (at least ${evidenceAtLeast} characters).`,
      'evidence',
    );
  return ok([{ type: 'BreachRefuted', at: command.at, actor: command.actor, evidence: command.evidence }]);
};

const isConfirmed = (incident: Incident): boolean => incident.state === 'confirmed' || incident.state === 'contained';

/** Controllers whose notice of the given kind was let go already, and holds. */
export const releasedTo = (incident: Incident, as: 'suspected' | 'confirmed'): ReadonlySet<ControllerId> =>
  new Set(
    liveReleases(incident)
      .filter((r) => r.as === as)
      .map((r) => r.controller),
  );

const release = (incident: Incident, command: Extract<Command, { type: 'Release' }>): Decision => {
  if (incident.state !== 'suspected' && !isConfirmed(incident))
    return refuse('wrong-state', 'There is nothing to release: no breach is suspected or confirmed here.');
  const as = isConfirmed(incident) ? 'confirmed' : 'suspected';
  const done = releasedTo(incident, as);
  const controllers = (command.controllers ?? incident.controllers).filter((id) => incident.controllers.includes(id) && !done.has(id));
  if (controllers.length === 0) return refuse('already', "Every affected controller's notice is released already.");
  return ok([{ type: 'NoticeReleased', at: command.at, actor: command.actor, controllers, as }]);
};

const hold = (incident: Incident, command: Extract<Command, { type: 'Hold' }>): Decision => {
  if (!isConfirmed(incident))
    return refuse('wrong-state', 'Only a confirmed notice can be held; a suspected one waits for a decision anyway.');
  if (command.reason.trim() === '') return refuse('invalid', 'A hold needs a reason.', 'reason');
  if (incident.hold && incident.hold.by === command.by) return refuse('invalid', 'A hold is renewed by a different person (D-5).', 'by');
  const latestEnd = earliest(plus(command.at, command.atMost), command.term);
  if (command.until > latestEnd || command.until <= command.at)
    return refuse('invalid', `A hold ends after now and by ${rfc3339(latestEnd)} at the latest.`, 'until');
  const held = { by: command.by, reason: command.reason, at: command.at, until: command.until };
  return ok([{ type: 'NoticeHeld', at: command.at, hold: held }]);
};

const identify = (incident: Incident, command: Extract<Command, { type: 'Identify' }>): Decision => {
  if (command.controllers.length === 0) return refuse('invalid', 'Name at least one controller of the directory.', 'controllers');
  if (command.reason.trim() === '') return refuse('invalid', 'Say how the controllers were identified.', 'reason');
  const added = command.controllers.filter((id) => !incident.controllers.includes(id));
  if (added.length === 0 && !incident.unidentified) return refuse('already', 'These controllers are on the incident already.');
  return ok([
    { type: 'ControllerIdentified', at: command.at, actor: command.actor, controllers: command.controllers, reason: command.reason },
  ]);
};

/** When each controller's clocks could start in the other: an awareness dated back before its opening counts for those named by then. */
const startsOf = ({ controllersAt, aware }: Incident): Incident['controllersAt'] =>
  Object.fromEntries(
    Object.entries(controllersAt).map(([id, at]) => [id, aware !== undefined && at <= aware.decidedAt ? earliest(at, aware.at) : at]),
  );

const merged = ({ at, other, by }: Extract<Command, { type: 'Absorb' }>): IncidentEvent => ({
  type: 'IncidentMerged',
  at,
  ...by,
  from: other.id,
  findings: other.findings,
  signals: other.signals,
  signalCount: other.signalCount,
  openedAt: other.openedAt,
  occurredFrom: other.occurredFrom,
  occurredTo: other.occurredTo,
  controllersAt: startsOf(other),
  // What was taken back there is no word that holds here.
  releases: liveReleases(other),
  ...((other.ruledOut ?? []).length > 0 && { ruledOut: other.ruledOut }),
  heldByPolicy: other.heldByPolicy,
  ...(other.dataSubjects && { dataSubjects: other.dataSubjects }),
  ...(other.suspectedAt === undefined ? {} : { suspectedAt: other.suspectedAt }),
  ...(other.absorbed && { absorbed: other.absorbed }),
  ...(other.own && { own: other.own }),
  // Its releases come without those that went there.
  ...(other.parted && { parted: other.parted.map((part) => ({ ...part, leaves: [], upTo: 0 })) }),
  ...(other.unidentified && { unidentified: other.unidentified }),
  ...toldElsewhere(other, other.id),
});

/** Suspicion and awareness of either are those of both: a merge ends no clock (D-5), and the earliest time wins (P-14). */
const absorb = (incident: Incident, command: Extract<Command, { type: 'Absorb' }>): readonly IncidentEvent[] => {
  const { at, other } = command;
  const { outcome } = summarise(other.findings.reduce(addFinding, incident.findings));
  const suspected = incident.state === 'open' && (other.suspectedAt !== undefined || outcome === 'suspected-breach');
  const { aware } = other;
  const knownEarlier = aware !== undefined && (incident.aware === undefined || aware.at < incident.aware.at);
  return [
    merged(command),
    ...(suspected ? [{ type: 'BreachSuspected' as const, at, actor: { by: 'machine' as const, rule: 'merge' }, why: 'merged' }] : []),
    ...(knownEarlier ? [{ type: 'BreachConfirmed' as const, at, awareAt: aware.at, actor: aware.actor, how: aware.how }] : []),
  ];
};

/** The command's events, or the reason why not. */
export const decide = (command: Command, incident: Incident): Decision => {
  switch (command.type) {
    case 'Attach':
      return attach(incident, command);
    case 'Suspect':
      return incident.state === 'open'
        ? ok([{ type: 'BreachSuspected', at: command.at, actor: command.actor, why: command.why }])
        : refuse('already', 'This incident was decided on already.');
    case 'Acknowledge':
      return incident.ack
        ? refuse('already', 'Somebody took this incident already.')
        : ok([{ type: 'IncidentAcknowledged', at: command.at, actor: command.actor }]);
    case 'Confirm':
      return confirm(incident, command);
    case 'Refute':
      return refute(incident, command);
    case 'Release':
      return release(incident, command);
    case 'Hold':
      return hold(incident, command);
    case 'HoldByPolicy':
      return ok([{ type: 'NoticeHeldByPolicy', at: command.at, controllers: command.controllers, rule: command.rule }]);
    case 'Advise':
      return command.text.trim() === ''
        ? refuse('invalid', 'Write the advice.', 'text')
        : ok([{ type: 'AdviceGiven', at: command.at, text: command.text }]);
    case 'Identify':
      return identify(incident, command);
    case 'Widen':
    case 'Narrow':
    case 'ConfirmScope':
    case 'Withdraw':
      return decideScope(command, incident);
    case 'CountDataSubjects':
    case 'CheckDataSubjects':
    case 'ViewPersonalData':
      return decideDataSubjects(command, incident);
    case 'AssessOwn':
      return assessOwn(incident, command);
    case 'Restore':
      return decideRestored(incident, command);
    case 'Contain':
      return incident.state === 'confirmed'
        ? ok([{ type: 'IncidentContained', at: command.at, actor: command.actor }])
        : refuse('wrong-state', 'Only a confirmed breach can be contained.');
    case 'Absorb':
      return ok(absorb(incident, command));
    case 'Close':
      return incident.state === 'closed'
        ? refuse('already', 'This incident is closed already.')
        : ok([
            {
              type: 'IncidentClosed',
              at: command.at,
              actor: command.actor,
              reason: command.reason,
              ...(command.mergedInto === undefined ? {} : { mergedInto: command.mergedInto }),
            },
          ]);
    default:
      return unreachable(command);
  }
};

/** How long a hold may last at most by the law of the house (D-5). */
export const holdAtMost: Duration = hours(2);
