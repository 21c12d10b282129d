// Decides which detections an event matches: only rules for its log source, and of those only such as could match at all.
import type { Detection, EvaluatedEvent, LogSource, RuleSet } from './rule.ts';
import type { CompiledDetection } from './sigma/compile.ts';
import { fold } from './sigma/pattern.ts';
import { type FieldPath, fieldPath, textOfValue, valuesAt } from './sigma/value.ts';

/** Rules by a text that one field must hold; the others are always tried. Numbers are places in the set. */
type Index = {
  readonly detections: readonly Detection[];
  readonly always: readonly number[];
  readonly byPath: readonly { readonly path: FieldPath; readonly byText: ReadonlyMap<string, readonly number[]> }[];
};

const build = (set: RuleSet): Index => {
  const detections = set.rules.filter((rule): rule is CompiledDetection => rule.type === 'detection');
  const always: number[] = [];
  const byPath = new Map<string, Map<string, number[]>>();
  for (const [place, { needs }] of detections.entries()) {
    if (!needs) always.push(place);
    for (const { path, text } of needs ?? []) {
      const byText = byPath.get(path) ?? new Map<string, number[]>();
      byPath.set(path, byText);
      byText.set(text, [...(byText.get(text) ?? []), place]);
    }
  }
  return { detections, always, byPath: [...byPath].map(([path, byText]) => ({ path: fieldPath(path), byText })) };
};

const built = new WeakMap<RuleSet, Index>();

/** Sets never change once compiled, so that each is indexed once. */
const indexOf = (set: RuleSet): Index => {
  const known = built.get(set) ?? build(set);
  built.set(set, known);
  return known;
};

/** Objects have no plain text to look up; rules that could mean one have no need. */
const lookedUp = (value: unknown): string | undefined => (typeof value === 'object' ? undefined : textOfValue(value));

const candidates = ({ always, byPath }: Index, event: EvaluatedEvent): readonly number[] => {
  const found: number[] = [];
  for (const { path, byText } of byPath) {
    for (const value of valuesAt(event, path)) {
      const text = lookedUp(value);
      const places = text === undefined ? undefined : byText.get(fold(text));
      if (places) found.push(...places);
    }
  }
  return found.length === 0 ? always : [...new Set([...always, ...found])].sort((a, b) => a - b);
};

const same = (asked: string | undefined, given: string | undefined): boolean =>
  asked === undefined || asked.toLowerCase() === given?.toLowerCase();

/** What a rule names of product, service and category, the event must be: a filter on right and wrong, not on speed alone (detection.md 1). */
export const isFor = (rule: LogSource, event: LogSource): boolean =>
  same(rule.product, event.product) && same(rule.service, event.service) && same(rule.category, event.category);

const matching = (set: RuleSet, event: EvaluatedEvent, concerned: (rule: Detection) => boolean): readonly Detection[] => {
  const index = indexOf(set);
  return candidates(index, event).flatMap((place) => {
    const rule = index.detections[place];
    return rule && concerned(rule) && rule.matches(event) ? [rule] : [];
  });
};

/** The detections for this log source that the event matches, in the order of the set. */
export const matchDetections = (set: RuleSet, logsource: LogSource, event: EvaluatedEvent): readonly Detection[] =>
  matching(set, event, (rule) => isFor(rule.logsource, logsource));

/** All detections that the event matches, whatever log source they are for. */
export const matchAll = (set: RuleSet, event: EvaluatedEvent): readonly Detection[] => matching(set, event, () => true);
