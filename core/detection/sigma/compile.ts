// Decides which rule documents make a set: each is read, named once, filtered, and tied to what it refers to; a bad one is refused by name.
import { hashOf } from '../../kernel/hash.ts';
import type { Correlation, Detection, LogSource, Rule, RuleError, RuleHead, RuleSet } from '../rule.ts';
import { readCorrelation } from './correlation.ts';
import { notChecked, readDetectionBlock, readLogSource } from './detection.ts';
import {
  type Compiled,
  type Fields,
  type Need,
  type Refuse,
  type RuleDocument,
  type Ways,
  type WrittenWays,
  isMap,
  own,
  refusing,
  under,
} from './document.ts';
import type { Lists } from './expand.ts';
import type { Given } from './given.ts';
import { fieldBook } from './value.ts';
import { type Filter, covers, readFilter } from './filter.ts';
import { readHead } from './head.ts';
import { type Pending, resolved, withRecoveries } from './resolve.ts';

/** A detection with what the index is built from. */
export type CompiledDetection = Detection & { readonly needs: () => Ways | undefined };

/** `needs` is asked of every rule for a log source, `compiled` of those alone that an event could match. */
type Asking = { readonly compiled: () => Compiled; readonly needs: () => Ways | undefined };

type Draft = { readonly refuse: Refuse } & (
  | ({ readonly kind: 'detection'; readonly head: RuleHead; readonly logsource: LogSource } & Asking)
  | { readonly kind: 'correlation'; readonly head: RuleHead; readonly rule: Correlation }
  | { readonly kind: 'filter'; readonly filter: Filter }
);

const kinds = ['detection', 'correlation', 'filter'] as const;

/** How documents are read: all that they share, and whether they were read before, by the same engine with the same lists. */
type Reading = Given & { readonly checked: boolean };

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const madeLater =
  (make: () => Compiled | undefined): (() => Compiled) =>
  () =>
    make() ?? notChecked();

const lonely =
  'needs a group and a window, which a detection has not; write a correlation with group-by and timespan over this rule, and put the block there';

/** A rule that was checked before is compiled when it is first asked: a function that starts hears of one source, not of all. */
const readDetection = (
  document: RuleDocument,
  { tree, given, refuse }: { tree: Fields; given: Reading; refuse: Refuse },
): ({ logsource: LogSource } & Asking) | undefined => {
  const incident = own(tree, 'incident');
  const correlated = ['absent', 'late'].find((key) => isMap(incident) && Object.hasOwn(incident, key));
  if (correlated !== undefined) return refuse(['incident', correlated], `${correlated} ${lonely}`);
  const logsource = readLogSource(own(tree, 'logsource'), under(refuse, 'logsource'));
  const read = (): Compiled | undefined => readDetectionBlock(document.tree, { given, refuse });
  if (given.checked) {
    const later = once(madeLater(read));
    return logsource && { logsource, compiled: later, needs: () => later().needs };
  }
  const compiled = read();
  return logsource && compiled ? { logsource, compiled: () => compiled, needs: () => compiled.needs } : undefined;
};

/** What a later Sigma means by the same words can't be known: such a rule is refused, never guessed at. */
const isKnownVersion = (version: unknown): boolean => version === undefined || /^2(?:\.[01](?:\.\d{1,3})?)?$/.test(String(version));

const readTree = (document: RuleDocument, given: Reading, refuse: Refuse): Draft | undefined => {
  const { tree } = document;
  if (!isMap(tree)) return refuse([], 'a rule document is a map with a title and one of detection, correlation, filter');
  if (!isKnownVersion(own(tree, 'sigma-version')))
    return refuse(['sigma-version'], 'rules are read as Sigma 2.0 or 2.1; a document of another version is not');
  if (Object.hasOwn(tree, 'action'))
    return refuse(['action'], 'collections with "action" are gone since Sigma 2; write each rule as its own document');
  const [kind, second] = kinds.filter((one) => Object.hasOwn(tree, one));
  if (kind === undefined || second !== undefined) return refuse([], 'a rule document has exactly one of detection, correlation, filter');
  if (kind === 'filter') {
    const filter = readFilter(tree, { given, refuse });
    return filter && { kind, filter, refuse };
  }
  const head = (given.checked ? document.head : undefined) ?? readHead(tree, document, refuse);
  if (kind === 'detection') {
    const read = readDetection(document, { tree, given, refuse });
    return read && { kind, head, ...read, refuse };
  }
  const written = readCorrelation(own(tree, 'correlation'), under(refuse, 'correlation'), own(tree, 'generate'));
  return written && { kind, head, rule: { ...head, ...written, type: 'correlation' }, refuse };
};

/** Undefined where the rule must be tried with every event. */
const waysIn = (written: WrittenWays, { fields }: Given): Ways | undefined =>
  written.length === 0
    ? undefined
    : written.map((way) => way.map(({ field, text, begins }): Need => ({ field: fields.field(field), text, begins })));

/** A rule that was prepared: its tree is not even parsed before an event could match it. */
const draftAtHand = (document: RuleDocument, given: Reading, refuse: Refuse): Draft | undefined => {
  const { head, logsource, needs, correlation } = document;
  if (!given.checked || !head) return undefined;
  if (correlation) return { kind: 'correlation', head, rule: { ...head, ...correlation, type: 'correlation' }, refuse };
  if (!logsource || !needs) return undefined;
  const compiled = once(madeLater(() => readDetectionBlock(document.tree, { given, refuse, later: true })));
  return { kind: 'detection', head, logsource, compiled, needs: once(() => waysIn(needs, given)), refuse };
};

/** A document that has anything refused counts as refused as a whole. */
const readDocument = (document: RuleDocument, given: Reading, errors: RuleError[]): Draft | undefined => {
  const before = errors.length;
  const refuse = refusing(document, errors);
  const draft = draftAtHand(document, given, refuse) ?? readTree(document, given, refuse);
  return errors.length === before ? draft : undefined;
};

/** Names and ids are one space, since references may use either. The first to take one keeps it. */
const firstOfName = (drafts: readonly Draft[], names: Map<string, string>): readonly Draft[] => {
  const places = new Map<string, string>();
  return drafts.filter((draft) => {
    if (draft.kind === 'filter') return true;
    const { id, name, where } = draft.head;
    const taken = [name, id].find((one) => names.has(one));
    if (taken !== undefined) {
      draft.refuse(
        [taken === name ? 'name' : 'id'],
        `"${taken}" is already the name or id of the rule at ${places.get(taken) ?? 'another place'}; names and ids are unique`,
      );
      return false;
    }
    for (const one of [name, id]) {
      names.set(one, name);
      places.set(one, where);
    }
    return true;
  });
};

type DetectionDraft = Extract<Draft, { kind: 'detection' }>;

/** The detections that a filter is for, by name; undefined where it is refused. */
const targetsOf = (
  draft: Extract<Draft, { kind: 'filter' }>,
  detections: readonly DetectionDraft[],
  names: ReadonlyMap<string, string>,
): readonly string[] | undefined => {
  const { rules, logsource } = draft.filter;
  if (rules === 'any') return detections.filter((one) => covers(logsource, one.logsource)).map((one) => one.head.name);
  const targets: string[] = [];
  for (const [i, rule] of rules.entries()) {
    const found = detections.find((one) => one.head.name === names.get(rule));
    if (!found)
      return draft.refuse(
        ['filter', 'rules', i],
        `no detection has the name or id "${rule}"; correlations are filtered through their rules`,
      );
    if (!covers(logsource, found.logsource))
      return draft.refuse(['logsource'], `the log source differs from that of "${rule}"; write the same one`);
    targets.push(found.head.name);
  }
  return targets;
};

const detectionOf = ({ head, logsource, compiled, needs }: DetectionDraft, all: readonly Filter[]): CompiledDetection => {
  const filters = all.filter(({ mute }) => mute === undefined).map((filter) => filter.test);
  const mutes = all.flatMap(({ mute }) => mute ?? []);
  let test: Compiled['test'] | undefined;
  const matches: Detection['matches'] = (event) => {
    test ??= compiled().test;
    return test(event) && filters.every((filter) => filter(event));
  };
  return { ...head, type: 'detection', logsource, matches, needs, ...(mutes.length > 0 ? { mutes } : {}) };
};

const filtered = (drafts: readonly Draft[], names: ReadonlyMap<string, string>): readonly CompiledDetection[] => {
  const detections = drafts.filter((draft) => draft.kind === 'detection');
  const filters = new Map<string, Filter[]>();
  for (const draft of drafts) {
    if (draft.kind !== 'filter') continue;
    for (const name of targetsOf(draft, detections, names) ?? []) filters.set(name, [...(filters.get(name) ?? []), draft.filter]);
  }
  return detections.map((draft) => detectionOf(draft, filters.get(draft.head.name) ?? []));
};

/**
 * Compiles documents to a set. What is refused is named in `errors`, the rest stands (D-29: the caller decides whether that will do).
 * A refused filter leaves its rules unfiltered. `checked`: these very documents were compiled before without an error.
 */
export const compileRules = (
  documents: readonly RuleDocument[],
  lists: Lists,
  { checked = false }: { readonly checked?: boolean } = {},
): { readonly set: RuleSet; readonly errors: readonly RuleError[] } => {
  const errors: RuleError[] = [];
  const names = new Map<string, string>();
  const given: Reading = { lists, fields: fieldBook(), checked };
  const read = documents.flatMap((document) => readDocument(document, given, errors) ?? []);
  const drafts = firstOfName(read, names);
  const detections = filtered(drafts, names);
  const pending: readonly Pending[] = drafts.filter((draft) => draft.kind === 'correlation');
  const standing = new Map<string, Rule>([...detections, ...resolved(pending, detections, names)].map((rule) => [rule.name, rule]));
  const rules = drafts.flatMap((draft): readonly Rule[] => {
    const rule = draft.kind === 'filter' ? undefined : standing.get(draft.head.name);
    return rule ? [withRecoveries(rule, draft.refuse, names)] : [];
  });
  // Written out only where somebody asks: it takes as long as all the rest of a start.
  const hash = once(() => hashOf(documents.map((document) => document.tree)));
  const set: RuleSet = {
    rules,
    byName: new Map(rules.map((rule) => [rule.name, rule])),
    get hash() {
      return hash();
    },
  };
  return { set, errors };
};
