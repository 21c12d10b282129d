// Decides which 57 rules stand in for a public set over CloudTrail: most ask for a source and calls, some search, a few filter or compare.
import type { RuleDocument } from '#core/detection/sigma/document.ts';

type Selections = Readonly<Record<string, unknown>>;

const calls: readonly (readonly [source: string, ...names: string[]])[] = [
  ['s3', 'ListBuckets'],
  ['s3', 'PutBucketVersioning'],
  ['s3', 'DeleteBucket'],
  ['s3', 'PutBucketPolicy', 'PutBucketAcl'],
  ['s3', 'PutBucketLogging', 'PutBucketWebsite', 'PutEncryptionConfiguration', 'PutLifecycleConfiguration'],
  ['iam', 'CreateAccessKey'],
  ['iam', 'UpdateLoginProfile', 'CreateLoginProfile'],
  ['iam', 'CreateUser'],
  ['iam', 'DeleteUser', 'DeleteRole', 'DeleteGroup', 'DeletePolicy'],
  ['iam', 'DeleteSAMLProvider'],
  ['iam', 'UpdateSAMLProvider'],
  ['iam', 'AttachUserPolicy', 'PutUserPolicy'],
  ['ec2', 'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress'],
  ['ec2', 'ModifySnapshotAttribute'],
  ['ec2', 'DisableEbsEncryptionByDefault'],
  ['ec2', 'ImportKeyPair'],
  ['ec2', 'CreateNetworkAclEntry'],
  ['ec2', 'CreateRoute'],
  ['ec2', 'DeleteFlowLogs'],
  ['ec2', 'CreateInstanceExportTask'],
  ['ec2', 'GetPasswordData'],
  ['ec2', 'ModifyInstanceAttribute'],
  ['cloudtrail', 'StopLogging', 'UpdateTrail', 'DeleteTrail'],
  ['rds', 'ModifyDBInstance'],
  ['rds', 'RestoreDBInstanceFromDBSnapshot'],
  ['rds', 'DeleteDBCluster', 'ModifyDBCluster'],
  ['guardduty', 'UpdateDetector', 'DeleteDetector'],
  ['guardduty', 'CreateIPSet'],
  ['config', 'StopConfigurationRecorder', 'DeleteDeliveryChannel'],
  ['route53domains', 'DisableDomainTransferLock'],
  ['route53domains', 'TransferDomainToAnotherAwsAccount'],
  ['ecs', 'RegisterTaskDefinition', 'RunTask', 'DescribeTaskDefinition'],
  ['elasticfilesystem', 'DeleteFileSystem'],
  ['elasticfilesystem', 'DeleteMountTarget'],
  ['eks', 'CreateCluster', 'DeleteCluster'],
  ['elasticache', 'CreateCacheSecurityGroup'],
  ['elasticache', 'DeleteCacheSecurityGroup', 'AuthorizeCacheSecurityGroupIngress'],
  ['glue', 'CreateDevEndpoint', 'UpdateDevEndpoint'],
  ['kms', 'ImportKeyMaterial'],
  ['lambda', 'CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig'],
  ['lambda', 'PublishLayerVersion'],
  ['securityhub', 'BatchUpdateFindings', 'DeleteInsight'],
  ['sso', 'AssociateDirectory', 'DisassociateDirectory'],
  ['ssm', 'SendCommand'],
  ['signin', 'ConsoleLogin'],
  ['signin', 'GetSigninToken'],
  ['sts', 'AssumeRoleWithSAML'],
];

const called = ([source, ...names]: (typeof calls)[number]): Selections => ({
  sel: { eventSource: `${source}.amazonaws.com`, eventName: names },
  condition: 'sel',
});

const call = (source: string, ...names: readonly string[]) => ({ eventSource: `${source}.amazonaws.com`, eventName: names });

/** What goes beyond a source and its calls: every other construct that public rules over CloudTrail use. */
const others: readonly Selections[] = [
  { sel: call('sts', 'AssumeRole'), kind: { 'userIdentity.type': 'AssumedRole' }, condition: 'sel and kind' },
  { sel: { 'userIdentity.type': 'Root' }, filter: { eventType: 'AwsServiceEvent' }, condition: 'sel and not filter' },
  {
    sel: { 'userIdentity.arn|re': '.+:assumed-role/aws:.+' },
    filter: { sourceIPAddress: 'AWS Internal' },
    condition: 'sel and not filter',
  },
  { sel: { userAgent: 'TruffleHog' }, condition: 'sel' },
  { sel: { ...call('iam', 'CreateUser'), 'userAgent|contains': ['S3 Browser', 'curl/'] }, condition: 'sel' },
  { sel: { eventName: 'ConsoleLogin', 'errorMessage|contains': 'Failed authentication' }, condition: 'sel' },
  { sel: { ...call('s3', 'PutBucketPolicy'), 'requestParameters|contains|all': ['arn:aws:s3:::', '"Effect":"Allow"'] }, condition: 'sel' },
  { sel: call('ssm', 'SendCommand'), none: { errorCode: null }, fine: { errorCode: 'Success' }, condition: 'sel and (none or fine)' },
  { sel_get: call('sts', 'GetSessionToken'), sel_key: { 'userIdentity.arn|startswith': 'arn:aws:iam' }, condition: 'all of sel_*' },
  { sel: { 'eventName|startswith': ['DeleteAnomaly', 'DisableAnomaly'] }, condition: 'sel' },
];

const document = (detection: Selections, i: number): RuleDocument => ({
  tree: { title: `Benchmark rule ${i}`, name: `bench_${i}`, logsource: { product: 'aws', service: 'cloudtrail' }, detection },
  where: 'bench',
});

export const standInRules: readonly RuleDocument[] = [
  ...calls.map(called),
  ...others.map((one) => (one['condition'] === 'sel and 1 of none or fine' ? { ...one, condition: 'sel and (none or fine)' } : one)),
].map(document);
