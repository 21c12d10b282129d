// Decides what a rule is once it is read: a Sigma 2.1 document plus the one block `incident:` that Sigma lacks (detection.md 0.2).
import type { AssetId, ControllerId } from '../kernel/ids.ts';
import type { Safe } from '../kernel/safe.ts';
import type { Duration, Instant } from '../kernel/time.ts';
import type { DataClass } from '../signal/signal.ts';

export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof levels)[number];

/** How surely a part of the C, I, A triad was hurt (R-121: a set, never one value). */
export const likelihoods = ['none', 'possible', 'likely'] as const;
export type Likelihood = (typeof likelihoods)[number];
export type Nature = { readonly confidentiality: Likelihood; readonly integrity: Likelihood; readonly availability: Likelihood };

/** `asset` resolves through the directory; an unknown asset counts as likely (fail safe). */
export type PersonalDataHint = 'unlikely' | 'asset' | 'likely';

/** Our namespaced block: what an incident needs and Sigma can't say. */
export type IncidentBlock = {
  readonly version: number;
  readonly category: string;
  readonly breach: Nature;
  readonly personalData: PersonalDataHint;
  /** Paths (`sig.target.id`) of who or what is affected. */
  readonly affected: readonly string[];
  readonly dedupe: { readonly by: readonly string[]; readonly window: Duration };
  readonly runbook?: string;
  /** What people owe beside what every incident owes. */
  readonly owes: readonly Asked[];
  /** The signal itself states a breach as a fact: whoever knows of it has known since it arrived (P-7). */
  readonly fact: boolean;
  /** How its later stages are kept (lookback.ts); `write` where nothing is said. */
  readonly late?: 'write' | 'lookback';
  /** Rules that silence it where they match in the same group and in time (absent.ts). */
  readonly absent?: readonly string[];
  /** It tells that a service is away; over when one of these matches under the same `dedupe.by`. Empty: only a person says so. */
  readonly disturbance?: readonly string[];
};

/**
 * `triage`: a person looks, within the hour (P-8). `subprocessor`: it is informed, its protection and its copies are reviewed (P-22).
 * `verify-sender`: somebody calls the number on file.
 */
export const asked = ['triage', 'subprocessor', 'verify-sender'] as const;
export type Asked = (typeof asked)[number];

/** What detections and correlations share. `title` is the operator's own text, so it is Safe. */
export type RuleHead = {
  readonly id: string;
  readonly name: string;
  readonly title: Safe;
  readonly level: Level;
  readonly status: 'stable' | 'test' | 'experimental' | 'deprecated' | 'unsupported';
  readonly author?: string;
  readonly license?: string;
  readonly tags: readonly string[];
  readonly incident?: IncidentBlock;
  /** `file:line`, for errors and `explain`. */
  readonly where: string;
};

/** A vendor event with the signal beside it, as rules see it: `{...vendor, sig}`. */
export type EvaluatedEvent = Readonly<Record<string, unknown>>;
export type LogSource = { readonly product?: string; readonly service?: string; readonly category?: string };

export type Detection = RuleHead & {
  readonly type: 'detection';
  readonly logsource: LogSource;
  readonly matches: (event: EvaluatedEvent) => boolean;
  /** Filters that somebody answers for. What they take out is counted (mute.ts), so `matches` does not know them. */
  readonly mutes?: readonly Mute[];
};

/** A filter with an owner and an end; a maintenance window where it has a beginning as well. */
export type Mute = {
  readonly name: string;
  readonly owner: string;
  readonly reason: string;
  readonly from?: Instant;
  readonly until: Instant;
  /** False for what it takes out. */
  readonly keeps: (event: EvaluatedEvent) => boolean;
};

export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile';

/** Two bounds at once make a range. */
export type Condition = {
  readonly field?: readonly string[];
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly eq?: number;
  readonly neq?: number;
};

export type Correlation = RuleHead & {
  readonly type: 'correlation';
  readonly kind: CorrelationType;
  /** Names of the rules referred to, in order. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly timespan: Duration;
  readonly condition: Condition;
  readonly generate: boolean;
  /** For `value_percentile`: 0 to 100. */
  readonly percentile?: number;
};

export type Rule = Detection | Correlation;

/** A set of rules that loaded together: names unique, references resolved, no cycle. */
export type RuleSet = {
  readonly rules: readonly Rule[];
  readonly byName: ReadonlyMap<string, Rule>;
  /** SHA-256 over the documents: which rules decided is part of the record. */
  readonly hash: string;
};

/** A refused document: by name, with line and reason (D-29). */
export type RuleError = { readonly where: string; readonly rule: string; readonly reason: string };

/** What a member carries upward, so that the completing event need not be the last one (D-30). Keyed hashes and directory ids only. */
export type MemberFacts = {
  /** Keyed values of the fields that any rule groups or dedupes by. */
  readonly fields: Readonly<Record<string, string>>;
  readonly assets: readonly AssetId[];
  /** Keyed name of what it touches. A member that an older version stored has none. */
  readonly resources?: readonly string[];
  readonly controllers: readonly ControllerId[];
  /** What it touches belongs to nobody in the directory. */
  readonly unidentified: boolean;
  /** Does what it touches hold personal data? Unknown counts as likely (detection.md 6.6). */
  readonly personalData: 'unlikely' | 'likely';
  /** What it touches holds, by the directory or by the event's own tags and names; absent where nobody said. */
  readonly dataClasses?: readonly DataClass[];
  /** All that it touches is ciphertext whose keys lie elsewhere. */
  readonly unreadable?: true;
};

/** One member of a correlation's group: set semantics, so that a redelivery changes nothing (detection.md 6.2). */
export type Member = {
  /** Event time. */
  readonly time: Instant;
  /** Which of the correlation's rules it matched (index). */
  readonly stage: number;
  /** Signal id, or the id of a correlation's own match. */
  readonly id: string;
  /** Keyed hash of the counted value, or the number itself for sums. */
  readonly value?: string;
  /** Signals below this member (itself for a detection's match). */
  readonly signals: readonly string[];
  readonly facts: MemberFacts;
};

/**
 * Members that a group gives on either side of an event, nearest first. A flood of attempts must not make each further one dearer
 * (TH-16); detection.md 6.2 caps at twice the threshold or 64, this is more.
 */
export const nearestMembers = 256;

/** Sums, averages and percentiles need all of a window: up to so many; a group that has more is saturated (D-27). */
export const numericMembers = 2_000;

/**
 * How far a look into a group goes: within the window, on either side that many, nearest first; what is of the same instant is before.
 * None: nothing is read. `whole`: all of the window is wanted. Where there are more than that, any that many tell so as well.
 */
export type Reach = { readonly window: Duration; readonly atMost: number; readonly whole?: boolean };
