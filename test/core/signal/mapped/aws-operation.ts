// What CloudWatch alarms, AWS Backup and RDS say, file by file.
import type { Identity } from '#core/signal/signal.ts';
import type { Expected } from './expected.ts';

const account = '111122223333';
const arn = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:database-connections';
const rung = {
  eventId: arn,
  finding: arn,
  kind: 'finding',
  tenant: account,
  target: { id: 'database-connections', type: 'alarm' },
  at: '2026-03-14T02:04:40.985Z',
  marks: [],
};
const withMetric = { identifiers: ['alarm:database-connections', 'rds:muster-main'] };
const bySns = { identifiers: ['alarm:database-connections'] };
const state = (word: string): Identity => [arn, '2026-03-14T02:04:40.985+0000', word];

export const cloudwatchAlarm: Expected = {
  'eventbridge.json': [{ ...rung, ...withMetric, identity: state('ALARM') }],
  // The alarm's own call, the bus and SNS tell of one change: one signal.
  'lambda.json': [{ ...rung, ...withMetric, identity: state('ALARM') }],
  'sns-http.json': [{ ...rung, ...bySns, identity: state('ALARM') }],
  'sns-lambda.json': [{ ...rung, ...bySns, identity: state('ALARM') }],
  'sns-sqs.json': [{ ...rung, ...bySns, kind: 'housekeeping', identity: state('OK') }],
  'sns-inner.json': [{ ...bySns, eventId: '111122223333:EU (Frankfurt):database-connections', kind: 'finding', at: rung.at }],
  'eventbridge-ok.json': [{ ...rung, ...withMetric, kind: 'housekeeping', identity: state('OK') }],
  'insufficient-data.json': [{ ...rung, kind: 'housekeeping', identity: state('INSUFFICIENT_DATA') }],
  'composite-suppressed.json': [{ kind: 'finding', marks: ['archived'], identifiers: ['alarm:everything'] }],
};

const database = 'arn:aws:rds:eu-central-1:111122223333:db:muster-main';
const jobId = 'c1c1c1c1-0000-4000-8000-000000000001';
const job = { eventId: jobId, finding: jobId, tenant: account, marks: [] };
const ofDatabase = { target: { id: database, type: 'RDS' }, identifiers: [database, 'backup-vault:nightly'] };
const jobState = (word: string, done: string, way = 'Backup Job State Change'): Identity => [jobId, word, done, way, ''];

export const awsBackup: Expected = {
  'job-failed.json': [
    { ...job, ...ofDatabase, kind: 'finding', outcome: 'failure', identity: jobState('FAILED', '0'), at: '2026-03-14T02:10:00Z' },
  ],
  'job-aborted.json': [{ ...job, ...ofDatabase, kind: 'finding', outcome: 'failure', identity: jobState('ABORTED', '0') }],
  'job-completed.json': [{ ...job, ...ofDatabase, kind: 'housekeeping', outcome: 'success', identity: jobState('COMPLETED', '100') }],
  'job-with-issues.json': [{ ...job, ...ofDatabase, kind: 'finding', outcome: 'unknown' }],
  'job-created.json': [{ ...job, kind: 'housekeeping', outcome: 'unknown', target: undefined, identifiers: [] }],
  'job-running.json': [{ ...job, kind: 'housekeeping', outcome: 'unknown' }],
  'copy-expired.json': [{ eventId: 'C2C2', kind: 'finding', outcome: 'failure', identifiers: ['arn:aws:s3:::muster-message-archive'] }],
  'restore-failed.json': [{ eventId: 'D3D3', kind: 'finding', outcome: 'failure' }],
  'vault-deleted.json': [{ kind: 'config.change', target: { id: 'nightly' }, identifiers: ['backup-vault:nightly'], finding: undefined }],
  'recovery-point-deleted.json': [
    { eventId: 'arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:job-1', kind: 'config.change', outcome: 'unknown' },
  ],
  'sns-lambda.json': [
    { ...job, kind: 'finding', outcome: 'failure', identity: jobState('FAILED', '', 'BACKUP_JOB'), at: '2026-03-14T02:10:01Z' },
    { eventId: 'c2', kind: 'housekeeping', outcome: 'success' },
  ],
  'sns-sqs.json': [{ ...job, kind: 'finding', outcome: 'failure', identity: jobState('EXPIRED', '', 'BACKUP_JOB') }],
};

const main = { target: { id: 'muster-main', type: 'rds-instance' }, identifiers: ['rds:muster-main', database] };
const happened = (what: string) => ({
  eventId: `${database}/2026-03-14T02:04:09.293Z/${what}`,
  tenant: account,
  at: '2026-03-14T02:04:09.293Z',
});
const portal = { actor: { name: 'app_portal', type: 'database-user' }, identifiers: ['rds:muster-aurora-1'], marks: [] };

export const rds: Expected = {
  'stopped.json': [{ ...main, ...happened('RDS-EVENT-0087'), kind: 'finding', outcome: 'unknown', severity: undefined }],
  'backup-no-id.json': [{ ...main, ...happened('Finished DB Instance backup'), kind: 'housekeeping' }],
  'low-storage.json': [{ ...main, ...happened('RDS-EVENT-0089'), kind: 'finding', severity: 4 }],
  'failure.json': [{ ...main, ...happened('RDS-EVENT-0031'), kind: 'finding', outcome: 'failure', severity: 4 }],
  'failover.json': [{ ...main, ...happened('RDS-EVENT-0049'), kind: 'finding', outcome: 'unknown', severity: 3 }],
  'deleted.json': [{ ...main, ...happened('RDS-EVENT-0003'), kind: 'config.change', severity: 3 }],
  'cluster.json': [{ kind: 'housekeeping', target: { id: 'muster-aurora', type: 'rds-instance' } }],
  'snapshot.json': [
    { kind: 'config.change', target: undefined, identifiers: ['arn:aws:rds:eu-central-1:111122223333:snapshot:rds:muster-main-1'] },
  ],
  // Notifications by SNS write a time without a zone.
  'sns.json': [{ ...main, kind: 'finding', tenant: undefined, at: '2026-03-14T02:04:09.293Z', marks: ['no-zone'] }],
  'aurora-audit.json': [
    { ...portal, kind: 'auth.login', outcome: 'success', src: { ip: '192.0.2.61' }, at: '2026-03-14T02:04:09.360Z' },
    // Commas and quotes in a query do not shift its columns.
    { ...portal, kind: 'housekeeping', outcome: 'success', target: { id: 'portal', type: 'database' } },
    { kind: 'auth.login', outcome: 'failure', actor: { name: 'root', type: 'database-user' }, src: { ip: '198.51.100.7' } },
    { ...portal, kind: 'auth.logout', outcome: 'success' },
  ],
  'aurora-audit.log': [{ ...portal, kind: 'auth.login', src: { ip: '2001:db8::61' }, eventId: undefined }],
};
