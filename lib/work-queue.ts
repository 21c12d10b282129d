// Decides what every queue has: dead letters with an alarm, a way back that is switched off, TLS only, room for six tries of its function.
import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarm, shortly } from './alarm.ts';
import { mayBeReadFrom } from './grants.ts';
import { queuePage } from './look.ts';
import { type Worker, workerTimeout } from './worker.ts';

/** Stages that read a queue; a queue bears the name of the stage that reads it (D-2). */
export const queueStages = ['assess', 'notify', 'page', 'ticket', 'other', 'receive'] as const;
export type QueueStage = (typeof queueStages)[number];

export type WorkQueueProps = {
  readonly stage: QueueStage;
  /** Kept in the state stack: what could not be done outlives the pipeline. */
  readonly deadLetters: IQueue;
  readonly alarms: ITopic;
  readonly keep: Duration;
  /** A throttled receive counts as one, so few would lose messages that no handler ever saw (F-03). @default 10 */
  readonly tries?: number;
};

export const titled = (stage: string): string => stage.charAt(0).toUpperCase() + stage.slice(1);

export class WorkQueue extends Construct {
  readonly queue: Queue;
  private readonly deadLetters: IQueue;

  constructor(scope: Construct, props: WorkQueueProps) {
    super(scope, `${titled(props.stage)}Queue`);
    this.deadLetters = props.deadLetters;
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: props.keep,
      // Lambda asks for six times the function's timeout (F-12).
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: props.deadLetters, maxReceiveCount: props.tries ?? 10 },
    });
    deadLetterAlarm(this, { stage: props.stage, queue: props.deadLetters, topic: props.alarms });
  }

  /** Ten at a time, failures by message (F-01); as many at once as the lane bears (D-22). Not `enabled`: what comes waits. */
  readBy(worker: Worker<Readonly<Record<string, string>>>, maxConcurrency: number, enabled = true): void {
    mayBeReadFrom(worker.role, [this.queue, this.deadLetters]);
    this.mapTo(worker, 'Reading', { queue: this.queue, maxConcurrency, enabled });
    // The way back: the same function reads the dead letters when somebody switches this on (docs/runbook.md).
    this.mapTo(worker, 'WayBack', { queue: this.deadLetters, maxConcurrency: 2, enabled: false });
  }

  private mapTo(
    worker: Worker<Readonly<Record<string, string>>>,
    id: string,
    { queue, ...limits }: { readonly queue: IQueue; readonly maxConcurrency: number; readonly enabled: boolean },
  ): void {
    const mapping = new EventSourceMapping(this, id, {
      target: worker.function,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      ...limits,
    });
    // The mapping is refused while the role can't read the queue.
    mapping.node.addDependency(worker.role);
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'A mapping of SQS takes no on-failure destination: the redrive policy of the queue itself keeps what fails.',
    });
  }
}

/** Visible messages, not sent ones: the metric of sends stays 0 for what SQS moves (F-04). */
export const deadLetterAlarm = (
  scope: Construct,
  { stage, queue, topic }: { readonly stage: string; readonly queue: IQueue; readonly topic: ITopic },
): void => {
  alarm(scope, {
    name: `${titled(stage)}/DeadLetters`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: shortly, statistic: 'Maximum' }),
    means: `messages for ${stage} could not be handled; they wait at most 14 days`,
    look: queuePage(queue),
    topic,
  });
};
