// Reads rules as the loader does, and asks whether one of them fires on events.
import { expect } from 'vitest';
import type { EvaluatedEvent } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { instantIn } from '#core/detection/sigma/time-part.ts';
import { evaluateStream } from '#core/detection/stream.ts';
import { readYaml } from '#adapters/config/yaml.ts';

const lists = new Map<string, readonly string[]>([
  ['admins', ['anna', 'svc_*']],
  ['nets', ['192.0.2.0/24', '2001:db8::/32']],
  ['none', []],
]);

export const loaded = (text: string) => {
  const { documents, problems } = readYaml(text, 'cases.yml');
  const { set, errors } = compileRules(
    documents.filter(({ tree }) => tree !== null).map(({ tree, line }) => ({ tree, line, where: 'cases.yml' })),
    lists,
  );
  return { set, reasons: [...problems.map(({ wrong }) => wrong), ...errors.map(({ reason }) => reason)] };
};

export const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');

export const rule = (selections: string, condition = 'sel', head = 'title: Base\nname: base\n'): string =>
  `${head}logsource: { product: test }\ndetection:\n${indented(selections, 2)}\n  condition: ${condition}`;

export const firesOn = (text: string, name: string, events: readonly EvaluatedEvent[]): boolean => {
  const { set, reasons } = loaded(text);
  expect(reasons).toEqual([]);
  const timeOf = (event: EvaluatedEvent) => instantIn(event['t']);
  return evaluateStream(set, events, { timeOf, keyed: (value) => value }).some((match) => match.rule.name === name);
};
