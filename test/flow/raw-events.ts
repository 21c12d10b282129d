// Decides which raw events the stories are told with: our own, made from the fixtures in events/.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Played } from '#local/play.ts';

export const eventsDir = fileURLToPath(new URL('../../events', import.meta.url));
export const demoDir = `${eventsDir}/demo`;

export const raw = (source: string, event: unknown): Played => ({
  source,
  bytes: new TextEncoder().encode(typeof event === 'string' ? event : JSON.stringify(event)),
});

const demoFindings = JSON.parse(readFileSync(`${demoDir}/30-guardduty.json`, 'utf8')) as readonly unknown[];
const exfiltrationAt = 3;

/** The exfiltration of the demo, from the given bucket: a new finding for each bucket and number. */
export const exfiltration = (bucket = 'muster-message-archive', n = 1): Played => {
  const text = JSON.stringify(demoFindings[exfiltrationAt])
    .replaceAll('muster-message-archive', bucket)
    .replaceAll(/"id":"[0-9a-f]{32}"/g, `"id":"${String(n).padStart(32, '0')}"`)
    .replaceAll('111122223333', bucket === 'muster-message-archive' ? '111122223333' : '999988887777');
  return raw('guardduty', JSON.parse(text));
};

/** A grave finding on the archive whose kind shows no loss: somebody has to look. */
export const graveFinding = (n = 9): Played => {
  const { source, bytes } = exfiltration('muster-message-archive', n);
  const text = new TextDecoder().decode(bytes).replaceAll('Exfiltration:S3/AnomalousBehavior', 'Impact:S3/AnomalousBehavior.Permission');
  return { source, bytes: new TextEncoder().encode(text) };
};

/** The same finding or another, seen ten hours later. */
export const tenHoursLater = ({ source, bytes }: Played): Played =>
  raw(source, new TextDecoder().decode(bytes).replaceAll('2026-03-14T0', '2026-03-14T1'));

/** Ten accounts from one address, then a login from there into one of them, at the given Auth0 organisation. */
export const stuffing = (organisation: string | undefined, address = '203.0.113.77'): readonly Played[] => {
  const line = (i: number, type: string, user: number): Played => {
    const date = new Date(Date.UTC(2026, 2, 14, 4, 0, i * 20)).toISOString();
    const name = `account${user}@example.org`;
    const org = organisation === undefined ? {} : { organization_id: organisation, organization_name: organisation };
    return raw('auth0', {
      log_id: `${address}-${i}`,
      data: {
        date,
        type,
        ip: address,
        user_id: `auth0|${user}`,
        user_name: name,
        hostname: 'unknown.eu.auth0.com',
        tenant_name: 'unknown',
        log_id: `${address}-${i}`,
        ...org,
      },
    });
  };
  return [...Array.from({ length: 12 }, (_, i) => line(i, 'fp', i)), line(12, 's', 3)];
};

const muster = 'arn:aws:rds:eu-central-1:111122223333:db:muster-main';

/** An event of a database: it failed, shut down, or came up. */
export const database = (what: 'failed' | 'shut' | 'up' | 'maintenance', at: number, arn = muster): Played => {
  const [category, id] = {
    failed: ['failure', '0031'],
    shut: ['availability', '0004'],
    up: ['availability', '0006'],
    maintenance: ['maintenance', '0026'],
  }[what] as [string, string];
  const time = new Date(at).toISOString();
  const detail = {
    EventCategories: [category],
    SourceType: 'DB_INSTANCE',
    SourceArn: arn,
    Date: time,
    Message: 'm',
    SourceIdentifier: arn.split(':').at(-1),
    EventID: `RDS-EVENT-${id}`,
  };
  return raw('rds', {
    version: '0',
    id: `${what}-${at}-${arn}`,
    'detail-type': 'RDS DB Instance Event',
    source: 'aws.rds',
    account: '111122223333',
    time,
    region: 'eu-central-1',
    resources: [arn],
    detail,
  });
};

/** A backup of that database did not come about. */
export const backupFailed = (at: number): Played => {
  const time = new Date(at).toISOString();
  const detail = { backupJobId: `job-${at}`, backupVaultName: 'night', resourceArn: muster, resourceType: 'RDS', state: 'FAILED' };
  return raw('aws-backup', {
    version: '0',
    id: `backup-${at}`,
    'detail-type': 'Backup Job State Change',
    source: 'aws.backup',
    account: '111122223333',
    time,
    region: 'eu-central-1',
    resources: [],
    detail,
  });
};

/** An alarm that the house set on that database. */
export const availabilityAlarm = (state: 'ALARM' | 'OK', at: number): Played => {
  const time = new Date(at).toISOString();
  const detail = { alarmName: 'availability-messages', state: { value: state, timestamp: time } };
  const resources = ['arn:aws:cloudwatch:eu-central-1:111122223333:alarm:availability-messages'];
  return raw('cloudwatch-alarm', {
    version: '0',
    id: `alarm-${state}-${at}`,
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '111122223333',
    time,
    region: 'eu-central-1',
    resources,
    detail,
  });
};
