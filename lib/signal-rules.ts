// Decides which events of AWS and of partners are signals: to the assess queue, never straight to a function (F-17, F-33).
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { known } from './known.ts';

export type SignalRuleProps = {
  readonly assess: IQueue;
  readonly undelivered: IQueue;
  /** Name of Auth0's partner event source: AWS gives its bus the same name once it is associated. */
  readonly auth0: string | undefined;
};

export const addSignalRules = (scope: Construct, { assess, undelivered, auth0 }: SignalRuleProps): void => {
  const deadLetterQueue = known(scope, 'UndeliveredSignals', undelivered);
  const targets = () => [new SqsQueue(assess, { deadLetterQueue })];
  new Rule(scope, 'GuardDutyFindings', {
    description: 'Every GuardDuty finding is a signal',
    // Findings of member accounts arrive here too; the directory knows whose they are.
    eventPattern: { source: ['aws.guardduty'], detailType: ['GuardDuty Finding'] },
    targets: targets(),
  });
  if (auth0 === undefined) return;
  new Rule(scope, 'Auth0Events', {
    description: 'Every event of the Auth0 log stream is a signal',
    eventBus: EventBus.fromEventBusName(scope, 'Auth0Bus', auth0),
    eventPattern: { account: [Stack.of(scope).account] },
    targets: targets(),
  });
};
