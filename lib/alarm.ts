// Decides how every alarm looks: its name is a heading of docs/runbook.md, its text says what to do and where to look.
import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { serviceOf } from './metrics.ts';

export type AlarmOptions = {
  /** `Stage/Condition`: the article in docs/runbook.md bears the same name. */
  readonly name: `${string}/${string}`;
  readonly metric: IMetric;
  /** One sentence: what it means for people. */
  readonly means: string;
  readonly topic: ITopic;
  /** Where to look first: a page of the AWS console, as lib/look.ts writes it (`<service>/home#…`). */
  readonly look: string;
  /** @default 1: more than nothing is too much */
  readonly threshold?: number;
  /** @default 1 */
  readonly periods?: number;
  /** `silence`: below the threshold alarms, and so does no data at all (F-34). @default excess */
  readonly when?: 'excess' | 'silence';
};

const runbook = 'docs/runbook.md';

/** The anchor that a Markdown reader makes of the heading. */
export const anchorOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

export const alarm = (scope: Construct, options: AlarmOptions): Alarm => {
  const { name, metric, means, topic, look, threshold = 1, periods = 1, when = 'excess' } = options;
  const { region } = Stack.of(scope);
  // Without the region in its query the console opens in the region last used.
  const page = look.replace('/home#', `/home?region=${region}#`);
  const made = new Alarm(scope, `${name.replace('/', '')}Alarm`, {
    // People read it in the mail; the dashboard finds it by it.
    alarmName: `${serviceOf(scope)}/${name}`,
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: when === 'silence' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: when === 'silence' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    alarmDescription: [
      `${name}: ${means}`,
      `Runbook: ${runbook}#${anchorOf(name)}`,
      `Look: https://${region}.console.aws.amazon.com/${page}`,
    ].join('\n'),
  });
  made.addAlarmAction(new SnsAction(topic));
  made.addOkAction(new SnsAction(topic));
  return made;
};

/** The period of metrics that alarm within minutes. */
export const shortly = Duration.minutes(1);
