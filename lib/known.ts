// Decides how the pipeline names a dead-letter queue of the state stack: by its address, so that the state never depends on the pipeline.
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** The CDK adds a policy to a queue that it owns, which would tie the two stacks in a circle. The policy stands in the state stack. */
export const known = (scope: Construct, id: string, queue: IQueue): IQueue => Queue.fromQueueArn(scope, id, queue.queueArn);
