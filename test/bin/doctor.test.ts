// Decides whether the doctor sees what is broken, says what to do, keeps secrets to itself, and exits 1 when a line fails.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetAccountCommand, GetEmailIdentityCommand, ListSuppressedDestinationsCommand } from '@aws-sdk/client-sesv2';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { initConfiguration } from '#adapters/config/init.ts';
import { fail, ok } from '#core/kernel/result.ts';
import { type Instant, hours, instantOf, minus, minutes, plus, seconds } from '#core/kernel/time.ts';
import { clockLine } from '#bin/doctor/clock.ts';
import { isEncrypted } from '#bin/doctor/disk.ts';
import type { Line } from '#bin/doctor/line.ts';
import { type Machine, examineMachine } from '#bin/doctor/machine.ts';
import { type Outside, sinkLines } from '#bin/doctor/sinks.ts';
import { encode } from '#lambdas/deployed.ts';
import { exampleDeployed } from '../lambdas/settings.ts';
import { cleanUp, freshFolder } from '../local/process.ts';
import { bucketOf, cloudFormation, deployedDev, failing, forwarding, lambda, secrets, ses } from './deployed.ts';
import { command } from './in-process.ts';

let seen: readonly { readonly source: string; readonly at: Instant }[];
vi.mock('#adapters/dynamodb/last-seen.ts', () => ({ lastSeen: async () => seen }));

const alarms = mockClient(CloudWatchClient);
const logs = mockClient(CloudWatchLogsClient);
const events = mockClient(EventBridgeClient);
const sqs = mockClient(SQSClient);
const now = (): Instant => instantOf(Date.now());

/** Stands where AWS tells its time. */
const clockServer = createServer((_request, response) => response.end());
beforeAll(async () => {
  await new Promise<void>((resolve) => clockServer.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(clockServer.address() as AddressInfo).port}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  clockServer.close();
  await cleanUp();
});

const account = {
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
};
/** The last audit, ticks of two clocks, the last kit; a test changes one of them. */
let written: Record<string, readonly Instant[]>;
const write = (log: string, lines: readonly Instant[]): void => {
  written = { ...written, [log]: lines };
};
const minutesAgo = (n: number): Instant => minus(now(), minutes(n));
const ticks = (each: number): readonly Instant[] => Array.from({ length: 10 * each }, (_, i) => minutesAgo(Math.floor(i / each)));
const messages: Readonly<Record<string, string>> = { 'audit-logs': 'audit', 'tick-logs': 'tick', 'export-logs': 'kit-exported' };
const feeds = [
  { EventSourceArn: 'arn:aws:sqs:eu-central-1:1:Notify', State: 'Enabled' },
  { EventSourceArn: 'arn:aws:sqs:eu-central-1:1:Notify-dead', State: 'Disabled' },
];

beforeEach(async () => {
  deployedDev();
  for (const mock of [alarms, logs, events, sqs]) mock.reset();
  const objects = bucketOf();
  objects.set('directory/current.json', { text: encode({ ...(await exampleDeployed()), madeAt: minus(now(), hours(2)) }), etag: '"1"' });
  seen = [{ source: 'fail2ban', at: minus(now(), minutes(3)) }];
  ses.on(GetAccountCommand).resolves(account);
  ses.on(ListSuppressedDestinationsCommand).resolves({ SuppressedDestinationSummaries: [] });
  alarms.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [] });
  written = { 'audit-logs': [minutesAgo(9)], 'tick-logs': ticks(2), 'export-logs': [minus(now(), hours(8))] };
  logs.on(FilterLogEventsCommand).callsFake(async ({ logGroupName, startTime }: { logGroupName: string; startTime: number }) => ({
    events: (written[logGroupName] ?? [])
      .filter((at) => at >= startTime)
      .map((timestamp) => ({ timestamp, message: JSON.stringify({ level: 'INFO', message: messages[logGroupName] }) })),
  }));
  events.on(DescribeRuleCommand).resolves({ State: 'ENABLED' });
  lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: feeds });
  sqs
    .on(GetQueueAttributesCommand)
    .resolves({ Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' } });
});

const examine = async (): Promise<{ readonly code: number | null; readonly lines: readonly Line[] }> => {
  const { code, stdout } = await command(['doctor', '--stage', 'dev', '--json']);
  return {
    code,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  };
};
const said = (lines: readonly Line[], verdict: Line['verdict']): readonly string[] =>
  lines.filter((line) => line.verdict === verdict).map(({ check, says }) => `${check}: ${says}`);

describe('doctor on AWS', () => {
  it('finds nothing to fail where all is well, and exits 0', async () => {
    const { code, lines } = await examine();
    expect(said(lines, 'fail')).toEqual([]);
    expect(code).toBe(0);
    expect(said(lines, 'ok')).toEqual(
      expect.arrayContaining([
        'ses identity: notices.example.com is verified',
        'ses sandbox: the account is in production',
        'ses rate: mail leaves at 14 a second, SES takes 14',
        'suppression: no contact of a controller is on the list',
        'jira: not set up: the incident itself is the ticket',
        'source fail2ban: last heard 3 min ago',
        'queue notify: 0 waiting, 0 in work',
        'dead letters: none',
        'audit: last one 9 min ago',
        'ticks: 20 in the last 10 min',
        'night kit: the last one left 8 h ago',
        'alarms: none rings',
      ]),
    );
    expect(lines.find((line) => line.check === 'directory')?.says).toContain('2 h ago');
    expect(said(lines, 'ok').some((line) => /^clock: \d s /.test(line))).toBe(true);
  });

  const broken: readonly (readonly [string, () => void, string | RegExp])[] = [
    [
      'an identity that is not verified',
      () => ses.on(GetEmailIdentityCommand).rejects(failing('NotFoundException', 404)),
      'ses identity: notices.example.com does not exist in this region',
    ],
    ['the sandbox', () => ses.on(GetAccountCommand).resolves({ ...account, ProductionAccessEnabled: false }), /^ses sandbox: /],
    [
      'mail that leaves faster than SES takes it',
      () => ses.on(GetAccountCommand).resolves({ ...account, SendQuota: { ...account.SendQuota, MaxSendRate: 5 } }),
      'ses rate: mail leaves at 14 a second, SES takes 5',
    ],
    ['paused sending', () => ses.on(GetAccountCommand).resolves({ ...account, SendingEnabled: false }), /^ses sending: /],
    [
      'a dead letter',
      () =>
        sqs
          .on(GetQueueAttributesCommand, { QueueUrl: 'https://sqs.example.com/1/FailedTick-dead' } as never)
          .resolves({ Attributes: { ApproximateNumberOfMessages: '1' } }),
      'dead letters failed-tick: 1 message(s) wait there, at most 14 days',
    ],
    [
      'a schedule that is off',
      () => events.on(DescribeRuleCommand, { Name: 'tick-rule' }).resolves({ State: 'DISABLED' }),
      'schedules and rules: TickByRule is switched off',
    ],
    [
      'a queue that nobody reads',
      () => lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: [{ ...feeds[0], State: 'Disabled' }] }),
      'feeds: Notify is read by nobody',
    ],
    ['an audit that stopped', () => write('audit-logs', [minutesAgo(70), minutesAgo(50)]), 'audit: last one 50 min ago'],
    [
      'an audit that never was; a line of another event is none',
      () =>
        logs
          .on(FilterLogEventsCommand, { logGroupName: 'audit-logs' })
          .resolves({ events: [{ timestamp: now(), message: '{"message":"audit-failed"}' }] }),
      'audit: no audit in the last two hours',
    ],
    ['ticks that stopped', () => write('tick-logs', []), 'ticks: 0 in the last 10 min'],
    [
      'a night kit that did not leave',
      () => write('export-logs', [minus(now(), hours(80)), minus(now(), hours(56))]),
      'night kit: the last one left 2 d 8 h ago',
    ],
    ['night kits that never left', () => write('export-logs', [minus(now(), hours(200))]), 'night kit: none left in the last week'],
    [
      'a rule in us-east-1 that is off',
      () => events.on(DescribeRuleCommand, { Name: 'forward-rule' }).resolves({ State: 'DISABLED' }),
      'schedules and rules: GlobalSignIns is switched off',
    ],
    [
      'a stack in us-east-1 that is gone',
      () =>
        cloudFormation
          .on(DescribeStacksCommand, { StackName: forwarding })
          .rejects(failing('ValidationError', 400, 'Stack does not exist')),
      'schedules and rules: sign-ins of root are not sent home from us-east-1: its stack is gone',
    ],
    [
      'an alarm',
      () =>
        alarms.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ AlarmName: 'x', AlarmDescription: 'Duties/Late: a duty is late' }] }),
      'alarms: Duties/Late rings',
    ],
    [
      'a pushed directory of another version',
      () => void bucketOf().set('directory/current.json', { text: '{"v":9}', etag: '"9"' }),
      /^directory: /,
    ],
    [
      'half of Jira’s settings',
      () => secrets.on(GetSecretValueCommand, { SecretId: 'sinks' }).resolves({ SecretString: '{"JIRA_URL":"https://x.example"}' }),
      'jira: missing: JIRA_MAIL, JIRA_TOKEN, JIRA_PROJECT',
    ],
    [
      'a check that can’t be made',
      () => alarms.on(DescribeAlarmsCommand).rejects(failing('AccessDenied', 403)),
      /^alarms: could not be checked: .*may not do that/,
    ],
  ];
  it.each(broken)('fails at %s', async (_, breakIt, expected) => {
    breakIt();
    const { code, lines } = await examine();
    const fails = said(lines, 'fail');
    expect(code).toBe(1);
    expect(new Set(fails).size).toBeGreaterThan(0);
    expect(
      fails.every((line) => (typeof expected === 'string' ? line === expected : expected.test(line))),
      fails.join('\n'),
    ).toBe(true);
    expect(lines.filter((line) => line.verdict !== 'ok').every((line) => (line.todo ?? '') !== '')).toBe(true);
  });

  it('sees the rule in us-east-1, and that one of the two clocks stands still', async () => {
    written['tick-logs'] = ticks(1);
    const { code, lines } = await examine();
    expect(code).toBe(0);
    expect(said(lines, 'ok')).toContain('schedules and rules: 2 are on');
    expect(said(lines, 'warn')).toContain('ticks: 10 in the last 10 min: one of the two clocks stands still');
    const regions = await Promise.all(events.commandCalls(DescribeRuleCommand).map((call) => call.thisValue.config.region()));
    expect(regions.toSorted()).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('warns of a quota that a breach of all would not fit, a quiet source, a suppressed contact, dead letters being read', async () => {
    ses.on(GetAccountCommand).resolves({ ...account, SendQuota: { Max24HourSend: 200, MaxSendRate: 50, SentLast24Hours: 199 } });
    const { controllers } = (await exampleDeployed()).configuration.directory;
    const [first] = controllers.values();
    ses.on(ListSuppressedDestinationsCommand).resolves({
      SuppressedDestinationSummaries: [
        { EmailAddress: first?.contacts[0]?.mail.toUpperCase(), Reason: 'BOUNCE', LastUpdateTime: new Date(0) },
      ],
    });
    seen = [{ source: 'auth0', at: minus(now(), hours(30)) }];
    lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: [{ ...feeds[1], State: 'Enabled' }] });
    const { code, lines } = await examine();
    expect(code).toBe(0);
    expect(said(lines, 'warn')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ses quota: 1 of 200 left today/),
        'ses rate: mail leaves at 14 a second, SES takes 50',
        `suppression: ${first?.id}.contacts[0].mail bounced or complained before`,
        'source auth0: last heard 1 d 6 h ago',
        'feeds: the dead letters Notify-dead are being read again',
      ]),
    );
  });

  it('prints for people, with what to do below each line that is not ok', async () => {
    const { stdout } = await command(['doctor', '--stage', 'dev']);
    expect(stdout).toMatch(/^warn {2}heartbeat .*\n {26} {2}-> set ART33_HEARTBEAT/m);
  });

  it('is used wrongly with both worlds, or a word', async () => {
    for (const words of [
      ['doctor', 'x'],
      ['doctor', '--stage', 'dev', '--data', 'x'],
      ['doctor', '--region', 'eu-west-1'],
      ['doctor', '--stage', 'x'],
    ])
      expect(await command(words)).toMatchObject({ code: 2, stdout: '' });
  });
});

const secretWords = ['T000/B000/xyzzy', 'jira-token-xyzzy', 'beat-xyzzy'];
const settings = {
  SLACK_WEBHOOK_URL: `https://hooks.slack.example/services/${secretWords[0]}`,
  JIRA_URL: 'https://x.example',
  JIRA_MAIL: 'robot@example.com',
  JIRA_TOKEN: secretWords[1],
  JIRA_PROJECT: 'SEC',
  ART33_HEARTBEAT: `https://watch.example/${secretWords[2]}`,
};
const reachable = { reach: async () => ok(undefined), get: async () => ok({ status: 200 }), readers: async () => ok([]) };

describe('sinks', () => {
  it.each([
    ['reachable', reachable, 'ok', 'ok', 'ok'],
    [
      'down',
      { ...reachable, reach: async () => fail('no connection (ECONNREFUSED)'), get: async () => fail('no answer in time') },
      'fail',
      'fail',
      'fail',
    ],
    ['refusing the token', { ...reachable, get: async () => ok({ status: 401 }) }, 'ok', 'fail', 'ok'],
  ] as const)('that are %s are said so, without their secrets', async (_, world, ...verdicts) => {
    const { configuration } = await exampleDeployed();
    const lines = await sinkLines(settings, configuration, world);
    expect(lines.flatMap(({ check, verdict }) => (check === 'slack-channel' ? [] : [[check, verdict]]))).toEqual(
      ['slack', 'jira', 'heartbeat'].map((check, i) => [check, verdicts[i]]),
    );
    for (const secret of secretWords) expect(JSON.stringify(lines)).not.toContain(secret);
  });

  const bot = { ...settings, SLACK_BOT_TOKEN: 'xoxb-xyzzy', SLACK_CHANNEL: 'C0123456789' };
  it.each([
    ['nobody but the house', bot, async () => ok([]), 'ok', /private, not shared, no guests/],
    ['another company and guests', bot, async () => ok(['other companies', 'guests']), 'fail', /read by other companies, guests/],
    ['nobody knows whom', bot, async () => fail('Slack refuses conversations.info (not_in_channel)'), 'fail', /not_in_channel/],
    ['nobody looked for', settings, async () => ok([]), 'warn', /can’t be seen from a webhook/],
  ] as const)('a channel read by %s', async (_, given, readers, verdict, says) => {
    const lines = await sinkLines(given, undefined, { ...reachable, readers: readers as Outside['readers'] });
    expect(lines.filter(({ check }) => check === 'slack-channel')).toEqual([
      expect.objectContaining({ verdict, says: expect.stringMatching(says) }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('xyzzy');
    expect((await sinkLines({}, undefined, reachable)).map(({ check }) => check)).not.toContain('slack-channel');
  });

  it('that are written wrongly are named by their setting, not by what it says', async () => {
    const wrong = {
      SLACK_WEBHOOK_URL: 'no address xyzzy',
      JIRA_URL: 'no address xyzzy',
      JIRA_MAIL: 'a',
      JIRA_TOKEN: 'xyzzy',
      JIRA_PROJECT: 'S',
    };
    const lines = await sinkLines(wrong, undefined, reachable);
    expect(said(lines, 'fail')).toEqual(['slack: SLACK_WEBHOOK_URL is no address', 'jira: JIRA_URL is no address']);
    expect(JSON.stringify(lines)).not.toContain('xyzzy');
  });

  it('without a row in processing.yml fail', async () => {
    const { configuration } = await exampleDeployed();
    const lines = await sinkLines(settings, { ...configuration, processing: [] }, reachable);
    expect(said(lines, 'fail')).toEqual(['slack: there is no row slack in processing.yml', 'jira: there is no row jira in processing.yml']);
  });
});

describe('the clock', () => {
  it.each([
    [seconds(0), 'ok'],
    [seconds(5), 'ok'],
    [seconds(6), 'warn'],
    [minutes(1), 'warn'],
    [minutes(2), 'fail'],
  ])('off by %d ms is %s, before or after', (off, verdict) => {
    const theirs = instantOf(1_773_453_600_000);
    expect(clockLine(theirs, plus(theirs, off), 'x').verdict).toBe(verdict);
    expect(clockLine(theirs, minus(theirs, off), 'x').verdict).toBe(verdict);
  });
});

describe('the disk', () => {
  const mounts =
    '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 253:2 / /srv rw - ext4 /dev/mapper/data rw\n31 22 0:40 / /run rw - tmpfs tmpfs rw\n';
  const files = (mappers: Readonly<Record<string, string>>) => ({
    mounts: () => mounts,
    mapperOf: (device: string) => mappers[device] ?? '',
    below: (device: string) => (device === '253:2' ? ['253:1'] : []),
  });

  it('is encrypted where dm-crypt lies anywhere below', () => {
    expect(isEncrypted('/srv/art33', files({ '253:2': 'LVM-x', '253:1': 'CRYPT-LUKS2-x' }))).toBe(true);
    expect(isEncrypted('/srv/art33', files({ '253:2': 'LVM-x' }))).toBe(false);
    expect(isEncrypted('/srvother', files({ '253:1': 'CRYPT-LUKS2-x' }))).toBe(false);
  });

  it('is not known where there is no block device', () => {
    expect(isEncrypted('/run/art33', files({}))).toBeUndefined();
  });
});

describe('doctor on one machine', () => {
  const machine = async (more: Partial<Machine> = {}): Promise<Machine> => {
    const config = join(freshFolder(), 'config');
    await initConfiguration(config);
    return { config, dataDir: freshFolder(), environment: {}, clock: { now }, outside: reachable, encrypted: () => true, ...more };
  };

  it('says that nothing runs, what is not set up, and that the disk is encrypted', async () => {
    const lines = await examineMachine(await machine());
    expect(said(lines, 'fail')).toEqual([expect.stringMatching(/^process: .* holds no store: Art33 never ran here/)]);
    expect(said(lines, 'ok')).toContain('disk: the data lies on an encrypted volume');
    expect(said(lines, 'warn')).toContain('mail: SMTP_URL is not set: notices go to the outbox only');
  });

  it('names faults of the configuration with file and line', async () => {
    const wrong = await machine();
    writeFileSync(join(wrong.config, 'art33.yml'), 'baseURL: x\n');
    expect(said(await examineMachine(wrong), 'fail')[0]).toMatch(
      /^configuration: .*art33\.yml:1 baseURL: unknown key; did you mean baseUrl/,
    );
  });

  it('reaches the mail server, and never says its password', async () => {
    const asked: unknown[] = [];
    const environment = { SMTP_URL: 'smtps://u:xyzzy@mail.example.com' };
    const reach = async (host: unknown) => {
      asked.push(host);
      return fail('no connection (ECONNREFUSED)');
    };
    const config = await machine();
    writeFileSync(join(config.config, 'art33.yml'), 'notice:\n  from: a@example.com\n  replyTo: a@example.com\n');
    const lines = await examineMachine({ ...config, environment, outside: { ...reachable, reach } });
    expect(asked[0]).toMatchObject({ host: 'mail.example.com', port: 465, secure: true });
    expect(said(lines, 'fail')).toContain('mail: no connection (ECONNREFUSED)');
    expect(JSON.stringify(lines)).not.toContain('xyzzy');
  });
});
