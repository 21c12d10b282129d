// Decides how findings add up in an incident: sets and extremes only, so that no order of arrival changes the result (D-3).
import type { DecidedBy, Finding, RuleRef } from '../detection/finding.ts';
import { noNature, outcomeOf, worstLevel, worstLikelihood, worstNature } from '../detection/outcome.ts';
import { type Level, type Nature, levels, likelihoods } from '../detection/rule.ts';
import type { AssetId, ControllerId, SignalId } from '../kernel/ids.ts';
import type { Safe } from '../kernel/safe.ts';
import { earliest, latest } from '../kernel/time.ts';
import type { DataClass } from '../signal/signal.ts';
import type { Outcome, RuleFinding, SignalRef } from './incident.ts';

/** Signals an incident shows by itself; the rest is counted and stays in the evidence. */
export const signalCap = 200;

/** Resources a rule's line names; beyond that a storm is a storm. */
export const resourceCap = 200;

const union = <T extends string>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])].sort();

/** Only a finding that touches personal data names controllers, or asks whose data it is (R-005: nobody is told on a guess). */
export const touches = (f: Pick<Finding, 'personalData' | 'nature'>): boolean =>
  f.personalData === 'likely' && Object.values(f.nature).reduce(worstLikelihood) !== 'none';

export const asRuleFinding = (finding: Finding): RuleFinding => ({
  rule: finding.rule,
  firstAt: finding.time,
  lastAt: finding.time,
  nature: finding.nature,
  personalData: finding.personalData,
  ...(finding.dataClasses && { dataClasses: union<DataClass>(finding.dataClasses, []) }),
  assets: union<AssetId>(finding.assets, []),
  resources: union(finding.resources, []).slice(0, resourceCap),
  controllers: union<ControllerId>(finding.controllers, []),
  touched: touches(finding) ? union<ControllerId>(finding.controllers, []) : [],
  unidentified: finding.unidentified && touches(finding),
  ...(finding.decidedBy && { decidedBy: [finding.decidedBy], members: union<SignalId>(finding.signals, []).slice(0, signalCap) }),
});

/** A rule that was edited between two firings: the newer version names it, the worse level counts. */
const newer = (a: RuleRef, b: RuleRef): RuleRef => ({ ...(a.version >= b.version ? a : b), level: worstLevel(a.level, b.level) });

/** Rules that were edited between two firings each decided a part. Of many sets the latest decisions stand in the register. */
const decidersAtMost = 20;

const deciderText = ({ ruleset, engine }: DecidedBy): string => `${ruleset} ${engine}`;

const decidedOf = (a: RuleFinding, b: RuleFinding): Pick<RuleFinding, 'decidedBy' | 'members'> => {
  if (!a.decidedBy && !b.decidedBy) return {};
  const all = new Map([...(a.decidedBy ?? []), ...(b.decidedBy ?? [])].map((one) => [deciderText(one), one]));
  return {
    decidedBy: [...all]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, one]) => one)
      .slice(0, decidersAtMost),
    members: union(a.members ?? [], b.members ?? []).slice(0, signalCap),
  };
};

const merge = (a: RuleFinding, b: RuleFinding): RuleFinding => ({
  rule: newer(a.rule, b.rule),
  firstAt: earliest(a.firstAt, b.firstAt),
  lastAt: latest(a.lastAt, b.lastAt),
  nature: worstNature(a.nature, b.nature),
  personalData: a.personalData === 'likely' ? 'likely' : b.personalData,
  ...((a.dataClasses ?? b.dataClasses) && { dataClasses: union(a.dataClasses ?? [], b.dataClasses ?? []) }),
  assets: union(a.assets, b.assets),
  resources: union(a.resources ?? [], b.resources ?? []).slice(0, resourceCap),
  controllers: union(a.controllers, b.controllers),
  touched: union(a.touched, b.touched),
  unidentified: a.unidentified || b.unidentified,
  ...decidedOf(a, b),
});

/** Adds a rule's finding; the same rule again widens its own line. */
export const addFinding = (findings: readonly RuleFinding[], added: RuleFinding): readonly RuleFinding[] => {
  const same = findings.find((f) => f.rule.name === added.rule.name);
  const rest = findings.filter((f) => f !== same);
  return [...rest, same ? merge(same, added) : added].sort((a, b) => (a.rule.name < b.rule.name ? -1 : 1));
};

/** Adds signals by id, in event-time order, up to the cap. */
export const addSignals = (known: readonly SignalRef[], added: readonly SignalRef[]): readonly SignalRef[] => {
  const byId = new Map([...known, ...added].map((signal) => [signal.id, signal] as const));
  return [...byId.values()].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)).slice(0, signalCap);
};

const weight = (finding: RuleFinding): number =>
  Object.values(finding.nature).reduce((most, part) => Math.max(most, likelihoods.indexOf(part)), 0) * 100 +
  (finding.personalData === 'likely' ? 50 : 0) +
  levels.indexOf(finding.rule.level);

/** The rule that weighs most names the incident; among equals the first by name, for so they stand. */
const titleOf = (findings: readonly RuleFinding[]): Safe => {
  const [first] = findings.toSorted((a, b) => weight(b) - weight(a));
  if (!first) throw new Error('an incident has at least one finding');
  return first.rule.title;
};

export type Summary = {
  readonly title: Safe;
  readonly nature: Nature;
  readonly personalData: 'unlikely' | 'likely';
  readonly level: Level;
  readonly outcome: Outcome;
  readonly controllers: readonly ControllerId[];
  readonly unidentified: boolean;
};

/** What the findings say together. */
export const summarise = (findings: readonly RuleFinding[]): Summary => {
  const nature = findings.reduce((all, f) => worstNature(all, f.nature), noNature);
  const personalData = findings.some((f) => f.personalData === 'likely') ? 'likely' : 'unlikely';
  const level = findings.reduce<Level>((all, f) => worstLevel(all, f.rule.level), 'informational');
  return {
    title: titleOf(findings),
    nature,
    personalData,
    level,
    outcome: outcomeOf({ nature, personalData, level }),
    controllers: findings.reduce<readonly ControllerId[]>((all, f) => union(all, f.touched), []),
    unidentified: findings.some((f) => f.unidentified),
  };
};
