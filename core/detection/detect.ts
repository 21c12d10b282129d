// Decides which detections an event matches: only rules for its log source, and of those only such as could match at all.
import type { Detection, EvaluatedEvent, LogSource, RuleSet } from './rule.ts';
import { type RuleIndex, candidates, ruleIndex } from './rule-index.ts';
import type { CompiledDetection } from './sigma/compile.ts';

const same = (asked: string | undefined, given: string | undefined): boolean =>
  asked === undefined || asked.toLowerCase() === given?.toLowerCase();

/** What a rule names of product, service and category, the event must be: a filter on right and wrong, not on speed alone (detection.md 1). */
export const isFor = (rule: LogSource, event: LogSource): boolean =>
  same(rule.product, event.product) && same(rule.service, event.service) && same(rule.category, event.category);

/** Sets never change once compiled, so that each is indexed once for each log source. The first key is all of them. */
const built = new WeakMap<RuleSet, Map<string, RuleIndex>>();

const indexOf = (set: RuleSet, key: string, concerned: (rule: Detection) => boolean): RuleIndex => {
  const known = built.get(set) ?? new Map<string, RuleIndex>();
  built.set(set, known);
  const index =
    known.get(key) ?? ruleIndex(set.rules.filter((rule): rule is CompiledDetection => rule.type === 'detection' && concerned(rule)));
  known.set(key, index);
  return index;
};

const matching = (index: RuleIndex, event: EvaluatedEvent): readonly Detection[] => {
  let found: Detection[] | undefined;
  for (const place of candidates(index, event)) {
    const rule = index.detections[place];
    if (!rule?.matches(event)) continue;
    found ??= [];
    found.push(rule);
  }
  return found ?? none;
};

const none: readonly Detection[] = [];

/** The detections for this log source that the event matches, in the order of the set. */
export const matchDetections = (set: RuleSet, logsource: LogSource, event: EvaluatedEvent): readonly Detection[] => {
  const { product = '', service = '', category = '' } = logsource;
  return matching(
    indexOf(set, `${product}|${service}|${category}`, (rule) => isFor(rule.logsource, logsource)),
    event,
  );
};

/** All detections that the event matches, whatever log source they are for, as Sigma has it: every filter counts, whoever answers for it. */
export const matchAll = (set: RuleSet, event: EvaluatedEvent): readonly Detection[] => {
  const found = matching(
    indexOf(set, '', () => true),
    event,
  );
  return found.some(({ mutes }) => mutes) ? found.filter(({ mutes = [] }) => mutes.every((mute) => mute.keeps(event))) : found;
};
