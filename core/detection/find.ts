// Decides what a match hands to the incident: nature, data, whose, and the key under which cases are the same (D-3, detection.md 6.6).
import type { IdKey, SignalId } from '../kernel/ids.ts';
import { keyed } from '../kernel/hash.ts';
import type { DataClass, Signal } from '../signal/signal.ts';
import type { Finding } from './finding.ts';
import { lowered } from './outcome.ts';
import { isWatched } from './mute.ts';
import type { EvaluatedEvent, IncidentBlock, MemberFacts } from './rule.ts';
import { type Keyed, type Match, keyedFields } from './walk.ts';

/** Classes that hold personal data (detection.md 6.6). */
const personal: ReadonlySet<DataClass> = new Set<DataClass>([
  'message-content',
  'contact',
  'account',
  'log-with-identifiers',
  'special-category',
]);

/** 1 where it failed or was blocked, 0 where it succeeded: an average over it is the share of failures, which text can't give. */
const failedOf = ({ outcome }: Signal): 0 | 1 | undefined => {
  if (outcome === 'success') return 0;
  return outcome === 'unknown' ? undefined : 1;
};

/** The event as rules see it: the vendor's fields, and ours under `sig`. */
export const evaluated = (vendor: EvaluatedEvent, signal: Signal): EvaluatedEvent => ({
  ...vendor,
  sig: { ...signal, failed: failedOf(signal) },
});

/** Marks of test data, replays and the source's own archive: seen, counted, never alarming (formats.md 0.5, case 1). */
export const isQuiet = (signal: Signal): boolean =>
  signal.marks.some((mark) => mark === 'sample' || mark === 'archived' || mark === 'restored');

/** What one event carries into its groups. An asset that the directory does not know is taken as holding personal data. */
export const factsOf = (event: EvaluatedEvent, signal: Signal, paths: readonly string[], hash: Keyed): MemberFacts => {
  const { id, asset, data_class: classes, controllers, unreadable } = signal.target ?? {};
  return {
    fields: keyedFields(event, paths, hash),
    assets: asset === undefined ? [] : [asset],
    resources: id === undefined ? [] : [hash(id)],
    controllers: controllers ?? [],
    unidentified: (controllers ?? []).length === 0,
    personalData: classes !== undefined && !classes.some((one) => personal.has(one)) ? 'unlikely' : 'likely',
    ...(classes !== undefined && classes.length > 0 && { dataClasses: classes }),
    ...(unreadable && { unreadable }),
  };
};

const personalDataOf = (block: IncidentBlock, facts: MemberFacts): 'unlikely' | 'likely' =>
  block.personalData === 'asset' ? facts.personalData : block.personalData;

/** Field names and values, under the identity key: outside it nobody can guess an address from it (D-3). */
const valuesOf = (paths: readonly string[], facts: Pick<MemberFacts, 'fields'>) =>
  [...paths].sort().map((path) => [path, facts.fields[path] ?? null]);

export const caseKeyOf = ({ dedupe }: Pick<IncidentBlock, 'dedupe'>, facts: Pick<MemberFacts, 'fields'>, key: IdKey): string =>
  keyed(key, ['case', valuesOf(dedupe.by, facts)]);

/** The same without the target, and of one kind: a thousand hosts that are hit at once are one campaign. */
const campaignKeyOf = ({ category, dedupe }: IncidentBlock, facts: MemberFacts, key: IdKey): Pick<Finding, 'campaignKey'> => {
  const common = dedupe.by.filter((path) => !path.startsWith('sig.target.'));
  return common.length === dedupe.by.length ? {} : { campaignKey: keyed(key, ['campaign', category, valuesOf(common, facts)]) };
};

const ruleRef = (
  { id, name, title, level }: Match['rule'],
  { version, category, owes, fact, disturbance }: IncidentBlock,
): Finding['rule'] => ({
  id,
  name,
  title,
  level,
  version,
  category,
  ...(owes.length === 0 ? {} : { owes }),
  ...(fact ? { fact } : {}),
  ...(disturbance ? { disturbs: true as const } : {}),
});

/** Under which key the cases of a vendor's finding stand: its updates join by it. */
export const findingKey = (key: IdKey, vendor: { readonly source: string; readonly id: string }): string =>
  keyed(key, ['finding', vendor.source, vendor.id]);

/** A finding, or nothing: `informational` never opens alone, and neither does a rule without an `incident:` block. */
export const findingOf = (
  match: Match,
  key: IdKey,
  vendorFinding?: { readonly source: string; readonly id: string },
): Finding | undefined => {
  const { rule, facts } = match;
  const block = rule.incident;
  if (!block || rule.level === 'informational' || isWatched(rule)) return undefined;
  const personalData = personalDataOf(block, facts);
  return {
    rule: ruleRef(rule, block),
    time: match.time,
    signals: match.signals as readonly SignalId[],
    nature: facts.unreadable ? lowered(block.breach) : block.breach,
    personalData,
    ...(facts.dataClasses && { dataClasses: facts.dataClasses }),
    caseKey: caseKeyOf(block, facts, key),
    ...campaignKeyOf(block, facts, key),
    // A correlation's members each brought their own; which of them came last says nothing.
    joinKeys: vendorFinding === undefined || rule.type === 'correlation' ? [] : [findingKey(key, vendorFinding)],
    window: block.dedupe.window,
    assets: facts.assets,
    resources: facts.resources ?? [],
    controllers: facts.controllers,
    unidentified: facts.unidentified && personalData === 'likely',
  };
};
