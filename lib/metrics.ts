// Decides how our own metrics are read: those that the functions write (lambdas/metrics.ts), of this deployment and no other.
import type { Duration } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Few, and none per source or controller (D-22). */
export const ownMetrics = [
  'Ticks',
  'DueCount',
  'OldestDueAge',
  'TurnsDone',
  'DutiesOverdue',
  'Heartbeats',
  'IntakeGap',
  'SignalsStored',
  'SignalsSettled',
  'SignalsQuarantined',
  'LoggedErrors',
  'Anchors',
  'Kits',
] as const;
type OwnMetric = (typeof ownMetrics)[number];

/** `art33-dev`: each metric and each line of the log bears it, so that two stages in one account are told apart. */
export const serviceOf = (scope: Construct): string => Stack.of(scope).stackName.split('-').slice(0, 2).join('-');

export const ownMetric = (
  scope: Construct,
  metricName: OwnMetric,
  { period, statistic = 'Sum' }: { readonly period: Duration; readonly statistic?: 'Sum' | 'Maximum' },
): Metric => new Metric({ namespace: 'Art33', metricName, dimensionsMap: { service: serviceOf(scope) }, period, statistic });
