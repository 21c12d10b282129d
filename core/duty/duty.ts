// Decides what is owed: one duty is one act to one recipient, with a deadline that never moves later and a claim that always lapses.
import type { Awaited } from '../detection/absent.ts';
import type { ChainHead } from '../kernel/hash.ts';
import type { ControllerId, DutyId, IncidentId, SubjectId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/time.ts';

/** D-10: the closed list. Grow it here. */
export const dutyKinds = [
  'ticket',
  'identify-controller',
  'inform',
  'call',
  'consult',
  'release',
  'notice',
  'update',
  'final',
  'withdrawal',
  'reach',
  'phone',
  'letter',
  'narrow',
  'question',
  'remedy',
  'assist',
  'preserve',
  'review',
  'human',
  'fanout',
  'heartbeat',
  'config',
  'directory',
  'drill',
  'subprocessor',
  'own-assessment',
  'own-report',
  'own-art34',
  'disturbance',
  'absence',
] as const;
export type DutyKind = (typeof dutyKinds)[number];

export const dutyStates = ['OPEN', 'SENT', 'BLOCKED', 'DONE', 'CANCELLED', 'EXPIRED', 'CLOSED'] as const;
export type DutyState = (typeof dutyStates)[number];

/** `BLOCKED` is not terminal: re-due daily, with a human duty beside it (reliability.md 6.2). */
const terminalStates: ReadonlySet<DutyState> = new Set(['DONE', 'CANCELLED', 'EXPIRED', 'CLOSED']);
export const isTerminal = (state: DutyState): boolean => terminalStates.has(state);

/** D-2: legal mail first. What tells of a disturbance goes by its lane: to the same houses, proved and reconciled in the same way. */
export const lanes = ['notify', 'page', 'ticket', 'other'] as const;
export type Lane = (typeof lanes)[number];

const laneByKind: Readonly<Partial<Record<DutyKind, Lane>>> = {
  notice: 'notify',
  update: 'notify',
  final: 'notify',
  withdrawal: 'notify',
  disturbance: 'notify',
  inform: 'page',
  call: 'page',
  consult: 'page',
  release: 'page',
  review: 'page',
  human: 'page',
  phone: 'page',
  subprocessor: 'page',
  'own-assessment': 'page',
  'own-report': 'page',
  'own-art34': 'page',
  'identify-controller': 'page',
  narrow: 'page',
  ticket: 'ticket',
};
export const laneOf = (kind: DutyKind): Lane => laneByKind[kind] ?? 'other';

/** What was done and what proves it; texts are ours, ids are the provider's. */
export type Evidence = {
  readonly at: Instant;
  readonly channel: string;
  /** Did it really leave? `outbox` means shown only (D-13: labelled "not sent"). */
  readonly via: 'provider' | 'outbox';
  /** Id from the provider: SMTP response id, SES MessageId, Jira key. */
  readonly providerId?: string;
  /** SHA-256 of the bytes handed over (D-18). */
  readonly sha256?: string;
  /** What was heard about an earlier sending; absent: this is a sending itself. */
  readonly says?: 'delivered' | 'bounced' | 'delayed' | 'done';
};

export type Duty = {
  readonly v: 1;
  readonly id: DutyId;
  readonly subject: SubjectId;
  readonly incident?: IncidentId;
  /** The one controller that it is about, where it is about one: each has its turn (D-1). */
  readonly controller?: ControllerId;
  readonly kind: DutyKind;
  readonly recipient: string;
  readonly step: string;
  readonly lane: Lane;
  readonly state: DutyState;
  /** The deadline. Kept when terminal, never later (D-10). */
  readonly deadlineAt: Instant;
  /** Wake-up and lease in one (`dueAt` in reliability.md): a claim pushes it, nothing but the end removes it from the index. */
  readonly nextAt: Instant;
  /** The fence: only rises, stands in every condition. */
  readonly gen: number;
  /** Who holds the claim, and in which start of a single node it was taken (D-7). */
  readonly owner?: string;
  readonly ownerEpoch?: number;
  readonly leaseUntil?: Instant;
  readonly attempts: number;
  /** Past this a human duty stands beside it, while the machine goes on (reliability.md 0.2 d). */
  readonly softAt: Instant;
  readonly createdAt: Instant;
  readonly endedAt?: Instant;
  readonly sentAt?: Instant;
  readonly evidence: readonly Evidence[];
  /** A try of it ended without an outcome: it may have left. */
  readonly unsure?: true;
  /** Last reason of a failure, in our words. */
  readonly lastFailure?: string;
  /** Reason of a cancellation, expiry or closure. */
  readonly reason?: string;
  /** What is looked at when an `absence` is due. */
  readonly awaits?: Awaited;
  /** The duty that a human duty stands beside. */
  readonly parent?: DutyId;
  readonly head: ChainHead;
};

/** What was sent, without what came back about it: a report moves no clock. */
export const sendingsOf = ({ evidence }: Pick<Duty, 'evidence'>): readonly Evidence[] => evidence.filter((one) => one.says === undefined);

/** Legal mail alone ends by delivery; what calls somebody ends when somebody answers (I-21). */
export const endsByDelivery = ({ lane }: Pick<Duty, 'lane'>): boolean => lane === 'notify';

/** The step of the review that a report from outside owes (P-8); the other one assesses the breach. */
export const triageStep = 'triage';

/** The step of the human duty that asks whether a refuted suspicion is withdrawn. */
export const withdrawStep = 'withdraw';

/** Done when a named person says what was done. The triage of a report is over by a decision on its incident as well. */
export const endsByWord = ({ kind, step }: Pick<Duty, 'kind' | 'step'>): boolean =>
  kind === 'human' ||
  kind === 'phone' ||
  kind === 'subprocessor' ||
  kind === 'own-report' ||
  kind === 'own-art34' ||
  (kind === 'review' && step === triageStep);

/** What identifies a duty in the store. */
export type DutyRef = Pick<Duty, 'subject' | 'id'>;

/** Written before every effect, so that an effect without an outcome is known as such (I-27). */
export type Attempt = {
  readonly duty: DutyId;
  readonly subject: SubjectId;
  readonly gen: number;
  readonly channel: string;
  readonly intentAt: Instant;
};
