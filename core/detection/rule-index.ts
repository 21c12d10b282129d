// Decides which rules an event could match at all: looked up by what few of its fields hold, so that most rules are never tried.
import type { EvaluatedEvent } from './rule.ts';
import type { CompiledDetection } from './sigma/compile.ts';
import type { Need } from './sigma/document.ts';
import { fold } from './sigma/pattern.ts';
import type { Field } from './sigma/value.ts';

/** Rules by a text that one field must hold; the others are always tried. Numbers are places in the list, ascending. */
export type RuleIndex = {
  readonly detections: readonly CompiledDetection[];
  readonly always: readonly number[];
  readonly byField: readonly { readonly field: Field; readonly placesOf: (text: string) => readonly number[] | undefined }[];
};

type Way = readonly Need[];

const ascending = (a: number, b: number): number => a - b;

/** More rules behind one text are worth a look at another field. */
const crowded = 8;

const keyOf = ({ field, text, begins }: Need): string => `${field.text}\n${text}${begins ? '*' : ''}`;
const fieldsOf = (way: Way): string => [...new Set(way.map(({ field }) => field.text))].join('\n');

/** How many rules share the most common text of a way: `eventName` is narrower than `eventSource`. */
const crowds = (rules: readonly CompiledDetection[]): ((way: Way) => number) => {
  const shared = new Map<string, number>();
  for (const need of rules.flatMap(({ needs }) => (needs() ?? []).flat())) shared.set(keyOf(need), (shared.get(keyOf(need)) ?? 0) + 1);
  return (way) => way.reduce((most, need) => Math.max(most, shared.get(keyOf(need)) ?? 0), 0);
};

const mostCommon = (words: readonly string[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].reduce<readonly [string, number] | undefined>((best, one) => (best && best[1] >= one[1] ? best : one), undefined)?.[0];
};

/** One way for each rule: each further field costs a look-up for every event, so the field that serves the most rules goes first. */
const chosen = (rules: readonly CompiledDetection[]): ReadonlyMap<CompiledDetection, Way> => {
  const crowd = crowds(rules);
  const ways = new Map<CompiledDetection, Way>();
  const narrow = (rule: CompiledDetection): readonly Way[] => (rule.needs() ?? []).filter((way) => crowd(way) <= crowded);
  let left = rules.filter((rule) => narrow(rule).length > 0);
  while (left.length > 0) {
    const fields = mostCommon(left.flatMap((rule) => [...new Set(narrow(rule).map(fieldsOf))]));
    for (const rule of left) {
      const way = narrow(rule).find((one) => fieldsOf(one) === fields);
      if (way) ways.set(rule, way);
    }
    left = left.filter((rule) => !ways.has(rule));
  }
  for (const rule of rules) {
    const needs = ways.has(rule) ? undefined : rule.needs();
    if (needs)
      ways.set(
        rule,
        needs.reduce((best, way) => (crowd(way) < crowd(best) ? way : best)),
      );
  }
  return ways;
};

/** Texts that are remembered as they are written. Many fields say the same few things, and to change letter case costs most. */
const remembered = 2_000;

/** Rules by text, and by how a text begins. */
type ByText = { readonly exact: Map<string, readonly number[]>; readonly beginnings: Map<string, readonly number[]> };

const placesIn = ({ exact, beginnings }: ByText, text: string): readonly number[] | undefined => {
  const found = [exact.get(text) ?? [], ...[...beginnings].map(([beginning, places]) => (text.startsWith(beginning) ? places : []))].flat();
  return found.length === 0 ? undefined : [...new Set(found)].sort(ascending);
};

const remembering = (byText: ByText): ((text: string) => readonly number[] | undefined) => {
  const known = new Map<string, readonly number[] | undefined>();
  return (text) => {
    const places = known.get(text);
    if (places !== undefined || known.has(text)) return places;
    if (known.size >= remembered) known.clear();
    const found = placesIn(byText, fold(text));
    known.set(text, found);
    return found;
  };
};

export const ruleIndex = (detections: readonly CompiledDetection[]): RuleIndex => {
  const ways = chosen(detections);
  const always = detections.flatMap((rule, place) => (ways.has(rule) ? [] : [place]));
  const byField = new Map<Field, ByText>();
  for (const [place, rule] of detections.entries()) {
    for (const { field, text, begins } of ways.get(rule) ?? []) {
      const byText = byField.get(field) ?? { exact: new Map(), beginnings: new Map() };
      byField.set(field, byText);
      const places = begins ? byText.beginnings : byText.exact;
      places.set(text, [...new Set([...(places.get(text) ?? always), place])].sort(ascending));
    }
  }
  return { detections, always, byField: [...byField].map(([field, byText]) => ({ field, placesOf: remembering(byText) })) };
};

const together = (found: readonly number[], places: readonly number[] | undefined, always: readonly number[]): readonly number[] => {
  if (!places) return found;
  return found === always ? places : [...new Set([...found, ...places])].sort(ascending);
};

/** What may match, and all that always may. Most events hold a looked-up text in one field at most, whose list is ready made. */
export const candidates = ({ always, byField }: RuleIndex, event: EvaluatedEvent): readonly number[] => {
  let found = always;
  for (const { field, placesOf } of byField) {
    const holds = field.find(event);
    const text = holds.text();
    if (text !== undefined) found = together(found, placesOf(text), always);
    else for (const one of holds.plain()) found = together(found, placesOf(one), always);
  }
  return found;
};
