// Decides what a `correlation:` block asks for; references are resolved afterwards, when all rules are known.
import { type Duration, parseDuration } from '../../kernel/time.ts';
import type { Condition, Correlation, CorrelationType } from '../rule.ts';
import { type Fields, type Refuse, type WrittenCorrelation, isMap, onlyKeys, own, textsOf, under } from './document.ts';

const kinds: readonly string[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
] satisfies readonly CorrelationType[];
const bounds = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

const readAliases = (tree: unknown, refuse: Refuse): Correlation['aliases'] | undefined => {
  if (tree === undefined) return {};
  const says = 'aliases is a map of maps: for each alias and rule the field, such as "who: { rule_a: user }"';
  if (!isMap(tree)) return refuse([], says);
  const wrong = Object.entries(tree).find(
    ([, fields]) => !isMap(fields) || !Object.values(fields).every((field) => typeof field === 'string' && field !== ''),
  );
  return wrong ? refuse([wrong[0]], says) : (tree as Correlation['aliases']);
};

type Bounds = Pick<Condition, (typeof bounds)[number]>;

const readBounds = (tree: Fields, refuse: Refuse): Bounds | undefined => {
  const given = bounds.filter((bound) => own(tree, bound) !== undefined);
  const wrong = given.find((bound) => typeof tree[bound] !== 'number' || !Number.isFinite(tree[bound]));
  if (wrong !== undefined) return refuse([wrong], `${wrong} is a number`);
  const found = Object.fromEntries(given.map((bound) => [bound, tree[bound]])) as Bounds;
  const [low, high] = [
    Math.max(found.gt ?? Number.NEGATIVE_INFINITY, found.gte ?? Number.NEGATIVE_INFINITY),
    Math.min(found.lt ?? Number.POSITIVE_INFINITY, found.lte ?? Number.POSITIVE_INFINITY),
  ];
  return low > high ? refuse([], 'the range is empty; the lower bound lies above the upper one') : found;
};

/** What each type of correlation asks of its condition. */
const fieldRule = (kind: CorrelationType, field: readonly string[] | undefined): string | undefined => {
  const counts = kind.startsWith('value_');
  if (counts && field === undefined) return `${kind} asks for a field in its condition, such as "field: sig.actor.name"`;
  if (!counts && field !== undefined) return `${kind} takes no field; value_count counts distinct values of one`;
  return field && field.length > 1 && kind !== 'value_count' ? `${kind} takes one field` : undefined;
};

/** Ordered means all of them in order: bounds may say that once more, nothing else. */
const allMeant = (found: Bounds, n: number): boolean =>
  (found.gte === undefined || found.gte <= n) &&
  (found.gt === undefined || found.gt < n) &&
  (found.eq ?? n) === n &&
  (found.lt ?? n + 1) > n &&
  (found.lte ?? n) >= n &&
  found.neq !== n;

type ReadCondition = { readonly condition: Condition; readonly percentile?: number };

const readField = (tree: Fields, kind: CorrelationType, refuse: Refuse): Pick<Condition, 'field'> | undefined => {
  const written = own(tree, 'field');
  const field = written === undefined ? undefined : textsOf(written);
  if (written !== undefined && !field?.length) return refuse(['field'], 'field is the name of a field');
  const wrong = fieldRule(kind, field);
  return wrong === undefined ? { ...(field ? { field } : {}) } : refuse(['field'], wrong);
};

const readPercentile = (tree: Fields, refuse: Refuse): Pick<Correlation, 'percentile'> | undefined => {
  const percentile = own(tree, 'percentile');
  if (percentile === undefined) return {};
  const good = typeof percentile === 'number' && percentile >= 0 && percentile <= 100;
  return good ? { percentile } : refuse(['percentile'], 'percentile is a number from 0 to 100');
};

/** Without a condition, a temporal correlation means all of its rules. */
const conditionForm = (kind: CorrelationType): string =>
  kind.startsWith('temporal')
    ? 'a condition is a map such as { gte: 2 }; leave it out where all rules are meant'
    : 'a condition is a map such as { gte: 10 }';

const readCondition = (tree: unknown, kind: CorrelationType, refuse: Refuse): ReadCondition | undefined => {
  if (tree === undefined && kind.startsWith('temporal')) return { condition: {} };
  if (!isMap(tree)) return refuse([], conditionForm(kind));
  const known = onlyKeys(tree, ['field', ...bounds, ...(kind === 'value_percentile' ? ['percentile'] : [])], refuse);
  const found = readBounds(tree, refuse);
  const field = readField(tree, kind, refuse);
  const percentile = readPercentile(tree, refuse);
  if (!known || !found || !field || !percentile) return undefined;
  if (Object.keys(found).length === 0) return refuse([], `a condition asks for at least one of ${bounds.join(', ')}`);
  return { condition: { ...found, ...field }, ...percentile };
};

const readTimespan = (tree: unknown, refuse: Refuse): Duration | undefined => {
  const parsed = parseDuration(typeof tree === 'string' ? tree : '');
  return parsed.ok && parsed.value > 0 ? parsed.value : refuse([], 'timespan is a duration above zero such as 30s, 15m, 4h or 2d');
};

/** `generate` stands beside the block in the specification's schema, within it in its tools: either is read. */
export const readCorrelation = (tree: unknown, refuse: Refuse, beside?: unknown): WrittenCorrelation | undefined => {
  if (!isMap(tree)) return refuse([], 'a correlation is a map with type, rules, timespan and condition');
  const known = onlyKeys(tree, ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'], refuse);
  const kind = kinds.find((one) => one === own(tree, 'type')) as CorrelationType | undefined;
  if (!kind) return refuse(['type'], `type is one of ${kinds.join(', ')}`);
  const rules = textsOf(own(tree, 'rules'));
  const written = own(tree, 'group-by');
  const groupBy = written === undefined ? [] : textsOf(written);
  const aliases = readAliases(own(tree, 'aliases'), under(refuse, 'aliases'));
  const timespan = readTimespan(own(tree, 'timespan'), under(refuse, 'timespan'));
  const read = readCondition(own(tree, 'condition'), kind, under(refuse, 'condition'));
  const generate = own(tree, 'generate') ?? beside ?? false;
  if (!rules || rules.length === 0) return refuse(['rules'], 'rules lists the rules that are counted, by name or id');
  if (!groupBy) return refuse(['group-by'], 'group-by lists fields, such as [sig.src.ip]; leave it out for one group');
  if (typeof generate !== 'boolean') return refuse(['generate'], 'generate is true or false');
  if (kind === 'temporal_ordered' && read && !allMeant(read.condition, rules.length)) {
    return refuse(
      ['condition'],
      `temporal_ordered means all ${rules.length} rules in their order; leave the condition out, or use temporal`,
    );
  }
  return known && aliases && timespan && read ? { kind, rules, groupBy, aliases, timespan, generate, ...read } : undefined;
};
