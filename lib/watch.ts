// Decides what wakes the operator beside failing functions: silence of the tick and the audit, old signals, errors that were logged.
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { alarm, shortly } from './alarm.ts';
import { deadLetterAlarm } from './work-queue.ts';
import { type Worker, metricSpace } from './worker.ts';

type AnyWorker = Worker<Readonly<Record<string, string>>>;

export type WatchProps = {
  readonly workers: Readonly<Record<string, AnyWorker>> & { readonly tick: AnyWorker; readonly audit: AnyWorker };
  readonly assess: IQueue;
  readonly deadLetters: Readonly<Record<'undelivered' | 'failed-tick' | 'failed-audit', IQueue>>;
  readonly topic: ITopic;
};

const counted = (metricName: string, period: Duration): Metric =>
  new Metric({ namespace: metricSpace, metricName, period, statistic: 'Sum' });

const logsLook = 'cloudwatch/home#logsV2:logs-insights';

/** Silence is what tells: a schedule that was switched off makes no error (F-34). */
const silences = (scope: Construct, { workers, topic }: WatchProps): void => {
  // A tick that did not come to its end is none.
  workers.tick.count('Ticks', '{ $.event = "tick" && $.tickOk IS TRUE }');
  workers.audit.count('Heartbeats', '{ $.event = "heartbeat" }');
  alarm(scope, {
    name: 'Tick/Silence',
    metric: counted('Ticks', Duration.minutes(5)),
    means: 'no tick has finished for five minutes, so what is due is woken by nobody',
    look: logsLook,
    when: 'silence',
    topic,
  });
  alarm(scope, {
    name: 'Audit/Silence',
    metric: counted('Heartbeats', Duration.minutes(15)),
    means: 'no audit has passed for an hour: duties may be missing, or the audit does not run',
    look: logsLook,
    when: 'silence',
    periods: 4,
    topic,
  });
};

/** Every deadline rests on this: what is due is claimed within minutes, or a person hears of it (I-41). */
const lateness = (scope: Construct, { workers, topic }: WatchProps): void => {
  workers.tick.measure('OldestDueAge', '{ $.event = "tick" }', '$.oldestDueAge');
  workers.tick.measure('DueCount', '{ $.event = "tick" }', '$.dueCount');
  alarm(scope, {
    name: 'Duties/Late',
    metric: new Metric({ namespace: metricSpace, metricName: 'OldestDueAge', period: shortly, statistic: 'Maximum' }),
    means: 'a duty has been due for five minutes and nobody has taken it: a page or a notice is late',
    look: logsLook,
    threshold: Duration.minutes(5).toMilliseconds(),
    periods: 2,
    topic,
  });
};

export const watch = (scope: Construct, props: WatchProps): void => {
  const { workers, assess, deadLetters, topic } = props;
  for (const worker of Object.values(workers)) worker.count('LoggedErrors', '{ $.level = "error" }');
  alarm(scope, {
    name: 'Functions/LoggedErrors',
    metric: counted('LoggedErrors', shortly),
    means: 'a function logged an error that did not fail it: a duty crashed, a duty was missing, a door could not store',
    look: logsLook,
    topic,
  });
  alarm(scope, {
    name: 'Assess/OldSignals',
    metric: assess.metricApproximateAgeOfOldestMessage({ period: shortly, statistic: 'Maximum' }),
    means: 'a signal has waited for five minutes to be assessed',
    look: 'sqs/v3/home#/queues',
    threshold: 300,
    periods: 3,
    topic,
  });
  for (const [stage, queue] of [
    ['undelivered', deadLetters.undelivered],
    ['failedTick', deadLetters['failed-tick']],
    ['failedAudit', deadLetters['failed-audit']],
  ] as const) {
    deadLetterAlarm(scope, { stage, queue, topic });
  }
  silences(scope, props);
  lateness(scope, props);
};
