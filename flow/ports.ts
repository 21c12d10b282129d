// Names what the flow needs from the world (D-16). Three worlds fill these ports; one contract suite holds each honest.
import type { Configuration } from '#core/directory/directory.ts';
import type { Silence } from '#core/detection/mute.ts';
import type { Member, Reach, RuleSet } from '#core/detection/rule.ts';
import type { Attempt, Duty, DutyRef, DutyState, Lane } from '#core/duty/duty.ts';
import type { Due } from '#core/duty/order.ts';
import type { Incident, SignalRef } from '#core/incident/incident.ts';
import type { DutyId, IncidentId, SignalId, SubjectId } from '#core/kernel/ids.ts';
import type { KeyedPseudonyms } from '#core/kernel/pseudonyms.ts';
import type { Safe } from '#core/kernel/safe.ts';
import type { Duration, Instant } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import type { Anchor } from '#core/register/verify.ts';
import type { Heard } from '#core/signal/heard.ts';
import type { Sources } from '#core/signal/sources.ts';

/**
 * `again` (throttle, outage, conflict), `refused` (permanent: other channel, human), `unsure` (may have happened),
 * `unknown-version` (an item that a newer version wrote: not processed, counted, alarmed, I-43).
 */
export type FailureKind = 'again' | 'refused' | 'unsure' | 'unknown-version';

/** What of the world can fail: the name stands in logs. */
export const failing = [
  'ledger',
  'correlations',
  'queues',
  'evidence',
  'secrets',
  'keys',
  'composer',
  'mailer',
  'pager',
  'tickets',
  'outbox',
  'directory',
  'anchors',
  'journal',
  'vault',
  'heartbeat',
] as const;
export type Failing = (typeof failing)[number];

/** The world failed. Thrown by adapters, never by core: the caller retries, or says so (style.md 4.5). */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly port: Failing;
  readonly kind: FailureKind;
  readonly retryAfter: Duration | undefined;
  constructor(
    port: Failing,
    kind: FailureKind,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfter?: Duration } = {},
  ) {
    super(message, { cause: options.cause });
    this.port = port;
    this.kind = kind;
    this.retryAfter = options.retryAfter;
  }
}

/** Which cases one dedupe key has opened, each with the span of its members' event times (D-3). */
export type CaseRecord = {
  readonly key: string;
  readonly ver: number;
  readonly finding?: { readonly active?: Instant; readonly archived?: Instant } /** A vendor's: its latest state of either kind. */;
  readonly restored?: { readonly at: Instant; readonly rule: string } /** A service's: when it was last said to be back (P-23). */;
  readonly cases: readonly { readonly n: number; readonly incident: IncidentId; readonly from: Instant; readonly to: Instant }[];
};

/** D-9: every stored raw event has exactly one receipt. */
export type Receipt = {
  readonly delivery: string /** Identity of the stored raw event, not of the signal. */;
  readonly source: string;
  readonly at: Instant;
  readonly rawRef: string;
  readonly disposition: 'attached' | 'assessed' | 'duplicate' | 'quarantined';
  readonly signal?: SignalId;
  readonly incidents?: readonly IncidentId[];
  readonly silent?: readonly Silence[];
  /** For `quarantined`: which field, what was expected; and when it came in, because it may be read again. */
  readonly reason?: string;
  readonly received?: Instant;
};

/** What is known of a signal identity: claimed by the first delivery that brought it. `ref` is what an incident keeps of it. */
export type SignalRecord = {
  readonly id: SignalId;
  readonly delivery: string;
  readonly ref: SignalRef;
  readonly incidents: readonly IncidentId[];
};

/** A duty as it was read: the fence, the state, the last entry's number where its chain goes on, and when it wakes: a claim laid down writes no entry. */
export type DutySeen = { readonly gen: number; readonly state: DutyState; readonly seq?: number; readonly nextAt?: Instant };

/** One conditional write of a transaction. A condition that fails refuses the whole transaction. */
export type Write =
  | { readonly put: 'incident'; readonly incident: Incident /** Version read, 0 for new. */; readonly ifVer: number }
  | { readonly put: 'duty'; readonly duty: Duty; readonly if: 'absent' | DutySeen }
  | { readonly put: 'case'; readonly record: CaseRecord; readonly ifVer: number }
  | { readonly put: 'receipt'; readonly receipt: Receipt; readonly if?: 'quarantined' /** Read again (D-9); else absent. */ }
  | {
      readonly put: 'signal';
      readonly signal: SignalRecord;
      readonly if: 'absent' | { /** Number of incidents it had when read: the list only grows. */ readonly incidents: number };
    }
  | { readonly put: 'entry'; readonly entry: Entry };

export type Claim = {
  readonly ref: DutyRef;
  readonly seen: { readonly gen: number; readonly state: DutyState };
  readonly owner: string;
  readonly epoch: number;
  readonly now: Instant;
  readonly leaseUntil: Instant;
};

/** Told of each item that a newer version wrote, by its id; the list leaves it out (I-43). */
export type OnStranger = (id: string) => void;

/** The duty ledger: incidents, duties, receipts and register entries, changed together or not at all. */
export type Ledger = {
  readonly incident: (id: IncidentId) => Promise<Incident | undefined>;
  /** All incidents, oldest opening first. */
  readonly incidents: (onStranger?: OnStranger) => AsyncIterable<Incident>;
  readonly duty: (ref: DutyRef) => Promise<Duty | undefined>;
  readonly dutiesOf: (subject: SubjectId, onStranger?: OnStranger) => Promise<readonly Duty[]>;
  readonly caseOf: (key: string) => Promise<CaseRecord | undefined>;
  /** By identity alone: the id is keyed over source and event. */
  readonly signal: (id: SignalId) => Promise<SignalRecord | undefined>;
  readonly receipt: (source: string, delivery: string) => Promise<Receipt | undefined>;
  /** What is due in a lane, earliest wake-up first, all pages; may lag or repeat (F-23, F-24). At the end of time: all that may wake (I-09). */
  readonly due: (lane: Lane, now: Instant, epoch: number) => AsyncIterable<Due>;
  /** When the next open duty of any lane wakes, for a loop that wants to sleep. */
  readonly nextWake: () => Promise<Instant | undefined>;
  /**
   * Takes the lease: gen+1, attempts+1, nextAt = lease end, if gen and state are as seen and it is due
   * (or its claim is of an older epoch, D-7). Undefined when somebody else was faster. An own retried write is recognised.
   */
  readonly claim: (claim: Claim) => Promise<Duty | undefined>;
  /** The intent, before an effect (I-27). False when this gen has its intent already. */
  readonly intend: (attempt: Attempt) => Promise<boolean>;
  readonly attemptsOf: (ref: DutyRef) => Promise<readonly Attempt[]>;
  /** All or nothing. `conflict`: a condition failed; read again and decide again. Throws PortError when the world failed. */
  readonly commit: (writes: readonly Write[]) => Promise<'committed' | 'conflict'>;
  readonly entriesOf: (chain: string) => Promise<readonly Entry[]>;
  readonly entries: () => AsyncIterable<Entry> /** The whole register, by chain, then by sequence. */;
  /** Receipts counted by source and disposition, raw events stored, and those of them that still wait, for I-05 (D-9). */
  readonly intake: () => Promise<
    readonly { readonly source: string; readonly disposition: Receipt['disposition'] | 'stored' | 'waiting'; readonly count: number }[]
  >;
  readonly heard: () => Promise<readonly Heard[]> /** When each source was last heard of by what it sends itself, to the minute. */;
  readonly quarantined: (limit: number, source?: string) => Promise<readonly Receipt[]>;
};

/** Member sets of groups in event time (detection.md 6.2), keyed hashes already: adds one, or none; returns all stages within reach. */
export type Correlations = {
  readonly add: (group: string, member: Member, reach: Reach, expires: Instant) => Promise<readonly Member[]>;
  readonly around: (group: string, time: Instant, reach: Reach) => Promise<readonly Member[]>;
};

/** A raw event on its way to assessment. */
export type Raw = { readonly source: string; readonly delivery: string; readonly rawRef: string; readonly received: Instant };

/** Stages a queue is named for (D-2). Wake-ups are expendable; `assess` is not: it carries the signals. */
export type Queues = {
  readonly sendRaw: (messages: readonly Raw[]) => Promise<void>;
  /** A hint that a duty is due; losing it costs a tick. */
  readonly wake: (lane: Lane, refs: readonly DutyRef[]) => Promise<void>;
};

/** Raw bytes, kept apart, with their own retention; written before anybody is told 2xx. */
export type Evidences = {
  readonly put: (ref: string, source: string, bytes: Uint8Array, at: Instant) => Promise<void>;
  readonly get: (ref: string) => Promise<Uint8Array | undefined>;
};

/** Keyed pseudonyms: stable inside, never outward (D-15). */
export type Pseudonyms = KeyedPseudonyms;

/** One message as composed: bytes never change after this, every attempt sends these (D-18). */
export type ComposedMail = { readonly bytes: Uint8Array; readonly messageId: string; readonly sha256: string };

export type MailDraft = {
  readonly from: string;
  readonly to: string;
  readonly replyTo?: string;
  readonly subject: Safe;
  readonly text: Safe;
  readonly date: Instant;
  /** Left part of Message-ID: derived, so that a repeat is recognised as one by the receiving side. */
  readonly idLeft: string;
  readonly headers: Readonly<Record<`X-Art33-${string}`, Safe>>;
};

export type Composer = { readonly compose: (draft: MailDraft) => Promise<ComposedMail> };

/** Identifies an effect across repeats: duty and channel. Adapters that can, do nothing the second time. */
export type Effect = { readonly key: string; readonly duty: DutyId; readonly incident?: IncidentId; readonly signal: AbortSignal };

/** Taken over by the provider, which is not delivered. `outbox`: shown only, not sent. */
export type Sent = { readonly via: 'provider' | 'outbox'; readonly providerId?: string };

export type Mailer = {
  readonly send: (
    mail: ComposedMail,
    envelope: { readonly from: string; readonly to: string; readonly subject: Safe },
    effect: Effect,
  ) => Promise<Sent>;
};

/** A page: a title, a few lines, a link. Plain text, all of it ours. */
export type Page = { readonly title: Safe; readonly lines: readonly Safe[]; readonly link: Safe; readonly to: Safe };
export type Pager = { readonly page: (page: Page, effect: Effect) => Promise<Sent> };

export type Ticket = { readonly summary: Safe; readonly lines: readonly Safe[]; readonly link: Safe; readonly label: Safe };
export type TicketDesk = {
  /** Whatever was opened is found from that moment on. Without this word a search index catches up later (F-44). */
  readonly findsAtOnce?: true;
  /** Before a repeat: is there a ticket with this label already? */
  readonly find: (label: Safe, effect: Effect) => Promise<Sent | undefined>;
  readonly open: (ticket: Ticket, effect: Effect) => Promise<Sent>;
};

/** One message as the outbox shows it. */
export type OutboxMessage = {
  readonly channel: 'mail' | 'slack' | 'ticket';
  readonly to: string;
  readonly subject: string;
  readonly incident: string;
  readonly duty: string;
  readonly file: string;
  readonly at: Instant;
  readonly sent: boolean;
};
export type Outbox = {
  readonly messages: () => Promise<readonly OutboxMessage[]>;
  readonly content: (file: string) => Promise<Uint8Array | undefined>;
};

/** The configuration in force: directory, policy, rules. Read once per act, so that one act sees one state. */
export type DirectoryPort = { readonly current: () => { readonly configuration: Configuration; readonly rules: RuleSet } };
export type Clock = { readonly now: () => Instant };
export type Limits = { readonly after: (time: Duration) => AbortSignal /** Ends what takes too long: fires then. */ };
export type Chance = { readonly fraction: () => number /** Uniform in [0, 1). */ };
export type Ids = { readonly fresh: () => string };

/** Structured log: our own event name, Safe fields only. */
export type Log = {
  readonly info: (event: string, fields?: Readonly<Record<string, Safe | number | boolean>>) => void;
  readonly warn: Log['info'];
  readonly error: Log['info'];
};

/** Anchors of the register, where the operator's administrators can't change them: the first of an instant stays (D-22, P-11). */
export type Anchors = { readonly put: (anchor: Anchor) => Promise<void>; readonly latest: () => Promise<Anchor | undefined> };

/**
 * What the world says of a duty's mail: ids, a word, a time; never an address or a line of it. `tried`: about to be handed over,
 * so that alone it may have left. `eventId`: the effect's key where we say it, else the provider's own.
 */
export type Testimony = {
  readonly duty: DutyId;
  readonly what: 'tried' | 'sent' | 'delivered' | 'bounced' | 'delayed';
  readonly at: Instant;
  readonly by: string;
  readonly eventId: string;
};

/** Testimonies kept outside the ledger, so that they outlive a ledger that is set back (P-25). `since`: in no order; `tried` may be older. */
export type Journal = {
  readonly keep: (testimony: Testimony) => Promise<void>;
  readonly since: (at: Instant) => AsyncIterable<Testimony>;
};

export type Heartbeat = { readonly beat: () => Promise<void> /** Fed only when the audit passes; silence is what alarms. */ };

/** Everything a flow may ask of the world. */
export type World = {
  readonly ledger: Ledger;
  readonly correlations: Correlations;
  readonly queues: Queues;
  readonly evidence: Evidences;
  readonly pseudonyms: Pseudonyms;
  readonly composer: Composer;
  readonly mailer: Mailer;
  readonly pager: Pager;
  readonly tickets: TicketDesk;
  readonly directory: DirectoryPort;
  readonly sources: { readonly current: () => Sources };
  readonly clock: Clock;
  readonly limits: Limits;
  readonly chance: Chance;
  readonly ids: Ids;
  readonly log: Log;
  readonly heartbeat: Heartbeat;
};
