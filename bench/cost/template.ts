// Decides what of a deployment costs by being there: counted from the synthesized stacks, never by hand.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { stages } from '#lib/bundle.ts';
import { deployment } from '#lib/deployment.ts';
import { readSettings } from '#lib/settings.ts';
import { kitRecipients } from '../functions/events.ts';

/** What stands there, and how often what comes by itself comes. */
export type Standing = {
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly secrets: number;
  /** Event source mappings that are switched on, by function. */
  readonly mappings: Readonly<Record<string, number>>;
  /** Calls an hour by function, from rules and from the scheduler. */
  readonly byRule: Readonly<Record<string, number>>;
  readonly byScheduler: Readonly<Record<string, number>>;
  /** MB. */
  readonly memory: Readonly<Record<string, number>>;
};

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

/** Everything that a deployment for real has, the night kit in its second account too. */
export const prod: Readonly<Record<string, string>> = {
  'art33:stage': 'prod',
  'art33:account': '111122223333',
  'art33:mailIdentity': 'notices.example.com',
  'art33:alarmMail': 'ops@example.com',
  'art33:jwtIssuer': 'https://id.example.com',
  'art33:jwtAudience': 'client',
  'art33:exportAccount': '444455556666',
  'art33:exportRegion': 'eu-west-1',
  'art33:exportRecipients': kitRecipients,
};

const stubs = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'art33-stubs-'));
  for (const stage of stages) {
    mkdirSync(join(folder, stage));
    writeFileSync(join(folder, stage, 'index.mjs'), '');
  }
  return folder;
};

const synthesized = (): readonly (readonly [string, Resource])[] => {
  const settings = readSettings(prod);
  if (!settings.ok) throw new Error(settings.error.join('\n'));
  const folders = [stubs(), mkdtempSync(join(tmpdir(), 'art33-synth-'))] as const;
  try {
    const app = new App({
      outdir: folders[1],
      context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': false },
    });
    deployment(app, settings.value, folders[0]);
    return app.synth().stacks.flatMap((stack) => Object.entries((stack.template as { Resources: Record<string, Resource> }).Resources));
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
};

/** The function that some part of a template refers to, by the construct's name: `TickFunction1234ABCD` is the tick's. */
const stageIn = (value: unknown): string | undefined => {
  const [, name = ''] = /"(?:[A-Za-z:]*:ExportsOutput\w*?)?([A-Z][a-z]+)Function[0-9A-F]{8}/.exec(JSON.stringify(value)) ?? [];
  return stages.find((stage) => stage === name.toLowerCase());
};

const perHour: Readonly<Record<string, number>> = { minute: 60, minutes: 60, hour: 1, hours: 1, day: 1 / 24, days: 1 / 24 };

/** `rate(15 minutes)`, and any cron as once a day at least: one that is neither is refused. */
const callsPerHour = (expression: unknown): number => {
  const [, count, unit = ''] = /^rate\((\d+) (\w+)\)$/.exec(String(expression)) ?? [];
  const rate = perHour[unit];
  if (rate !== undefined) return rate / Number(count);
  if (/^cron\(\d+ \d+ /.test(String(expression))) return 1 / 24;
  if (/^cron\(\d+ \* /.test(String(expression))) return 1;
  throw new Error(`the cost model can't read the schedule ${String(expression)}`);
};

const summed = (pairs: readonly (readonly [string | undefined, number])[]): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const [stage, n] of pairs) if (stage !== undefined) sums[stage] = (sums[stage] ?? 0) + n;
  return sums;
};

const metricsOf = ({ Metrics }: Readonly<Record<string, unknown>>): number =>
  Array.isArray(Metrics) ? Metrics.filter((one: object) => 'MetricStat' in one).length : 1;

export const readStanding = (): Standing => {
  const all = synthesized();
  const of = (type: string): readonly (readonly [string, Readonly<Record<string, unknown>>])[] =>
    all.flatMap(([id, one]) => (one.Type === `AWS::${type}` ? [[id, one.Properties ?? {}] as const] : []));
  return {
    alarmMetrics: of('CloudWatch::Alarm').reduce((sum, [, properties]) => sum + metricsOf(properties), 0),
    dashboards: of('CloudWatch::Dashboard').length,
    keys: of('KMS::Key').length,
    secrets: of('SecretsManager::Secret').length,
    mappings: summed(of('Lambda::EventSourceMapping').map(([, one]) => [stageIn(one['FunctionName']), one['Enabled'] === false ? 0 : 1])),
    byRule: summed(
      of('Events::Rule').flatMap(([, one]) =>
        one['ScheduleExpression'] === undefined ? [] : [[stageIn(one['Targets']), callsPerHour(one['ScheduleExpression'])] as const],
      ),
    ),
    byScheduler: summed(of('Scheduler::Schedule').map(([, one]) => [stageIn(one['Target']), callsPerHour(one['ScheduleExpression'])])),
    memory: summed(of('Lambda::Function').map(([id, one]) => [stageIn(id), Number(one['MemorySize'] ?? 128)])),
  };
};

/** The functions that come by themselves. */
export const clockedIn = ({ byRule, byScheduler }: Standing): readonly string[] =>
  [...new Set([...Object.keys(byRule), ...Object.keys(byScheduler)])].sort();
