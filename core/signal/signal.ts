// Decides the one shape of a signal: flat, typed, versioned (detection.md 4). What a vendor says becomes this, or is refused.
import type { AssetId, ControllerId, SignalId } from '../kernel/ids.ts';
import type { Instant } from '../kernel/time.ts';

/** The closed list of kinds, each mapped to one OCSF class and activity at the edge. */
export const signalKinds = [
  'auth.login',
  'auth.logout',
  'auth.block',
  'auth.unblock',
  'auth.signup',
  'auth.mfa.challenge',
  'auth.mfa.change',
  'auth.password.change',
  'auth.token',
  'account.change',
  'account.delete',
  'config.change',
  'secret.read',
  'net.ban',
  'net.unban',
  'net.failure',
  'finding',
  // Somebody tells of it in his own words: a sub-processor, a controller, a person (OCSF 2005).
  'report',
  'service.limit',
  'housekeeping',
  'unknown',
] as const;
export type SignalKind = (typeof signalKinds)[number];

export type SignalOutcome = 'success' | 'failure' | 'blocked' | 'unknown';

/** Data classes of the directory (detection.md 6.6). */
export type DataClass =
  | 'message-content'
  | 'contact'
  | 'account'
  | 'log-with-identifiers'
  | 'special-category'
  | 'metadata'
  | 'operational'
  | 'public';

/** What the source itself says of the event: test data and replays must be visible but never page (formats.md 0.5). */
export type SignalMark =
  | 'sample'
  | 'restored'
  | 'archived'
  | 'clamped'
  | 'no-time'
  | 'no-zone'
  | 'repeated-hour'
  | 'missing-hour'
  | 'backfill';

/** Who a message says it is from, and whether the server that took it in found that domain's own signature (P-22). */
export type Sender = {
  readonly address?: string;
  readonly domain?: string;
  /** The server that says so: worth as much as the directory trusts it. */
  readonly server?: string;
  readonly aligned: boolean;
  /** Id of the sub-processor whose notice it is, as whoever took it down names it: no mail, so nobody vouches for it. */
  readonly named?: string;
};

/**
 * What makes two deliveries the same event: its id and state (formats.md 0.3), or all that it says where the source gives no id.
 * Hashed under the key it becomes the signal's id, and is kept nowhere.
 */
export type Identity = readonly (string | number)[];

/** What a source's reader makes of one raw event: facts, before the directory adds what it knows. */
export type Facts = {
  /** The source's own event id, for people and `classify`. A source that has none has its events known by the signal's. */
  readonly eventId?: string | undefined;
  readonly identity: Identity;
  /** Identity of the finding that this event updates, where the source has findings. */
  readonly finding?: string;
  /** When the source last changed what it says of the finding: which of two states is the later. Absent: as its time says. */
  readonly statedAt?: Instant;
  readonly kind: SignalKind;
  /** Event time as claimed; absent when the source gives none. */
  readonly time?: Instant;
  readonly outcome: SignalOutcome;
  /** OCSF severity_id: 1 informational, 2 low, 3 medium, 4 high, 5 critical. */
  readonly severity?: 1 | 2 | 3 | 4 | 5;
  /** The vendor's own id of whose world this is: tenant or organization, AWS account, workspace. */
  readonly tenant?: string;
  readonly actor?: { readonly id?: string; readonly name?: string; readonly type?: string };
  readonly src?: { readonly ip?: string; readonly host?: string };
  readonly target?: { readonly id?: string; readonly type?: string };
  readonly sender?: Sender;
  /** Identifiers to look up in the directory, most specific first: `s3:bucket`, `auth0:org_x`, `aws:111122223333`. */
  readonly identifiers: readonly string[];
  readonly marks: readonly SignalMark[];
};

/** The signal, version 1. Rules see it under `sig.` beside the vendor's own fields. It is personal data: never leaves by a sink. */
export type Signal = Omit<Facts, 'eventId' | 'identity' | 'identifiers' | 'target' | 'time' | 'sender'> & {
  readonly v: 1;
  readonly id: SignalId;
  readonly source: string;
  readonly eventId: string;
  /** Event time, clamped to `received` when it lies more than 5 minutes in the future. */
  readonly time: Instant;
  readonly received: Instant;
  readonly target?: {
    readonly id?: string;
    readonly type?: string;
    readonly asset?: AssetId;
    readonly data_class?: readonly DataClass[];
    /** What was hit holds ciphertext only, and its keys lie elsewhere: the directory says so. */
    readonly unreadable?: true;
    readonly controllers?: readonly ControllerId[];
  };
  readonly sender?: Sender & {
    /** Whose domain or address that is in the directory; with `verified`, it is really theirs. */
    readonly subprocessor?: string;
    readonly controller?: ControllerId;
    readonly verified: boolean;
  };
  readonly raw: { readonly ref: string };
};

/** One raw event as it came out of a batch: text of a line or of a mail, or parsed JSON. */
export type RawEvent = {
  readonly text: string;
  readonly json?: unknown;
  /** As they came, where they are kept as they are: a mail, whose signature is over its bytes. */
  readonly bytes?: Uint8Array;
};

/** Why a raw event can't be read: which field, what was expected (never the value: it may be personal data). */
export type Refusal = { readonly field: string; readonly expected: string };

/** A reader of one source: batch to raw events, raw event to facts. Pure. */
export type SourceReader = {
  readonly name: string;
  /** Sigma logsource of everything this source sends; `category` is added by kind. */
  readonly logsource: { readonly product?: string; readonly service?: string };
  /** Does this body look like ours? Used for `--source auto`. */
  readonly recognises: (event: RawEvent) => boolean;
  /** Where one document of this source tells of several events: one document for each. */
  readonly split?: (json: unknown) => readonly unknown[] | undefined;
  /** The vendor's event as rules see it (envelopes removed, vendor field names). */
  readonly vendorEvent: (event: RawEvent) => Readonly<Record<string, unknown>>;
  readonly read: (
    event: RawEvent,
    context: ReadContext,
  ) => { readonly ok: true; readonly value: Facts } | { readonly ok: false; readonly error: Refusal };
};

/** What a reader may know besides the bytes: when it was received, and the zone of log lines without one. */
export type ReadContext = { readonly received: Instant /** IANA name; UTC where nobody wrote one. */; readonly zone?: string };
