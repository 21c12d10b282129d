// Decides what the stacks must hold, whatever else changes: nothing lost, nothing open, nothing silent.
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { dueIndex, listIndex } from '#adapters/dynamodb/keys.ts';
import { stages } from '#lib/bundle.ts';
import { regions } from '#lib/settings.ts';
import { settingsOf } from './settings-of.ts';
import { type Resource, type Synthesized, actionsOf, everywhere, resources, statementsOf, synthesize } from './stacks.ts';
import { days } from '#core/kernel/time.ts';
import { keptFor, listPrefix } from '#flow/data-subjects.ts';

let all: Synthesized;
beforeAll(() => {
  all = synthesize();
});

const queueStages = ['Assess', 'Notify', 'Page', 'Ticket', 'Other', 'Receive'];
const json = (value: unknown): string => JSON.stringify(value);

describe('state', () => {
  it('keeps the ledger by every means: recovery, protection, own key, retention, TTL for erasure', () => {
    all.state.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        KeySchema: [
          { AttributeName: 'PK', KeyType: 'HASH' },
          { AttributeName: 'SK', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [dueIndex, listIndex].map((IndexName, i) => ({
          IndexName,
          KeySchema: [
            { AttributeName: `X${i + 1}PK`, KeyType: 'HASH' },
            { AttributeName: `X${i + 1}SK`, KeyType: 'RANGE' },
          ],
          Projection:
            i === 0 ? { ProjectionType: 'INCLUDE', NonKeyAttributes: ['deadlineAt', 'controller'] } : { ProjectionType: 'KEYS_ONLY' },
        })),
      },
    });
  });

  it('holds raw evidence behind its own key, closed to the public, and erases it after 90 days', () => {
    all.state.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ Prefix: 'raw/', ExpirationInDays: 90, Status: 'Enabled' })]) },
      },
    });
  });

  it('erases lists of affected people when the console says that they are erased', () => {
    const rules = Match.arrayWith([
      Match.objectLike({ Prefix: listPrefix, ExpirationInDays: keptFor / days(1), NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    ]);
    all.state.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: rules } });
  });

  it('rotates its key, and keeps key, secrets and dead letters when the stack goes', () => {
    all.state.allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    all.state.resourceCountIs('AWS::KMS::Key', 2);
    for (const type of ['AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::SQS::Queue', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table']) {
      for (const [name, one] of resources(all.state, type)) expect([name, one.DeletionPolicy]).toEqual([name, 'Retain']);
    }
  });

  it('gives no secret a rotation: the root of identities never changes', () => {
    all.state.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
    all.state.resourceCountIs('AWS::SecretsManager::Secret', 3);
  });

  it('never depends on the pipeline', () => {
    expect(json(all.state.toJSON())).not.toContain('art33-dev-pipeline');
  });
});

describe('every queue', () => {
  const urlsIn = (policies: readonly (readonly [string, Resource])[]): string =>
    json(policies.map(([, { Properties }]) => Properties['Queues']));

  it('is encrypted, and refuses what does not come by TLS', () => {
    for (const template of [all.state, all.pipeline]) {
      const closing = resources(template, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
        json(Properties).includes('"aws:SecureTransport":"false"'),
      );
      for (const [id, { Properties }] of resources(template, 'AWS::SQS::Queue')) {
        expect([id, Properties['SqsManagedSseEnabled']]).toEqual([id, true]);
        expect(urlsIn(closing)).toContain(id);
      }
    }
  });

  it('of a stage has dead letters after ten tries, and six times its function’s time', () => {
    const queues = resources(all.pipeline, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(queueStages.length);
    for (const [id, { Properties }] of queues) {
      const redrive = Properties['RedrivePolicy'] as { maxReceiveCount: number; deadLetterTargetArn: unknown };
      expect(redrive.maxReceiveCount).toBeGreaterThanOrEqual(10);
      expect(json(redrive.deadLetterTargetArn)).toContain('DeadLetters');
      const stage = id.replace(/Queue.*/, '');
      const [, worker] = resources(all.pipeline, 'AWS::Lambda::Function').find(([name]) => name.startsWith(`${stage}Function`))!;
      expect(Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(Number(worker.Properties['Timeout']) * 6);
    }
  });

  it('of signals and reports keeps them 14 days, as the dead letters do', () => {
    const days14 = 14 * 24 * 3_600;
    for (const [, { Properties }] of resources(all.state, 'AWS::SQS::Queue')) expect(Properties['MessageRetentionPeriod']).toBe(days14);
    for (const [id, { Properties }] of resources(all.pipeline, 'AWS::SQS::Queue')) {
      expect(Properties['MessageRetentionPeriod']).toBe(/^(Assess|Receive)/.test(id) ? days14 : 3_600);
    }
  });

  it('is read with failures by message and a limit, its dead letters by a mapping that is switched off', () => {
    const mappings = resources(all.pipeline, 'AWS::Lambda::EventSourceMapping').map(([, one]) => one.Properties);
    const isOff = (one: Resource['Properties']) => one['Enabled'] === false;
    expect(mappings.filter(isOff)).toHaveLength(queueStages.length);
    expect(mappings.filter((one) => !isOff(one))).toHaveLength(queueStages.length);
    for (const one of mappings) {
      expect(one['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      expect((one['ScalingConfig'] as { MaximumConcurrency: number }).MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(json(one['EventSourceArn']).includes('DeadLetters')).toBe(isOff(one));
      // An unmatched message would be deleted in silence (F-11).
      expect(one['FilterCriteria']).toBeUndefined();
    }
  });
});

describe('mail by SES', () => {
  it.each([
    ['', '14', 10],
    ['1', '1', 2],
    ['6', '6', 6],
  ])('at mailRate %j leaves by no more functions than get a turn within a second', (mailRate, given, atOnce) => {
    const { pipeline } = synthesize({ 'art33:mailRate': mailRate });
    const [mapping] = resources(pipeline, 'AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties['Enabled'] !== false && json(Properties['EventSourceArn']).includes('NotifyQueue'),
    );
    expect(mapping?.[1].Properties['ScalingConfig']).toEqual({ MaximumConcurrency: atOnce });
    const rates = resources(pipeline, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables['MAIL_RATE'],
    );
    expect(rates.filter((rate) => rate !== undefined)).toEqual([given, given, given]);
  });
});

describe('every function', () => {
  const workers = () => [...resources(all.pipeline, 'AWS::Lambda::Function'), ...resources(all.console, 'AWS::Lambda::Function')];

  it('runs Node 24 on arm64, traced', () => {
    expect(workers()).toHaveLength(stages.length);
    for (const [, { Properties }] of workers()) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
      expect(Properties['ReservedConcurrentExecutions']).toBeUndefined();
    }
  });

  it.each(stages)('%s is given exactly the settings that it reads', (stage) => {
    const [, worker] = workers().find(([id]) => id.toLowerCase().startsWith(`${stage}function`))!;
    const given = Object.keys((worker.Properties['Environment'] as { Variables: object }).Variables).sort();
    const read = [...Object.keys(settingsOf[stage]), 'POWERTOOLS_SERVICE_NAME'].sort();
    expect(given).toEqual(read);
  });

  it('has a role of its own with exact resources; a star only for tracing', () => {
    const roles = new Set(workers().map(([, { Properties }]) => json(Properties['Role'])));
    expect(roles.size).toBe(stages.length);
    const statements = stages.flatMap((stage) => statementsOf(stage === 'console' ? all.console : all.pipeline, stage));
    expect(actionsOf(statements).filter((action) => action.includes('*'))).toEqual([]);
    const everything = statements.filter((one) => [one.Resource].flat().includes('*'));
    expect(actionsOf(everything)).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
    for (const [, { Properties }] of everywhere(all, 'AWS::IAM::Role')) expect(Properties['ManagedPolicyArns']).toBeUndefined();
  });

  it.each(['notify', 'page', 'ticket', 'other'])('of the lane %s may not send to its own queue (F-09)', (lane) => {
    const sends = statementsOf(all.pipeline, lane).filter((one) => [one.Action].flat().includes('sqs:SendMessage'));
    const own = `"${lane.charAt(0).toUpperCase()}${lane.slice(1)}Queue`;
    expect(sends).not.toHaveLength(0);
    expect(json(sends)).not.toContain(own);
  });

  it('nobody may delete from the ledger or the evidence', () => {
    for (const stage of stages) {
      const actions = actionsOf(statementsOf(stage === 'console' ? all.console : all.pipeline, stage));
      expect(actions.filter((action) => /^(dynamodb|s3):Delete/.test(action))).toEqual([]);
    }
  });
});

describe('what comes in', () => {
  it('comes by an HTTP API with limits, and a log without addresses', () => {
    all.pipeline.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'POST /signals/{source}' });
    for (const template of [all.pipeline, all.console]) {
      for (const [, { Properties }] of resources(template, 'AWS::ApiGatewayV2::Stage')) {
        const { ThrottlingRateLimit, ThrottlingBurstLimit } = Properties['DefaultRouteSettings'] as Record<string, number>;
        expect(ThrottlingRateLimit).toBeGreaterThan(0);
        expect(ThrottlingBurstLimit).toBeGreaterThan(0);
        const { Format } = Properties['AccessLogSettings'] as { Format: string };
        expect(Format).toContain('requestId');
        expect(Format).not.toMatch(/sourceIp|userAgent|\.path|authorizer/);
      }
    }
  });

  it('from GuardDuty goes to the assess queue, and what can’t be delivered is kept', () => {
    all.pipeline.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] },
      Targets: [
        Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AssessQueue'), 'Arn'] }, DeadLetterConfig: Match.anyValue() }),
      ],
    });
  });

  it.each([
    ['aws.macie', 'macie'],
    ['aws.access-analyzer', 'access-analyzer'],
    ['aws.health', 'aws-health'],
    ['aws.inspector2', 'inspector'],
    ['aws.backup', 'aws-backup'],
    ['aws.rds', 'rds'],
    ['aws.cloudwatch', 'cloudwatch-alarm'],
  ])('from %s, which is %s, goes there too', (service) => {
    const into = resources(all.pipeline, 'AWS::Events::Rule').map(([, { Properties }]) => Properties as Record<string, unknown>);
    const of = into.filter(({ EventPattern }) => json(EventPattern ?? {}).includes(`"${service}"`));
    expect(of).toHaveLength(1);
    expect(json(of[0]?.['Targets'])).toMatch(/"Fn::GetAtt":\["AssessQueue[^"]*","Arn"\]/);
  });

  it('from services is what they say, and no call to them: AWS names both by the service', () => {
    const rules = resources(all.pipeline, 'AWS::Events::Rule').map(
      ([, { Properties }]) => Properties['EventPattern'] as Record<string, unknown>,
    );
    const asked = rules.filter((pattern) =>
      /"aws\.(macie|access-analyzer|health|inspector2|backup|rds|cloudwatch)"/.test(json(pattern ?? {})),
    );
    expect(asked).toHaveLength(4);
    for (const pattern of asked) expect(json(pattern['detail-type'] ?? 'any')).not.toMatch(/any|CloudTrail/);
  });

  it('from alarms leaves out those of Art33 itself: they would come round', () => {
    all.pipeline.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.cloudwatch'], detail: { alarmName: [{ 'anything-but': { prefix: 'art33-' } }] } },
    });
  });

  it('from Auth0 comes over its partner bus where one is named, and nowhere else', () => {
    const named = synthesize({ 'art33:auth0EventSource': 'aws.partner/auth0.com/example-tenant/auth0.logs' });
    named.pipeline.hasResourceProperties('AWS::Events::Rule', { EventBusName: 'aws.partner/auth0.com/example-tenant/auth0.logs' });
    expect(json(all.pipeline.toJSON())).not.toContain('auth0');
  });

  it('ticks every minute by two services', () => {
    all.pipeline.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: Match.objectLike({ DeadLetterConfig: Match.anyValue() }),
    });
    all.pipeline.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    all.pipeline.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(15 minutes)' });
  });

  it('alarms when a duty is late, by the metrics of this deployment and no other (I-41, I-42)', () => {
    all.pipeline.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Art33',
      MetricName: 'OldestDueAge',
      Dimensions: [{ Name: 'service', Value: 'art33-dev' }],
      Statistic: 'Maximum',
      Threshold: 300_000,
      EvaluationPeriods: 2,
    });
  });
});

describe('mail', () => {
  it('goes out under one configuration set that suppresses nobody, and its events come back', () => {
    all.pipeline.hasResourceProperties('AWS::SES::ConfigurationSet', { SuppressionOptions: { SuppressedReasons: [] } });
    all.pipeline.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['send', 'delivery', 'deliveryDelay', 'bounce', 'complaint', 'reject'],
        EventBridgeDestination: Match.anyValue(),
      },
    });
    all.pipeline.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ source: ['aws.ses'] }),
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReceiveQueue'), 'Arn'] } })],
    });
  });

  it('makes no identity: that was verified beforehand', () => {
    all.pipeline.resourceCountIs('AWS::SES::EmailIdentity', 0);
    const sends = statementsOf(all.pipeline, 'notify').filter((one) => [one.Action].flat().includes('ses:SendRawEmail'));
    expect(json(sends)).toContain('identity/notices.example.com');
    expect(json(sends)).toContain('configuration-set/art33-dev-pipeline-notices');
  });
});

describe('the console', () => {
  const routes = (template: Synthesized) => resources(template.console, 'AWS::ApiGatewayV2::Route').map(([, one]) => one.Properties);

  it('stands behind a JWT on every route where an issuer is set', () => {
    const signed = synthesize({ 'art33:jwtIssuer': 'https://login.example.com/', 'art33:jwtAudience': 'art33' });
    for (const route of routes(signed)) expect(route['AuthorizationType']).toBe('JWT');
    signed.console.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://login.example.com/', Audience: ['art33'] },
    });
  });

  it('has no authorizer without one; its function then answers 401', () => {
    for (const route of routes(all)) expect(route['AuthorizationType']).toBe('NONE');
  });
});

describe('stages and regions', () => {
  it('say the region wherever a template names one', () => {
    const region = regions[regions.length - 1]!;
    const elsewhere = synthesize({ 'art33:region': region });
    for (const template of Object.values(elsewhere)) expect(json(template.toJSON())).not.toContain('eu-central-1');
    expect(json(elsewhere.pipeline.toJSON())).toContain(region);
  });

  it('are separate deployments', () => {
    const staging = synthesize({ 'art33:stage': 'staging' });
    expect(json(staging.pipeline.toJSON())).toContain('art33-staging-state');
    expect(json(staging.pipeline.toJSON())).not.toContain('art33-dev');
  });
});
