// Decides for whom a recorded call opens what it touches: everyone, another account, or nobody new. Policies, lists of access, snapshots.
import { type Fields, at, isFields, textOf } from '../fields.ts';
import { parseJson } from '../json.ts';

export type Opens = 'everyone' | 'other-account' | 'nobody';

/** What one statement or list opens: to everyone, or to accounts by their numbers. */
type Opening = { readonly everyone: boolean; readonly accounts: readonly string[] };

const closed: Opening = { everyone: false, accounts: [] };
const toAll: Opening = { everyone: true, accounts: [] };

const many = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
};

/** Conditions that hold an `Allow` for `*` to known callers. One with "Not", or with a value that everybody meets, holds nobody back. */
const narrowing: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceowner',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:username',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);
const anybody: ReadonlySet<unknown> = new Set(['*', '0.0.0.0/0', '::/0']);

const isNarrow = (statement: unknown): boolean => {
  const conditions = at(statement, 'Condition');
  if (!isFields(conditions)) return false;
  return Object.entries(conditions).some(
    ([operator, keys]) =>
      !/not|ifexists|forallvalues/i.test(operator) &&
      isFields(keys) &&
      Object.entries(keys).some(([key, values]) => narrowing.has(key.toLowerCase()) && !many(values).some((value) => anybody.has(value))),
  );
};

/** `123456789012` and `arn:aws:iam::123456789012:root` name an account. */
const accountOf = (principal: unknown): string | undefined =>
  /^(?:arn:aws[a-z-]{0,20}:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(textOf(principal) ?? '')?.[1];

const toForeign = (principals: readonly unknown[], own: string | undefined): Opening => ({
  everyone: false,
  accounts: principals.map(accountOf).filter((account) => account !== undefined && own !== undefined && account !== own) as string[],
});

const statementOpens = (statement: unknown, own: string | undefined): Opening => {
  if (at(statement, 'Effect') !== 'Allow') return closed;
  const principal = at(statement, 'Principal');
  const named = isFields(principal) ? many(at(principal, 'AWS')) : many(principal);
  // NotPrincipal with Allow lets in everybody but those.
  if (named.includes('*') || at(statement, 'NotPrincipal') !== undefined) return isNarrow(statement) ? closed : toAll;
  return toForeign(named, own);
};

/** Services write a policy as an object, or as text that holds one. */
const policyOf = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value)?.value : value);

const policyFields = ['bucketPolicy', 'policy', 'resourcePolicy', 'policyText', 'policyDocument', 'assumeRolePolicyDocument'];

/** A queue has its policy among its attributes; a topic names the attribute that is set. */
const attributes = (asked: unknown): readonly unknown[] => [
  at(asked, 'attributes', 'Policy'),
  ...(at(asked, 'attributeName') === 'Policy' ? [at(asked, 'attributeValue')] : []),
];

const policies = (asked: unknown, own: string | undefined): readonly Opening[] =>
  [...policyFields.map((name) => at(asked, name)), ...attributes(asked)].flatMap((policy) =>
    many(at(policyOf(policy), 'Statement')).map((statement) => statementOpens(statement, own)),
  );

/** A function names one principal, beside it the account or the resource that may call; a function URL is meant for all. */
const invokers = (asked: unknown): readonly Opening[] => {
  const narrowed = ['sourceArn', 'sourceAccount', 'principalOrgID', 'functionUrlAuthType'].some((name) => at(asked, name) !== undefined);
  return at(asked, 'principal') === '*' && !narrowed ? [toAll] : [];
};

const groups = /(?:^|[/"=])global\/(?:AllUsers|AuthenticatedUsers)\b/;
const cannedForAll: ReadonlySet<unknown> = new Set(['public-read', 'public-read-write', 'authenticated-read']);

/** A canned list, a header that grants, or the list itself: an authenticated user is anybody with any AWS account. */
const accessLists = (asked: unknown): readonly Opening[] => {
  const canned = ['x-amz-acl', 'acl'].flatMap((name) => many(at(asked, name)));
  const headers = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].flatMap((name) => many(at(asked, `x-amz-grant-${name}`)));
  const grants = many(at(asked, 'AccessControlPolicy', 'AccessControlList', 'Grant')).map((grant) => at(grant, 'Grantee', 'URI'));
  const isOpen = canned.some((word) => cannedForAll.has(word)) || [...headers, ...grants].some((word) => groups.test(textOf(word) ?? ''));
  return isOpen ? [toAll] : [];
};

/** Snapshots of databases name accounts or `all`; those of disks and images name `userId` or a `group`. */
const shares = (asked: unknown, own: string | undefined): readonly Opening[] => {
  const items = ['createVolumePermission', 'launchPermission'].flatMap((name) => many(at(asked, name, 'add', 'items')));
  const values = at(asked, 'attributeName') === 'restore' ? many(at(asked, 'valuesToAdd')) : [];
  const added = [...values, ...items.flatMap((item) => [at(item, 'group'), at(item, 'userId')])];
  return [added.includes('all') ? toAll : toForeign(added, own)];
};

/**
 * `own` is the account of the record; without it nobody can say who is a stranger. `opensToAccount` names the others, so that rules can
 * tell the operator's own accounts: one number, or several with blanks between.
 */
export const opensTo = (record: Fields, own: string | undefined): { readonly opensTo: Opens; readonly opensToAccount?: string } => {
  const asked = at(record, 'requestParameters');
  const found = [...policies(asked, own), ...accessLists(asked), ...shares(asked, own), ...invokers(asked)];
  const accounts = [...new Set(found.flatMap((one) => one.accounts))].sort();
  const word = found.some((one) => one.everyone) ? 'everyone' : accounts.length > 0 ? 'other-account' : 'nobody';
  return { opensTo: word, ...(accounts.length > 0 && { opensToAccount: accounts.join(' ') }) };
};
