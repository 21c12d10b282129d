// Decides what the operator sees at one glance: the two promises first (signals accepted, duties in time), then what carries them.
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  type CfnAlarm,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { ownMetric, serviceOf } from './metrics.ts';

const period = Duration.minutes(5);
const whole = 24;
const half = whole / 2;

type Kind<T> = (one: IConstruct) => one is T & IConstruct;
const isAlarm: Kind<Alarm> = (one): one is Alarm => one instanceof Alarm;
const isQueue: Kind<Queue> = (one): one is Queue => one instanceof Queue;
const isFunction: Kind<LambdaFunction> = (one): one is LambdaFunction => one instanceof LambdaFunction;
const isLog: Kind<LogGroup> = (one): one is LogGroup => one instanceof LogGroup;

/** What stands in these stacks, whoever made it: nothing has to be entered twice. */
const found = <T>(stacks: readonly Stack[], kind: Kind<T>): readonly (T & IConstruct)[] =>
  stacks.flatMap((stack) => stack.node.findAll().filter(kind));

/** By its name, not by a reference: fifty alarms would be fifty outputs of another stack. */
const arnOf = (scope: Construct, alarm: Alarm): string =>
  Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: (alarm.node.defaultChild as CfnAlarm).alarmName ?? '',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): IWidget =>
  new GraphWidget({
    title,
    left: [...left],
    right: [...right],
    width: half,
    height: 6,
    period,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
  });

type Name = Parameters<typeof ownMetric>[1];

const promises = (scope: Construct, assess: Queue): readonly IWidget[] => {
  const sum = (name: Name) => ownMetric(scope, name, { period });
  const most = (name: Name) => ownMetric(scope, name, { period, statistic: 'Maximum' });
  return [
    graph(
      'Nothing is lost: signals accepted against settled (left), oldest waiting, in seconds (right)',
      [sum('SignalsStored'), sum('SignalsSettled'), sum('SignalsQuarantined'), most('IntakeGap')],
      [assess.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' })],
    ),
    graph(
      'In time: turns of duties done, due and overdue (left), oldest due, in milliseconds (right)',
      [sum('TurnsDone'), most('DueCount'), most('DutiesOverdue')],
      [most('OldestDueAge')],
    ),
    graph('What watches: ticks (left), clean audits (right)', [sum('Ticks')], [sum('Heartbeats')]),
    graph('Errors that were logged', [sum('LoggedErrors')]),
  ];
};

const carriers = (stacks: readonly Stack[]): readonly IWidget[] => {
  const isDead = (queue: Queue): boolean => queue.node.path.includes('DeadLetters');
  const queues = found(stacks, isQueue);
  const visible = (queue: Queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label: queue.node.path });
  const age = (queue: Queue) => queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label: queue.node.path });
  const working = queues.filter((queue) => !isDead(queue));
  const functions = found(stacks, isFunction);
  return [
    graph('Queues: messages waiting (left), oldest, in seconds (right)', working.map(visible), working.map(age)),
    graph('Dead letters', queues.filter(isDead).map(visible)),
    graph(
      'Functions: errors (left), throttles (right)',
      functions.map((one) => one.metricErrors({ period })),
      functions.map((one) => one.metricThrottles({ period })),
    ),
    graph(
      'Functions: duration of the slowest of a hundred',
      functions.map((one) => one.metricDuration({ period, statistic: 'p99' })),
    ),
  ];
};

export type DashboardProps = { readonly stacks: readonly Stack[]; readonly assess: Queue };

/** `stacks`: those of this region; a dashboard shows the state of alarms of its own region only. */
export const addDashboard = (scope: Construct, { stacks, assess }: DashboardProps): void => {
  const board = new Dashboard(scope, 'Dashboard', { dashboardName: serviceOf(scope), defaultInterval: Duration.days(1) });
  const alarms = found(stacks, isAlarm);
  const logs = found(stacks, isFunction).flatMap(({ node }) => node.scope?.node.children.filter(isLog) ?? []);
  board.addWidgets(new TextWidget({ markdown: '# Art33\nEach alarm has its article in `docs/runbook.md`.', width: whole, height: 2 }));
  board.addWidgets(
    new AlarmStatusWidget({
      title: 'Alarms',
      alarms: alarms.map((one) => Alarm.fromAlarmArn(board, one.node.id, arnOf(scope, one))),
      width: whole,
      height: 6,
    }),
  );
  board.addWidgets(...promises(scope, assess));
  board.addWidgets(...carriers(stacks));
  board.addWidgets(
    new LogQueryWidget({
      title: 'Errors of all functions',
      logGroupNames: logs.map((one) => one.logGroupName),
      queryLines: ['fields @timestamp, stage, message', 'filter level = "ERROR"', 'sort @timestamp desc', 'limit 50'],
      width: whole,
      height: 6,
    }),
  );
};
