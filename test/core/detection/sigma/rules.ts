// Builds rule documents for the tests: the shortest text that says what a test is about.
import type { LogSource, RuleError, RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';

export const logsource: LogSource = { product: 'test' };

export const detection = (body: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: 'A rule of the tests',
  name: 'base',
  logsource,
  detection: body,
  ...more,
});

/** One selection, one condition. */
export const selecting = (sel: unknown, more: Record<string, unknown> = {}): Record<string, unknown> =>
  detection({ sel, condition: 'sel' }, more);

export const correlation = (body: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: 'A correlation of the tests',
  name: 'counted',
  correlation: { type: 'event_count', rules: ['base'], timespan: '5m', condition: { gte: 2 }, ...body },
  ...more,
});

export const documents = (...trees: readonly unknown[]): readonly RuleDocument[] => trees.map((tree) => ({ tree, where: 'rules/a.yml' }));

const lists = new Map<string, readonly string[]>([
  ['admins', ['anna', 'ben']],
  ['networks', ['192.0.2.0/24', '2001:db8::/32']],
  ['nobody', []],
]);

export const compile = (...trees: readonly unknown[]): { readonly set: RuleSet; readonly errors: readonly RuleError[] } =>
  compileRules(documents(...trees), lists);

/** Why a set of documents is refused, one reason a line. */
export const reasons = (...trees: readonly unknown[]): string =>
  compile(...trees)
    .errors.map((error) => error.reason)
    .join('\n');

/** Does a selection hold for an event? A refused one throws, so that no test passes by a refusal. */
export const holds = (sel: unknown, event: Record<string, unknown>): boolean => {
  const { set, errors } = compile(selecting(sel));
  const rule = set.byName.get('base');
  if (rule?.type !== 'detection') throw new Error(errors.map((error) => error.reason).join('\n'));
  return rule.matches(event);
};

/** Does a condition hold where these selections do? */
export const meets = (condition: unknown, truths: Record<string, boolean>): boolean => {
  const selections = Object.fromEntries(Object.keys(truths).map((name) => [name, { [`f.${name}`]: 'yes' }]));
  const { set, errors } = compile(detection({ ...selections, condition }));
  const rule = set.byName.get('base');
  if (rule?.type !== 'detection') throw new Error(errors.map((error) => error.reason).join('\n'));
  return rule.matches({ f: Object.fromEntries(Object.entries(truths).map(([name, truth]) => [name, truth ? 'yes' : 'no'])) });
};
