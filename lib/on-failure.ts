// Decides what becomes of an asynchronous call that failed for good: it is kept with its answer, or it would be gone without a trace (F-17).
import { Duration } from 'aws-cdk-lib';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { maySend } from './grants.ts';
import type { Worker } from './worker.ts';

/** `maxAge`: how long Lambda tries; a tick that comes too late is worth nothing, a signal is. */
export const keepFailures = (
  worker: Worker<Readonly<Record<string, string>>>,
  { queue, retries, maxAge }: { readonly queue: IQueue; readonly retries: 0 | 1 | 2; readonly maxAge: Duration },
): void => {
  new EventInvokeConfig(worker, 'OnFailure', {
    function: worker.function,
    retryAttempts: retries,
    maxEventAge: maxAge,
    // Not SqsDestination: it would allow the function more than to send.
    onFailure: { bind: () => ({ destination: queue.queueArn }) },
  });
  maySend(worker.role, [queue]);
};

/** Of what a schedule calls: the next call comes anyway. */
export const keepFailuresOfSchedule = (worker: Worker<Readonly<Record<string, string>>>, queue: IQueue): void =>
  keepFailures(worker, { queue, retries: 1, maxAge: Duration.minutes(5) });
