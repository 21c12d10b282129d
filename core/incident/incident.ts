// Decides what an incident is: a union on its state, changed by events only. The law's instants are set once.
import type { DecidedBy, Finding, RuleRef } from '../detection/finding.ts';
import type { Level, Nature } from '../detection/rule.ts';
import type { Severity } from '../detection/severity.ts';
import type { ChainHead } from '../kernel/hash.ts';
import type { AssetId, ControllerId, IncidentId, PersonId, SignalId } from '../kernel/ids.ts';
import type { Safe } from '../kernel/safe.ts';
import type { Instant } from '../kernel/time.ts';
import type { OwnAssessment, Risk } from './own-assessment.ts';
import type { Disturbance, Disturbed } from './disturbance.ts';
import type { Parted, SplitFrom } from './parts.ts';
import type { RestoredEvent } from './restored.ts';
import type { DataSubjectCounts, DataSubjectEvent } from './data-subjects.ts';
import type { DataClass } from '../signal/signal.ts';

export const incidentStates = ['open', 'suspected', 'confirmed', 'contained', 'refuted', 'closed'] as const;

/** D-4, in rising order; the last two by people only. */
export const outcomes = ['none', 'security-incident', 'breach-assessment', 'suspected-breach', 'confirmed-breach', 'refuted'] as const;
export type Outcome = (typeof outcomes)[number];

/** Who did something: a person of the directory, or a rule of the machine. Never a name in clear. */
export type Actor =
  | { readonly by: 'person'; readonly person: PersonId; readonly role: string }
  | { readonly by: 'machine'; readonly rule: string };

/** One signal as an incident remembers it: pseudonyms only (D-15). */
export type SignalRef = {
  readonly id: SignalId;
  readonly source: string;
  readonly kind: string;
  readonly time: Instant;
  readonly received: Instant;
  readonly outcome: string;
  readonly actor?: string;
  readonly address?: string;
  readonly target?: string;
  /** The vendor's finding that it is a state of. */
  readonly finding?: string;
  readonly rawRef: string;
};

/** What one rule contributed, folded over its firings: order of arrival changes nothing. */
export type RuleFinding = {
  readonly rule: RuleRef;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly nature: Nature;
  readonly personalData: 'unlikely' | 'likely';
  /** What was hit holds, as it was known then. Incidents of older versions have none. */
  readonly dataClasses?: readonly DataClass[];
  readonly assets: readonly AssetId[];
  /** What was hit, under pseudonyms, up to `resourceCap`. Incidents of older versions have none. */
  readonly resources?: readonly string[];
  readonly controllers: readonly ControllerId[];
  /** Those of them whose personal data it touches: nobody else is named. */
  readonly touched: readonly ControllerId[];
  readonly unidentified: boolean;
  /** Which rules, read by which engine, found it: with the raw events of its members it can be done again. Incidents of older versions have neither. */
  readonly decidedBy?: readonly DecidedBy[];
  /** The signals that it rests on, up to `signalCap`. */
  readonly members?: readonly SignalId[];
};

/** A hold on a confirmed notice (D-5): a named person, a reason, an end, never past the term. */
export type Hold = { readonly by: PersonId; readonly reason: string; readonly at: Instant; readonly until: Instant };

/** How far the notice to one controller was let go, and by whom (`machine` when the policy's time ran out). */
export type Release = {
  readonly controller: ControllerId;
  readonly as: 'suspected' | 'confirmed';
  readonly at: Instant;
  readonly actor: Actor;
  /** The merged case under whose reference this controller was told: it is not told again under ours (P-14). */
  readonly under?: IncidentId;
  /** The step of its notice where that is not `as`: one that was taken back and told again (P-14). */
  readonly step?: string;
};

/** Controllers that people found to be not affected after all, with when each was added: one that comes back has that clock again. */
export type RuledOut = { readonly at: Instant; readonly reason: string; readonly since: Readonly<Record<string, Instant>> };

/** Closed, because it is told: not this controller's data, or no breach at all. What people wrote stays in the house. */
export type WithdrawalReason = 'not-affected' | 'no-breach';

/** Every word to these controllers among the first `upTo` releases is taken back, by one mail to each (P-14). */
export type Withdrawal = {
  readonly controllers: readonly ControllerId[];
  readonly at: Instant;
  readonly upTo: number;
  readonly why: WithdrawalReason;
  readonly reason: string;
};

/** Something more that people are to hear of a case, from that hour on: a higher level, a new resource, or how many more there are. */
export type Growth = {
  readonly at: Instant;
  readonly foundAt: Instant;
  readonly why: 'level' | 'resource' | 'more';
  /** The role of whoever had taken the case by then; else the first in the chain. */
  readonly to?: string;
};

/** What every incident has, whatever its state. */
export type IncidentCore = Disturbed & {
  readonly v: 1;
  readonly id: IncidentId;
  /** Optimistic version: each stored change raises it by one. */
  readonly ver: number;
  readonly title: Safe;
  readonly outcome: Outcome;
  readonly nature: Nature;
  readonly personalData: 'unlikely' | 'likely';
  readonly level: Level;
  /** ENISA's, where personal data is hurt: for whom to wake, never for a notice. Incidents of older versions have none. */
  readonly severity?: Severity;
  readonly findings: readonly RuleFinding[];
  readonly signals: readonly SignalRef[];
  /** Signals attached in all; `signals` keeps the first `signalCap` by event time. */
  readonly signalCount: number;
  /** Affected controllers, sorted. Exactly those of the affected assets: nobody else is ever told. */
  readonly controllers: readonly ControllerId[];
  /** When each controller was added: its own clock when that came later (P-7). */
  readonly controllersAt: Readonly<Record<string, Instant>>;
  readonly unidentified: boolean;
  /** People said whose data it is: later findings ask again only for what is new. */
  readonly identifiedAt?: Instant;
  /** Which question it is that people are asked, or were last: absent for the first. */
  readonly identifyRound?: number;
  readonly openedAt: Instant;
  readonly occurredFrom: Instant;
  readonly occurredTo: Instant;
  readonly suspectedAt?: Instant;
  /** Set once, with who and why; a correction may only move it earlier. */
  readonly aware?: { readonly at: Instant; readonly decidedAt: Instant; readonly actor: Actor; readonly how: string };
  readonly ack?: { readonly at: Instant; readonly actor: Actor };
  readonly calledAt?: Instant /** Since when somebody is called for it. */;
  readonly grown?: readonly Growth[];
  /** Findings since people heard last. */
  readonly repeats?: number;
  readonly releases: readonly Release[];
  readonly hold?: Hold;
  /** Controllers whose suspected notice the policy of their contract holds back when nobody decided (D-5). */
  readonly heldByPolicy: readonly ControllerId[];
  /** Not affected after all, as it stands now. Absent: nobody. */
  readonly ruledOut?: readonly RuledOut[];
  /** How often each was ruled out and came back, and when last: it has a release of its own again. */
  readonly returned?: Readonly<Record<string, { readonly nth: number; readonly at: Instant }>>;
  readonly withdrawals?: readonly Withdrawal[];
  /** Who of an asset's controllers is affected was looked at by a person: how often, and whom that answer speaks of (D-5). */
  readonly scope?: { readonly nth: number; readonly at: Instant; readonly about: readonly ControllerId[] };
  /** How many people are affected, for each controller where somebody counted or estimated it (D-14). */
  readonly dataSubjects?: DataSubjectCounts;
  readonly advice: readonly { readonly at: Instant; readonly text: string }[];
  /** What people said last of the risk to those whose data the operator holds for its own ends (P-4). */
  readonly own?: OwnAssessment;
  /** Parts that go on by themselves, oldest first. */
  readonly parted?: readonly Parted[];
  readonly splitFrom?: SplitFrom;
  /** Cases that were merged into this one: their references lead here (P-14). */
  readonly absorbed?: readonly IncidentId[];
  readonly head: ChainHead;
};

export type Incident = IncidentCore &
  (
    | { readonly state: 'open' }
    | { readonly state: 'suspected'; readonly suspectedAt: Instant }
    | { readonly state: 'confirmed'; readonly aware: NonNullable<IncidentCore['aware']> }
    | { readonly state: 'contained'; readonly aware: NonNullable<IncidentCore['aware']>; readonly containedAt: Instant }
    | { readonly state: 'refuted'; readonly refuted: { readonly at: Instant; readonly actor: Actor; readonly evidence: string } }
    | { readonly state: 'closed'; readonly closedAt: Instant; readonly mergedInto?: IncidentId; readonly reason: string }
  );

/** What happened, in the past tense. The register keeps each of these. */
export type IncidentEvent =
  | DataSubjectEvent
  | RestoredEvent
  | {
      readonly type: 'IncidentOpened';
      readonly at: Instant;
      readonly id: IncidentId;
      readonly finding: Finding;
      readonly signals: readonly SignalRef[];
    }
  | { readonly type: 'FindingAttached'; readonly at: Instant; readonly finding: Finding; readonly signals: readonly SignalRef[] }
  | { readonly type: 'BreachSuspected'; readonly at: Instant; readonly actor: Actor; readonly why: string }
  | { readonly type: 'IncidentAcknowledged'; readonly at: Instant; readonly actor: Actor }
  | {
      readonly type: 'BreachConfirmed';
      readonly at: Instant;
      readonly awareAt: Instant;
      readonly actor: Actor;
      readonly how: string;
      readonly lateReason?: string;
      /** When people decided it, where that was before: in the case that this one was a part of. */
      readonly decidedAt?: Instant;
    }
  | { readonly type: 'BreachRefuted'; readonly at: Instant; readonly actor: Actor; readonly evidence: string }
  | {
      readonly type: 'NoticeReleased';
      readonly at: Instant;
      readonly actor: Actor;
      readonly controllers: readonly ControllerId[];
      readonly as: 'suspected' | 'confirmed';
    }
  | { readonly type: 'NoticeHeld'; readonly at: Instant; readonly hold: Hold }
  | { readonly type: 'NoticeHeldByPolicy'; readonly at: Instant; readonly controllers: readonly ControllerId[]; readonly rule: string }
  | { readonly type: 'AdviceGiven'; readonly at: Instant; readonly text: string }
  | {
      readonly type: 'ControllerIdentified';
      readonly at: Instant;
      readonly actor: Actor;
      readonly controllers: readonly ControllerId[];
      readonly reason: string;
    }
  /** P-14: one more is affected, some are not after all, or it stays as it is; and every word that was told is taken back. */
  | {
      readonly type: 'ScopeWidened';
      readonly at: Instant;
      readonly actor: Actor;
      readonly controllers: readonly ControllerId[];
      readonly reason: string;
    }
  | {
      readonly type: 'ScopeNarrowed';
      readonly at: Instant;
      readonly actor: Actor;
      readonly controllers: readonly ControllerId[];
      readonly reason: string;
    }
  | { readonly type: 'ScopeConfirmed'; readonly at: Instant; readonly actor: Actor; readonly reason: string }
  | {
      readonly type: 'NoticesWithdrawn';
      readonly at: Instant;
      readonly actor: Actor;
      readonly controllers: readonly ControllerId[];
      readonly reason: string;
    }
  | { readonly type: 'SeverityScored'; readonly at: Instant; readonly severity: Severity }
  | { readonly type: 'OwnBreachAssessed'; readonly at: Instant; readonly actor: Actor; readonly risk: Risk; readonly reason: string }
  | { readonly type: 'IncidentContained'; readonly at: Instant; readonly actor: Actor }
  | {
      readonly type: 'IncidentMerged';
      readonly at: Instant;
      /** Where a person did it. */
      readonly actor?: Actor;
      readonly reason?: string;
      readonly from: IncidentId;
      readonly absorbed?: readonly IncidentId[];
      readonly parted?: readonly Parted[];
      readonly own?: OwnAssessment;
      /** Nobody had said yet whose data it is. */
      readonly unidentified?: true;
      readonly findings: readonly RuleFinding[];
      readonly signals: readonly SignalRef[];
      readonly signalCount: number;
      readonly openedAt: Instant;
      readonly suspectedAt?: Instant;
      readonly occurredFrom: Instant;
      readonly occurredTo: Instant;
      readonly controllersAt: Readonly<Record<string, Instant>>;
      readonly releases: readonly Release[];
      readonly heldByPolicy: readonly ControllerId[];
      readonly dataSubjects?: DataSubjectCounts;
      readonly ruledOut?: readonly RuledOut[];
      readonly disturbances?: readonly Disturbance[];
    }
  | {
      readonly type: 'IncidentSplit';
      readonly at: Instant;
      readonly actor: Actor;
      readonly reason: string;
      readonly into: IncidentId;
      readonly rules: readonly string[];
      readonly controllers: readonly ControllerId[];
      readonly leaves: readonly ControllerId[];
      /** Those that nothing here rests on any more. */
      readonly signals: readonly SignalId[];
    }
  | ({
      readonly type: 'IncidentSplitOff';
      readonly at: Instant;
      readonly actor: Actor;
      readonly reason: string;
      readonly id: IncidentId;
      readonly from: IncidentId;
      readonly told: readonly ControllerId[];
      readonly both: readonly ControllerId[];
    } & Pick<IncidentCore, 'findings' | 'signals' | 'signalCount' | 'openedAt' | 'suspectedAt' | 'occurredFrom' | 'occurredTo'> &
      Pick<IncidentCore, 'controllersAt' | 'unidentified' | 'releases' | 'heldByPolicy' | 'ack' | 'hold' | 'scope' | 'dataSubjects'> &
      Pick<IncidentCore, 'ruledOut' | 'identifiedAt' | 'disturbances'>)
  | {
      readonly type: 'IncidentClosed';
      readonly at: Instant;
      readonly actor: Actor;
      readonly reason: string;
      readonly mergedInto?: IncidentId;
    };
