// Decides which resource of AWS a finding is about, by the same names whichever source tells of it: so one case stays one.
import { addOnce } from './draft.ts';
import { textOf } from './fields.ts';

export type Resource = { readonly target?: { readonly id?: string; readonly type: string }; readonly identifiers: readonly string[] };

type Kind = { readonly type: string; readonly prefix: string };

/** By the service's part and the kind's part of a type: `AwsS3Bucket` of ASFF, `AWS::S3::Bucket` of OCSF. */
const kinds: Readonly<Record<string, Kind>> = {
  awss3bucket: { type: 's3-bucket', prefix: 's3' },
  awss3object: { type: 's3-bucket', prefix: 's3' },
  awsec2instance: { type: 'ec2-instance', prefix: 'ec2' },
  awsiamaccesskey: { type: 'access-key', prefix: 'access-key' },
  awsiamuser: { type: 'iam-user', prefix: 'iam-user' },
  awsiamrole: { type: 'iam-role', prefix: 'iam-role' },
  awsrdsdbinstance: { type: 'rds-instance', prefix: 'rds' },
  awsrdsdbcluster: { type: 'rds-instance', prefix: 'rds' },
  awsekscluster: { type: 'eks-cluster', prefix: 'eks' },
  awsecscluster: { type: 'ecs-cluster', prefix: 'ecs' },
  awslambdafunction: { type: 'lambda-function', prefix: 'lambda' },
  awskmskey: { type: 'kms-key', prefix: 'kms' },
  awscloudtrailtrail: { type: 'trail', prefix: 'trail' },
  awssecretsmanagersecret: { type: 'secret', prefix: 'secret' },
  awsdynamodbtable: { type: 'dynamodb-table', prefix: 'dynamodb' },
};

/** What an account as a whole holds says something of its keys and users, nothing of a bucket in it that nobody wrote down. */
const ofAccount: ReadonlySet<string> = new Set(['access-key', 'iam-user', 'iam-role', 'aws-account', 'trail']);

/** Types as they are written: few, and each is written many times. */
const spelt = new Map<string, Kind | null>();
const mostSpelt = 500;

const kindOf = (type: unknown): Kind | undefined => {
  const text = textOf(type) ?? '';
  const known = spelt.get(text);
  if (known !== undefined) return known ?? undefined;
  const word = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
  if (spelt.size >= mostSpelt) spelt.clear();
  spelt.set(text, kind ?? null);
  return kind;
};

/** What follows the fifth colon of an ARN: all that names the resource. */
const endOfArn = (arn: string): string | undefined => {
  let at = 0;
  for (let colons = 0; colons < 5; colons += 1) {
    at = arn.indexOf(':', at) + 1;
    if (at === 0) return undefined;
  }
  return at < arn.length ? arn.slice(at) : undefined;
};

/** `arn:aws:s3:::bucket/key`, `arn:aws:ec2:…:instance/i-1`, `AWS::IAM::AccessKey:ASIA…`, or the bare name; `null` is what a connector wrote. */
const nameOf = (id: string, kind: Kind): string | undefined => {
  const inArn = id.startsWith('arn:') ? endOfArn(id) : undefined;
  const rest = inArn ?? (id.startsWith('AWS::') ? id.replace(/^AWS::(?:[A-Za-z0-9]+::)+?[A-Za-z0-9]+:(?!:)/, '') : id);
  const name = kind.prefix === 's3' ? rest.replace(/\/.*$/s, '') : inArn === undefined ? rest : rest.replace(/^[A-Za-z-]{1,30}[/:]/, '');
  return name === '' || name === 'null' || name.startsWith('GeneratedFinding') ? undefined : name;
};

const most = 10;

type Pair = readonly [type: unknown, id: unknown];

/** Those that we know no kind of are known by their ARNs; what names none is the account. */
const unnamed = (resources: readonly Pair[], account: string | undefined): Resource => {
  const arns: string[] = [];
  for (let i = 0; i < resources.length && i < most; i += 1) {
    const id = textOf(resources[i]?.[1]);
    if (id?.startsWith('arn:') === true) addOnce(id, arns);
  }
  const isAccount = resources.every(([type]) => /account/i.test(textOf(type) ?? ''));
  if (!isAccount || account === undefined) return { identifiers: arns };
  return { identifiers: [...arns, `aws:${account}`], target: { id: account, type: 'aws-account' } };
};

const none: Pair = [undefined, undefined];

/** By which names a resource is known, the plainest first; undefined for one that we can't name. */
const named = ([type, id]: Pair): { readonly target: NonNullable<Resource['target']>; readonly names: readonly string[] } | undefined => {
  const [kind, text] = [kindOf(type), textOf(id)];
  const name = kind && text !== undefined ? nameOf(text, kind) : undefined;
  if (!kind || text === undefined || name === undefined) return undefined;
  const own = `${kind.prefix}:${name}`;
  const arn = kind.prefix === 's3' ? `arn:aws:s3:::${name}` : text.startsWith('arn:') ? text : undefined;
  return { target: { id: name, type: kind.type }, names: arn === undefined ? [own] : [own, arn] };
};

/** `[type, id]` of each resource; the first that we can name is the target. */
export const resourcesOf = (resources: readonly Pair[], account: string | undefined): Resource => {
  const identifiers: string[] = [];
  let target: Resource['target'];
  for (let i = 0; i < resources.length && i < most; i += 1) {
    const found = named(resources[i] ?? none);
    target ??= found?.target;
    for (const name of found?.names ?? []) addOnce(name, identifiers);
  }
  if (!target) return unnamed(resources, account);
  if (account !== undefined && ofAccount.has(target.type)) addOnce(`aws:${account}`, identifiers);
  return { target, identifiers };
};
