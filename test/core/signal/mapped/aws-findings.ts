// What Access Analyzer, Health, Inspector and WAF say, file by file.
import type { Expected } from './expected.ts';

const account = '111122223333';
const archive = {
  target: { id: 'muster-message-archive', type: 's3-bucket' },
  identifiers: ['s3:muster-message-archive', 'arn:aws:s3:::muster-message-archive'],
};
const id = 'a1a1a1a1-0000-4000-8000-000000000001';
const open = { eventId: id, finding: id, kind: 'finding', outcome: 'unknown', severity: 4, tenant: account, ...archive, marks: [] };
const role = (name: string) => ({
  target: { id: name, type: 'iam-role' },
  identifiers: [`iam-role:${name}`, `arn:aws:iam::111122223333:role/${name}`, 'aws:111122223333'],
});

export const accessAnalyzer: Expected = {
  'public-bucket.json': [{ ...open, identity: [id, '2026-03-14T02:09:07Z', 'ACTIVE', ''], at: '2026-03-14T02:09:07Z', actor: undefined }],
  'other-account.json': [{ ...open, severity: 3 }],
  'error.json': [{ ...open, severity: 3 }],
  'deleted.json': [{ ...open, marks: ['archived'], at: '2026-03-14T03:09:07Z' }],
  'resolved.json': [{ ...open, severity: 3, marks: ['archived'], identity: [id, '2026-03-14T03:00:00Z', 'RESOLVED', ''] }],
  'preview-failed.json': [
    { kind: 'housekeeping', finding: undefined, eventId: 'a2a2a2a2-0000-4000-8000-000000000002', identifiers: [], severity: undefined },
  ],
  'get-finding.json': [{ kind: 'finding', severity: 4, tenant: account, ...role('portal-visitors'), at: '2026-03-13T21:17:50.905Z' }],
  'list-findings-v2.json': [
    { severity: 2, ...role('old-job'), marks: [], at: '2026-03-13T21:17:24.710Z' },
    { severity: 4, target: { id: 'muster-exports', type: 's3-bucket' }, marks: ['archived'] },
  ],
};

const risk = 'arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/AWS_RISK_CREDENTIALS_EXPOSED_EXAMPLE1';
const exposed = {
  eventId: risk,
  finding: risk,
  kind: 'finding',
  severity: 5,
  tenant: account,
  target: { id: 'AKIAEXAMPLE000000001', type: 'RISK' },
  identifiers: ['aws:111122223333'],
  at: '2026-03-14T02:01:10Z',
  marks: [],
};
const told = (updated: string, status: string) => [risk, updated, status, '1', account];

export const awsHealth: Expected = {
  'credentials-exposed.json': [{ ...exposed, identity: told('Sun, 14 Mar 2026 02:05:10 GMT', 'open') }],
  'credentials-exposed-update.json': [{ ...exposed, identity: told('Sun, 14 Mar 2026 04:05:10 GMT', 'open') }],
  // The copy of the second region is the same event.
  'backup-region.json': [{ ...exposed, identity: told('Sun, 14 Mar 2026 02:05:10 GMT', 'open') }],
  'closed.json': [{ ...exposed, marks: ['archived'], identity: told('Sun, 14 Mar 2026 06:05:10 GMT', 'closed') }],
  'put-events.json': [{ ...exposed }],
  'abuse.json': [
    {
      kind: 'finding',
      severity: 4,
      target: { id: 'arn:aws:ec2:eu-central-1:111122223333:instance/i-0aaaabbbbccccdddd', type: 'ABUSE' },
      identifiers: ['arn:aws:ec2:eu-central-1:111122223333:instance/i-0aaaabbbbccccdddd', 'aws:111122223333'],
    },
  ],
  'issue.json': [{ kind: 'finding', severity: 3, target: undefined, at: '2026-03-14T01:10:09Z' }],
  'retirement.json': [
    { kind: 'housekeeping', severity: 1, target: { id: 'i-0aaaabbbbccccdddd', type: 'EC2' }, at: '2026-03-01T22:00:00Z' },
  ],
  'test.json': [{ kind: 'unknown', marks: ['sample'] }],
};

const finding = (end: string): string => `arn:aws:inspector2:eu-central-1:111122223333:finding/${end}`;
const hole = {
  eventId: finding('aaaa'),
  finding: finding('aaaa'),
  kind: 'housekeeping',
  severity: 3,
  tenant: account,
  target: { id: 'i-0aaaabbbbccccdddd', type: 'ec2-instance' },
  identifiers: ['ec2:i-0aaaabbbbccccdddd'],
  at: '2026-03-14T01:59:44.356Z',
  marks: [],
};

export const inspector: Expected = {
  'package.json': [{ ...hole, identity: [finding('aaaa'), '', 'ACTIVE'] }],
  'closed.json': [{ ...hole, at: '2026-03-14T18:02:30Z', marks: ['archived'] }],
  'network.json': [{ ...hole, eventId: finding('bbbb'), finding: finding('bbbb'), severity: 4, at: '2026-03-14T00:02:30Z' }],
  'exploited.json': [{ kind: 'finding', severity: 5, finding: finding('cccc') }],
  'code.json': [{ kind: 'housekeeping', target: { id: 'export:1', type: 'lambda-function' } }],
  'scan.json': [{ kind: 'housekeeping', finding: undefined, eventId: 'b1b1b1b1-0000-4000-8000-000000000001', severity: undefined }],
  'list-findings.json': [
    { ...hole, at: '2026-03-14T02:00:00Z' },
    { finding: finding('eeee'), marks: ['archived'], at: '2026-03-14T01:59:44.356Z' },
  ],
};

const web = 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/portal/aaaa';
const held = {
  eventId: '1-aaaa-bbbb',
  kind: 'net.failure',
  outcome: 'blocked',
  src: { ip: '198.51.100.24' },
  target: { id: web, type: 'web-site' },
  identifiers: [web],
  at: '2026-03-14T02:10:00.123Z',
  marks: [],
};

export const awsWaf: Expected = {
  'block.json': [{ ...held, identity: ['1-aaaa-bbbb', '1773454200123', 'AWS-AWSManagedRulesSQLiRuleSet'] }],
  'cloudwatch-logs.json': [held],
  'lines.jsonl': [
    { kind: 'housekeeping', outcome: 'success' },
    { kind: 'net.failure', outcome: 'blocked', src: { ip: '2001:db8::24' } },
    { kind: 'unknown', outcome: 'unknown' },
  ],
  'no-request-id.json': [{ ...held, eventId: undefined }],
};
