// Holds that objects in S3 become signals by the queue, and that assess may read those and no others; and how mail comes in (D-9, D-19, P-22).
import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, resources, statementsOf, synthesize, synthesizeGuarded } from './stacks.ts';

const context = { 'art33:trailBucket': 'example-trail/AWSLogs/', 'art33:inboundMail': 'breaches@in.example.com' };
let made: Synthesized;
let plain: Synthesized;
beforeAll(() => {
  made = synthesize(context);
  plain = synthesize();
});

const text = (value: unknown): string => JSON.stringify(value);
const rulesOf = (all: Synthesized) =>
  resources(all.pipeline, 'AWS::Events::Rule').filter(([, { Properties }]) => text(Properties['EventPattern'] ?? '').includes('aws.s3'));
const assessOf = (all: Synthesized) => statementsOf(all.pipeline, 'assess');
const readsOf = (all: Synthesized): readonly string[] =>
  assessOf(all)
    .filter(({ Action }) => [Action].flat().includes('s3:GetObject'))
    .flatMap(({ Resource }) => [Resource].flat().map(text));

describe('a bucket of CloudTrail', () => {
  it('tells the assess queue of new objects of its prefix, and what can’t be told is kept', () => {
    const [trail] = rulesOf(made).filter(([name]) => name.startsWith('TrailFiles'));
    expect(trail?.[1].Properties).toMatchObject({
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['example-trail'] }, object: { key: [{ prefix: 'AWSLogs/' }] } },
      },
    });
    expect(text(trail?.[1].Properties['Targets'])).toMatch(/AssessQueue.*DeadLetterConfig.*Undelivered|DeadLetterConfig.*AssessQueue/);
  });

  it('may be read by assess from that prefix on', () => {
    expect(readsOf(made).filter((one) => one.includes('example-trail'))).toEqual(['"arn:aws:s3:::example-trail/AWSLogs/*"']);
  });

  it('is nothing of the kind without the setting', () => {
    expect(rulesOf(plain)).toEqual([]);
    expect(readsOf(plain)).toHaveLength(2);
    expect(text(plain.pipeline.toJSON())).toContain('"OBJECTS":"{}"');
  });
});

describe('mail that comes in', () => {
  it('is taken in for one address, by TLS, scanned, into a bucket of its own', () => {
    expect(resources(made.inbound, 'AWS::SES::ReceiptRule').map(([, { Properties }]) => Properties['Rule'])).toMatchObject([
      {
        Enabled: true,
        Recipients: ['breaches@in.example.com'],
        ScanEnabled: true,
        TlsPolicy: 'Require',
        Actions: [{ S3Action: { ObjectKeyPrefix: 'mail/' } }],
      },
    ]);
  });

  it('is laid there by that rule of this account alone, and not for long', () => {
    const statements = resources(made.inbound, 'AWS::S3::BucketPolicy').flatMap(
      ([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: readonly object[] }).Statement,
    );
    const ses = statements.filter((one) => text(one).includes('ses.amazonaws.com'));
    expect(ses).toMatchObject([
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': expect.anything() } },
      },
    ]);
    expect(text(ses)).toContain('receipt-rule-set/art33-dev-inbound:receipt-rule/reports');
    const [bucket] = resources(made.inbound, 'AWS::S3::Bucket');
    expect(bucket?.[1].Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 14, Status: 'Enabled' }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  it('becomes signals of the sub-processors’ mail by the same way', () => {
    expect(
      rulesOf(made)
        .map(([name]) => name.replace(/[0-9A-F]{8}$/, ''))
        .toSorted(),
    ).toEqual(['InboundMail', 'TrailFiles']);
    expect(text(made.pipeline.toJSON())).toContain('subprocessor-mail');
    expect(readsOf(made).filter((one) => one.includes('art33-dev-inbound') && one.includes('/mail/*'))).toHaveLength(1);
  });

  it('has no stack without the setting', () => {
    expect(plain.inbound.toJSON()).toEqual({ Resources: {} });
  });
});

it('all of it keeps the rules of the house', () => {
  expect(() => synthesizeGuarded(() => undefined, { ...context, 'art33:alarmMail': 'ops@example.com' })).not.toThrow();
});
