// Decides who calls whom and who may do what: a table written by hand, held against the templates. A change of either is a change of both.
import { beforeAll, describe, expect, it } from 'vitest';
import { reporters, toldSources } from '#core/signal/report-form.ts';
import { stages } from '#lib/bundle.ts';
import { actionsGranted } from '#lib/rules/grants.ts';
import { type Placed, type Template, each, keyOf, list, record, refersFrom, statementsOf } from '#lib/rules/template.ts';
import { synthesize } from './stacks.ts';

const ledger = [
  ...['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action} Ledger`),
  'dynamodb:Query Ledger/index/X1-due',
  'dynamodb:Query Ledger/index/X2-list',
];
const readLedger = ['dynamodb:BatchGetItem Ledger', 'dynamodb:Query Ledger', 'dynamodb:Query Ledger/index/X2-list', 'kms:Decrypt Key'];
const readAnchors = ['s3:GetObject Anchors/*', 's3:ListBucket Anchors'];
const key = ['kms:Decrypt Key', 'kms:GenerateDataKey Key'];
const directory = ['s3:GetObject Evidence/directory/current.json'];
const read = (prefix: string) => `s3:GetObject Evidence/${prefix}/*`;
const write = (prefix: string) => `s3:PutObject Evidence/${prefix}/*`;
const secret = (name: string) => `secretsmanager:GetSecretValue ${name}`;
const sends = (...queues: readonly string[]) => queues.map((queue) => `sqs:SendMessage ${queue}`);
const mail = ['ses:SendRawEmail configuration-set/art33-dev-pipeline-notices', 'ses:SendRawEmail identity/notices.example.com'];
const reads = (...queues: readonly string[]) =>
  queues.flatMap((queue) => ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} ${queue}`));
const ofQueue = (name: string) => reads(`${name}Queue`, `${name}DeadLetters`);

type Row = { readonly from: readonly string[]; readonly may: readonly string[] };

const topology: Readonly<Record<string, Row>> = {
  Ingest: {
    from: ['route GET /signals/{source}', 'route POST /signals/{source}', 'route POST /slack'],
    may: [write('raw'), ...key, ...directory, ...sends('AssessQueue'), secret('tokens')],
  },
  Logs: {
    from: ['logs /var/log/fail2ban'],
    may: [write('raw'), 'kms:GenerateDataKey Key', ...sends('AssessQueue', 'FailedLogsDeadLetters')],
  },
  Assess: {
    from: ['queue AssessQueue', 'off AssessDeadLetters'],
    may: [
      ...ofQueue('Assess'),
      ...ledger,
      ...key,
      ...directory,
      read('raw'),
      write('raw'),
      'kms:GenerateDataKey DataKey',
      secret('keys'),
      ...sends('AssessQueue', 'NotifyQueue', 'PageQueue', 'TicketQueue', 'OtherQueue'),
    ],
  },
  Notify: {
    from: ['queue NotifyQueue', 'off NotifyDeadLetters'],
    may: [
      ...ofQueue('Notify'),
      ...ledger,
      ...key,
      ...directory,
      read('mail'),
      write('mail'),
      ...mail,
      ...sends('PageQueue', 'TicketQueue', 'OtherQueue'),
    ],
  },
  Page: {
    from: ['queue PageQueue', 'off PageDeadLetters'],
    may: [
      ...ofQueue('Page'),
      ...ledger,
      ...key,
      ...directory,
      secret('keys'),
      secret('sinks'),
      ...mail,
      ...sends('NotifyQueue', 'TicketQueue', 'OtherQueue'),
    ],
  },
  Ticket: {
    from: ['queue TicketQueue', 'off TicketDeadLetters'],
    may: [...ofQueue('Ticket'), ...ledger, ...key, ...directory, secret('sinks'), ...sends('NotifyQueue', 'PageQueue', 'OtherQueue')],
  },
  Other: {
    from: ['queue OtherQueue', 'off OtherDeadLetters'],
    may: [...ofQueue('Other'), ...ledger, ...key, ...directory, secret('keys'), ...sends('NotifyQueue', 'PageQueue', 'TicketQueue')],
  },
  Receive: {
    from: ['queue ReceiveQueue', 'off ReceiveDeadLetters'],
    may: [...ofQueue('Receive'), ...ledger, ...key, write('reports'), ...sends('NotifyQueue', 'PageQueue', 'TicketQueue', 'OtherQueue')],
  },
  Tick: {
    from: ['rule TickByRule', 'schedule TickByScheduler'],
    may: [
      ...ledger,
      ...key,
      ...directory,
      read('mail'),
      write('mail'),
      secret('keys'),
      secret('sinks'),
      ...mail,
      ...sends('NotifyQueue', 'PageQueue', 'TicketQueue', 'OtherQueue', 'FailedTickDeadLetters'),
    ],
  },
  Audit: {
    from: ['rule AuditByRule'],
    may: [
      ...ledger,
      ...key,
      ...directory,
      secret('sinks'),
      ...sends('NotifyQueue', 'PageQueue', 'TicketQueue', 'OtherQueue', 'FailedAuditDeadLetters'),
    ],
  },
  Anchor: {
    from: ['rule AnchorByRule'],
    may: [...readLedger, ...readAnchors, 's3:PutObject Anchors/*', ...sends('FailedAnchorDeadLetters')],
  },
  Export: {
    from: ['rule NightlyExportByRule'],
    may: [
      ...readLedger,
      ...directory,
      ...readAnchors,
      's3:PutObject arn:aws:s3:::art33-dev-vault-444455556666-eu-west-1/kits/*',
      ...sends('FailedExportDeadLetters'),
    ],
  },
  Console: {
    from: ['route ANY /', 'route ANY /{proxy+}'],
    may: [
      ...ledger,
      ...key,
      ...directory,
      ...[...toldSources].map((source) => read(`raw/${source}`)),
      ...Object.values(reporters).map((source) => write(`raw/${source}`)),
      read('affected'),
      write('affected'),
      read('raw/handles'),
      'kms:Decrypt DataKey',
      'kms:GenerateDataKey DataKey',
      secret('keys'),
      ...sends('AssessQueue', 'NotifyQueue', 'PageQueue', 'TicketQueue', 'OtherQueue'),
    ],
  },
};

/** Which rules feed a queue, where its failures go, and the alarm on those. */
const queues: Readonly<Record<string, readonly [rules: readonly string[], deadLetters: string, alarm: string]>> = {
  AssessQueue: [
    [
      'AvailabilityEvents',
      'ConsoleSignIns',
      'DataFindings',
      'GraveCalls',
      'GraveHoles',
      'GuardDutyFindings',
      'HouseAlarms',
      'RootCalls',
      'SecurityHubFindings',
    ],
    'AssessDeadLetters',
    'Assess/DeadLetters',
  ],
  NotifyQueue: [[], 'NotifyDeadLetters', 'Notify/DeadLetters'],
  PageQueue: [[], 'PageDeadLetters', 'Page/DeadLetters'],
  TicketQueue: [[], 'TicketDeadLetters', 'Ticket/DeadLetters'],
  OtherQueue: [[], 'OtherDeadLetters', 'Other/DeadLetters'],
  ReceiveQueue: [['MailEvents'], 'ReceiveDeadLetters', 'Receive/DeadLetters'],
};

/** What keeps the failures of what AWS calls by itself, and the alarm on it. */
const kept: Readonly<Record<string, readonly [of: readonly string[], alarm: string]>> = {
  UndeliveredDeadLetters: [
    [
      'AnchorByRule',
      'AuditByRule',
      'AvailabilityEvents',
      'ConsoleSignIns',
      'DataFindings',
      'GraveCalls',
      'GraveHoles',
      'GuardDutyFindings',
      'HouseAlarms',
      'MailEvents',
      'NightlyExportByRule',
      'RootCalls',
      'SecurityHubFindings',
      'TickByRule',
      'TickByScheduler',
    ],
    'Undelivered/DeadLetters',
  ],
  FailedTickDeadLetters: [['Tick'], 'FailedTick/DeadLetters'],
  FailedAuditDeadLetters: [['Audit'], 'FailedAudit/DeadLetters'],
  FailedAnchorDeadLetters: [['Anchor'], 'FailedAnchor/DeadLetters'],
  FailedExportDeadLetters: [['Export'], 'FailedExport/DeadLetters'],
  FailedLogsDeadLetters: [['Logs'], 'FailedLogs/DeadLetters'],
};

let all: readonly Template[];
beforeAll(() => {
  const made = synthesize({ 'art33:logGroups': '/var/log/fail2ban=fail2ban' });
  all = Object.entries(made).map(([stack, template]) => {
    const { Resources: resources, Outputs: outputs = {} } = template.toJSON() as {
      Resources: Template['resources'];
      Outputs?: Template['outputs'];
    };
    return { stack: `art33-dev-${stack}`, region: 'eu-central-1', path: '', resources, outputs };
  });
});

/** `art33-dev-pipeline/AssessQueue7CAA7126` is `AssessQueue`. */
const plain = (resource: string): string => resource.replace(/^.*\//, '').replace(/[0-9A-F]{8}$/, '');
const named = (at: Placed): string => plain(keyOf(at));
const targetOf = (at: Placed, value: unknown): readonly string[] => refersFrom(all, at, value).map(plain);

/** A resource of a policy as the table writes it. */
const textOf = (at: Placed, value: unknown): string => {
  if (typeof value === 'string') return value;
  const joined = record(value)['Fn::Join'];
  if (Array.isArray(joined)) return (joined[1] as readonly unknown[]).map((part) => textOf(at, part)).join('');
  return targetOf(at, value).join('').replace('AWS::AccountId', '');
};
const short = (arn: string): string =>
  arn.replace(/^arn:aws:ses:[^:]*:(\d{12})?:/, '').replace(/^arn:aws:secretsmanager:.*:secret:art33-dev-state\/(\w+)-\?{6}$/, '$1');

const functions = (): ReadonlyMap<string, Placed> =>
  new Map(each(all, 'AWS::Lambda::Function').map((at) => [named(at).replace(/Function$/, ''), at]));

const grantsOf = (worker: Placed): readonly string[] => {
  const [role] = refersFrom(all, worker, worker.properties['Role']);
  return each(all, 'AWS::IAM::Policy')
    .filter((at) => refersFrom(all, at, at.properties['Roles']).includes(role ?? ''))
    .flatMap((at) =>
      statementsOf(at.properties['PolicyDocument']).flatMap((statement) =>
        list(statement.Action).flatMap((action) =>
          list(statement.Resource).map((resource) => `${String(action)} ${short(textOf(at, resource))}`),
        ),
      ),
    );
};

/** The log of the stage `logs` is not called LogsLogs. */
const ownLog = (stage: string): readonly string[] => [
  `logs:CreateLogStream ${stage.replace('Logs', '')}Logs`,
  `logs:PutLogEvents ${stage.replace('Logs', '')}Logs`,
  'xray:PutTelemetryRecords *',
  'xray:PutTraceSegments *',
];

const callersOf = (worker: Placed): readonly string[] => {
  const isIt = (at: Placed, value: unknown): boolean => refersFrom(all, at, value).includes(keyOf(worker));
  const routes = each(all, 'AWS::ApiGatewayV2::Route').filter((at) =>
    refersFrom(all, at, at.properties['Target']).some((integration) =>
      each(all, 'AWS::ApiGatewayV2::Integration').some((one) => keyOf(one) === integration && isIt(one, one.properties['IntegrationUri'])),
    ),
  );
  const mappings = each(all, 'AWS::Lambda::EventSourceMapping').filter((at) => isIt(at, at.properties['FunctionName']));
  return [
    ...routes.map(({ properties }) => `route ${String(properties['RouteKey'])}`),
    ...mappings.map(
      (at) => `${at.properties['Enabled'] === false ? 'off' : 'queue'} ${targetOf(at, at.properties['EventSourceArn']).join()}`,
    ),
    ...each(all, 'AWS::Events::Rule')
      .filter((at) => list(at.properties['Targets']).some((to) => isIt(at, record(to)['Arn'])))
      .map((at) => `rule ${named(at)}`),
    ...each(all, 'AWS::Scheduler::Schedule')
      .filter((at) => isIt(at, record(at.properties['Target'])['Arn']))
      .map((at) => `schedule ${named(at)}`),
    ...each(all, 'AWS::Logs::SubscriptionFilter')
      .filter((at) => isIt(at, at.properties['DestinationArn']))
      .map(({ properties }) => `logs ${String(properties['LogGroupName'])}`),
  ];
};

const alarmsOn = (queue: string): readonly string[] =>
  each(all, 'AWS::CloudWatch::Alarm')
    .filter(({ properties }) => properties['MetricName'] === 'ApproximateNumberOfMessagesVisible')
    .filter((at) => targetOf(at, at.properties['Dimensions']).includes(queue) && list(at.properties['AlarmActions']).length > 0)
    .map(({ properties }) => String(properties['AlarmName']).replace('art33-dev/', ''));

describe('us-east-1', () => {
  it('holds one rule and its role: sign-ins, calls of root and exposed keys go home, and nothing rests there (D-22)', () => {
    const there = all.filter(({ stack }) => stack === 'art33-dev-signin');
    const held = there.flatMap(({ resources }) => Object.values(resources).map(({ Type: type }) => type));
    expect(held.toSorted()).toEqual(['AWS::Events::Rule', 'AWS::IAM::Policy', 'AWS::IAM::Role']);
    const home = 'arn:aws:events:eu-central-1:111122223333:event-bus/default';
    const [policy] = each(there, 'AWS::IAM::Policy');
    expect(statementsOf(policy?.properties['PolicyDocument'])).toEqual([{ Effect: 'Allow', Action: 'events:PutEvents', Resource: home }]);
    const [rule] = each(there, 'AWS::Events::Rule');
    expect(rule && list(rule.properties['Targets']).map((to) => [record(to)['Arn'], targetOf(rule, record(to)['RoleArn'])])).toEqual([
      [home, ['Role']],
    ]);
    // What comes home and no rule there hears is lost: each branch names what one of them asks for.
    const at = each(all, 'AWS::Events::Rule').filter(({ template }) => template.stack === 'art33-dev-pipeline');
    const heard = at.flatMap(({ properties }) => {
      const { source, 'detail-type': kind } = record(properties['EventPattern']);
      return [...list(source), ...list(kind)];
    });
    const sent = list(record(rule?.properties['EventPattern'])['$or']).map((one) =>
      list(record(one)['source'] ?? record(one)['detail-type']),
    );
    expect(sent.flat()).toHaveLength(3);
    expect(heard).toEqual(expect.arrayContaining(sent.flat()));
  });
});

describe('the table and the templates name', () => {
  it('the same functions, and each stage has one', () => {
    expect([...functions().keys()].toSorted()).toEqual(Object.keys(topology).toSorted());
    expect(
      Object.keys(topology)
        .map((name) => name.toLowerCase())
        .toSorted(),
    ).toEqual([...stages].toSorted());
  });

  it('the same queues', () => {
    expect(each(all, 'AWS::SQS::Queue').map(named).toSorted()).toEqual(
      [...Object.keys(queues), ...Object.values(queues).map(([, deadLetters]) => deadLetters), ...Object.keys(kept)].toSorted(),
    );
  });

  it.each(Object.entries(topology))('the same callers of %s', (name, { from }) => {
    const worker = functions().get(name);
    expect(worker && callersOf(worker).toSorted()).toEqual(from.toSorted());
  });

  it.each(Object.entries(topology))('the same rights of %s', (name, { may }) => {
    const worker = functions().get(name);
    expect(worker && [...new Set(grantsOf(worker))].toSorted()).toEqual([...new Set([...ownLog(name), ...may])].toSorted());
    expect(worker && actionsGranted(all, worker).length).toBeGreaterThan(4);
  });

  it.each(Object.entries(queues))('the same ways into and out of %s', (name, [rules, deadLetters, alarm]) => {
    const queue = each(all, 'AWS::SQS::Queue').find((at) => named(at) === name);
    const into = each(all, 'AWS::Events::Rule').filter((at) =>
      list(at.properties['Targets']).some((to) => targetOf(at, record(to)['Arn']).includes(name)),
    );
    expect(into.map(named).toSorted()).toEqual(rules.toSorted());
    expect(queue && targetOf(queue, queue.properties['RedrivePolicy'])).toEqual([deadLetters]);
    expect(alarmsOn(deadLetters)).toEqual([alarm]);
  });

  it.each(Object.entries(kept))('the same failures kept in %s', (name, [of, alarm]) => {
    const targets = [...each(all, 'AWS::Events::Rule'), ...each(all, 'AWS::Scheduler::Schedule')].filter((at) =>
      [...list(at.properties['Targets']), at.properties['Target']].some((to) =>
        targetOf(at, record(to)['DeadLetterConfig']).includes(name),
      ),
    );
    const invocations = each(all, 'AWS::Lambda::EventInvokeConfig').filter((at) =>
      targetOf(at, record(at.properties['DestinationConfig'])['OnFailure']).includes(name),
    );
    const called = invocations.flatMap((at) => targetOf(at, at.properties['FunctionName'])).map((one) => one.replace(/Function$/, ''));
    expect([...targets.map(named), ...called].toSorted()).toEqual(of.toSorted());
    expect(alarmsOn(name)).toEqual([alarm]);
  });
});
