// Decides what the functions measure: a closed list, read off the log, of this deployment, in CloudWatch's embedded metric format.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { metricNames } from '#lambdas/metrics.ts';
import { jsonLog } from '#lambdas/log.ts';
import { ownMetrics } from '#lib/metrics.ts';
import { written } from './written.ts';

vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'art33-test');
const lines = written();
beforeEach(() => {
  lines.length = 0;
});

/** What one invocation measured, without the envelope. */
const measured = (work: (log: ReturnType<typeof jsonLog>) => void): Readonly<Record<string, unknown>> => {
  const log = jsonLog('test');
  work(log);
  log.meter.flush();
  const found = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => '_aws' in line) ?? {};
  const { _aws: _, ...values } = found;
  return values;
};

describe('metrics', () => {
  it('are the ones that lib/ knows, and few', () => {
    expect(metricNames).toEqual(ownMetrics);
    expect(metricNames.length).toBeLessThanOrEqual(20);
  });

  it('of a tick say how much is due and how late, and count it only when it came to its end', () => {
    const fields = { dueCount: 3, oldestDueAge: 61_000, inline: 0 };
    expect(measured((log) => log.info('tick', { ...fields, tickOk: true }))).toEqual({
      service: 'art33-test',
      Ticks: 1,
      DueCount: 3,
      OldestDueAge: 61_000,
    });
    lines.length = 0;
    expect(measured((log) => log.info('tick', { ...fields, tickOk: false }))).not.toHaveProperty('Ticks');
  });

  it('of an audit leave out a gap that is not known', () => {
    expect(measured((log) => log.info('audit', { overdue: 2, intakeGap: 0 }))).toMatchObject({ DutiesOverdue: 2, IntakeGap: 0 });
    lines.length = 0;
    expect(measured((log) => log.info('audit', { overdue: 0 }))).not.toHaveProperty('IntakeGap');
  });

  it('count every error, add up within an invocation, and stand in one line', () => {
    const values = measured((log) => {
      log.error('turn-crashed');
      log.error('duty-gone');
      log.meter.add('SignalsStored', 10);
      log.meter.add('SignalsStored', 5);
    });
    expect(values).toMatchObject({ LoggedErrors: [1, 1], SignalsStored: [10, 5] });
    expect(lines.filter((line) => line.includes('"_aws"'))).toHaveLength(1);
  });

  it('are not written when there are none', () => {
    measured((log) => log.info('started'));
    expect(lines.filter((line) => line.includes('"_aws"'))).toEqual([]);
  });
});
