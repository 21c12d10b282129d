// Decides that no message is lost in silence: every queue has a dead-letter queue, every dead-letter queue an alarm that reaches people.
import { type Breach, type Placed, type Rule, type Template, each, keyOf, list, record, refersFrom } from './template.ts';

const queue = 'AWS::SQS::Queue';

/** Queues that keep what something else could not do or deliver. */
const deadLetters = (all: readonly Template[]): ReadonlySet<string> => {
  const kept = (at: Placed): unknown => {
    const { RedrivePolicy, Targets, Target, DestinationConfig } = at.properties;
    const deadLetterOf = (target: unknown): unknown => record(target)['DeadLetterConfig'];
    return [RedrivePolicy, list(Targets).map(deadLetterOf), deadLetterOf(Target), record(DestinationConfig)['OnFailure']];
  };
  const keepers = each(
    all,
    queue,
    'AWS::Events::Rule',
    'AWS::Scheduler::Schedule',
    'AWS::SNS::Subscription',
    'AWS::Lambda::EventInvokeConfig',
  );
  return new Set(keepers.flatMap((at) => refersFrom(all, at, kept(at))));
};

const withoutDeadLetters = (all: readonly Template[]): readonly Breach[] => {
  const kept = deadLetters(all);
  return each(all, queue)
    .filter((at) => at.properties['RedrivePolicy'] === undefined && !kept.has(keyOf(at)))
    .map((at) => ({ at, wrong: 'this queue has no dead-letter queue, and is none' }));
};

/** Visible messages: the metric of sends stays 0 for what SQS moves (F-04). */
const alarmed = (all: readonly Template[]): ReadonlySet<string> =>
  new Set(
    each(all, 'AWS::CloudWatch::Alarm')
      .filter(({ properties }) => properties['MetricName'] === 'ApproximateNumberOfMessagesVisible')
      .filter(({ properties }) => list(properties['AlarmActions']).length > 0)
      .flatMap((at) => refersFrom(all, at, at.properties['Dimensions'])),
  );

const withoutAlarm = (all: readonly Template[]): readonly Breach[] => {
  const kept = deadLetters(all);
  const heard = alarmed(all);
  return each(all, queue)
    .filter((at) => kept.has(keyOf(at)) && !heard.has(keyOf(at)))
    .map((at) => ({ at, wrong: 'no alarm watches what is visible in this dead-letter queue' }));
};

export const queueRules: readonly Rule[] = [
  {
    name: 'queue-dead-letters',
    right: 'give it a dead-letter queue of the state stack, as lib/work-queue.ts does',
    breaches: withoutDeadLetters,
  },
  {
    name: 'queue-alarm',
    right: 'call deadLetterAlarm (lib/work-queue.ts) for it, with an article in docs/runbook.md',
    breaches: withoutAlarm,
  },
];
