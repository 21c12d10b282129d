// Decides how lines of other log groups become signals: one subscription and one permission for each group that the settings name (D-9).
import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keepFailures } from './on-failure.ts';
import type { Worker } from './worker.ts';

export type LogDoorProps = {
  readonly worker: Worker<Readonly<Record<string, string>>>;
  /** Log groups of this account and region; they exist already. */
  readonly groups: Readonly<Record<string, string>>;
  readonly failed: IQueue;
};

export const addLogDoor = (scope: Construct, { worker, groups, failed }: LogDoorProps): void => {
  // A signal is worth trying for as long as Lambda does.
  keepFailures(worker, { queue: failed, retries: 2, maxAge: Duration.hours(6) });
  const { account, region, partition } = Stack.of(scope);
  const door = new Construct(scope, 'LogDoor');
  for (const [index, group] of Object.keys(groups).sort().entries()) {
    const one = new Construct(door, `Group${index + 1}`);
    worker.function.addPermission(`Group${index + 1}`, {
      principal: new ServicePrincipal('logs.amazonaws.com'),
      sourceAccount: account,
      sourceArn: `arn:${partition}:logs:${region}:${account}:log-group:${group}:*`,
      scope: one,
    });
    const subscription = new CfnSubscriptionFilter(one, 'Subscription', {
      logGroupName: group,
      destinationArn: worker.function.functionArn,
      // Every line: what is no signal is for the rules to say.
      filterPattern: '',
    });
    // CloudWatch calls the function once to see whether it may.
    subscription.node.addDependency(...one.node.children.filter((child) => child !== subscription));
  }
};
