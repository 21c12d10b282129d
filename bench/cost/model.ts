// Decides what a month costs: measured uses times prices, by service and by function. Pure; the data are prices.json and measured.json.
import type { Measured, MeasuredIncident } from './measure.ts';
import { type Standing, clockedIn } from './template.ts';
import { type StageUse, type Taken, nothing, plusTimes, slope } from './use.ts';

export type Price = { readonly usd: number; readonly per: number; readonly source: string; readonly how: string };
export type Prices = {
  readonly region: string;
  readonly takenOn: string;
  readonly prices: Readonly<Record<string, Price>>;
  readonly assumptions: Readonly<Record<string, { readonly value: number; readonly why: string }>>;
};

/** Of one month. `controllers`: how many each incident affects. */
export type Scenario = { readonly signals: number; readonly incidents: number; readonly controllers: number };

export const parts = ['idle', 'signals', 'incidents'] as const;
export type Part = (typeof parts)[number];
/** What is multiplied: the story's measurement and the stacks as they are now. */
export type Basis = { readonly measured: Measured; readonly standing: Standing; readonly prices: Prices };
export type Line = { readonly part: Part; readonly service: string; readonly stage: string; readonly usd: number };

type Rates = { readonly price: (name: string) => number; readonly given: (name: string) => number };

/** US dollars for one; a name that prices.json lacks is a defect and says so. */
const ratesOf = ({ prices, assumptions }: Prices): Rates => ({
  price: (name) => {
    const found = prices[name];
    if (!found) throw new Error(`prices.json has no price ${name}`);
    return found.usd / found.per;
  },
  given: (name) => {
    const found = assumptions[name];
    if (!found) throw new Error(`prices.json has no assumption ${name}`);
    return found.value;
  },
});

const gigabyte = 2 ** 30;

/** Of operations whose name begins so. */
const sumOf = (use: StageUse, prefix: string, of: 'requests' | 'read' | 'write' | 'sent'): number =>
  Object.entries(use.operations).reduce((sum, [name, one]) => sum + (name.startsWith(prefix) ? one[of] : 0), 0);

/** Processor time stretched to the function's share of one, and waiting for every request in turn. */
const gbSeconds = (use: StageUse, memory: number, { given }: Rates): number => {
  const outside = sumOf(use, 'outside.', 'requests');
  const ours = sumOf(use, '', 'requests') - outside;
  const milliseconds =
    use.cpu * Math.max(1, given('memoryOfOneCpu') / memory) + ours * given('waitPerRequest') + outside * given('waitOutside');
  return (milliseconds / 1_000) * (memory / 1_024);
};

/** Functions behind an HTTP API. */
const behindHttp: ReadonlySet<string> = new Set(['ingest', 'console']);

type Costs = Readonly<Record<string, number>>;

const costsOfUse = (stage: string, use: StageUse, memory: number, rates: Rates): Costs => {
  const { price, given } = rates;
  const secrets = sumOf(use, 'secretsmanager.', 'requests');
  const http = behindHttp.has(stage) ? use.invocations : 0;
  const logged = use.logged + use.invocations * given('logBytesPerInvocation') + http * given('accessLogBytes');
  return {
    Lambda: use.invocations * price('lambda.request') + gbSeconds(use, memory, rates) * price('lambda.gbSecond'),
    SQS: sumOf(use, 'sqs.', 'requests') * price('sqs.request'),
    DynamoDB: sumOf(use, 'dynamodb.', 'read') * price('dynamodb.read') + sumOf(use, 'dynamodb.', 'write') * price('dynamodb.write'),
    S3:
      (sumOf(use, 's3.Put', 'requests') + sumOf(use, 's3.List', 'requests')) * price('s3.put') +
      sumOf(use, 's3.Get', 'requests') * price('s3.get'),
    SES: sumOf(use, 'ses.', 'requests') * price('ses.mail') + (sumOf(use, 'ses.', 'sent') / gigabyte) * price('ses.gb'),
    'Secrets Manager': secrets * price('secrets.request'),
    KMS: (secrets + sumOf(use, 'kms.', 'requests')) * price('kms.request'),
    'CloudWatch Logs': (logged / gigabyte) * (price('logs.gb') + given('logMonths') * price('logs.gbMonth')),
    'HTTP API': http * price('httpapi.request'),
    'Data transfer': (sumOf(use, 'outside.', 'sent') / gigabyte) * price('transfer.gbOut'),
  };
};

/** What lies there for a month; raw events for as long as they are kept. */
const costsOfStored = ({ stored }: Taken, { price, given }: Rates): Costs => {
  const inBucket = Object.entries(stored).reduce(
    (sum, [name, bytes]) => sum + (name === 'table' ? 0 : bytes * (name.endsWith('/raw') ? given('rawMonths') : 1)),
    0,
  );
  return {
    DynamoDB: ((stored['table'] ?? 0) / gigabyte) * (price('dynamodb.gbMonth') + price('dynamodb.pitrGbMonth')),
    S3: (inBucket / gigabyte) * price('s3.gbMonth'),
  };
};

const linesOf = (part: Part, stage: string, costs: Costs): readonly Line[] =>
  Object.entries(costs).flatMap(([service, usd]) => (usd === 0 ? [] : [{ part, service, stage, usd }]));

const linesOfTaken = (
  part: Part,
  taken: Taken,
  { standing, rates }: { readonly standing: Standing; readonly rates: Rates },
): readonly Line[] => [
  ...Object.entries(taken.uses).flatMap(([stage, use]) =>
    linesOf(part, stage, costsOfUse(stage, use, standing.memory[stage] ?? 512, rates)),
  ),
  ...linesOf(part, 'kept', costsOfStored(taken, rates)),
];

/** What costs by standing there, whatever happens. */
const standingLines = (standing: Standing, { price, given }: Rates): readonly Line[] => {
  const hours = given('hoursPerMonth');
  const polls = Object.entries(standing.mappings).flatMap(([stage, count]) =>
    linesOf('idle', stage, { SQS: count * given('pollsPerMappingAndHour') * hours * price('sqs.request') }),
  );
  const scheduled = Object.entries(standing.byScheduler).flatMap(([stage, perHour]) =>
    linesOf('idle', stage, { EventBridge: perHour * hours * price('scheduler.invocation') }),
  );
  return [
    ...polls,
    ...scheduled,
    ...linesOf('idle', 'alarms', {
      CloudWatch: standing.alarmMetrics * price('cloudwatch.alarmMonth') + standing.dashboards * price('cloudwatch.dashboardMonth'),
      SNS: given('alarmMailsPerMonth') * price('sns.mail'),
    }),
    ...linesOf('idle', 'keys and secrets', {
      KMS: standing.keys * price('kms.keyMonth') + given('kmsRequestsPerHour') * hours * price('kms.request'),
      'Secrets Manager': standing.secrets * price('secrets.secretMonth'),
    }),
  ];
};

const callsPerMonth = ({ byRule, byScheduler }: Standing, stage: string, { given }: Rates): number =>
  ((byRule[stage] ?? 0) + (byScheduler[stage] ?? 0)) * given('hoursPerMonth');

/** A metric is paid for each hour in which it is written: at rest only by those that come by themselves, as often as they come. */
const metricLines = ({ measured, standing }: Basis, { signals, incidents }: Scenario, rates: Rates): readonly Line[] => {
  const monthly = rates.price('cloudwatch.metricMonth');
  const clocked = clockedIn(standing);
  const atRest = clocked.flatMap((stage) => {
    const share = Math.min(1, callsPerMonth(standing, stage, rates) / rates.given('hoursPerMonth'));
    return linesOf('idle', stage, { CloudWatch: share * (measured.metrics[stage]?.length ?? 0) * monthly });
  });
  const namesOf = (stages: readonly string[]): ReadonlySet<string> => new Set(stages.flatMap((stage) => measured.metrics[stage] ?? []));
  const known = namesOf(clocked);
  const others = [...namesOf(Object.keys(measured.metrics))].filter((name) => !known.has(name));
  const busy: Part | undefined = signals > 0 ? 'signals' : incidents > 0 ? 'incidents' : undefined;
  return busy ? [...atRest, ...linesOf(busy, 'metrics', { CloudWatch: others.length * monthly })] : atRest;
};

const zero = (taken: Taken): Taken => plusTimes(taken, taken, -1);

/** On the line between the two measured numbers of controllers beside it; beyond the last, on the last line drawn on. */
export const incidentWith = (incidents: readonly MeasuredIncident[], controllers: number): Omit<MeasuredIncident, 'controllers'> => {
  const isUpper = (one: MeasuredIncident, i: number): boolean => controllers <= one.controllers || i === incidents.length - 1;
  const upper = Math.max(1, incidents.findIndex(isUpper));
  const [low, high] = [incidents[upper - 1], incidents[upper]];
  if (!low || !high) throw new Error('measured.json needs incidents of at least two sizes');
  const more = controllers - low.controllers;
  const between = (a: Taken, b: Taken): Taken => plusTimes(a, slope(b, a, high.controllers - low.controllers), more);
  return {
    whole: between(low.whole, high.whole),
    rounds: Object.fromEntries(Object.entries(low.rounds).map(([stage, one]) => [stage, between(one, high.rounds[stage] ?? one)])),
  };
};

const times = (taken: Taken, count: number): Taken => plusTimes(zero(taken), taken, count);

/** A page of a query ends at 1 MB, which is 128 units where reading is eventually consistent. */
const unitsOfPage = 128;

/** Where an audit reads more with each signal (today none does): from an empty ledger on it finds half of the month's signals there. */
const auditOfSignals = (perSignal: number, audits: number, signals: number): Taken => {
  const read = (perSignal * audits * signals) / 2;
  const query = { requests: read / unitsOfPage, read, write: 0, sent: 0, received: 0 };
  return { ...nothing, uses: { audit: { invocations: 0, cpu: 0, logged: 0, operations: { 'dynamodb.Query': query } } } };
};

const idleOf = ({ measured, standing }: Basis, rates: Rates): readonly Taken[] =>
  clockedIn(standing).map((stage) => {
    const once = measured.idle[stage];
    if (!once) throw new Error(`measured.json does not know the function ${stage}: run npm run cost -- --measure`);
    return times(once, callsPerMonth(standing, stage, rates));
  });

/** What each part of the month takes. */
const takenBy = (basis: Basis, { signals, incidents, controllers }: Scenario, rates: Rates): Readonly<Record<Part, readonly Taken[]>> => {
  const { measured, standing } = basis;
  const audits = callsPerMonth(standing, 'audit', rates);
  const incident = incidentWith(measured.incidents, controllers);
  return {
    idle: idleOf(basis, rates),
    signals: [times(measured.settled, signals), auditOfSignals(measured.auditReadsOfSignal, audits, signals)],
    incidents: [
      times(incident.whole, incidents),
      ...Object.entries(incident.rounds).map(([stage, one]) =>
        times(one, callsPerMonth(standing, stage, rates) * incidents * rates.given('examinedMonths')),
      ),
    ],
  };
};

/** Calls that are traced: the first of each second, and one in twenty of the rest. */
const traceLines = (taken: Readonly<Record<Part, readonly Taken[]>>, { price, given }: Rates): readonly Line[] => {
  const calls = parts.flatMap((part) =>
    taken[part].flatMap(({ uses }) => Object.entries(uses).map(([stage, { invocations }]) => ({ part, stage, invocations }))),
  );
  const always = given('tracesPerSecond') * given('hoursPerMonth') * 3_600;
  const totals = Map.groupBy(calls, (call) => call.stage);
  return calls.flatMap(({ part, stage, invocations }) => {
    const total = (totals.get(stage) ?? []).reduce((sum, call) => sum + call.invocations, 0);
    const share = total <= always ? 1 : (always + 0.05 * (total - always)) / total;
    return linesOf(part, stage, { 'X-Ray': invocations * share * price('xray.trace') });
  });
};

/** Every line of the bill. */
export const billOf = (basis: Basis, scenario: Scenario): readonly Line[] => {
  const { standing } = basis;
  const rates = ratesOf(basis.prices);
  const taken = takenBy(basis, scenario, rates);
  return [
    ...standingLines(standing, rates),
    ...metricLines(basis, scenario, rates),
    ...parts.flatMap((part) => taken[part].flatMap((one) => linesOfTaken(part, one, { standing, rates }))),
    ...traceLines(taken, rates),
  ];
};

export const totalOf = (lines: readonly Line[], part?: Part): number =>
  lines.reduce((sum, line) => sum + (part === undefined || line.part === part ? line.usd : 0), 0);
