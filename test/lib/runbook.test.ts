// Decides that nobody is woken without being told what to do: every alarm has its article, every article its alarm.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { anchorOf } from '#lib/alarm.ts';
import { type Synthesized, everywhere, synthesize } from './stacks.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const articles = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((article) => [article.slice(0, article.indexOf('\n')).trim(), article] as const),
);

/** Pages as the console itself addresses them: the region in host and query, then a queue by its encoded URL, a log, a function, a dashboard. */
const page = new RegExp(
  [
    '^Look: https://eu-central-1\\.console\\.aws\\.amazon\\.com/(',
    'sqs/v3/home\\?region=eu-central-1#/queues/https%3A%2F%2Fsqs\\.eu-central-1\\.amazonaws\\.com%2F(<ref>|111122223333)%2F<ref>',
    '|cloudwatch/home\\?region=eu-central-1#logsV2:log-groups/log-group/<ref>',
    '|cloudwatch/home\\?region=eu-central-1#dashboards/dashboard/art33-dev',
    '|lambda/home\\?region=eu-central-1#/functions/<ref>\\?tab=monitoring',
    ')$',
  ].join(''),
  'm',
);

let all: Synthesized;
let alarms: readonly { readonly description: string; readonly name: string; readonly properties: Readonly<Record<string, unknown>> }[];
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : '<ref>')).join('');
beforeAll(() => {
  all = synthesize();
  alarms = everywhere(all, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
    const description = textOf(Properties['AlarmDescription']);
    return { description, name: description.slice(0, description.indexOf(':')), properties: Properties };
  });
});

describe('alarms and the runbook', () => {
  it('name the same things', () => {
    expect(alarms.map((one) => one.name).toSorted()).toEqual([...articles.keys()].toSorted());
  });

  it('have articles that say what it is, where to look, and how it ends', () => {
    for (const [name, article] of articles) {
      const parts = [...article.matchAll(/^### (.+)$/gm)].map((found) => found[1]);
      expect([name, ...parts]).toEqual([name, 'Description', 'Investigation', 'Resolution']);
      for (const part of article.split(/^### .+$/m).slice(1)) expect(part.trim().length).toBeGreaterThan(40);
    }
  });

  it('lead to the article and to a page of the AWS console', () => {
    for (const { name, description } of alarms) {
      expect(description).toContain(`docs/runbook.md#${anchorOf(name)}`);
      expect(description.length).toBeLessThan(1_024);
      expect(description).toMatch(page);
    }
  });

  it('tell people when they begin and when they end', () => {
    for (const { properties } of alarms) {
      expect(properties['AlarmActions']).toHaveLength(1);
      expect(properties['OKActions']).toHaveLength(1);
    }
  });

  it('of silence take missing data for an alarm (F-34), the others do not', () => {
    for (const { name, properties } of alarms) {
      expect([name, properties['TreatMissingData']]).toEqual([name, name.endsWith('/Silence') ? 'breaching' : 'notBreaching']);
    }
  });

  it('watch every dead-letter queue by what is visible in it (F-04)', () => {
    const queues = everywhere({ ...all, pipeline: all.state, console: all.state }, 'AWS::SQS::Queue').map(([id]) => id);
    const watched = alarms.filter((one) => one.name.endsWith('/DeadLetters'));
    expect(watched).toHaveLength(new Set(queues).size);
    for (const { properties } of watched) expect(properties['MetricName']).toBe('ApproximateNumberOfMessagesVisible');
  });
});
