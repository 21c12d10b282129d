// Decides what the operator tells Art33 about itself: people, roles, controllers and their contracts, assets, sub-processors.
import type { AssetId, ControllerId, PersonId } from '../kernel/ids.ts';
import type { Safe } from '../kernel/safe.ts';
import type { Duration, Instant } from '../kernel/time.ts';
import type { DataClass } from '../signal/signal.ts';
import type { SourceSettings } from './source-settings.ts';

/** The roles of the operator's contract (TOM 4.2), the incident lead who decides (D-5), and the external DPO who advises. */
export const roleNames = ['sysop', 'solution-architect', 'head-of-product', 'management', 'incident-lead', 'dpo'] as const;
export type RoleName = (typeof roleNames)[number];

/** The four that are informed of every incident (D-6). */
export const informedRoles = ['sysop', 'solution-architect', 'head-of-product', 'management'] as const satisfies readonly RoleName[];

/** Those who may decide and release: the lead, and management as deputy (D-5). Never the DPO (Art. 38(6)). */
export const decidingRoles = ['incident-lead', 'management'] as const satisfies readonly RoleName[];

/** Those who work on a case, and may see whom it is about. */
export const handlingRoles = ['sysop', 'solution-architect', 'incident-lead', 'management'] as const satisfies readonly RoleName[];

export type Language = 'en' | 'de';
export type PersonChannel = 'slack' | 'mail';

export type Person = {
  readonly id: PersonId;
  readonly name: Safe;
  readonly mail: string;
  readonly phone?: Safe;
  /** Member ID in Slack: whose report it is that comes by command. */
  readonly slack?: string;
  /** Channels in order of preference; `slack` is the operator's incident channel with this person named. */
  readonly channels: readonly PersonChannel[];
};

export type Contact = {
  readonly name: Safe;
  readonly mail: string;
  readonly phone?: Safe;
  /** When somebody last made sure that this contact is right. */
  readonly verifiedAt?: Instant;
};

export type Contract = {
  /** Hours the contract gives us, where it gives any. */
  readonly notice?: Duration;
  readonly trigger: 'suspected' | 'aware';
  /** What happens to a suspected notice that nobody decided on by its hard limit (D-5). */
  readonly onSuspectedTimeout: 'send' | 'hold';
};

export type Controller = {
  readonly id: ControllerId;
  readonly name: Safe;
  readonly language: Language;
  readonly zone: string;
  readonly contacts: readonly Contact[];
  /** Who hears at once that a service is away; absent: `contacts` (P-23). */
  readonly technical?: readonly Contact[];
  readonly contract: Contract;
  /** `processor`: an agency, which passes its notices on to clients of its own. Absent: `controller`. */
  readonly capacity?: 'controller' | 'processor';
  /** The agency through which it is reached: it is told for each of its clients, and passes that on. */
  readonly through?: ControllerId;
  /** The group that it is a company of: its desk may get the notices of several, and each says for whom it is. */
  readonly group?: Safe;
  /** Since when and until when it is a customer, and until when backups hold its data; absent: it is one (P-15). */
  readonly customer?: { readonly from?: Instant; readonly until?: Instant; readonly dataUntil?: Instant };
  /** ENISA's data processing context is never scored lower for this controller: its sector raises it. */
  readonly dpcFloor?: 1 | 2 | 3 | 4;
  /** How the ids of its people begin, where they do: a list that holds others is refused (D-14). */
  readonly peopleIds?: readonly string[];
  /** Armoured OpenPGP public key, where one is on file. */
  readonly pgp?: string;
};

export type Asset = {
  readonly id: AssetId;
  readonly name: Safe;
  /** `s3:bucket-name`, `auth0:org_or_tenant`, `aws:account`, `host:name`. */
  readonly identifiers: readonly string[];
  readonly dataClasses: readonly DataClass[];
  readonly controllers: readonly ControllerId[];
  readonly capacity: 'processor' | 'controller' | 'both';
  /** `ciphertext-only`: encrypted before it came here, keys elsewhere. Lowers what its loss means by one step (detection.md 6.6). */
  readonly mitigations?: readonly Mitigation[];
  /** How long it may be away before its controllers are told; absent: the policy's (P-23). */
  readonly disturbance?: Duration | 'never';
};

export const mitigations = ['ciphertext-only'] as const;
export type Mitigation = (typeof mitigations)[number];

export type SubProcessor = {
  readonly id: string;
  readonly name: Safe;
  readonly purpose: Safe;
  readonly mail: string;
  /** Number on file: a notice that nobody vouches for is asked about there (P-22). */
  readonly phone?: Safe;
  /** Domains that its notices come from, beside that of `mail`. */
  readonly domains: readonly string[];
  /** Assets that it processes for you: a breach of its own touches their controllers. */
  readonly assets: readonly AssetId[];
  /** Day on which your controllers were told of it, as it is now (P-5). */
  readonly controllersInformedAt?: Instant;
};

export type Directory = {
  readonly operator: {
    readonly name: Safe;
    readonly zone: string;
    readonly dpo: { readonly name: Safe; readonly mail: Safe; readonly controllersInformedAt?: Instant };
    readonly supportPhone: Safe;
    /** Categories of people and data as contracted (DPA1): the notice lists these, configured, not guessed. */
    readonly peopleCategories: readonly Safe[];
    readonly dataCategories: readonly Safe[];
    /** Servers that take in mail for you and check signatures: only their word on a sender counts (RFC 8601). */
    readonly mailServers: readonly string[];
  };
  readonly people: ReadonlyMap<PersonId, Person>;
  readonly roles: ReadonlyMap<RoleName, readonly PersonId[]>;
  readonly controllers: ReadonlyMap<ControllerId, Controller>;
  readonly assets: readonly Asset[];
  readonly subProcessors: readonly SubProcessor[];
};

/** How a grave case is called for: what is not given stays as it is. */
export type Pressing = {
  /** One for each role of the chain, none longer than its usual one. */
  readonly timeouts?: readonly Duration[] | undefined;
  /** Called together with whoever's turn it is. */
  readonly together?: readonly RoleName[] | undefined;
};

/** Durations and switches of the law and the contract as the operator set them: data, not code. */
export type Policy = {
  /** A breach assessment nobody answers becomes a suspicion after this (D-5). Default 4 h. */
  readonly assessWithin: Duration;
  readonly decide: {
    /** The release duty's deadline on a suspicion. Default 4 h. */
    readonly within: Duration;
    /** All deciders are called in parallel after this. Default 2 h. */
    readonly allDecidersAfter: Duration;
    /** Without a contract's hours, a suspected notice is decided by policy after this. Default 24 h. */
    readonly hardLimit: Duration;
  };
  /** A confirmed notice goes at awareAt plus this unless held (D-5). Default 4 h. */
  readonly releaseWithin: Duration;
  readonly release: 'with-confirm' | 'separate';
  readonly hold: { readonly atMost: Duration };
  /** Own target for Art. 33(2) where a contract names no hours. Default 24 h. */
  readonly ownTarget: Duration;
  /** The same where an agency has to pass the notice on (P-15). Default 12 h. */
  readonly passOnTarget?: Duration;
  readonly call: {
    readonly chain: readonly RoleName[];
    readonly timeouts: readonly Duration[];
    /** From this severity on; absent: severity only orders calls, and shortens by when all roles are informed. */
    readonly bySeverity?: Readonly<Partial<Record<'medium' | 'high' | 'very-high', Pressing | undefined>>> | undefined;
  };
  /** A service that is away is told of after this (5 min), so often (1 h), and is a suspected loss after this (1 h) (P-23). */
  readonly disturbance?: {
    readonly after?: Duration | undefined;
    readonly every?: Duration | undefined;
    readonly suspectAfter?: Duration | undefined;
  };
  /** An unknown tenant or asset is to be identified within this. Default 1 h. */
  readonly identifyWithin: Duration;
  /** No delivery evidence after this: a human duty. Default 30 min. */
  readonly deliveryWithin: Duration;
};

/** A recipient of data as listed to controllers (P-5): no row, no sending. */
export type ProcessingRow = {
  readonly recipient: string;
  readonly purpose: Safe;
  readonly dataClasses: readonly string[];
  readonly agreement: Safe;
  readonly controllersInformedAt?: Instant;
};

/** Where notices come from and where answers go. */
export type NoticeSettings = {
  readonly from: string;
  readonly replyTo: string;
  /** The sender for the night on which the usual one is in other hands, sealed by age: this machine can't read it (P-13). */
  readonly reserve?: string;
};

/** Everything an operator edits, read and checked as one. */
export type Configuration = {
  readonly directory: Directory;
  readonly policy: Policy;
  readonly processing: readonly ProcessingRow[];
  readonly notice?: NoticeSettings;
  /** Where people find the console, for links in pages. */
  readonly baseUrl: Safe;
  /** Settings of sources by name; read them by `sourceSettings`. A configuration of an older version has none. */
  readonly sources?: ReadonlyMap<string, SourceSettings>;
};
