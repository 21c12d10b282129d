// Holds that a CloudTrail record says the same from EventBridge and S3, and that no text inside it makes a login or opens a bucket.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudtrail } from '#core/signal/sources/cloudtrail.ts';
import { opensTo } from '#core/signal/sources/cloudtrail-opens.ts';
import { opensPort } from '#core/signal/sources/cloudtrail-ports.ts';
import { splitBatch } from '#core/signal/split.ts';
import type { RawEvent } from '#core/signal/signal.ts';
import { bytesOf, eventsIn, factsOf, json, line, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

const runs = 250;
const own = '111122223333';
const archive = 'muster-message-archive';
const keyId = '11111111-2222-4333-8444-555555555555';
const user = { id: 'AIDAEXAMPLE000000001', name: 'mira.lenz', type: 'IAMUser' };
const role = { id: 'AROAEXAMPLE000000001:session-1', name: 'deploy', type: 'AssumedRole' };
const stopped = {
  kind: 'config.change',
  outcome: 'success',
  tenant: own,
  actor: user,
  src: { ip: '198.51.100.140' },
  target: { id: 'muster-trail', type: 'trail' },
  identifiers: ['trail:muster-trail', `arn:aws:cloudtrail:eu-central-1:${own}:trail/muster-trail`, `aws:${own}`],
  at: '2026-03-14T02:05:10Z',
  marks: [],
};
const opened = {
  kind: 'config.change',
  actor: role,
  target: { id: archive, type: 's3-bucket' },
  identifiers: [`s3:${archive}`, `arn:aws:s3:::${archive}`],
};
const account = { target: { id: own, type: 'aws-account' }, identifiers: [`aws:${own}`] };

const files: Readonly<Record<string, readonly object[]>> = {
  'login.json': [{ kind: 'auth.login', outcome: 'success', tenant: own, actor: user, ...account, at: '2026-03-14T02:05:10Z', marks: [] }],
  'login-failed.json': [{ kind: 'auth.login', outcome: 'failure', actor: undefined, src: { ip: '2001:db8::51' }, ...account }],
  'login-federated.json': [{ kind: 'auth.login', outcome: 'success', actor: { type: 'AssumedRole' } }],
  'root-login.json': [{ kind: 'auth.login', outcome: 'success', actor: { id: own, type: 'Root' }, ...account }],
  'root-by-service.json': [{ kind: 'config.change', src: { host: 'rds.amazonaws.com' }, target: { id: keyId, type: 'kms-key' } }],
  'root-reads.json': [{ kind: 'housekeeping', actor: { type: 'Root' } }],
  'identity-center.json': [{ kind: 'auth.login', outcome: 'success', actor: { id: '90676dd5-0000-4000-8000-000000000001' } }],
  's3-object.json': [
    stopped,
    {
      kind: 'config.change',
      target: { id: keyId, type: 'kms-key' },
      identifiers: [`kms:${keyId}`, `arn:aws:kms:eu-central-1:${own}:key/${keyId}`],
    },
    opened,
  ],
  'trail-stopped.json': [stopped],
  'logs.jsonl': [stopped, opened],
  'sns.json': [stopped],
  'bucket-acl.json': [{ ...opened, actor: user }],
  'bucket-canned-acl.json': [{ target: { id: 'muster-uploads', type: 's3-bucket' } }],
  'bucket-tls-only.json': [opened],
  'snapshot-shared.json': [
    { target: { id: 'muster-db-2026-03-13', type: 'rds-snapshot' }, identifiers: ['rds-snapshot:muster-db-2026-03-13'] },
  ],
  'disk-snapshot-public.json': [{ target: { id: 'snap-0123456789abcdef0', type: 'ebs-snapshot' } }],
  'refused.json': [{ ...stopped, outcome: 'failure', identifiers: ['trail:muster-trail', `aws:${own}`] }],
  'service-event.json': [{ kind: 'housekeeping', actor: { name: 'AWS Internal' }, src: undefined }],
  'two-accounts.jsonl': [
    { kind: 'auth.token', tenant: own, identity: ['5a5a5a5a-0000-4000-8000-000000000001'] },
    { kind: 'auth.token', tenant: '444455556666', identity: ['5a5a5a5a-0000-4000-8000-000000000001'] },
  ],
  'insight.jsonl': [
    { kind: 'finding', outcome: 'unknown', finding: '5a5a5a5a-0000-4000-8000-000000000002' },
    { kind: 'finding', outcome: 'unknown', finding: '5a5a5a5a-0000-4000-8000-000000000002' },
  ],
  'old.json': [{ kind: 'housekeeping', tenant: own }],
  'secret-read.json': [{ kind: 'secret.read', target: { id: 'muster/db-AbCdEf', type: 'secret' } }],
  'hostile-name.json': [{ kind: 'account.change', outcome: 'success', target: { type: 'iam-user' } }],
};

const [first = line('')] = eventsIn(cloudtrail, 'cloudtrail/trail-stopped.json');
const stop = (first.json as { detail: Record<string, unknown> }).detail;
const call = (more: object): RawEvent => json({ ...stop, ...more });
const asked = (requestParameters: unknown) => opensTo({ requestParameters }, own).opensTo;
const statement = (more: object) => ({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', ...more });
const policy = (more: object) => asked({ bucketPolicy: { Statement: [statement(more)] } });
const when = (operator: string, key: string, value: unknown) => policy({ Condition: { [operator]: { [key]: value } } });

describe('cloudtrail', () => {
  it.each([
    [
      'backup',
      'DeleteRecoveryPoint',
      { recoveryPointArn: `arn:aws:backup:eu-central-1:${own}:recovery-point:77`, backupVaultName: 'main' },
      '77',
      'backup',
    ],
    ['rds', 'StartExportTask', { sourceArn: `arn:aws:rds:eu-central-1:${own}:snapshot:main` }, 'main', 'rds-snapshot'],
    ['sqs', 'SetQueueAttributes', { queueUrl: `https://sqs.eu-central-1.amazonaws.com/${own}/messages` }, 'messages', 'sqs-queue'],
    ['sns', 'SetTopicAttributes', { topicArn: `arn:aws:sns:eu-central-1:${own}:alerts` }, 'alerts', 'sns-topic'],
    ['ec2', 'AuthorizeSecurityGroupIngress', { groupId: 'sg-1' }, 'sg-1', 'security-group'],
    ['dynamodb', 'DeleteBackup', { backupArn: `arn:aws:dynamodb:eu-central-1:${own}:table/t/backup/7` }, 't/backup/7', 'dynamodb-table'],
  ])('knows what a call to %s hits, and does not take the account for it', (service, eventName, requestParameters, id, type) => {
    const facts = factsOf(cloudtrail, call({ eventSource: `${service}.amazonaws.com`, eventName, requestParameters }));
    expect(facts.target).toEqual({ id, type });
    expect(facts.identifiers).not.toContain(`aws:${own}`);
  });

  it.each(Object.entries(files))('reads %s', (file, expected) => {
    const facts = eventsIn(cloudtrail, `cloudtrail/${file}`).map((event) => told(cloudtrail, event));
    expect(facts).toHaveLength(expected.length);
    for (const [i, row] of expected.entries()) expect({ actor: undefined, src: undefined, ...facts[i] }).toMatchObject(row);
  });

  it.each([
    ['s3-object.json', ['nobody', 'other-account', 'everyone']],
    ['bucket-acl.json', ['everyone']],
    ['bucket-canned-acl.json', ['everyone']],
    ['bucket-tls-only.json', ['nobody']],
    ['snapshot-shared.json', ['other-account']],
    ['disk-snapshot-public.json', ['everyone']],
    ['trail-stopped.json', ['nobody']],
  ])('shows rules the record of %s, and for whom it opens', (file, opens) => {
    const seen = eventsIn(cloudtrail, `cloudtrail/${file}`).map((event) => cloudtrail.vendorEvent(event));
    expect(seen.map((event) => event['opensTo'])).toEqual(opens);
    for (const event of seen) expect(event).toMatchObject({ eventVersion: '1.11', userIdentity: { accountId: own } });
  });

  it.each([
    ['a queue for everybody', { attributes: { Policy: JSON.stringify({ Statement: statement({}) }) } }, 'everyone'],
    ['a topic for everybody', { attributeName: 'Policy', attributeValue: JSON.stringify({ Statement: statement({}) }) }, 'everyone'],
    [
      'another attribute of a topic',
      { attributeName: 'DisplayName', attributeValue: JSON.stringify({ Statement: statement({}) }) },
      'nobody',
    ],
    [
      'a topic for the account that owns it',
      { attributes: { Policy: JSON.stringify({ Statement: statement({ Condition: { StringEquals: { 'AWS:SourceOwner': own } } }) }) } },
      'nobody',
    ],
    ['a function for everybody', { principal: '*' }, 'everyone'],
    ['a function for one bucket', { principal: '*', sourceArn: 'arn:aws:s3:::b' }, 'nobody'],
    ['a function for a service', { principal: 's3.amazonaws.com' }, 'nobody'],
    ['a function behind a URL', { principal: '*', functionUrlAuthType: 'NONE' }, 'nobody'],
  ])('tells for whom %s is open', (_, parameters, opens) => expect(asked(parameters)).toBe(opens));

  const port = (ipProtocol: string, range: object, addresses: object) =>
    opensPort({
      eventName: 'AuthorizeSecurityGroupIngress',
      requestParameters: {
        ipPermissions: {
          items: [
            { ipProtocol, ...range, ...addresses },
            { ipProtocol: 'tcp', fromPort: 22, toPort: 22 },
          ],
        },
      },
    });
  const toAll = { ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } };
  it.each([
    ['SSH', 'tcp', { fromPort: 22, toPort: 22 }, toAll, ['shell']],
    ['SSH, in addresses of version 6', 'tcp', { fromPort: 20, toPort: 30 }, { ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } }, ['shell']],
    ['a database', '6', { fromPort: 5432, toPort: 5432 }, toAll, ['store']],
    ['every port', '-1', {}, toAll, ['shell', 'store']],
    ['the web, and SSH for nobody beside it', 'tcp', { fromPort: 443, toPort: 443 }, toAll, []],
    ['a message for the control of networks', 'icmp', { fromPort: -1, toPort: -1 }, toAll, []],
    ['SSH for a network', 'tcp', { fromPort: 22, toPort: 22 }, { ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } }, []],
  ])('tells that %s is opened to the internet', (_, protocol, range, addresses, doors) =>
    expect(port(protocol, range, addresses)).toEqual(doors),
  );
  it('sees no port opened by a call that closes one', () =>
    expect(
      opensPort({
        eventName: 'RevokeSecurityGroupIngress',
        requestParameters: { ipPermissions: { items: [{ ipProtocol: '-1', ...toAll }] } },
      }),
    ).toEqual([]));

  it('takes start and end of an insight for two states of one finding', () => {
    const [start, end] = eventsIn(cloudtrail, 'cloudtrail/insight.jsonl').map((event) => factsOf(cloudtrail, event));
    expect(start?.identity).not.toEqual(end?.identity);
  });

  it('takes the same record from EventBridge and from the S3 object for one', () => {
    const [stored] = eventsIn(cloudtrail, 'cloudtrail/s3-object.json');
    expect(factsOf(cloudtrail, stored ?? line(''))).toEqual(factsOf(cloudtrail, first));
  });

  it('has only the account that the record names, else the one that EventBridge names', () => {
    const { recipientAccountId, userIdentity, ...rest } = stop;
    expect([recipientAccountId, typeof userIdentity]).toEqual([own, 'object']);
    expect(factsOf(cloudtrail, json({ ...rest, userIdentity: { accountId: '444455556666' } })).tenant).toBe('444455556666');
    expect(factsOf(cloudtrail, json({ account: '777788889999', detail: rest })).tenant).toBe('777788889999');
    expect(factsOf(cloudtrail, json({ ...rest, userIdentity: { accountId: '<accountId>' } }))).not.toHaveProperty('tenant');
  });

  it.each([
    ['AssumeRole', 'auth.token'],
    ['DeactivateMFADevice', 'auth.mfa.change'],
    ['UpdateLoginProfile', 'auth.password.change'],
    ['DeleteUser', 'account.delete'],
    ['PutRolePolicy', 'account.change'],
    ['GetUser', 'housekeeping'],
    ['constructor', 'account.change'],
  ])('takes %s of IAM for %s', (eventName, kind) => {
    const { readOnly, ...rest } = stop;
    expect(readOnly).toBe(false);
    expect(factsOf(cloudtrail, json({ ...rest, eventName, eventSource: 'iam.amazonaws.com' })).kind).toBe(kind);
  });

  it('takes a sign-in without a result, or one that it does not know, for neither', () => {
    for (const responseElements of [null, {}, { ConsoleLogin: '...' }, { ConsoleLogin: 'constructor' }, { ConsoleLogin: ['Success'] }])
      expect(told(cloudtrail, call({ eventName: 'ConsoleLogin', eventType: 'AwsConsoleSignIn', responseElements }))).toMatchObject({
        kind: 'auth.login',
        outcome: 'unknown',
      });
  });

  it('takes a sign-in of the Identity Center without a result for neither', () => {
    const [event = line('')] = eventsIn(cloudtrail, 'cloudtrail/identity-center.json');
    const { serviceEventDetails, ...rest } = event.json as Record<string, unknown>;
    expect(serviceEventDetails).toBeDefined();
    expect(factsOf(cloudtrail, json(rest)).outcome).toBe('unknown');
  });

  it('takes an unknown kind of sign-in for unknown', () => {
    expect(factsOf(cloudtrail, call({ eventName: 'ExitRole', eventType: 'AwsConsoleSignIn' })).kind).toBe('unknown');
  });

  it.each(['AWS Internal', '075.050.255.67', '...', 'a b.example.com', ''])('takes %j for no address and no host', (sourceIPAddress) => {
    expect(factsOf(cloudtrail, call({ sourceIPAddress }))).not.toHaveProperty('src');
  });

  it('uses the time of the envelope only where the record has none', () => {
    const time = '2026-03-14T05:00:00Z';
    expect(told(cloudtrail, json({ time, detail: stop }))).toMatchObject({ at: '2026-03-14T02:05:10Z' });
    expect(told(cloudtrail, json({ time, detail: { ...stop, eventTime: '...' } }))).toMatchObject({ at: time });
    expect(told(cloudtrail, call({ eventTime: '...' }))).toMatchObject({ at: undefined, marks: ['no-time'] });
  });
});

describe('whom a call lets in', () => {
  it.each([
    ['everyone', policy({})],
    ['everyone', policy({ Principal: { AWS: ['arn:aws:iam::111122223333:root', '*'] } })],
    ['everyone', policy({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' } })],
    ['everyone', when('Bool', 'aws:SecureTransport', 'true')],
    ['everyone', when('StringNotEquals', 'aws:SourceVpc', 'vpc-1')],
    ['everyone', when('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-1')],
    ['everyone', when('ForAllValues:StringEquals', 'aws:PrincipalOrgID', 'o-1')],
    ['everyone', when('IpAddress', 'aws:SourceIp', ['198.51.100.0/24', '0.0.0.0/0'])],
    ['nobody', when('IpAddress', 'aws:SourceIp', '198.51.100.0/24')],
    ['nobody', when('StringEquals', 'AWS:PrincipalOrgId', 'o-1')],
    ['nobody', policy({ Effect: 'Deny' })],
    ['nobody', policy({ Principal: { Service: 'cloudfront.amazonaws.com' } })],
    ['nobody', policy({ Principal: { AWS: 'arn:aws:iam::111122223333:role/x' } })],
    ['other-account', policy({ Principal: { AWS: '999988887777' } })],
    ['everyone', asked({ bucketPolicy: { Statement: statement({}) } })],
    ['everyone', asked({ resourcePolicy: JSON.stringify({ Statement: [statement({})] }) })],
    ['nobody', asked({ policy: '{' })],
    ['everyone', asked({ 'x-amz-grant-read': 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' })],
    ['nobody', asked({ 'x-amz-acl': 'private' })],
    ['other-account', asked({ launchPermission: { add: { items: [{ userId: '999988887777' }] } } })],
    ['nobody', asked({ launchPermission: { remove: { items: [{ group: 'all' }] } } })],
    ['nobody', asked({ attributeName: 'restore', valuesToRemove: ['all'] })],
    ['nobody', asked({ attributeName: 'other', valuesToAdd: ['all'] })],
    ['nobody', asked(null)],
  ])('is %s', (expected, found) => {
    expect(found).toBe(expected);
  });

  it('is nobody’s guess where the account of the record is unknown', () => {
    expect(opensTo({ requestParameters: { attributeName: 'restore', valuesToAdd: ['999988887777'] } }, undefined)).toEqual({
      opensTo: 'nobody',
    });
  });

  it('is ours to say, whatever the sender wrote there', () => {
    expect(cloudtrail.vendorEvent(call({ opensTo: 'everyone' }))).toMatchObject({ opensTo: 'nobody' });
  });

  it('names the accounts that it lets in, each once, so that the ones of the house can be told from strangers', () => {
    const shared = (...valuesToAdd: string[]) => opensTo({ requestParameters: { attributeName: 'restore', valuesToAdd } }, own);
    expect(shared('444455556666', own)).toEqual({ opensTo: 'other-account', opensToAccount: '444455556666' });
    expect(shared('999988887777', '444455556666', '999988887777').opensToAccount).toBe('444455556666 999988887777');
    expect(shared('all', '999988887777')).toEqual({ opensTo: 'everyone' });
    expect(cloudtrail.vendorEvent(call({ opensToAccount: '444455556666' }))).not.toHaveProperty('opensToAccount', '444455556666');
  });

  it('survives a policy of a hundred thousand brackets', () => {
    expect(asked({ policy: `${'['.repeat(100_000)}${']'.repeat(100_000)}` })).toBe('nobody');
  });
});

describe('cloudtrail under attack', () => {
  it.each([
    ['text', line('CloudTrail validation message.'), 'body'],
    ['a list', json([]), 'body'],
    ['a record without id', call({ eventID: undefined }), 'eventID'],
    ['a record with a number beyond 2^53 for an id', call({ eventID: 2 ** 60 }), 'eventID'],
    ['a record without a name', call({ eventName: undefined }), 'eventName'],
    ['a record without a source', call({ eventSource: {} }), 'eventSource'],
  ])('refuses %s', (_, event, field) => {
    expect(told(cloudtrail, event)).toEqual({ refused: field });
  });

  it.each([
    [
      'a notice of S3',
      {
        eventID: '1',
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: '2026-03-14T02:00:00Z',
        s3: {},
      },
    ],
    ['a message of SQS', { eventSource: 'aws:sqs', body: '', messageId: '1' }],
    ['a notice that a file is there', { s3Bucket: 'b', s3ObjectKey: ['k'] }],
  ])('does not take %s for a record', (_, value) => {
    expect(cloudtrail.recognises(json(value))).toBe(false);
  });

  it('makes no login of what a user name says', () => {
    const [event = line('')] = eventsIn(cloudtrail, 'cloudtrail/hostile-name.json');
    const facts = factsOf(cloudtrail, event);
    expect([facts.kind, facts.outcome, facts.actor?.name]).toEqual(['account.change', 'success', 'mira.lenz']);
    const failed = call({ eventName: 'ConsoleLogin', eventType: 'AwsConsoleSignIn', errorMessage: '"ConsoleLogin":"Success"' });
    expect(factsOf(cloudtrail, failed).outcome).toBe('failure');
  });

  it('cuts a field of a megabyte, and takes the last of two keys', () => {
    const text = JSON.stringify(stop).replace('{', `{"eventName":"ConsoleLogin","filler":${JSON.stringify('x'.repeat(1_000_000))},`);
    const split = splitBatch(cloudtrail, bytesOf(text));
    const [event = line('')] = split.ok ? split.value : [];
    expect(told(cloudtrail, event)).toMatchObject({ kind: 'config.change' });
    expect(factsOf(cloudtrail, call({ requestParameters: { name: 'x'.repeat(1_000_000) } })).target?.id).toHaveLength(512);
  });

  it('takes a record that is nested too deep for no record', () => {
    const text = JSON.stringify(stop).replace('{', `{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)},`);
    const split = splitBatch(cloudtrail, bytesOf(text));
    expect(split.ok && split.value.map((event) => told(cloudtrail, event))).toEqual([{ refused: 'body' }]);
  });

  it('throws on no input, and on no fixture with a part replaced', () => {
    const fixtures = Object.keys(files).flatMap((file) => eventsIn(cloudtrail, `cloudtrail/${file}`).map((event) => event.json as object));
    const names = ['userIdentity', 'requestParameters', 'responseElements', 'resources', 'eventSource', 'detail', 'eventType', '__proto__'];
    const parts = [
      'type',
      'bucketName',
      'bucketPolicy',
      'policy',
      'Statement',
      'Principal',
      'AWS',
      'Condition',
      'ARN',
      'name',
      'add',
      'items',
    ];
    const leaf = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(null, '*', 'Allow', 's3.amazonaws.com'),
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
      .tuple(fc.constantFrom(...fixtures), fc.constantFrom(...names), tree)
      .map(([whole, name, part]) => ({ ...whole, [name]: part }));
    fc.assert(
      fc.property(fc.oneof(tree, mutated), (value) => {
        read(cloudtrail, json(value));
        cloudtrail.recognises(json(value));
        cloudtrail.vendorEvent(json(value));
      }),
      { numRuns: runs },
    );
  });
});
