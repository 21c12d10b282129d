// Decides that policies of resources are closed: TLS only, nobody by *, no service without saying whose, no wildcard without a reason.
// Roles are not looked at again here: AwsSolutions-IAM5 asks the same of them.
import {
  type Breach,
  type Placed,
  type Rule,
  type Statement,
  type Template,
  each,
  keyOf,
  list,
  record,
  refersFrom,
  statementsOf,
} from './template.ts';

type Said = { readonly at: Placed; readonly statement: Statement };

const kinds = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy', 'AWS::SecretsManager::ResourcePolicy'] as const;

const said = (all: readonly Template[]): readonly Said[] => [
  ...each(all, ...kinds).flatMap((at) =>
    statementsOf(at.properties['PolicyDocument'] ?? at.properties['ResourcePolicy']).map((statement) => ({ at, statement })),
  ),
  ...each(all, 'AWS::KMS::Key').flatMap((at) => statementsOf(at.properties['KeyPolicy']).map((statement) => ({ at, statement }))),
];

const allowed = (all: readonly Template[]): readonly Said[] => said(all).filter(({ statement }) => statement.Effect === 'Allow');

const deniesPlain = (statement: Statement): boolean =>
  statement.Effect === 'Deny' && JSON.stringify(statement['Condition'] ?? '').includes('"aws:SecureTransport":"false"');

const withoutTls = (all: readonly Template[]): readonly Breach[] => {
  const closed = new Set(
    each(all, ...kinds)
      .filter((at) => statementsOf(at.properties['PolicyDocument']).some(deniesPlain))
      .flatMap((at) => refersFrom(all, at, [at.properties['Queues'], at.properties['Topics'], at.properties['Bucket']])),
  );
  return each(all, 'AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::S3::Bucket')
    .filter((at) => !closed.has(keyOf(at)))
    .map((at) => ({ at, wrong: 'no policy refuses what does not come by TLS' }));
};

const isAnybody = (principal: unknown): boolean => principal === '*' || list(record(principal)['AWS']).includes('*');

const bound = /"(aws:SourceArn|aws:SourceAccount|kms:EncryptionContext:aws:logs:arn)"/;

const openTo = ({ at, statement }: Said): readonly Breach[] => {
  const principal = statement['Principal'];
  if (['NotPrincipal', 'NotAction', 'NotResource'].some((key) => key in statement))
    return [{ at, wrong: 'a statement allows all but something' }];
  if (isAnybody(principal)) return [{ at, wrong: 'a statement allows everybody' }];
  const services = list(record(principal)['Service']);
  return services.length > 0 && !bound.test(JSON.stringify(statement['Condition'] ?? ''))
    ? [{ at, wrong: `a statement allows ${services.join(', ')} on behalf of any account` }]
    : [];
};

/** Names the action, so that each is acknowledged by itself. */
export const wildcards = (all: readonly Template[]): readonly (Breach & { readonly action: string })[] =>
  allowed(all).flatMap(({ at, statement }) =>
    list(statement.Action)
      .filter((action): action is string => typeof action === 'string' && action.includes('*'))
      .map((action) => ({ at, action, wrong: `it allows ${action}` })),
  );

const lettingCloudWatchIn = (statement: Statement): boolean =>
  list(record(statement['Principal'])['Service']).includes('cloudwatch.amazonaws.com') && list(statement.Action).includes('sns:Publish');

/** An alarm whose topic refuses it turns red and tells nobody. */
const deafTopics = (all: readonly Template[]): readonly Breach[] => {
  const open = new Set(
    allowed(all)
      .filter(({ statement }) => lettingCloudWatchIn(statement))
      .flatMap(({ at }) => refersFrom(all, at, at.properties['Topics'])),
  );
  const used = new Set(each(all, 'AWS::CloudWatch::Alarm').flatMap((at) => refersFrom(all, at, at.properties['AlarmActions'])));
  return each(all, 'AWS::SNS::Topic')
    .filter((at) => used.has(keyOf(at)) && !open.has(keyOf(at)))
    .map((at) => ({ at, wrong: 'alarms write to this topic, and its policy does not let CloudWatch' }));
};

export const policyRules: readonly Rule[] = [
  { name: 'policy-tls', right: 'set enforceSSL', breaches: withoutTls },
  {
    name: 'policy-closed',
    right: 'name the principal, and for a service aws:SourceArn or aws:SourceAccount',
    breaches: (all) => allowed(all).flatMap(openTo),
  },
  { name: 'policy-alarms', right: 'make the topic with alarmTopic (lib/alarm-topic.ts)', breaches: deafTopics },
];
