// Decides what is odd about rules that load: such as never open, match everything, say the same twice, or have no tests.
import { absentOf } from '#core/detection/absent.ts';
import type { LogSource, Rule, RuleSet } from '#core/detection/rule.ts';
import { isFor } from '#core/detection/detect.ts';
import { matcherOf, tokensOf } from '#core/detection/sigma/pattern.ts';
import { canonical } from '#core/kernel/hash.ts';
import type { RuleDocument } from '#adapters/config/rule-documents.ts';
import type { Suite } from './suites.ts';

export type Told = { readonly where: string; readonly rule: string; readonly grade: 'error' | 'warning'; readonly says: string };

export type Linted = {
  readonly set: RuleSet;
  readonly documents: readonly RuleDocument[];
  readonly suites: readonly Suite[];
  /** What the sources give; a rule for another is never asked. */
  readonly logsources: readonly LogSource[];
  /** Today, `2026-03-14`. */
  readonly today: string;
};

type Fields = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);
const field = (tree: unknown, name: string): unknown => (isMap(tree) && Object.hasOwn(tree, name) ? tree[name] : undefined);

const placeOf = ({ where, line }: RuleDocument): string => `${where}:${line?.([]) ?? 1}`;

const treesOf = ({ documents }: Linted): ReadonlyMap<string, unknown> => new Map(documents.map((one) => [placeOf(one), one.tree]));

const isUsed = ({ set }: Linted, { name }: Rule): boolean =>
  set.rules.some(
    (rule) =>
      rule.incident?.disturbance?.includes(name) === true ||
      (rule.type === 'correlation' && [...rule.rules, ...absentOf(rule)].includes(name)),
  );

/** Rules that can never lead anywhere. */
const unreachable = (linted: Linted, rule: Rule): readonly string[] => {
  const { incident } = rule;
  const opens = incident !== undefined && rule.level !== 'informational';
  const never = rule.type === 'detection' && !linted.logsources.some((source) => isFor(rule.logsource, source));
  return [
    ...(never ? ['no source gives this log source, so the rule is never asked; see logsource'] : []),
    ...(incident && !opens ? ['level informational never opens an incident; raise the level, or leave the block incident out'] : []),
    ...(!incident && !isUsed(linted, rule) ? ['it opens nothing and no correlation builds upon it; give it a block incident'] : []),
  ];
};

const shortest = 3;

/** Texts that stand in most events, under `contains` or as keywords. */
const shortTexts = (tree: unknown, path: readonly string[] = []): readonly string[] => {
  if (Array.isArray(tree)) return tree.flatMap((one) => shortTexts(one, path));
  if (isMap(tree)) return Object.entries(tree).flatMap(([key, value]) => shortTexts(value, [...path, key]));
  const key = path.at(-1) ?? '';
  const searches = path.length === 1 || key.startsWith('|') || /\|contains\b/.test(key);
  return typeof tree === 'string' && searches && tree.replaceAll(/[*?]/g, '').length < shortest ? [path.join(': ')] : [];
};

const withoutCondition = (block: unknown): Fields =>
  isMap(block) ? Object.fromEntries(Object.entries(block).filter(([name]) => name !== 'condition')) : {};

const tooWide = (rule: Rule, tree: unknown): readonly string[] => {
  if (rule.type === 'correlation') {
    if (absentOf(rule).length > 0 && rule.groupBy.length === 0)
      return ['without group-by, what it names as absent silences it from anywhere; say in which group it must not match'];
    const { gte, gt } = rule.condition;
    const least = Math.max(gte ?? 0, (gt ?? -1) + 1);
    return rule.kind.endsWith('_count') && least > 200
      ? ['a threshold above 200 holds more members than a group keeps; count in a shorter timespan']
      : [];
  }
  const matchesNothing = rule.matches({});
  const short = shortTexts(withoutCondition(field(tree, 'detection')));
  return [
    ...(matchesNothing ? ['it matches an event without any field; ask for something that must be there'] : []),
    ...short.map((path) => `${path} searches for a text of fewer than ${shortest} characters; most events hold it`),
  ];
};

/** Selections that no condition names. */
const idle = (tree: unknown): readonly string[] => {
  const block = field(tree, 'detection');
  const condition = field(block, 'condition');
  const words = [condition].flat().flatMap((one) => String(one).split(/[\s()]+/));
  const fits = (name: string): boolean =>
    words.some((word) => (word.toLowerCase() === 'them' ? !name.startsWith('_') : matcherOf(tokensOf(word), true)(name)));
  return Object.keys(withoutCondition(block))
    .filter((name) => !fits(name))
    .map((name) => `selection ${name} stands in no condition`);
};

const looksAround = (tree: unknown): boolean => /\(\?<?[=!]/.test(JSON.stringify(field(tree, 'detection') ?? ''));

/** Two rules that ask the same. */
const colliding = (linted: Linted): readonly Told[] => {
  const trees = treesOf(linted);
  const seen = new Map<string, Rule>();
  return linted.set.rules.flatMap((rule): readonly Told[] => {
    const tree = trees.get(rule.where);
    const key = canonical(rule.type === 'detection' ? [field(tree, 'logsource'), field(tree, 'detection')] : field(tree, 'correlation'));
    const other = seen.get(key);
    if (!other) seen.set(key, rule);
    return other
      ? [{ where: rule.where, rule: rule.name, grade: 'warning', says: `it asks the same as ${other.name} at ${other.where}` }]
      : [];
  });
};

/** One that fires and one that stays silent; what only serves others is tested through them. */
const untested = (linted: Linted, rule: Rule): readonly string[] => {
  const tests = linted.suites.filter((suite) => suite.rule === rule.name).flatMap((suite) => suite.tests);
  if (tests.length === 0) return isUsed(linted, rule) ? [] : ['no test stands beside it; write one that fires and one that stays silent'];
  const [fires, silent] = [tests.some((one) => one.expect.includes(rule.name)), tests.some((one) => !one.expect.includes(rule.name))];
  return [...(fires ? [] : ['none of its tests fires']), ...(silent ? [] : ['none of its tests stays silent'])];
};

const soon = (today: string): string => {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number);
  const total = new Date(Date.UTC(year, month - 1, day + 14));
  return total.toISOString().slice(0, 10);
};

const date = /^\d{4}-\d{2}-\d{2}(?:T.*)?$/;

/** A filter silences rules: somebody answers for it, and only for a time (detection.md 6.4). */
const filters = ({ documents, today }: Linted): readonly Told[] =>
  documents.flatMap((document): readonly Told[] => {
    if (field(document.tree, 'filter') === undefined) return [];
    const block = field(document.tree, 'incident');
    const tell = (grade: Told['grade'], says: string): Told => ({
      where: placeOf(document),
      rule: String(field(document.tree, 'title') ?? 'a filter'),
      grade,
      says,
    });
    const missing = ['owner', 'reason', 'expires'].filter((name) => field(block, name) === undefined);
    const expires = String(field(block, 'expires') ?? '');
    if (missing.length > 0) return [tell('error', `a filter names ${missing.join(', ')} in its block incident`)];
    if (!date.test(expires)) return [tell('error', 'expires is a day such as 2026-12-31')];
    if (expires < today) return [tell('error', `the filter expired on ${expires}; take it out, or let its owner renew it`)];
    return expires <= soon(today) ? [tell('warning', `the filter expires on ${expires}`)] : [];
  });

export const lint = (linted: Linted): readonly Told[] => {
  const trees = treesOf(linted);
  const perRule = linted.set.rules.flatMap((rule): readonly Told[] => {
    const tree = trees.get(rule.where);
    const says = [
      ...unreachable(linted, rule),
      ...tooWide(rule, tree),
      ...(rule.type === 'detection' ? idle(tree) : []),
      ...(looksAround(tree) ? ['a regular expression that looks around can be slow; ask for the text itself where that does'] : []),
      ...untested(linted, rule),
    ];
    return says.map((one) => ({ where: rule.where, rule: rule.name, grade: 'warning', says: one }));
  });
  return [...perRule, ...colliding(linted), ...filters(linted)];
};
