// Decides what every function has in common: Node 24 on arm64, a role of its own, a log of its own, tracing, an alarm.
import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarm, shortly } from './alarm.ts';
import type { Stage } from './bundle.ts';
import { functionPage } from './look.ts';
import { serviceOf } from './metrics.ts';

/** Six times this is the least visibility timeout of a queue (F-12). An effect takes at most 10 s, a tick at most 45. */
export const workerTimeout = Duration.seconds(30);

export type WorkerProps<Env extends Readonly<Record<string, string>>> = {
  readonly stage: Stage;
  readonly bundles: string;
  /** `EnvOf<typeof …Env>`: a forgotten setting does not compile. */
  readonly env: Env;
  readonly key: IKey;
  readonly alarms: ITopic;
  /** @default 30 s */
  readonly timeout?: Duration;
  /** @default 512 MB */
  readonly memory?: number;
  /** Where somebody outside has to know it. @default AWS names it */
  readonly roleName?: string;
};

const titled = (stage: string): string => stage.charAt(0).toUpperCase() + stage.slice(1);

export class Worker<Env extends Readonly<Record<string, string>>> extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logs: LogGroup;

  constructor(scope: Construct, props: WorkerProps<Env>) {
    const { stage, bundles, env, key, alarms, timeout = workerTimeout, memory = 512, roleName } = props;
    super(scope, titled(stage));
    this.logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What the ${stage} function may do, and no more`,
      ...(roleName === undefined ? {} : { roleName }),
    });
    // Instead of the managed policy, which allows the logs of every function.
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logs.logGroupArn] }),
    );
    this.function = new LambdaFunction(this, 'Function', {
      description: `Art33 stage ${stage}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(bundles, stage)),
      environment: { ...env, POWERTOOLS_SERVICE_NAME: serviceOf(this) },
      role: this.role,
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      timeout,
      memorySize: memory,
    });
    this.acknowledge();
    this.addAlarms(stage, alarms);
  }

  private acknowledge(): void {
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords can be allowed on * only.',
    });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Where something calls it asynchronously it has an on-failure queue, which keeps the answer too; Art33::async-on-failure checks.',
    });
  }

  private addAlarms(stage: Stage, topic: ITopic): void {
    alarm(this, {
      name: `${titled(stage)}/Errors`,
      metric: this.function.metricErrors({ period: shortly }),
      means: `invocations of the ${stage} function fail`,
      look: functionPage(this.function),
      topic,
    });
  }
}
