// Decides what docs/rules.md says of the shipped rules: one table for each source, written from the rules themselves.
import { basename, dirname, join, relative } from 'node:path';
import { absentOf } from '#core/detection/absent.ts';
import { outcomeOf } from '#core/detection/outcome.ts';
import type { Rule, RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { exampleDir } from '#local/configuration.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const fileOf = ({ where }: Rule): string => where.replace(/:\d+$/, '');

const natureOf = ({ incident }: Rule): string =>
  Object.entries(incident?.breach ?? {})
    .filter(([, how]) => how !== 'none')
    .map(([what, how]) => `${what} ${how}`)
    .join(', ') || 'none';

/** What an incident of this rule alone would be; where the asset decides, both answers. */
const outcomes = (rule: Rule): string => {
  const { incident, level } = rule;
  if (!incident) return '';
  const one = (personalData: 'likely' | 'unlikely'): string => outcomeOf({ nature: incident.breach, personalData, level });
  if (incident.personalData !== 'asset') return one(incident.personalData);
  const [held, none] = [one('likely'), one('unlikely')];
  return held === none ? held : `${held}; ${none} where the asset holds no personal data`;
};

/** What a rule is for that opens nothing itself. */
const serves = (set: RuleSet, { name }: Rule): string =>
  set.rules
    .filter((rule) => {
      const built = rule.type === 'correlation' ? [...rule.rules, ...absentOf(rule)] : [];
      return [...built, ...(rule.incident?.disturbance ?? [])].includes(name);
    })
    .map((rule) => `\`${rule.name}\``)
    .join(', ');

const row = (rule: Rule): string =>
  `| [\`${rule.name}\`](../${relative(join(exampleDir, '..'), fileOf(rule))}) | ${cell(rule.title)} | ${rule.level} | ${natureOf(rule)} | ${outcomes(rule)} |`;

const sectionOf = (set: RuleSet, source: string, rules: readonly Rule[]): readonly string[] => {
  const opening = rules.filter((rule) => rule.incident);
  const serving = rules.filter((rule) => !rule.incident);
  return [
    `## ${source}`,
    '',
    ...(opening.length > 0 ? ['| Rule | Says | Level | Nature | Outcome |', '|---|---|---|---|---|', ...opening.map(row), ''] : []),
    ...(serving.length > 0
      ? [`Opens nothing by itself: ${serving.map((rule) => `\`${rule.name}\` (for ${serves(set, rule)})`).join('; ')}.`, '']
      : []),
  ];
};

export const rulesPage = async (): Promise<string> => {
  const loaded = await loadConfiguration(exampleDir, systemClock().now());
  if (!loaded.ok) throw new Error('the example configuration does not load');
  const { documents } = await readRuleDocuments([join(exampleDir, 'rules')]);
  const { set } = compileRules(documents, loaded.value.lists);
  const bySource = Map.groupBy(set.rules, (rule) => basename(dirname(fileOf(rule))));
  const opening = set.rules.filter((rule) => rule.incident).length;
  return [
    '# Rules',
    '',
    `Written by \`npm run rules-page\` from \`config/rules\`; do not edit. ${set.rules.length} rules, ${opening} of which open an incident.`,
    'The outcome is what the rule means by itself (D-4); an incident takes the gravest of all that joined it. Level `informational` opens nothing.',
    '',
    ...[...bySource].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([source, rules]) => sectionOf(set, source, rules)),
  ].join('\n');
};
