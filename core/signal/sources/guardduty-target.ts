// Decides which resource a GuardDuty finding is about, and by which names the directory may know it.
import { declaredOfEach } from '../declared.ts';
import { type Fields, at, fieldsAt, firstText, listOf, reach, textOf } from '../fields.ts';

export type Target = { readonly id?: string; readonly type: string };
export type Resource = { readonly target?: Target; readonly identifiers: readonly string[] };

// AWS allows no capitals: `bucketName` and `GeneratedFindingS3Bucket` of samples are no buckets.
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const bucketArn = /^arn:(aws[a-z-]{0,20}):s3:::([^/]{3,63})/;

type Bucket = { readonly name: string; readonly arn: string };

const bucketOf = (name: unknown, arn: unknown): Bucket | undefined => {
  const [text, address] = [textOf(name), textOf(arn)];
  const [, partition = 'aws', named] = (address === undefined ? undefined : bucketArn.exec(address)) ?? [];
  const real = text !== undefined && bucketName.test(text) ? text : named !== undefined && bucketName.test(named) ? named : undefined;
  return real === undefined ? undefined : { name: real, arn: `arn:${partition}:s3:::${real}` };
};

/** Buckets in the three places where findings name them: the details, the call's resources, an attack sequence. */
const bucketsOf = (finding: Fields): readonly Bucket[] => {
  const found: Bucket[] = [];
  const add = (name: unknown, arn: unknown): void => {
    const bucket = name === undefined && arn === undefined ? undefined : bucketOf(name, arn);
    if (bucket && !found.some((one) => one.name === bucket.name)) found.push(bucket);
  };
  const details = at(finding, 'resource', 's3BucketDetails');
  if (details !== undefined) for (const bucket of listOf(details)) add(at(bucket, 'name'), at(bucket, 'arn'));
  add(at(details, 'name'), at(details, 'arn'));
  const called = at(finding, 'service', 'action', 'awsApiCallAction', 'affectedResources', 'AWS::S3::Bucket');
  add(called, called);
  const sequence = at(finding, 'service', 'detection', 'sequence', 'resources');
  for (const resource of sequence === undefined ? [] : listOf(sequence)) {
    const isOfStorage = /^S3_?(?:BUCKET|OBJECT)$/i.test(textOf(at(resource, 'resourceType')) ?? '');
    if (isOfStorage) add(at(resource, 'name'), at(resource, 'uid'));
  }
  return found;
};

type Kind = { readonly type: string; readonly prefix: string; readonly paths: readonly (readonly string[])[] };

const kinds: Readonly<Record<string, Kind>> = {
  Instance: { type: 'ec2-instance', prefix: 'ec2', paths: [['instanceDetails', 'instanceId']] },
  AccessKey: { type: 'access-key', prefix: 'access-key', paths: [['accessKeyDetails', 'accessKeyId']] },
  EKSCluster: { type: 'eks-cluster', prefix: 'eks', paths: [['eksClusterDetails', 'name']] },
  ECSCluster: { type: 'ecs-cluster', prefix: 'ecs', paths: [['ecsClusterDetails', 'name']] },
  Container: {
    type: 'container',
    prefix: 'container',
    paths: [
      ['containerDetails', 'name'],
      ['containerDetails', 'id'],
    ],
  },
  RDSDBInstance: { type: 'rds-instance', prefix: 'rds', paths: [['rdsDbInstanceDetails', 'dbInstanceIdentifier']] },
  RDSLimitlessDB: { type: 'rds-shard-group', prefix: 'rds', paths: [['rdsLimitlessDbDetails', 'dbShardGroupIdentifier']] },
  Lambda: { type: 'lambda-function', prefix: 'lambda', paths: [['lambdaDetails', 'functionName']] },
};

// The middle of a finding's type, for minimal forms without `resource`.
const byType: Readonly<Record<string, string>> = {
  EC2: 'Instance',
  Runtime: 'Instance',
  IAMUser: 'AccessKey',
  S3: 'S3Bucket',
  Object: 'S3Object',
  RDS: 'RDSDBInstance',
  Lambda: 'Lambda',
  Kubernetes: 'EKSCluster',
};

const resourceType = (finding: Fields): string | undefined => {
  const named = textOf(at(finding, 'resource', 'resourceType'));
  if (named !== undefined) return named;
  const middle = /^(?:\[[^\]]{1,20}\] ?)?\w+:(\w+)[/ ]/.exec(textOf(at(finding, 'type')) ?? '')?.[1] ?? '';
  return Object.hasOwn(byType, middle) ? byType[middle] : undefined;
};

const tagged = [
  'instanceDetails',
  'rdsDbInstanceDetails',
  'rdsLimitlessDbDetails',
  'eksClusterDetails',
  'ecsClusterDetails',
  'lambdaDetails',
];

/** What the tags of the resources say that they hold (formats.md A3, trap 5). */
const declaredBy = (finding: Fields): readonly string[] => {
  const resource = fieldsAt(finding, 'resource');
  const details = at(resource, 's3BucketDetails');
  const tags: unknown[] = details === undefined ? [] : listOf(details).map((one) => at(one, 'tags'));
  if (details !== undefined && !Array.isArray(details)) tags.push(at(details, 'tags'));
  for (const name of tagged) {
    const own = at(resource, name, 'tags');
    if (own !== undefined) tags.push(own);
  }
  return declaredOfEach(tags);
};

const real = (id: string | undefined): string | undefined => (id === undefined || id.startsWith('GeneratedFinding') ? undefined : id);

const accountOf = (type: string | undefined, account: string | undefined): readonly string[] =>
  account !== undefined && (type === 'AccessKey' || type === undefined) ? [`aws:${account}`] : [];

/**
 * Names of what was hurt: buckets with their ARNs, or the other resource. The account stands for keys and for findings without
 * a resource only: what an account holds says nothing of a bucket in it that nobody wrote down (unknown counts as likely).
 */
export const resourceOf = (finding: Fields, account: string | undefined): Resource => {
  const type = resourceType(finding);
  const buckets = bucketsOf(finding);
  const isStorage = type === 'S3Bucket' || type === 'S3Object' || (type === 'AttackSequence' && buckets.length > 0);
  const kind = type !== undefined && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  const resource = fieldsAt(finding, 'resource');
  const own = kind && real(firstText(...kind.paths.map((path) => reach(resource, path))));
  const id = isStorage ? buckets[0]?.name : own;
  const word = isStorage ? 's3-bucket' : (kind?.type ?? type);
  const identifiers = buckets.flatMap(({ name, arn }) => [`s3:${name}`, arn]);
  if (kind && own !== undefined) {
    if (isStorage) identifiers.push(`${kind.prefix}:${own}`);
    else identifiers.unshift(`${kind.prefix}:${own}`);
  }
  identifiers.push(...accountOf(type, account), ...declaredBy(finding));
  if (word === undefined) return { identifiers };
  return { identifiers, target: id === undefined ? { type: word } : { type: word, id } };
};
