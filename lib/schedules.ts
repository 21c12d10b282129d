// Decides what comes by itself: the tick every minute, twice and by two services; the audit every 15 minutes (6.3, 6.4); the anchor every hour.
import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { known } from './known.ts';
import { maySend } from './grants.ts';
import { keepFailuresOfSchedule } from './on-failure.ts';
import type { StateStack } from './state-stack.ts';
import type { Worker } from './worker.ts';

type AnyWorker = Worker<Readonly<Record<string, string>>>;

export type ScheduleProps = {
  readonly tick: AnyWorker;
  readonly audit: AnyWorker;
  readonly anchor: AnyWorker;
  readonly state: StateStack;
  readonly enabled: boolean;
};

/** The scheduler's own role for this one call. The CDK's would allow every version of the function too. */
const callerOf = (scope: Construct, target: IFunction, undelivered: IQueue): IRole => {
  const stack = Stack.of(scope);
  const group = stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
  const role = new Role(scope, 'TickByScheduleRole', {
    description: 'What the scheduler may do: call the tick, and keep what it could not deliver',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }));
  maySend(role, [undelivered]);
  return role.withoutPolicyUpdates();
};

export type Call = {
  readonly name: string;
  readonly description: string;
  readonly schedule: RuleSchedule;
  readonly target: AnyWorker;
  readonly undelivered: IQueue;
  /** Frozen, nothing comes by itself (docs/restore.md). */
  readonly enabled: boolean;
};

const limitsOf = (scope: Construct, undelivered: IQueue) => ({
  deadLetterQueue: known(scope, 'UndeliveredSchedules', undelivered),
  retryAttempts: 2,
  maxEventAge: Duration.minutes(5),
});

const ruleFor = (scope: Construct, { name, description, schedule, target, enabled }: Call, limits: ReturnType<typeof limitsOf>): void => {
  const targets = [new LambdaFunction(target.function, { ...limits, event: RuleTargetInput.fromObject({}) })];
  new Rule(scope, name, { description, schedule, targets, enabled });
};

/** One call of its own, within a scope that has no other. */
export const callByRule = (scope: Construct, call: Call): void => ruleFor(scope, call, limitsOf(scope, call.undelivered));

export const addSchedules = (scope: Construct, { tick, audit, anchor, state, enabled }: ScheduleProps): void => {
  const { undelivered } = state.deadLetters;
  const limits = limitsOf(scope, undelivered);
  const rule = (name: string, description: string, every: Duration, target: AnyWorker): void =>
    ruleFor(scope, { name, description, schedule: RuleSchedule.rate(every), target, undelivered, enabled }, limits);
  rule('TickByRule', 'The tick', Duration.minutes(1), tick);
  // A second clock, of another service: one that is disabled or fails in silence does not stop the ledger (F-34).
  new Schedule(scope, 'TickByScheduler', {
    description: 'The tick, once more',
    schedule: ScheduleExpression.rate(Duration.minutes(1)),
    target: new LambdaInvoke(tick.function, { ...limits, role: callerOf(scope, tick.function, undelivered) }),
    enabled,
  });
  rule('AuditByRule', 'The audit', Duration.minutes(15), audit);
  rule('AnchorByRule', 'The anchor of the register', Duration.hours(1), anchor);
  keepFailuresOfSchedule(tick, state.deadLetters['failed-tick']);
  keepFailuresOfSchedule(audit, state.deadLetters['failed-audit']);
  keepFailuresOfSchedule(anchor, state.deadLetters['failed-anchor']);
};
