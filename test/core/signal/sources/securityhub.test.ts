// Holds that a finding says the same in ASFF and OCSF, by the names of the native source, and that backlog is no attack.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardduty } from '#core/signal/sources/guardduty.ts';
import type { Identity } from '#core/signal/signal.ts';
import { securityhub } from '#core/signal/sources/securityhub.ts';
import { splitBatch } from '#core/signal/split.ts';
import { bytesOf, eventsIn, factsOf, json, line, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

const runs = 250;
const own = '111122223333';
const archive = 'muster-message-archive';
const finding = `arn:aws:guardduty:eu-central-1:${own}:detector/12ab34cd56ef7890aabbccddeeff0011/finding/${'dddd4444'.repeat(4)}`;
const bucket = {
  eventId: finding,
  finding,
  kind: 'finding',
  outcome: 'unknown',
  severity: 4,
  tenant: own,
  actor: { id: 'AROAEXAMPLE000000001:export-job', name: 'export-job', type: 'AssumedRole' },
  src: { ip: '198.51.100.140' },
  target: { id: archive, type: 's3-bucket' },
  identifiers: [`s3:${archive}`, `arn:aws:s3:::${archive}`],
  at: '2026-03-14T03:01:55Z',
  marks: [],
};
const uploads = { id: 'muster-uploads', type: 's3-bucket' };

const files: Readonly<Record<string, readonly object[]>> = {
  'imported.json': [bucket],
  'bare.json': [bucket],
  'sdk.json': [bucket],
  'ocsf.json': [bucket],
  'ocsf-bare.json': [bucket],
  'notified.json': [{ ...bucket, identity: [finding, '2026-03-14T03:05:12.440Z', 'ACTIVE', 'NOTIFIED', ''] }],
  'suppressed.json': [{ finding, marks: ['archived'] }],
  'archived.json': [{ finding, marks: ['archived'] }],
  'ocsf-suppressed.json': [{ finding, marks: ['archived'] }],
  'sample.json': [{ finding, marks: ['sample'] }],
  'ocsf-sample.json': [{ finding, marks: ['sample'] }],
  'check-failed.json': [{ kind: 'housekeeping', severity: 5, target: uploads, marks: [] }],
  'check-passed.json': [{ kind: 'housekeeping', target: uploads, marks: ['archived'] }],
  'ocsf-compliance.json': [{ kind: 'housekeeping', severity: 5, target: uploads, marks: [] }],
  'inspector.json': [{ kind: 'housekeeping', target: { id: 'i-0123456789abcdef0', type: 'ec2-instance' } }],
  'custom-action.json': [
    {
      kind: 'finding',
      severity: 3,
      actor: { name: 'mira.lenz' },
      src: { ip: '198.51.100.141' },
      target: { id: 'ASIAEXAMPLE000000001', type: 'access-key' },
      identifiers: ['access-key:ASIAEXAMPLE000000001', `aws:${own}`],
      marks: [],
    },
    bucket,
  ],
  'account.json': [{ target: { id: own, type: 'aws-account' }, identifiers: [`aws:${own}`], src: { ip: '2001:db8::7' } }],
  'insight-results.json': [{ kind: 'housekeeping', identifiers: [] }],
};

const [first = line('')] = eventsIn(securityhub, 'securityhub/bare.json');
const asff = first.json as Record<string, unknown>;
const [second = line('')] = eventsIn(securityhub, 'securityhub/ocsf-bare.json');
const ocsf = second.json as Record<string, unknown>;
const identityOf = (value: object): Identity => factsOf(securityhub, json(value)).identity;

describe('securityhub', () => {
  it.each(Object.entries(files))('reads %s', (file, expected) => {
    const facts = eventsIn(securityhub, `securityhub/${file}`).map((event) => told(securityhub, event));
    expect(facts).toHaveLength(expected.length);
    for (const [i, row] of expected.entries()) expect(facts[i]).toMatchObject(row);
  });

  it('calls tenant and target as the native finding does, so that both open one case', () => {
    const [native = line('')] = eventsIn(guardduty, 'guardduty/bare.json');
    const { tenant, target, src, actor } = factsOf(guardduty, native);
    expect(factsOf(securityhub, first)).toMatchObject({ tenant, target, src, actor });
  });

  it('shows rules the finding in its own words, and its type in one place', () => {
    expect(securityhub.vendorEvent(first)).toMatchObject({
      AwsAccountId: own,
      type: 'TTPs/Effects/Data Exfiltration/Exfiltration:S3-AnomalousBehavior',
    });
    expect(securityhub.vendorEvent(second)).toMatchObject({ class_uid: 2004, type: 'Exfiltration:S3/AnomalousBehavior' });
  });

  it('takes a finding whole with its envelope, if it stands there alone', () => {
    const whole = { source: 'aws.securityhub', detail: { findings: [asff] } };
    expect(told(securityhub, json(whole))).toMatchObject(bucket);
    expect(securityhub.vendorEvent(json(whole))).toMatchObject({ AwsAccountId: own });
    expect(told(securityhub, json({ detail: { findings: [asff, asff] } }))).toEqual({ refused: 'detail.findings' });
  });

  it('takes what a person or a check changed for another state of the same finding, and the rest for the same news', () => {
    expect(identityOf({ ...asff, Note: { Text: 'x' } })).toEqual(identityOf(asff));
    const changes = [
      { UpdatedAt: '2026-03-14T09:00:00Z' },
      { RecordState: 'ARCHIVED' },
      { Workflow: { Status: 'RESOLVED' } },
      { Compliance: { Status: 'FAILED' } },
    ];
    const identities = changes.map((change) => identityOf({ ...asff, ...change }));
    expect(new Set([identityOf(asff), ...identities].map(String)).size).toBe(5);
    expect(identityOf({ ...ocsf, status: 'Resolved' })).not.toEqual(identityOf(ocsf));
  });

  it.each([{ status_id: 3 }, { status_id: 4 }, { status_id: 5 }, { status_id: 6 }, { activity_id: 3 }, { status: 'Archived' }])(
    'takes OCSF with %j for ended',
    (change) => {
      const { status, ...rest } = ocsf;
      expect(status).toBe('New');
      expect(factsOf(securityhub, json({ ...rest, ...change })).marks).toEqual(['archived']);
    },
  );

  it('takes what has the result of a check for a check, whatever its type', () => {
    expect(factsOf(securityhub, json({ ...asff, Compliance: { Status: 'FAILED' } })).kind).toBe('housekeeping');
  });

  it('reads the old workflow state only where there is no newer one', () => {
    const { Workflow, ...old } = asff;
    expect(Workflow).toEqual({ Status: 'NEW' });
    expect(factsOf(securityhub, json({ ...old, WorkflowState: 'RESOLVED' })).marks).toEqual(['archived']);
    expect(factsOf(securityhub, json({ ...asff, WorkflowState: 'RESOLVED' })).marks).toEqual([]);
  });

  it.each([
    [{ Label: 'CRITICAL', Normalized: 1 }, 5],
    [{ Label: 'informational' }, 1],
    [{ Normalized: 0 }, 1],
    [{ Normalized: 1 }, 2],
    [{ Normalized: 40 }, 3],
    [{ Normalized: 70 }, 4],
    [{ Normalized: '90' }, 5],
    [{ Label: 'constructor' }, undefined],
    [{ Product: 8 }, undefined],
  ])('takes severity %j for %j', (Severity, band) => {
    const { FindingProviderFields, ...rest } = asff;
    expect(FindingProviderFields).toBeDefined();
    expect(factsOf(securityhub, json({ ...rest, Severity })).severity).toBe(band);
  });

  it.each([
    [1, 1],
    [5, 5],
    [6, 5],
    [0, undefined],
    [99, undefined],
  ])('takes severity_id %j for %j', (severity_id, band) => {
    expect(factsOf(securityhub, json({ ...ocsf, severity_id })).severity).toBe(band);
  });

  it.each([
    ['AwsEksCluster', `arn:aws:eks:eu-central-1:${own}:cluster/blue`, 'eks:blue'],
    ['AwsLambdaFunction', `arn:aws:lambda:eu-central-1:${own}:function:export`, 'lambda:export'],
    ['AwsRdsDbInstance', `arn:aws:rds:eu-central-1:${own}:db:muster-db`, 'rds:muster-db'],
    ['AWS::S3::Object', 'arn:aws:s3:::muster-uploads/a/b.txt', 's3:muster-uploads'],
    ['AWS::IAM::AccessKey', 'AKIAEXAMPLE000000009', 'access-key:AKIAEXAMPLE000000009'],
    ['AwsSqsQueue', `arn:aws:sqs:eu-central-1:${own}:jobs`, `arn:aws:sqs:eu-central-1:${own}:jobs`],
    ['AwsS3Bucket', 'arn:aws:s3:::GeneratedFindingS3Bucket', 'arn:aws:s3:::GeneratedFindingS3Bucket'],
    ['constructor', 'x', undefined],
    ['AwsAccount', `AWS::::Account:${own}`, `aws:${own}`],
  ])('calls a %s %s', (Type, Id, identifier) => {
    expect(factsOf(securityhub, json({ ...asff, Resources: [{ Type, Id }] })).identifiers[0]).toBe(identifier);
  });
});

describe('securityhub under attack', () => {
  it.each([
    ['text', line('hello'), 'body'],
    ['a list', json([]), 'body'],
    ['another object', json({ a: 1 }), 'detail.findings'],
    ['ASFF without id', json({ ...asff, Id: 2 ** 60 }), 'Id'],
    ['OCSF without id', json({ ...ocsf, finding_info: {} }), 'finding_info.uid'],
    ['an insight without id', json({ source: 'aws.securityhub', detail: { insightResults: [] } }), 'id'],
  ])('refuses %s', (_, event, field) => {
    expect(told(securityhub, event)).toEqual({ refused: field });
  });

  it('leaves OCSF of other products alone', () => {
    expect(securityhub.recognises(json({ ...ocsf, metadata: { product: { uid: 'somebody', name: 'Security Hub' } } }))).toBe(false);
  });

  it('cuts a field of a megabyte, and takes no state from a title', () => {
    const facts = factsOf(securityhub, json({ ...asff, Title: 'RecordState: ARCHIVED\n\u001b[31m', Types: ['x'.repeat(1_000_000)] }));
    expect(facts.marks).toEqual([]);
    expect(String(securityhub.vendorEvent(json({ ...asff, Types: ['x'.repeat(1_000_000)] }))['type'])).toHaveLength(512);
  });

  it('takes a finding that is nested too deep for none', () => {
    const text = JSON.stringify(asff).replace('{', `{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)},`);
    const split = splitBatch(securityhub, bytesOf(text));
    expect(split.ok && split.value.map((event) => told(securityhub, event))).toEqual([{ refused: 'body' }]);
  });

  it('throws on no input, and on no fixture with a part replaced', () => {
    const names = [
      'Resources',
      'Types',
      'Severity',
      'ProductFields',
      'Compliance',
      'resources',
      'finding_info',
      'evidences',
      'status_id',
      'detail',
      '__proto__',
    ];
    const parts = [
      'Type',
      'Id',
      'uid',
      'type',
      'Label',
      'Status',
      'findings',
      'Details',
      'remoteIpDetails/ipAddressV4',
      'user',
      'owner',
      'length',
    ];
    const leaf = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(null, 'AwsS3Bucket', 'arn:aws:s3:::x', 1e308),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names, ...parts), tie('tree'), { maxKeys: 5 }),
      ),
    }));
    const mutated = fc
      .tuple(fc.constantFrom(asff, ocsf), fc.constantFrom(...names), tree)
      .map(([whole, name, part]) => ({ ...whole, [name]: part }));
    fc.assert(
      fc.property(fc.oneof(tree, mutated), (value) => {
        read(securityhub, json(value));
        securityhub.recognises(json(value));
        securityhub.vendorEvent(json(value));
      }),
      { numRuns: runs },
    );
  });
});
