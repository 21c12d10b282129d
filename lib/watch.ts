// Decides what wakes the operator beside failing functions: silence of the tick and the audit, old signals, errors that were logged.
import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { alarm, shortly } from './alarm.ts';
import { dashboardPage, logsPage, queuePage } from './look.ts';
import { ownMetric, serviceOf } from './metrics.ts';
import { deadLetterAlarm } from './work-queue.ts';

export type WatchProps = {
  readonly assess: IQueue;
  readonly logs: { readonly tick: ILogGroup; readonly audit: ILogGroup; readonly anchor: ILogGroup };
  readonly deadLetters: Readonly<Record<'undelivered' | 'failed-tick' | 'failed-audit' | 'failed-logs' | 'failed-anchor', IQueue>>;
  readonly topic: ITopic;
};

/** Silence is what tells: a schedule that was switched off makes no error (F-34). */
const silences = (scope: Construct, { topic, logs }: WatchProps): void => {
  alarm(scope, {
    name: 'Tick/Silence',
    metric: ownMetric(scope, 'Ticks', { period: Duration.minutes(5) }),
    means: 'no tick has finished for five minutes, so what is due is woken by nobody',
    look: logsPage(logs.tick),
    when: 'silence',
    topic,
  });
  alarm(scope, {
    name: 'Audit/Silence',
    metric: ownMetric(scope, 'Heartbeats', { period: Duration.minutes(15) }),
    means: 'no audit has passed for an hour: duties may be missing, or the audit does not run',
    look: logsPage(logs.audit),
    when: 'silence',
    periods: 4,
    topic,
  });
  alarm(scope, {
    name: 'Anchor/Silence',
    metric: ownMetric(scope, 'Anchors', { period: Duration.minutes(10) }),
    means: 'no anchor for 70 minutes (I-36): what is written into the register meanwhile could be rewritten unseen',
    look: logsPage(logs.anchor),
    when: 'silence',
    periods: 7,
    topic,
  });
};

/** One bad line is nobody's alarm; many are a reader that no longer fits, or somebody who hides in noise. */
const unreadable = (scope: Construct, { topic }: WatchProps): void => {
  alarm(scope, {
    name: 'Signals/Quarantined',
    metric: ownMetric(scope, 'SignalsQuarantined', { period: Duration.hours(1) }),
    means: 'ten events within an hour could not be read: a source has changed its form, and what it tells meets no rule',
    look: dashboardPage(serviceOf(scope)),
    threshold: 10,
    topic,
  });
};

/** Every deadline rests on this: what is due is claimed within minutes, or a person hears of it (I-41). */
const lateness = (scope: Construct, { topic }: WatchProps): void => {
  alarm(scope, {
    name: 'Duties/Late',
    metric: ownMetric(scope, 'OldestDueAge', { period: shortly, statistic: 'Maximum' }),
    means: 'a duty has been due for five minutes and nobody has taken it: a page or a notice is late',
    look: dashboardPage(serviceOf(scope)),
    threshold: Duration.minutes(5).toMilliseconds(),
    periods: 2,
    topic,
  });
};

export const watch = (scope: Construct, props: WatchProps): void => {
  const { assess, deadLetters, topic } = props;
  alarm(scope, {
    name: 'Functions/LoggedErrors',
    metric: ownMetric(scope, 'LoggedErrors', { period: shortly }),
    means: 'a function logged an error that did not fail it: a duty crashed, a duty was missing, a door could not store',
    look: dashboardPage(serviceOf(scope)),
    topic,
  });
  alarm(scope, {
    name: 'Assess/OldSignals',
    metric: assess.metricApproximateAgeOfOldestMessage({ period: shortly, statistic: 'Maximum' }),
    means: 'a signal has waited for five minutes to be assessed',
    look: queuePage(assess),
    threshold: 300,
    periods: 3,
    topic,
  });
  for (const [stage, queue] of [
    ['undelivered', deadLetters.undelivered],
    ['failedTick', deadLetters['failed-tick']],
    ['failedAudit', deadLetters['failed-audit']],
    ['failedLogs', deadLetters['failed-logs']],
    ['failedAnchor', deadLetters['failed-anchor']],
  ] as const) {
    deadLetterAlarm(scope, { stage, queue, topic });
  }
  silences(scope, props);
  lateness(scope, props);
  unreadable(scope, props);
};
