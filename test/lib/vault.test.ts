// Decides what guards the proof and the kit against ourselves: locks that nobody lifts, a vault that lets nobody of ours read, and a freeze.
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '#lib/settings.ts';
import { type Resource, type Synthesized, actionsOf, recipients, resources, statementsOf, synthesize } from './stacks.ts';

let all: Synthesized;
beforeAll(() => {
  all = synthesize();
});
const json = (value: unknown): string => JSON.stringify(value);

const locked = (days: number) => ({
  ObjectLockEnabled: true,
  ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: days } } },
  VersioningConfiguration: { Status: 'Enabled' },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
});

describe('anchors', () => {
  it('lie in a bucket that nobody can empty: four years in prod, a day where things are tried', () => {
    const prod = {
      'art33:stage': 'prod',
      'art33:mailIdentity': 'notices.example.com',
      'art33:alarmMail': 'ops@example.com',
      'art33:jwtIssuer': 'https://login.example.com/',
      'art33:jwtAudience': 'art33',
    };
    for (const [made, days] of [[all, 1] as const, [synthesize(prod), 1_464] as const])
      made.state.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', Properties: locked(days) });
  });

  it('are written every hour, by a function that can change nothing else', () => {
    all.pipeline.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)' });
    expect(actionsOf(statementsOf(all.pipeline, 'anchor')).filter((action) => /Put|Update|Delete/.test(action))).toEqual([
      'logs:PutLogEvents',
      's3:PutObject',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('are missed after 70 minutes (I-36)', () => {
    all.pipeline.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Anchors',
      Period: 600,
      EvaluationPeriods: 7,
      TreatMissingData: 'breaching',
    });
  });
});

describe('the vault', () => {
  const policies = () =>
    resources(all.vault, 'AWS::S3::BucketPolicy').flatMap(
      ([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: readonly Record<string, unknown>[] }).Statement,
    );

  it('keeps each kit for a week against everybody, and forgets it after five', () => {
    all.vault.hasResourceProperties('AWS::S3::Bucket', {
      ...locked(7),
      BucketName: 'art33-dev-vault-444455556666-eu-west-1',
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 35, Status: 'Enabled' })] },
    });
  });

  it('lets one role of the first account write kits, and nobody outside do anything else', () => {
    expect(policies().filter((one) => one['Effect'] === 'Allow')).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Principal: { AWS: expect.anything() },
        Resource: expect.anything(),
        Condition: { ArnEquals: { 'aws:PrincipalArn': expect.anything() } },
      },
    ]);
    expect(json(policies())).toContain(':role/art33-dev-export');
    expect(policies()).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        NotAction: 's3:PutObject',
        Principal: { AWS: '*' },
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': '444455556666' } },
      }),
    );
    all.pipeline.hasResourceProperties('AWS::IAM::Role', { RoleName: 'art33-dev-export' });
  });

  it('is fed at night, and missed after 30 hours', () => {
    all.pipeline.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'cron(30 1 * * ? *)', State: 'ENABLED' });
    all.pipeline.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Kits', Period: 21_600, EvaluationPeriods: 5 });
  });

  const exporting = {
    'art33:account': '111122223333',
    'art33:exportAccount': '444455556666',
    'art33:exportRegion': 'eu-west-1',
    'art33:exportRecipients': recipients.join(','),
  };
  const refused = (change: Readonly<Record<string, string | undefined>>): string => {
    const context = Object.fromEntries(Object.entries({ ...exporting, ...change }).filter(([, value]) => value !== undefined));
    const read = readSettings(context);
    return read.ok ? '' : read.error.join('\n');
  };

  it('is refused where it would be none: half named, in the same account or region, for one person', () => {
    expect(refused({})).toBe('');
    expect(refused({ 'art33:exportRegion': undefined })).toContain('art33:exportRegion: missing');
    expect(refused({ 'art33:account': undefined })).toContain('art33:account: missing');
    expect(refused({ 'art33:exportAccount': '111122223333' })).toContain('another account');
    expect(refused({ 'art33:exportRegion': 'eu-central-1' })).toContain('another region');
    expect(refused({ 'art33:exportRegion': 'us-east-1' })).toContain('one of eu-central-1');
    expect(refused({ 'art33:exportRecipients': recipients[0]! })).toContain('two people');
    expect(refused({ 'art33:exportRecipients': `${recipients[0]},${recipients[0]}` })).toContain('twice');
  });
});

describe('frozen', () => {
  const states = (made: Synthesized) => ({
    mappings: Object.fromEntries(
      resources(made.pipeline, 'AWS::Lambda::EventSourceMapping')
        .filter(([id]) => id.includes('Reading'))
        .map(([id, { Properties }]) => [/^[A-Z][a-z]+/.exec(id)![0], Properties['Enabled'] !== false]),
    ),
    schedules: ['AWS::Events::Rule', 'AWS::Scheduler::Schedule']
      .flatMap((type) => resources(made.pipeline, type))
      .filter(([, { Properties }]: readonly [string, Resource]) => Properties['ScheduleExpression'] !== undefined)
      .map(([, { Properties }]) => Properties['State']),
  });

  it('nothing acts by itself, and what only stores goes on', () => {
    const { mappings, schedules } = states(synthesize({ 'art33:frozen': 'true' }));
    expect(mappings).toEqual({ Assess: true, Receive: true, Notify: false, Page: false, Ticket: false, Other: false });
    expect(new Set(schedules)).toEqual(new Set(['DISABLED']));
    const running = states(all);
    expect(new Set(Object.values(running.mappings))).toEqual(new Set([true]));
    expect(new Set(running.schedules)).toEqual(new Set(['ENABLED']));
    expect(running.schedules).toHaveLength(5);
  });

  it('and thawed onto a restored table, every function works on that, and the old one stays', () => {
    const restored = synthesize({ 'art33:ledgerTable': 'ledger-of-monday' });
    const tables = [...resources(restored.pipeline, 'AWS::Lambda::Function'), ...resources(restored.console, 'AWS::Lambda::Function')]
      .map(([, { Properties }]) => (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables['LEDGER_TABLE'])
      .filter((table) => table !== undefined);
    expect(new Set(tables)).toEqual(new Set(['ledger-of-monday']));
    const allowed = json([restored.pipeline, restored.console].flatMap((template) => resources(template, 'AWS::IAM::Policy')));
    expect(allowed).toContain(':table/ledger-of-monday');
    expect(allowed).not.toMatch(/Output\w*Ledger/);
    restored.state.resourceCountIs('AWS::DynamoDB::Table', 1);
  });
});

describe('without a vault in the settings', () => {
  it('there is no export, and no stack for it', () => {
    const bare = synthesize({ 'art33:exportAccount': '', 'art33:exportRegion': '', 'art33:exportRecipients': '' });
    expect(bare.vault.toJSON()).toEqual({});
    expect(resources(bare.pipeline, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Export'))).toEqual([]);
  });
});
