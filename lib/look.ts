// Decides which page of the AWS console an alarm opens: written without region, which lib/alarm.ts puts in.
import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

// Names that AWS makes hold letters, digits, - and _ only, so they may stand in an address as they are. Encoding a token would break it.

/** The console finds a queue by its URL, encoded as one part of the path. */
export const queuePage = (queue: IQueue): string => {
  const { region, account } = Stack.of(queue);
  return `sqs/v3/home#/queues/https%3A%2F%2Fsqs.${region}.amazonaws.com%2F${account}%2F${queue.queueName}`;
};

export const logsPage = (group: Pick<ILogGroup, 'logGroupName'>): string =>
  `cloudwatch/home#logsV2:log-groups/log-group/${group.logGroupName}`;

export const functionPage = (called: IFunction): string => `lambda/home#/functions/${called.functionName}?tab=monitoring`;

export const dashboardPage = (name: string): string => `cloudwatch/home#dashboards/dashboard/${name}`;
