// Decides whether the bill is the arithmetic it says it is: uses times prices, each once, and nothing invented between two measurements.
import { describe, expect, it } from 'vitest';
import type { Measured } from '#bench/cost/measure.ts';
import { type Basis, type Part, type Prices, billOf, incidentWith, totalOf } from '#bench/cost/model.ts';
import type { Standing } from '#bench/cost/template.ts';
import { type StageUse, type Taken, nothing } from '#bench/cost/use.ts';

const use = (operations: Readonly<Record<string, Partial<StageUse['operations'][string]>>>, invocations = 0): StageUse => ({
  invocations,
  cpu: 0,
  logged: 0,
  operations: Object.fromEntries(
    Object.entries(operations).map(([name, one]) => [name, { requests: 0, read: 0, write: 0, sent: 0, received: 0, ...one }]),
  ),
});
const taken = (stage: string, one: StageUse, more: Partial<Taken> = {}): Taken => ({ ...nothing, uses: { [stage]: one }, ...more });

/** All prices 0 but those named; all assumptions as harmless as can be. */
const pricesWith = (named: Readonly<Record<string, number>>, assumed: Readonly<Record<string, number>> = {}): Prices => {
  const names =
    'lambda.request lambda.gbSecond sqs.request dynamodb.write dynamodb.read dynamodb.gbMonth dynamodb.pitrGbMonth s3.put s3.get s3.gbMonth ses.mail ses.gb secrets.secretMonth secrets.request kms.keyMonth kms.request cloudwatch.alarmMonth cloudwatch.metricMonth cloudwatch.dashboardMonth logs.gb logs.gbMonth httpapi.request eventbridge.event scheduler.invocation xray.trace sns.mail transfer.gbOut';
  const assumptions = {
    hoursPerMonth: 730,
    pollsPerMappingAndHour: 0,
    waitPerRequest: 0,
    waitOutside: 0,
    memoryOfOneCpu: 1_769,
    logBytesPerInvocation: 0,
    accessLogBytes: 0,
    logMonths: 0,
    rawMonths: 3,
    tracesPerSecond: 1,
    kmsRequestsPerHour: 0,
    alarmMailsPerMonth: 0,
    examinedMonths: 1,
    ...assumed,
  };
  return {
    region: 'here',
    takenOn: '2026-11-28',
    prices: Object.fromEntries(names.split(' ').map((name) => [name, { usd: named[name] ?? 0, per: 1, source: '', how: 'seen' }])),
    assumptions: Object.fromEntries(Object.entries(assumptions).map(([name, value]) => [name, { value, why: '' }])),
  };
};

const standing: Standing = {
  alarmMetrics: 20,
  dashboards: 1,
  keys: 2,
  secrets: 3,
  mappings: { assess: 1, notify: 1 },
  byRule: { tick: 60, audit: 4 },
  byScheduler: { tick: 60 },
  memory: { tick: 512, audit: 512, assess: 512, ingest: 512, notify: 512 },
};

const measured: Measured = {
  measuredOn: '2026-11-28',
  node: 'v24',
  metrics: { tick: ['A', 'B'], audit: ['C'], assess: ['D', 'A'] },
  idle: { tick: taken('tick', use({ 'dynamodb.Query': { requests: 1, read: 16 } }, 1)), audit: taken('audit', use({}, 1)) },
  settled: taken('assess', use({ 'dynamodb.PutItem': { requests: 1, write: 5 }, 's3.PutObject': { requests: 1 } }, 1), {
    stored: { table: 2 ** 10, 'evidence/raw': 2 ** 10 },
  }),
  duplicate: nothing,
  attached: nothing,
  incidents: [
    { controllers: 1, whole: taken('notify', use({ 'ses.SendRawEmail': { requests: 1 } })), rounds: {} },
    { controllers: 101, whole: taken('notify', use({ 'ses.SendRawEmail': { requests: 101 } })), rounds: {} },
    { controllers: 1_001, whole: taken('notify', use({ 'ses.SendRawEmail': { requests: 2_001 } })), rounds: {} },
  ],
  auditReadsOfSignal: 0.01,
};

const basis = (named: Readonly<Record<string, number>>, assumed: Readonly<Record<string, number>> = {}): Basis => ({
  measured,
  standing,
  prices: pricesWith(named, assumed),
});
const month = { signals: 0, incidents: 0, controllers: 1 };
const total = (priced: Basis, scenario = month, part?: Part): number => totalOf(billOf(priced, scenario), part);

describe('an idle month', () => {
  it('pays for what stands there', () => {
    expect(total(basis({ 'cloudwatch.alarmMonth': 1 }))).toBe(20);
    expect(total(basis({ 'cloudwatch.dashboardMonth': 1 }))).toBe(1);
    expect(total(basis({ 'kms.keyMonth': 1 }))).toBe(2);
    expect(total(basis({ 'secrets.secretMonth': 1 }))).toBe(3);
  });

  it('pays for every tick of both clocks, and for every audit', () => {
    expect(total(basis({ 'lambda.request': 1 }))).toBe((120 + 4) * 730);
    expect(total(basis({ 'dynamodb.read': 1 }))).toBe(120 * 730 * 16);
    expect(total(basis({ 'scheduler.invocation': 1 }))).toBe(60 * 730);
  });

  it('pays for each queue that is asked whether there is something', () => {
    expect(total(basis({ 'sqs.request': 1 }, { pollsPerMappingAndHour: 900 }))).toBe(2 * 900 * 730);
  });

  it('pays for the metrics that are written at rest, by the hours in which they are', () => {
    expect(total(basis({ 'cloudwatch.metricMonth': 1 }))).toBe(3);
    const nightly = { ...basis({ 'cloudwatch.metricMonth': 1 }), standing: { ...standing, byRule: { tick: 60, audit: 1 / 24 } } };
    expect(total(nightly)).toBeCloseTo(2 + 1 / 24);
    expect(total(basis({ 'cloudwatch.metricMonth': 1 }), { ...month, signals: 1 }, 'signals')).toBe(1);
  });

  it('refuses a function that comes by itself and was never measured', () => {
    const unknown = { ...basis({}), standing: { ...standing, byRule: { anchor: 1 } } };
    expect(() => billOf(unknown, month)).toThrow('measured.json does not know the function anchor: run npm run cost -- --measure');
  });
});

describe('signals', () => {
  const million = { ...month, signals: 1_000_000 };

  it('pay for their requests and for what they leave', () => {
    expect(total(basis({ 'dynamodb.write': 1 }), million)).toBe(5_000_000);
    expect(total(basis({ 's3.put': 1 }), million)).toBe(1_000_000);
    expect(total(basis({ 'dynamodb.gbMonth': 1 }), { ...month, signals: 2 ** 20 })).toBe(1);
    expect(total(basis({ 's3.gbMonth': 1 }), { ...month, signals: 2 ** 20 })).toBe(3);
  });

  it('pay for every audit that counts them: half of them on average', () => {
    expect(total(basis({ 'dynamodb.read': 1 }), million, 'signals')).toBeCloseTo((0.01 * 1_000_000 * 4 * 730) / 2);
  });

  it('are traced each up to one a second, one in twenty beyond', () => {
    const second = 730 * 3_600;
    expect(total(basis({ 'xray.trace': 1 }), { ...month, signals: second }, 'signals')).toBe(second);
    expect(total(basis({ 'xray.trace': 1 }), { ...month, signals: 3 * second }, 'signals')).toBeCloseTo(second * 1.1);
  });
});

describe('an incident', () => {
  const mails = (controllers: number): number =>
    incidentWith(measured.incidents, controllers).whole.uses['notify']?.operations['ses.SendRawEmail']?.requests ?? 0;

  it('costs what was measured at a measured size, what lies between between, and goes on as it grew last', () => {
    expect([1, 101, 1_001].map(mails)).toEqual([1, 101, 2_001]);
    expect(mails(51)).toBeCloseTo(51);
    expect(mails(551)).toBeCloseTo(1_051);
    expect(mails(2_001)).toBeCloseTo(4_112.1, 0);
  });

  it('is paid as often as it happens', () => {
    expect(total(basis({ 'ses.mail': 1 }), { signals: 0, incidents: 50, controllers: 101 })).toBeCloseTo(5_050);
  });
});

describe('a duration', () => {
  it('is processor time at the share that the memory buys, and waiting for each request in turn', () => {
    const one = { ...use({ 'dynamodb.GetItem': { requests: 3 }, 'outside.POST': { requests: 1 } }), cpu: 100 };
    const priced: Basis = {
      ...basis({ 'lambda.gbSecond': 1 }, { waitPerRequest: 10, waitOutside: 300 }),
      measured: { ...measured, idle: { tick: nothing, audit: nothing }, settled: taken('assess', one) },
    };
    const seconds = (100 * (1_769 / 512) + 3 * 10 + 300) / 1_000;
    expect(totalOf(billOf(priced, { ...month, signals: 1 }).filter((line) => line.stage === 'assess'))).toBeCloseTo(seconds * 0.5);
  });
});

describe('the data', () => {
  it('lack no price and no assumption without a word', () => {
    const { prices } = basis({});
    const { 'kms.request': _, ...fewer } = prices.prices;
    expect(() => billOf({ ...basis({}), prices: { ...prices, prices: fewer } }, month)).toThrow('prices.json has no price kms.request');
  });
});
