// Sigma 2.1, case by case; where the specification is silent, what we chose (detection.md 8).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseInstant } from '#core/kernel/time.ts';
import type { EvaluatedEvent, RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { evaluateStream } from '#core/detection/stream.ts';

type Case = { readonly events: readonly EvaluatedEvent[]; readonly fires: boolean };
type Feature = { readonly id: string; readonly feature: string; readonly rule: string; readonly cases: readonly Case[] };

const features = readFileSync(new URL('./cases.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Feature);

const lists = new Map([['ph', ['ph1', 'ph2']]]);

const compiled = (rule: string) => {
  const trees = parseAllDocuments(rule, { version: '1.2', schema: 'core' }).map((document) => document.toJS() as unknown);
  return {
    trees,
    ...compileRules(
      trees.map((tree) => ({ tree, where: 'cases.jsonl' })),
      lists,
    ),
  };
};

const timeOf = (event: EvaluatedEvent) => {
  const parsed = parseInstant(String(event['timestamp']));
  return parsed.ok ? parsed.value : undefined;
};

/** The last rule that may speak: the correlation, else the detection; one that was refused never does. */
const fires = (rule: string, events: readonly EvaluatedEvent[]): boolean => {
  const { set, trees } = compiled(rule);
  const speaker = trees.filter((tree) => !Object.hasOwn(tree as object, 'filter')).at(-1) as { readonly id?: string };
  return evaluateStream(set as RuleSet, events, { timeOf, keyed: (value) => value }).some((match) => match.rule.id === speaker.id);
};

describe('the conformance cases', () => {
  it('are all there', () => {
    expect(features.length).toBe(66);
    expect(features.flatMap((feature) => feature.cases).length).toBe(137);
  });

  for (const { id, feature, rule, cases } of features) {
    it(`${id} answers as Sigma 2.1 says: ${feature}`, () => {
      expect(cases.map(({ events }) => fires(rule, events))).toEqual(cases.map((one) => one.fires));
    });
  }
});
