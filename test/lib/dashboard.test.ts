// Decides that the dashboard shows the two promises, and that no alarm, queue or function stands outside it.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, everywhere, resources, synthesize } from './stacks.ts';

type Widget = {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[]; readonly alarms?: readonly string[] };
};

/** References become their own JSON, without quotes, so that the whole is one text. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': joined } = value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] };
  return joined ? joined[1].map(textOf).join(joined[0]) : JSON.stringify(value).replaceAll('"', '');
};

let all: Synthesized;
let widgets: readonly Widget[];
const shown = (title: RegExp): string => JSON.stringify(widgets.find((one) => title.test(one.properties.title ?? '')));
beforeAll(() => {
  all = synthesize();
  const [[, board] = []] = resources(all.console, 'AWS::CloudWatch::Dashboard');
  expect(board?.Properties['DashboardName']).toBe('art33-dev');
  widgets = (JSON.parse(textOf(board?.Properties['DashboardBody'])) as { widgets: readonly Widget[] }).widgets;
});

describe('the dashboard', () => {
  it('shows first that nothing is lost and that duties are in time', () => {
    expect(shown(/^Nothing is lost/)).toMatch(
      /SignalsStored.*SignalsSettled.*SignalsQuarantined.*IntakeGap.*ApproximateAgeOfOldestMessage/,
    );
    expect(shown(/^In time/)).toMatch(/TurnsDone.*DueCount.*DutiesOverdue.*OldestDueAge/);
    expect(widgets.findIndex((one) => one.properties.title?.startsWith('Nothing is lost'))).toBeLessThan(
      widgets.findIndex((one) => one.properties.title?.startsWith('Queues')),
    );
  });

  it('holds every alarm', () => {
    const names = everywhere(all, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => String(Properties['AlarmName']));
    const alarms = widgets.flatMap((one) => one.properties.alarms ?? []);
    expect(names.length).toBeGreaterThan(25);
    expect(alarms.map((arn) => arn.replace(/.*:alarm:/, '')).toSorted()).toEqual(names.toSorted());
  });

  it('holds every queue, every dead-letter queue and every function', () => {
    const deadOnes = resources(all.state, 'AWS::SQS::Queue').map(([id]) => id);
    for (const id of deadOnes) expect(shown(/^Dead letters$/)).toContain(id);
    for (const [id] of resources(all.pipeline, 'AWS::SQS::Queue')) expect(shown(/^Queues/)).toContain(id);
    for (const template of [all.pipeline, all.console]) {
      for (const [id] of resources(template, 'AWS::Lambda::Function')) expect(shown(/^Functions: errors/)).toContain(id);
    }
  });
});
