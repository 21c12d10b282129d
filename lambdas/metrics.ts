// Decides what a function measures: a closed list of metrics, read off our own log events or added where nothing is logged (D-22).
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import type { Safe } from '#core/kernel/safe.ts';

/** None per source or controller: at most 20 custom metrics, whatever happens (D-22). lib/ names the same. */
export const metricNames = [
  'Ticks',
  'DueCount',
  'OldestDueAge',
  'TurnsDone',
  'DutiesOverdue',
  'Heartbeats',
  'IntakeGap',
  'SignalsStored',
  'SignalsSettled',
  'SignalsQuarantined',
  'LoggedErrors',
  'Anchors',
  'Kits',
] as const;
export type MetricName = (typeof metricNames)[number];

type Fields = Readonly<Record<string, Safe | number | boolean>>;
type Measured = Readonly<Partial<Record<MetricName, number>>>;

const given = (name: MetricName, value: Fields[string] | undefined): Measured => (typeof value === 'number' ? { [name]: value } : {});

/** What an event of the log counts as. */
const meters: Readonly<Record<string, (fields: Fields) => Measured>> = {
  // A tick that did not come to its end is none.
  tick: ({ dueCount, oldestDueAge, tickOk }) => ({
    ...given('DueCount', dueCount),
    ...given('OldestDueAge', oldestDueAge),
    ...(tickOk === true ? { Ticks: 1 } : {}),
  }),
  audit: ({ overdue, intakeGap }) => ({ ...given('DutiesOverdue', overdue), ...given('IntakeGap', intakeGap) }),
  turn: () => ({ TurnsDone: 1 }),
  heartbeat: () => ({ Heartbeats: 1 }),
  anchor: () => ({ Anchors: 1 }),
  'kit-exported': () => ({ Kits: 1 }),
  quarantined: () => ({ SignalsQuarantined: 1 }),
};

export type Meter = {
  readonly add: (name: MetricName, value?: number) => void;
  /** Once for each line of the log. */
  readonly hear: (level: 'info' | 'warn' | 'error', event: string, fields: Fields) => void;
  /** At the end of an invocation: one line in CloudWatch's embedded metric format, or none. */
  readonly flush: () => void;
};

/** The service is the deployment, so that two stages in one account are told apart. */
export const powertoolsMeter = (): Meter => {
  const metrics = new Metrics({ namespace: 'Art33' });
  const add = (name: MetricName, value: number): void => {
    metrics.addMetric(name, name === 'OldestDueAge' ? MetricUnit.Milliseconds : MetricUnit.Count, value);
  };
  return {
    add: (name, value = 1) => add(name, value),
    hear: (level, event, fields) => {
      const measured: Measured = { ...meters[event]?.(fields), ...(level === 'error' ? { LoggedErrors: 1 } : {}) };
      for (const name of metricNames) {
        const value = measured[name];
        if (value !== undefined) add(name, value);
      }
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
