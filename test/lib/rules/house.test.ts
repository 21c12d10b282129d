// Decides that each rule of the house is kept, and that synth refuses the breach: which resource, what is wrong, what would be right.
import { type CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission, Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnTopicPolicy, CfnSubscription } from 'aws-cdk-lib/aws-sns';
import { CfnQueue, CfnQueuePolicy, Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '#lib/deployment.ts';
import { synthesizeGuarded } from '../stacks.ts';

/** What synth says of this breach, in one line. */
const said = (breach: (made: Deployment) => void, context?: Readonly<Record<string, string>>): string => {
  try {
    synthesizeGuarded(breach, context);
  } catch (cause) {
    return String(cause).replaceAll(/\s+/g, ' ');
  }
  return 'nothing';
};

type Made<T> = abstract new (...args: never[]) => T;

/** The one resource whose path holds this. */
const one = <T extends IConstruct>(stack: Stack, kind: Made<T>, path: string): T => {
  const found = stack.node
    .findAll()
    .find((construct): construct is T & IConstruct => construct instanceof kind && construct.node.path.includes(path));
  if (found === undefined) throw new Error(`there is no ${path} in ${stack.stackName}`);
  return found;
};

const without = (resource: CfnResource, property: string): void => resource.addPropertyDeletionOverride(property);
const gone = (construct: IConstruct): boolean => construct.node.scope?.node.tryRemoveChild(construct.node.id) ?? false;

beforeAll(() => {
  // A room whose own template is refused would prove nothing below.
  expect(said(() => undefined)).toBe('nothing');
  const everything = {
    'art33:stage': 'prod',
    'art33:account': '111122223333',
    'art33:mailIdentity': 'notices.example.com',
    'art33:alarmMail': 'ops@example.com',
    'art33:jwtIssuer': 'https://login.example.com/',
    'art33:jwtAudience': 'art33',
    'art33:logGroups': '/var/log/fail2ban=fail2ban',
    'art33:auth0EventSource': 'aws.partner/auth0.com/example-tenant/auth0.logs',
  };
  expect(said(() => undefined, everything)).toBe('nothing');
});

type Case = readonly [rule: string, breach: (made: Deployment) => void, wrong: string, resource: string];

const queues: readonly Case[] = [
  [
    'queue-dead-letters',
    ({ pipeline }) => without(one(pipeline, CfnQueue, 'AssessQueue'), 'RedrivePolicy'),
    'this queue has no dead-letter queue, and is none',
    'AssessQueue/Queue',
  ],
  [
    'queue-dead-letters',
    ({ state }) => new Queue(state, 'Forgotten', { enforceSSL: true }),
    'this queue has no dead-letter queue, and is none',
    'art33-dev-state/Forgotten',
  ],
  [
    'queue-alarm',
    ({ pipeline }) => gone(one(pipeline, CfnAlarm, 'NotifyDeadLettersAlarm')),
    'no alarm watches what is visible in this dead-letter queue',
    'NotifyDeadLetters',
  ],
  [
    'queue-alarm',
    ({ pipeline }) => without(one(pipeline, CfnAlarm, 'PageDeadLettersAlarm'), 'AlarmActions'),
    'no alarm watches what is visible in this dead-letter queue',
    'PageDeadLetters',
  ],
];

const callTo = ({ pipeline }: Deployment, stage: string): void => {
  const target = new LambdaFunction(one(pipeline, Lambda, `/${stage}/`), { deadLetterQueue: pipeline.queues.assess.queue });
  new Rule(pipeline, 'Straight', { schedule: Schedule.expression('rate(1 hour)'), targets: [target] });
};

const asynchronous: readonly Case[] = [
  [
    'async-dead-letters',
    ({ pipeline }) => without(one(pipeline, CfnRule, 'GuardDutyFindings'), 'Targets.0.DeadLetterConfig'),
    'a target of it has no dead-letter queue',
    'GuardDutyFindings',
  ],
  [
    'async-dead-letters',
    ({ pipeline }) => without(one(pipeline, CfnSubscription, 'ops@example.com'), 'RedrivePolicy'),
    'this subscription has no dead-letter queue',
    'ops@example.com',
  ],
  [
    'async-on-failure',
    ({ pipeline }) => gone(one(pipeline, CfnEventInvokeConfig, 'Tick/OnFailure')),
    'this function is called asynchronously, and what fails for good is kept nowhere',
    'Tick/Function',
  ],
  ['events-to-queues', (made) => callTo(made, 'Notify'), 'it calls the function art33-dev-pipeline/NotifyFunction', 'Straight'],
  [
    'invoke-source',
    ({ pipeline }) => without(one(pipeline, CfnPermission, 'LogDoor'), 'SourceArn'),
    'this permission lets any source of its service call the function',
    'LogDoor/Group1',
  ],
];

const anybody = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
const anyAccount = { ...anybody, Principal: { Service: 'sns.amazonaws.com' } };
const allBut = { ...anybody, Principal: { Service: 'sns.amazonaws.com' }, NotAction: 'sqs:DeleteQueue' };

// A queue that no rule of EventBridge feeds: its policy has one statement, whatever sources there are.
const adds =
  (statement: object) =>
  ({ pipeline }: Deployment): void =>
    one(pipeline, CfnQueuePolicy, 'PageQueue').addPropertyOverride('PolicyDocument.Statement.1', statement);

const policies: readonly Case[] = [
  [
    'policy-tls',
    ({ pipeline }) => gone(one(pipeline, CfnQueuePolicy, 'PageQueue')),
    'no policy refuses what does not come by TLS',
    'PageQueue/Queue',
  ],
  ['policy-closed', adds(anybody), 'a statement allows everybody', 'PageQueue/Queue/Policy'],
  ['policy-closed', adds(anyAccount), 'a statement allows sns.amazonaws.com on behalf of any account', 'PageQueue/Queue/Policy'],
  ['policy-closed', adds(allBut), 'a statement allows all but something', 'PageQueue/Queue/Policy'],
  [
    'policy-wildcard[sqs:*]',
    ({ pipeline }) =>
      pipeline.queues.page.queue.addToResourcePolicy(
        new PolicyStatement({
          principals: [
            new ServicePrincipal('sns.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }),
          ],
          actions: ['sqs:*'],
          resources: ['*'],
        }),
      ),
    'it allows sqs:*',
    'PageQueue/Queue/Policy',
  ],
  [
    'policy-alarms',
    ({ pipeline }) => without(one(pipeline, CfnTopicPolicy, 'Alarms'), 'PolicyDocument.Statement.1'),
    'alarms write to this topic, and its policy does not let CloudWatch',
    'art33-dev-pipeline/Alarms',
  ],
  // Of roles, cdk-nag asks the same.
  [
    'AwsSolutions-IAM5[Action::s3:*]',
    ({ pipeline }) =>
      one(pipeline, Role, 'Ingest/Role').addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::all'] })),
    'The IAM entity contains wildcard permissions',
    'Ingest/Role',
  ],
];

const tells =
  (name: string, value: string) =>
  ({ pipeline }: Deployment): void => {
    one(pipeline, Lambda, 'Ticket/Function').addEnvironment(name, value);
  };
const secret = 'no-secret-in-settings';

const settings: readonly Case[] = [
  [secret, tells('JIRA_TOKEN', 'x'), 'JIRA_TOKEN is called like a secret', 'Ticket/Function'],
  [secret, tells('OTHER_SECRET', 'x'), 'OTHER_SECRET is not the name of a secret of these stacks', 'Ticket/Function'],
];

/** Each of these alone is a secret, whatever the setting is called. */
const shapes = [
  'https://hooks.slack.com/services/T0/B0/x',
  'https://user:pass@jira.example.com',
  '{{resolve:secretsmanager:x}}',
  `AKIA${'A'.repeat(16)}`,
  'xoxb-1-2',
  '-----BEGIN PRIVATE KEY-----',
  `eyJhbGciOiJub25lIn0.eyJ4Ijox.${'x'.repeat(5)}`,
  'k9ZbQ2'.repeat(6),
];

const others: readonly Case[] = [
  [
    'log-retention',
    ({ pipeline }) => without(one(pipeline, CfnLogGroup, 'Audit/Logs'), 'RetentionInDays'),
    'this log group keeps its lines for another time, or for ever',
    'Audit/Logs',
  ],
  [
    'log-retention',
    ({ pipeline }) => without(one(pipeline, CfnLogGroup, 'Audit/Logs'), 'KmsKeyId'),
    'this log group is not encrypted with our key',
    'Audit/Logs',
  ],
  [
    'log-retention',
    ({ pipeline }) => without(one(pipeline, Lambda, 'Audit/Function').node.defaultChild as CfnResource, 'LoggingConfig'),
    'it has no log group of these stacks, so AWS makes one that keeps everything',
    'Audit/Function',
  ],
  [
    'regions',
    ({ pipeline }) => tells('BUCKET', 'arn:aws:s3:us-west-2::x')({ pipeline } as Deployment),
    'it names the region us-west-2',
    'Ticket/Function',
  ],
  [
    'regions',
    ({ state }) => new Stack(state.node.root, 'art33-dev-elsewhere', { env: { region: 'us-east-1' } }),
    'the stack art33-dev-elsewhere stands in us-east-1',
    'art33-dev-elsewhere',
  ],
  [
    'reasons',
    ({ pipeline }) => Validations.of(pipeline.queues.page.queue).acknowledge({ id: 'Art33::policy-tls', reason: 'by design' }),
    'Art33::policy-tls is acknowledged without a reason that says why',
    'PageQueue/Queue',
  ],
  [
    'reasons',
    ({ pipeline }) =>
      Validations.of(pipeline).acknowledge({ id: 'Art33::policy-tls', reason: 'because all of it is quite alright, believe me' }),
    'Art33::policy-tls is acknowledged for all that is in it',
    'art33-dev-pipeline',
  ],
];

const context = { 'art33:alarmMail': 'ops@example.com', 'art33:logGroups': '/var/log/fail2ban=fail2ban' };

describe('synth refuses a template', () => {
  it.each([...queues, ...asynchronous, ...policies, ...settings, ...others])('by %s', (rule, breach, wrong, resource) => {
    const text = said(breach, context);
    expect(text).toContain(wrong);
    expect(text).toContain(resource);
    expect(text).toMatch(/Suggested fix: \S|AwsSolutions/);
    expect(text).toContain(`::${rule}'`);
  });

  it('for every value that looks like a secret, and never repeats it', () => {
    const text = said((made) => {
      for (const [index, value] of shapes.entries()) tells(`JIRA_URL_${index}`, value)(made);
    });
    for (const [index, value] of shapes.entries()) {
      expect(text).toContain(`the value of JIRA_URL_${index} looks like a secret`);
      expect(text).not.toContain(value);
    }
  });

  it('but lets the stack of sign-in rules stand in us-east-1, and only there (D-22)', () => {
    const elsewhere = (region: string) =>
      said(({ state }) => new Stack(state.node.root, 'art33-other-signin-us-east-1', { env: { region } }));
    expect(elsewhere('us-east-1')).toBe('nothing');
    expect(elsewhere('us-west-2')).toContain('stands in us-west-2');
  });

  it('and lets nothing rest in it', () => {
    const text = said(({ signin }) => new CfnQueue(signin!, 'Kept'));
    expect(text).toContain('a AWS::SQS::Queue stands in us-east-1');
  });
});
