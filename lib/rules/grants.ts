// Decides that a function holds what its role grants, and its role grants what the function holds: neither more.
import {
  type Breach,
  type Placed,
  type Rule,
  type Template,
  each,
  keyOf,
  list,
  record,
  refersFrom,
  stageOf,
  statementsOf,
} from './template.ts';

/** Which commands of the SDK each bundle holds, `client-sqs/SendMessageBatchCommand`, by stage. */
export type Holdings = ReadonlyMap<string, readonly string[]>;

/** What a command asks for. A transaction asks for the rights of what is in it. */
const actionsOfCommand: Readonly<Record<string, readonly string[]>> = {
  'lib-dynamodb/GetCommand': ['dynamodb:GetItem'],
  'lib-dynamodb/BatchGetCommand': ['dynamodb:BatchGetItem'],
  'lib-dynamodb/PutCommand': ['dynamodb:PutItem'],
  'lib-dynamodb/UpdateCommand': ['dynamodb:UpdateItem'],
  'lib-dynamodb/QueryCommand': ['dynamodb:Query'],
  'lib-dynamodb/TransactWriteCommand': ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
  'client-sqs/SendMessageBatchCommand': ['sqs:SendMessage'],
  'client-s3/PutObjectCommand': ['s3:PutObject'],
  'client-s3/GetObjectCommand': ['s3:GetObject'],
  'client-s3/ListObjectsV2Command': ['s3:ListBucket'],
  'client-secrets-manager/GetSecretValueCommand': ['secretsmanager:GetSecretValue'],
  'client-ses/SendRawEmailCommand': ['ses:SendRawEmail'],
  'client-kms/EncryptCommand': ['kms:Encrypt'],
  'client-kms/DecryptCommand': ['kms:Decrypt'],
  'client-kms/GenerateDataKeyCommand': ['kms:GenerateDataKey'],
};

const service = (action: string): string => action.split(':')[0] ?? '';

/** Services that decrypt with our key on the function's behalf. */
const encrypted = new Set(['dynamodb', 's3', 'secretsmanager']);

/** Rights that AWS uses in the function's name: its log, its traces, and what the three kinds of invocation need. */
const platform = (all: readonly Template[], worker: Placed, granted: readonly string[]): ReadonlySet<string> => {
  const isOf = (at: Placed): boolean => refersFrom(all, at, at.properties['FunctionName']).includes(keyOf(worker));
  const reads = each(all, 'AWS::Lambda::EventSourceMapping').some(isOf);
  const keepsFailures = each(all, 'AWS::Lambda::EventInvokeConfig').some(isOf);
  return new Set([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    ...(reads ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] : []),
    ...(keepsFailures ? ['sqs:SendMessage'] : []),
    ...(granted.some((action) => encrypted.has(service(action))) ? ['kms:Decrypt', 'kms:GenerateDataKey'] : []),
  ]);
};

export const actionsGranted = (all: readonly Template[], worker: Placed): readonly string[] => {
  const [role] = refersFrom(all, worker, worker.properties['Role']);
  const attached = each(all, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
    .filter((at) => refersFrom(all, at, at.properties['Roles']).includes(role ?? ''))
    .map(({ properties }) => properties);
  const inline = each(all, 'AWS::IAM::Role')
    .filter((at) => keyOf(at) === role)
    .flatMap(({ properties }) => list(properties['Policies']).map(record));
  const actions = [...attached, ...inline]
    .flatMap((one) => statementsOf(one['PolicyDocument']))
    .flatMap((one) => list(one.Action).map(String));
  return [...new Set(actions)].sort();
};

const compared = (all: readonly Template[], worker: Placed, commands: readonly string[]): readonly Breach[] => {
  const granted = actionsGranted(all, worker);
  const unknown = commands.filter((command) => actionsOfCommand[command] === undefined);
  const usable = new Set(commands.flatMap((command) => actionsOfCommand[command] ?? []));
  const byPlatform = platform(all, worker, granted);
  const unused = granted.filter((action) => !byPlatform.has(action) && !usable.has(action));
  const services = new Set(granted.filter((action) => !byPlatform.has(action) || usable.has(action)).map(service));
  const helpless = [...new Set([...usable].map(service))].filter((name) => !services.has(name));
  return [
    ...unused.map((action) => ({ at: worker, wrong: `its role grants ${action}, and nothing in its bundle can ask for it` })),
    ...helpless.map((name) => ({ at: worker, wrong: `its bundle holds a client of ${name}, and its role grants nothing there` })),
    ...unknown.map((command) => ({
      at: worker,
      wrong: `its bundle holds ${command}, and lib/rules/grants.ts does not say what that asks for`,
    })),
  ];
};

export const grantRules = (holdings: Holdings): readonly Rule[] => [
  {
    name: 'grants-equal-imports',
    right: 'grant in lib/grants.ts what the handler imports, and import what it is granted',
    breaches: (all) => each(all, 'AWS::Lambda::Function').flatMap((at) => compared(all, at, holdings.get(stageOf(keyOf(at)) ?? '') ?? [])),
  },
];
