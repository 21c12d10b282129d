// Holds that a GuardDuty finding says the same in every shape that carries it, and that samples and updates are known as such.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardduty } from '#core/signal/sources/guardduty.ts';
import { findingOf, severityOf } from '#core/signal/sources/guardduty-finding.ts';
import { eventsIn, factsOf, json, line, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

const id = 'dddd4444'.repeat(4);
const archive = 'muster-message-archive';
const bucket = {
  eventId: id,
  identity: [id, '2026-03-14T03:05:12.440Z', '41'],
  finding: id,
  kind: 'finding',
  outcome: 'unknown',
  severity: 4,
  tenant: '111122223333',
  actor: { id: 'AROAEXAMPLE000000001:export-job', name: 'export-job', type: 'AssumedRole' },
  src: { ip: '198.51.100.140' },
  target: { id: archive, type: 's3-bucket' },
  identifiers: [`s3:${archive}`, `arn:aws:s3:::${archive}`, 'data-class:message-content'],
  at: '2026-03-14T03:01:55Z',
  marks: [],
};
const probe = {
  finding: 'aaaa1111'.repeat(4),
  severity: 2,
  target: { id: 'i-0123456789abcdef0', type: 'ec2-instance' },
  identifiers: ['ec2:i-0123456789abcdef0'],
  src: { ip: '192.0.2.61' },
};

const files: Readonly<Record<string, readonly object[]>> = {
  'eventbridge.json': [bucket],
  'bare.json': [bucket],
  'sdk.json': [bucket, probe],
  'athena.json': [bucket],
  'sns.json': [bucket],
  'sns-in-sqs.json': [bucket],
  'minimal.json': [
    {
      finding: 'minimal-1',
      severity: 2,
      tenant: '123456789',
      target: { type: 'ec2-instance' },
      identifiers: [],
      at: '2026-03-14T01:12:03Z',
      marks: [],
    },
  ],
  'digest.json': [{ finding: 'digest-1', severity: 3, target: { type: 'access-key' }, identifiers: [], at: '2026-03-14T04:00:00Z' }],
  'empty-findings.json': [],
  'sample-title.json': [{ marks: ['sample'] }],
  'sample-flag.json': [{ marks: ['sample'] }],
  'sample-value.json': [{ marks: ['sample'] }],
  'sample-generated.json': [{ marks: ['sample'] }],
  'user-named-like-sample.json': [{ marks: [], actor: { name: 'GeneratedFindingUserName' } }],
  'archived.json': [{ marks: ['archived'], target: { id: archive } }],
  'update.json': [{ finding: id, identity: [id, '2026-03-14T09:05:40.018Z', '218'], at: '2026-03-14T03:22:07Z' }],
  'attack-sequence.json': [{ severity: 5, target: { id: archive, type: 's3-bucket' }, identifiers: bucket.identifiers.slice(0, 2) }],
  'rds.json': [
    {
      target: { id: 'muster-db', type: 'rds-instance' },
      src: { ip: '2001:db8::90' },
      actor: { name: 'reporting' },
      identifiers: ['rds:muster-db'],
    },
  ],
  'access-denied.json': [{ outcome: 'failure', severity: 3, target: { id: 'ASIAEXAMPLE000000001', type: 'access-key' } }],
  'scan-clean.json': [{ kind: 'housekeeping', target: { id: 'muster-uploads', type: 's3-bucket' } }],
  'scan-threat.json': [{ kind: 'finding', severity: 4, target: { id: 'muster-uploads', type: 's3-bucket' } }],
};

const [real = line('')] = eventsIn(guardduty, 'guardduty/bare.json');
const finding = real.json as Record<string, Record<string, unknown>>;
const withService = (service: object) => json({ ...finding, service: { ...finding.service, ...service } });

describe('guardduty', () => {
  it.each(Object.entries(files))('reads %s', (file, expected) => {
    const facts = eventsIn(guardduty, `guardduty/${file}`).map((event) => told(guardduty, event));
    expect(facts).toHaveLength(expected.length);
    for (const [i, row] of expected.entries()) expect(facts[i]).toMatchObject(row);
  });

  it.each(['eventbridge.json', 'bare.json', 'sdk.json', 'athena.json', 'sns.json', 'sns-in-sqs.json'])(
    'shows rules the camelCase finding of %s',
    (file) => {
      const [event = line('')] = eventsIn(guardduty, `guardduty/${file}`);
      expect(guardduty.vendorEvent(event)).toMatchObject({
        id,
        type: 'Exfiltration:S3/AnomalousBehavior',
        severity: 8,
        service: { count: 41, archived: false },
        resource: { resourceType: 'S3Bucket' },
      });
    },
  );

  it('shows rules the sample flag and the archived flag in one place, however they were written', () => {
    const [sample = line(''), archived = line('')] = ['sample-value.json', 'archived.json'].flatMap((file) =>
      eventsIn(guardduty, `guardduty/${file}`),
    );
    expect(guardduty.vendorEvent(sample)).toMatchObject({ service: { additionalInfo: { sample: true } } });
    expect(guardduty.vendorEvent(archived)).toMatchObject({ service: { archived: true } });
  });

  it('leaves keys alone that are data', () => {
    const event = json({ Id: '1', Type: 'A:S3/b', Service: { Action: { AffectedResources: { 'AWS::S3::Bucket': 'x' } } } });
    expect(guardduty.vendorEvent(event)).toMatchObject({ service: { action: { affectedResources: { 'AWS::S3::Bucket': 'x' } } } });
  });

  it('takes the account of the finding, never that of the envelope', () => {
    const { accountId, ...rest } = finding;
    expect(accountId).toBe('111122223333');
    const envelope = (detail: object) =>
      json({ source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', account: '444455556666', detail });
    expect(told(guardduty, envelope(rest))).toMatchObject({ tenant: '111122223333' });
    expect(told(guardduty, envelope({ ...rest, arn: undefined }))).not.toHaveProperty('tenant');
  });

  it('gives an update its own identity and the identity of its finding', () => {
    const more = factsOf(guardduty, withService({ count: 42 }));
    expect(more.identity).not.toEqual(factsOf(guardduty, real).identity);
    expect(more.finding).toBe(factsOf(guardduty, real).finding);
  });

  it('bears a finding without updatedAt, count and service', () => {
    const { updatedAt, service, ...rest } = finding;
    expect(told(guardduty, json(rest))).toMatchObject({ identity: [id, '', ''], at: '2026-03-14T03:05:12.440Z' });
    expect([typeof updatedAt, typeof service]).toEqual(['string', 'object']);
  });

  it.each([
    ['bucketName', 'arn:aws:s3:::bucketName'],
    ['GeneratedFindingS3Bucket', undefined],
    [null, null],
  ])('takes %s for no bucket', (name, arn) => {
    const event = json({
      id: '1',
      type: 'Exfiltration:S3/AnomalousBehavior',
      resource: { resourceType: 'S3Bucket', s3BucketDetails: [{ name, arn }] },
    });
    expect(told(guardduty, event)).toMatchObject({ target: { type: 's3-bucket' }, identifiers: [] });
    expect(factsOf(guardduty, event).target).not.toHaveProperty('id');
  });

  it.each([
    ['Instance', { instanceDetails: { instanceId: 'i-1' } }, 'ec2:i-1'],
    ['S3Object', { s3BucketDetails: { 0: { arn: 'arn:aws-us-gov:s3:::some-bucket' } } }, 's3:some-bucket'],
    ['EKSCluster', { eksClusterDetails: { name: 'blue' } }, 'eks:blue'],
    ['ECSCluster', { ecsClusterDetails: { name: 'green' } }, 'ecs:green'],
    ['Container', { containerDetails: { id: 'c1' } }, 'container:c1'],
    ['RDSLimitlessDB', { rdsLimitlessDbDetails: { dbShardGroupIdentifier: 'g1' } }, 'rds:g1'],
    ['Lambda', { lambdaDetails: { functionName: 'fn' } }, 'lambda:fn'],
    ['SomethingNew', {}, undefined],
    ['constructor', {}, undefined],
  ])('finds the target of a %s', (resourceType, details, identifier) => {
    expect(factsOf(guardduty, json({ id: '1', type: 'A:B/C', resource: { resourceType, ...details } })).identifiers[0]).toBe(identifier);
  });

  it.each([
    [0.5, 1],
    [1, 2],
    [3.9, 2],
    [4, 3],
    [6.9, 3],
    [7, 4],
    [8.9, 4],
    [9, 5],
    [10, 5],
    ['8', 4],
    ['HIGH', 4],
    [undefined, undefined],
    [{ score: 3 }, undefined],
  ])('takes severity %j for %j', (severity, band) => {
    expect(severityOf({ severity })).toBe(band);
  });

  it.each([
    ['text', line('hello'), 'body'],
    ['a list', json([]), 'body'],
    ['a finding without id', json({ type: 'Recon:EC2/Portscan' }), 'detail.id'],
    ['a finding without type', json({ id: '1', severity: 8 }), 'detail.type'],
    [
      'an event of another AWS service',
      json({ source: 'aws.macie', 'detail-type': 'Macie Finding', detail: { id: '1', type: 'a' } }),
      'source',
    ],
  ])('refuses %s', (_, event, field) => {
    expect(told(guardduty, event)).toEqual({ refused: field });
  });

  it('throws on no input', () => {
    const leaf = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(null, '2026-03-14T00:00:00Z', 1e308, '{"sample":true}', 'GeneratedFinding'),
    );
    const names = [
      'id',
      'Id',
      'type',
      'Type',
      'severity',
      'resource',
      'Resource',
      'service',
      'Service',
      'resourceType',
      's3BucketDetails',
      'name',
      'action',
      'awsApiCallAction',
      'additionalInfo',
      'value',
      'detection',
      'sequence',
      'resources',
      '__proto__',
    ];
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 6 }),
      ),
    }));
    const event = fc.oneof(
      tree,
      tree.map((detail) => ({ source: 'aws.guardduty', detail })),
      tree.map((part) => ({ ...finding, resource: part, service: part })),
    );
    fc.assert(
      fc.property(event, (value) => {
        read(guardduty, json(value));
        guardduty.recognises(json(value));
        guardduty.vendorEvent(json(value));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the keys of a finding', () => {
  // As Athena and the SDK write them, beside those that stay as they are.
  const key = fc.constantFrom(
    'Id',
    'id',
    'accountid',
    'AccountId',
    'a',
    'B',
    'B1',
    'Has-Sign',
    'AWS::S3::Bucket',
    'updatedat',
    '__proto__',
  );
  const { value } = fc.letrec((again) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>('x', 1, null, true),
      fc.array(again('value'), { maxLength: 3 }),
      fc.array(fc.tuple(key, again('value')), { maxLength: 4 }).map((pairs) => {
        const made = {};
        for (const [name, held] of pairs)
          Object.defineProperty(made, name, { value: held, enumerable: true, writable: true, configurable: true });
        return made;
      }),
    ),
  }));

  const renamed = (name: string): string => {
    const known: Readonly<Record<string, string>> = { accountid: 'accountId', updatedat: 'updatedAt' };
    return known[name] ?? (/^[A-Z][A-Za-z0-9]*$/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);
  };
  const copied = (from: unknown): unknown => {
    if (Array.isArray(from)) return from.map(copied);
    if (typeof from !== 'object' || from === null) return from;
    const copy: Record<string, unknown> = {};
    for (const [name, held] of Object.entries(from)) if (name !== '__proto__') copy[renamed(name)] = copied(held);
    return copy;
  };

  it('are camelCase at every depth, in their order, and the finding as it came is left as it is', () => {
    let changed = 0;
    fc.assert(
      fc.property(value, (inside) => {
        const raw = { type: 'Recon:EC2/Portscan', within: inside };
        const before = JSON.stringify(raw);
        const finding = JSON.stringify(findingOf(raw));
        expect(finding).toBe(JSON.stringify(copied(raw)));
        expect(JSON.stringify(raw)).toBe(before);
        if (finding !== before) changed += 1;
      }),
      { numRuns: 400 },
    );
    expect(changed).toBeGreaterThan(50);
  });

  it('are so however many others were met before, and however long', () => {
    const many = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`Odd${n}`, n]));
    const long = `L${'o'.repeat(200)}ng`;
    const finding = findingOf({ type: 'Recon:EC2/Portscan', within: many, [long]: 1, AccountId: 'a', accountid: 'b' });
    expect(Object.keys(finding['within'] as object)).toEqual(Object.keys(many).map((name) => name.replace('O', 'o')));
    expect(finding).toMatchObject({ [long.replace('L', 'l')]: 1, accountId: 'b' });
  });

  it.each(['Recon:EC2 Portscan', '[beta] Recon:EC2/Portscan', '[beta]Recon:EC2/Portscan', ' Recon:EC2/Portscan '])(
    'have one name for the type %j',
    (type) => {
      expect(findingOf({ type, id: 'a' })['type']).toBe('Recon:EC2/Portscan');
    },
  );

  it('that are right already need no copy', () => {
    const raw = {
      type: 'Recon:EC2/Portscan',
      id: 'a',
      severity: 2,
      service: { count: 3, archived: false, additionalInfo: {} },
      list: [{ a: 1 }],
    };
    expect(findingOf(raw)).toBe(raw);
  });
});
