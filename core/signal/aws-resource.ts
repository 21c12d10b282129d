// Decides which resource of AWS a finding is about, by the same names whichever source tells of it: so one case stays one.
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

/** `arn:aws:s3:::bucket/key`, `arn:aws:ec2:…:instance/i-1`, `AWS::IAM::AccessKey:ASIA…`, or the bare name; `null` is what a connector wrote. */
const nameOf = (id: string, kind: Kind): string | undefined => {
  const inArn = id.startsWith('arn:') ? /^arn:(?:[^:]*:){4}(.+)$/.exec(id)?.[1] : undefined;
  const rest = inArn ?? (id.startsWith('AWS::') ? id.replace(/^AWS::(?:[A-Za-z0-9]+::)+?[A-Za-z0-9]+:(?!:)/, '') : id);
  const name = kind.prefix === 's3' ? rest.replace(/\/.*$/, '') : inArn === undefined ? rest : rest.replace(/^[A-Za-z-]{1,30}[/:]/, '');
  return name === '' || name === 'null' || name.startsWith('GeneratedFinding') ? undefined : name;
};

const most = 10;

type Found = { readonly kind: Kind; readonly name: string; readonly id: string };
type Pair = readonly [type: unknown, id: unknown];

const foundIn = (resources: readonly Pair[]): readonly Found[] => {
  const found: Found[] = [];
  for (const [type, id] of resources) {
    const kind = kindOf(type);
    const text = kind && textOf(id);
    const name = kind && text !== undefined ? nameOf(text, kind) : undefined;
    if (kind && text !== undefined && name !== undefined) found.push({ kind, name, id: text });
  }
  return found;
};

/** Those that we know no kind of are known by their ARNs; what names none is the account. */
const unnamed = (resources: readonly Pair[], account: string | undefined): Resource => {
  const arns: string[] = [];
  for (let i = 0; i < resources.length && i < most; i += 1) {
    const id = textOf(resources[i]?.[1]);
    if (id?.startsWith('arn:') === true) arns.push(id);
  }
  const isAccount = resources.every(([type]) => /account/i.test(textOf(type) ?? ''));
  if (!isAccount || account === undefined) return { identifiers: arns };
  return { identifiers: [...arns, `aws:${account}`], target: { id: account, type: 'aws-account' } };
};

/** `[type, id]` of each resource; the first that we can name is the target. */
export const resourcesOf = (resources: readonly Pair[], account: string | undefined): Resource => {
  const found = foundIn(resources.length > most ? resources.slice(0, most) : resources);
  const [first] = found;
  if (!first) return unnamed(resources, account);
  const names = new Set<string>();
  for (const { kind, name, id } of found) {
    names.add(`${kind.prefix}:${name}`);
    if (kind.prefix === 's3') names.add(`arn:aws:s3:::${name}`);
    else if (id.startsWith('arn:')) names.add(id);
  }
  if (account !== undefined && ofAccount.has(first.kind.type)) names.add(`aws:${account}`);
  return { target: { id: first.name, type: first.kind.type }, identifiers: [...names] };
};
