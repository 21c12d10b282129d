// Decides what comes by itself: the tick every minute, twice and by two services; the audit every 15 minutes (6.3, 6.4).
import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventInvokeConfig, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { known } from './known.ts';
import type { StateStack } from './state-stack.ts';

export type ScheduleProps = { readonly tick: IFunction; readonly audit: IFunction; readonly state: StateStack };

export const addSchedules = (scope: Construct, { tick, audit, state }: ScheduleProps): void => {
  const deadLetterQueue = known(scope, 'UndeliveredSchedules', state.deadLetters.undelivered);
  const call = (target: IFunction) =>
    new LambdaFunction(target, {
      deadLetterQueue,
      retryAttempts: 2,
      maxEventAge: Duration.minutes(5),
      event: RuleTargetInput.fromObject({}),
    });
  new Rule(scope, 'TickByRule', { description: 'The tick', schedule: RuleSchedule.rate(Duration.minutes(1)), targets: [call(tick)] });
  // A second clock, of another service: one that is disabled or fails in silence does not stop the ledger (F-34).
  new Schedule(scope, 'TickByScheduler', {
    description: 'The tick, once more',
    schedule: ScheduleExpression.rate(Duration.minutes(1)),
    target: new LambdaInvoke(tick, { deadLetterQueue, retryAttempts: 2, maxEventAge: Duration.minutes(5) }),
  });
  new Rule(scope, 'AuditByRule', { description: 'The audit', schedule: RuleSchedule.rate(Duration.minutes(15)), targets: [call(audit)] });
  // An asynchronous call that failed for good would be gone without a trace (F-17).
  for (const [name, target] of [['failed-tick', tick] as const, ['failed-audit', audit] as const]) {
    new EventInvokeConfig(scope, `On${name}`, {
      function: target,
      retryAttempts: 1,
      maxEventAge: Duration.minutes(5),
      onFailure: new SqsDestination(state.deadLetters[name]),
    });
  }
};
