// Decides which events of AWS and of partners are signals: to the assess queue, never straight to a function (F-17, F-33).
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { known } from './known.ts';

export type SignalRuleProps = {
  readonly assess: IQueue;
  readonly undelivered: IQueue;
  /** Name of Auth0's partner event source: AWS gives its bus the same name once it is associated. */
  readonly auth0: string | undefined;
};

/** What config/rules/cloudtrail/ asks about. Every other call would be noise, and our own calls among it. */
const grave = [
  'CreateBucket',
  'DeleteTrail',
  'DisableKey',
  'ModifyDBClusterSnapshotAttribute',
  'ModifyDBSnapshotAttribute',
  'ModifyImageAttribute',
  'ModifySnapshotAttribute',
  'PutBucketAcl',
  'PutBucketPolicy',
  'PutKeyPolicy',
  'PutObjectAcl',
  'PutResourcePolicy',
  'ScheduleKeyDeletion',
  'StartLogging',
  'StopLogging',
];

type Told = { readonly description: string; readonly pattern: EventPattern };

/** What services say of themselves, beside GuardDuty and Security Hub. By kind: calls to them come under the same source, and are noise. */
const services: Readonly<Record<string, Told>> = {
  DataFindings: {
    description: 'What Macie and Access Analyzer find, and what AWS Health tells, are signals',
    pattern: {
      source: ['aws.macie', 'aws.access-analyzer', 'aws.health'],
      detailType: ['Macie Finding', 'Access Analyzer Finding', 'AWS Health Event', 'AWS Health Abuse Event'],
    },
  },
  GraveHoles: {
    description: 'Of the thousands of findings of Inspector the critical ones are signals',
    pattern: { source: ['aws.inspector2'], detailType: ['Inspector2 Finding'], detail: { severity: ['CRITICAL'] } },
  },
  AvailabilityEvents: {
    description: 'What becomes of databases and backups is a signal',
    pattern: {
      source: ['aws.backup', 'aws.rds'],
      detailType: [
        ...['Backup Job', 'Copy Job', 'Restore Job', 'Recovery Point', 'Backup Vault', 'Backup Plan'].map((of) => `${of} State Change`),
        ...['Instance', 'Cluster', 'Snapshot', 'Cluster Snapshot'].map((of) => `RDS DB ${of} Event`),
      ],
    },
  },
  HouseAlarms: {
    description: 'Alarms of the house are signals; those of Art33 itself would come round',
    pattern: {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ 'anything-but': { prefix: 'art33-' } }] },
    },
  },
};

type Trail = { readonly description: string; readonly detailType: string; readonly detail?: Readonly<Record<string, unknown>> };

/** A record that two of them let through is one signal: the delivery is named by the event's own id. */
const trails: Readonly<Record<string, Trail>> = {
  ConsoleSignIns: { description: 'Every sign-in to the AWS console is a signal', detailType: 'AWS Console Sign In via CloudTrail' },
  GraveCalls: {
    description: 'Calls that open data, lose keys, stop or start the trail are signals',
    detailType: 'AWS API Call via CloudTrail',
    detail: { eventName: grave },
  },
  RootCalls: {
    description: 'Every call by the root user is a signal',
    detailType: 'AWS API Call via CloudTrail',
    detail: { userIdentity: { type: ['Root'] } },
  },
};

export const addSignalRules = (scope: Construct, { assess, undelivered, auth0 }: SignalRuleProps): void => {
  const deadLetterQueue = known(scope, 'UndeliveredSignals', undelivered);
  const targets = () => [new SqsQueue(assess, { deadLetterQueue })];
  new Rule(scope, 'GuardDutyFindings', {
    description: 'Every GuardDuty finding is a signal',
    // Findings of member accounts arrive here too; the directory knows whose they are.
    eventPattern: { source: ['aws.guardduty'], detailType: ['GuardDuty Finding'] },
    targets: targets(),
  });
  new Rule(scope, 'SecurityHubFindings', {
    description: 'Every finding of Security Hub is a signal, in the old format and the new',
    eventPattern: {
      source: ['aws.securityhub'],
      detailType: ['Security Hub Findings - Imported', 'Security Hub Findings - Custom Action', 'Findings Imported V2'],
    },
    targets: targets(),
  });
  for (const [name, { description, pattern }] of Object.entries(services)) {
    new Rule(scope, name, { description, eventPattern: pattern, targets: targets() });
  }
  for (const [name, { description, detailType, detail }] of Object.entries(trails)) {
    new Rule(scope, name, { description, eventPattern: { detailType: [detailType], ...(detail && { detail }) }, targets: targets() });
  }
  if (auth0 === undefined) return;
  new Rule(scope, 'Auth0Events', {
    description: 'Every event of the Auth0 log stream is a signal',
    eventBus: EventBus.fromEventBusName(scope, 'Auth0Bus', auth0),
    eventPattern: { account: [Stack.of(scope).account] },
    targets: targets(),
  });
};
