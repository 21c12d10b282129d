// Decides what detection hands to the incident: one firing of one rule, with its members, and what it says about a breach.
import type { AssetId, ControllerId, IncidentId, SignalId } from '../kernel/ids.ts';
import type { Safe } from '../kernel/safe.ts';
import type { Duration, Instant } from '../kernel/time.ts';
import type { DataClass } from '../signal/signal.ts';
import type { Asked, Level, Nature } from './rule.ts';

export type RuleRef = {
  readonly id: string;
  readonly name: string;
  readonly title: Safe;
  readonly level: Level;
  readonly version: number;
  readonly category: string;
  /** Absent where the rule asks nothing of people beside what every incident owes. */
  readonly owes?: readonly Asked[];
  /** It states a breach as a fact: known here since the finding's own time (P-7). */
  readonly fact?: true;
  /** It tells that a service is away: whoever uses it is told, whatever it means for data (P-23). */
  readonly disturbs?: true;
};

/** What decided: a set of rules by its hash, and the engine that read it. */
export type DecidedBy = { readonly ruleset: string; readonly engine: string };

/** A firing that may open an incident. Everything in it is ours, pseudonymous or from the directory. */
export type Finding = {
  readonly rule: RuleRef;
  /** Event time of the last member (D-30). */
  readonly time: Instant;
  readonly signals: readonly SignalId[];
  readonly nature: Nature;
  readonly personalData: 'unlikely' | 'likely';
  /** What was hit holds, as it was known when it was hit; absent where nobody said. */
  readonly dataClasses?: readonly DataClass[];
  /** Dedupe fields and values as one canonical text under the identity key: the case's key (D-3). */
  readonly caseKey: string;
  /** What cases about different targets have in common, where the rule tells targets apart. */
  readonly campaignKey?: string;
  /** Further keys that join: the identity of the vendor's finding. */
  readonly joinKeys: readonly string[];
  readonly window: Duration;
  readonly assets: readonly AssetId[];
  /** What was hit, under pseudonyms: the same one twice is no news. */
  readonly resources: readonly string[];
  readonly controllers: readonly ControllerId[];
  /** True where an affected identifier maps to no controller (D-5: identify, never all). */
  readonly unidentified: boolean;
  /** The case that tells of this disturbance already: nobody hears of it from two. */
  readonly toldUnder?: IncidentId;
  /** Absent where people decided, and in what an older version found. */
  readonly decidedBy?: DecidedBy;
  /** Its signals make no other case one with it, as a shared signal does else. */
  readonly apart?: true;
};
