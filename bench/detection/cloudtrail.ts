// Decides what the CloudTrail records of the benchmark look like: about 1.2 kB each, a common mix of calls, a few that rules look for.

/** A generator of numbers below 1 that is the same in every run (mulberry32). */
export const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Call = readonly [source: string, name: string];

/** What fills a trail on an ordinary day. */
const daily: readonly Call[] = [
  ['sts', 'AssumeRole'],
  ['kms', 'Decrypt'],
  ['kms', 'GenerateDataKey'],
  ['s3', 'GetObject'],
  ['s3', 'PutObject'],
  ['s3', 'ListObjects'],
  ['ec2', 'DescribeInstances'],
  ['ec2', 'DescribeSecurityGroups'],
  ['ec2', 'DescribeNetworkInterfaces'],
  ['logs', 'CreateLogStream'],
  ['lambda', 'Invoke'],
  ['dynamodb', 'GetItem'],
  ['monitoring', 'DescribeAlarms'],
  ['ssm', 'GetParameter'],
  ['secretsmanager', 'GetSecretValue'],
  ['ecs', 'DescribeTasks'],
  ['elasticloadbalancing', 'DescribeTargetHealth'],
];

/** What rules look for, one call in twenty. */
const rare: readonly Call[] = [
  ['s3', 'ListBuckets'],
  ['s3', 'PutBucketVersioning'],
  ['s3', 'DeleteBucket'],
  ['iam', 'CreateAccessKey'],
  ['iam', 'UpdateLoginProfile'],
  ['iam', 'CreateUser'],
  ['ec2', 'AuthorizeSecurityGroupIngress'],
  ['ec2', 'ModifySnapshotAttribute'],
  ['ec2', 'DisableEbsEncryptionByDefault'],
  ['cloudtrail', 'StopLogging'],
  ['rds', 'ModifyDBInstance'],
  ['rds', 'RestoreDBInstanceFromDBSnapshot'],
  ['signin', 'ConsoleLogin'],
  ['guardduty', 'UpdateDetector'],
  ['config', 'StopConfigurationRecorder'],
  ['route53domains', 'DisableDomainTransferLock'],
  ['ecs', 'RegisterTaskDefinition'],
  ['sts', 'GetSessionToken'],
  ['ssm', 'SendCommand'],
  ['elasticfilesystem', 'DeleteFileSystem'],
];

const agents = [
  'aws-sdk-java/1.12.470 Linux/5.10.178-162.673.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.7+7 java/17.0.7 vendor/Amazon.com_Inc. cfg/retry-mode/legacy',
  'Boto3/1.34.51 md/Botocore#1.34.51 ua/2.0 os/linux#6.1.79 md/arch#x86_64 lang/python#3.12.2 md/pyimpl#CPython cfg/retry-mode#standard',
  'aws-cli/2.15.30 Python/3.11.8 Linux/5.15.0 exe/x86_64.ubuntu.22 prompt/off command/s3api.get-object',
  'APN/1.0 HashiCorp/1.0 Terraform/1.7.4 (+https://www.terraform.io) terraform-provider-aws/5.39.1 (+https://registry.terraform.io)',
  'ecs.amazonaws.com',
];

const account = '111122223333';
const start = Date.UTC(2026, 2, 14);

const identityOf = (pick: <T>(list: readonly T[]) => T, hex: (length: number) => string, time: string): unknown => {
  const role = pick(['checkout-api', 'report-worker', 'deploy', 'backup', 'Admin']);
  if (pick([true, false, false, false]))
    return {
      type: 'IAMUser',
      principalId: `AIDA${hex(16)}`,
      arn: `arn:aws:iam::${account}:user/${role}`,
      accountId: account,
      accessKeyId: `AKIA${hex(16)}`,
      userName: role,
    };
  return {
    type: 'AssumedRole',
    principalId: `AROA${hex(16)}:i-${hex(16).toLowerCase()}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/i-${hex(16).toLowerCase()}`,
    accountId: account,
    accessKeyId: `ASIA${hex(16)}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: `AROA${hex(16)}`,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      webIdFederationData: {},
      attributes: { creationDate: time, mfaAuthenticated: 'false' },
    },
  };
};

/** One record as it stands in a trail. `at` numbers the records; a second passes every ten. */
export const cloudTrailRecords = (seed: number): ((at: number) => Readonly<Record<string, unknown>>) => {
  const random = numbersFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const hex = (length: number): string => {
    let text = '';
    while (text.length < length)
      text += Math.floor(random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, length).toUpperCase();
  };
  return (at) => {
    const [source, name] = random() < 0.05 ? pick(rare) : pick(daily);
    const time = new Date(start + at * 100).toISOString().replace(/\.\d{3}Z$/, 'Z');
    const isRead = /^(?:Get|List|Describe)/.test(name);
    return {
      eventVersion: '1.08',
      userIdentity: identityOf(pick, hex, time),
      eventTime: time,
      eventSource: `${source}.amazonaws.com`,
      eventName: name,
      awsRegion: 'eu-central-1',
      sourceIPAddress: `203.0.113.${Math.floor(random() * 256)}`,
      userAgent: pick(agents),
      ...(random() < 0.02 ? { errorCode: 'AccessDenied', errorMessage: 'User is not authorized to perform this operation' } : {}),
      requestParameters: {
        bucketName: `example-${pick(['media', 'reports', 'backup'])}-${account}`,
        key: `2026/03/14/${hex(24).toLowerCase()}.json`,
        instancesSet: { items: [{ instanceId: `i-${hex(16).toLowerCase()}` }] },
        maxResults: Math.floor(random() * 1_000),
      },
      responseElements: isRead ? null : { requestId: hex(16), result: 'ok', versionId: hex(32).toLowerCase() },
      requestID: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(12)}`.toLowerCase(),
      eventID: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(12)}`.toLowerCase(),
      readOnly: isRead,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    };
  };
};
