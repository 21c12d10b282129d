// Decides what a request to Vault or OpenBao is to us, by operation, path and kind of mount (formats.md A7).
import { type Fields, at, textOf } from '../fields.ts';
import type { SignalKind } from '../signal.ts';

/** Where a request went: the namespace and mount as paths without a slash at the end, and what follows the mount. */
export type Place = { readonly namespace: string | undefined; readonly mount: string; readonly rest: string; readonly path: string };

const bare = (text: string): string => (text.startsWith('/') || text.endsWith('/') ? text.replace(/^\/+|\/+$/g, '') : text);

/** Mounts of older versions are not named: `auth/<one segment>`, else the first segment. */
export const placeOf = (request: Fields): Place => {
  const path = bare(textOf(at(request, 'path')) ?? '');
  const namespace = bare(textOf(at(request, 'namespace', 'path')) ?? '');
  const said = bare(textOf(at(request, 'mount_point')) ?? '');
  const isNamed = path === said || path.startsWith(`${said}/`);
  const mount = isNamed ? said : (/^(?:auth\/)?[^/]{1,255}/.exec(path)?.[0] ?? '');
  return { namespace: namespace === '' ? undefined : namespace, mount, rest: bare(path.slice(mount.length)), path };
};

type Rule = readonly [pattern: RegExp, kind: SignalKind];

const sysReads: readonly Rule[] = [
  [/^raw\/|^storage\/raft\/snapshot$/, 'secret.read'],
  [/^/, 'housekeeping'],
];

const sysWrites: readonly Rule[] = [
  [/^generate-root\b/, 'auth.token'],
  [/^wrapping\/(?:unwrap|rewrap)$/, 'secret.read'],
  [/^(?:capabilities|audit-hash|tools|internal|wrapping|leases\/(?:lookup|renew)|renew)\b/, 'housekeeping'],
  [/^/, 'config.change'],
];

const authWrites: readonly Rule[] = [
  [/^(?:login(?:\/|$)|(?:oidc|jwt)\/callback$|oidc\/poll$)/, 'auth.login'],
  [/^(?:oidc\/auth_url|nonce)$/, 'housekeeping'],
  [/^users?\/[^/]+\/password$/, 'auth.password.change'],
  [/^(?:users?|groups?|map\/users)\//, 'account.change'],
  [/^/, 'config.change'],
];

const tokenWrites: readonly Rule[] = [
  [/^lookup/, 'housekeeping'],
  [/^roles\//, 'config.change'],
  [/^/, 'auth.token'],
];

const identityReads: readonly Rule[] = [
  [/^oidc\/token\//, 'auth.token'],
  [/^/, 'housekeeping'],
];

const identityWrites: readonly Rule[] = [
  [/^lookup\//, 'housekeeping'],
  [/^(?:entity|group|persona|alias)/, 'account.change'],
  [/^mfa\//, 'auth.mfa.change'],
  [/^/, 'config.change'],
];

/** Asked by a write, and answered with a secret: a key, a certificate, a plain text. */
const secretWrites: readonly Rule[] = [
  [/^(?:issue|sign|sign-intermediate|intermediate\/generate|root\/generate|creds|sts|decrypt|datakey|export|backup|code)\b/, 'secret.read'],
  [/^/, 'config.change'],
];

/** Whatever a secret's path is called: here a write stores it. */
const stores = new Set(['kv', 'generic', 'cubbyhole']);

const firstOf = (rules: readonly Rule[], rest: string): SignalKind => rules.find(([pattern]) => pattern.test(rest))?.[1] ?? 'unknown';

const reads = new Set(['read', 'list']);
const writes = new Set(['create', 'update', 'patch', 'delete']);

const upkeep: readonly Rule[] = [[/^/, 'housekeeping']];
const settings: readonly Rule[] = [[/^/, 'config.change']];
const secretReads: readonly Rule[] = [[/^/, 'secret.read']];
const authReads: readonly Rule[] = [...authWrites.slice(0, 1), ...upkeep];

type Tables = { readonly read: readonly Rule[]; readonly write: readonly Rule[] };

const tablesOf = (mount: string, mountType: string | undefined): Tables => {
  if (mount === 'sys' || mountType === 'system') return { read: sysReads, write: sysWrites };
  if (mount === 'identity' || mountType === 'identity') return { read: identityReads, write: identityWrites };
  if (mount === 'auth/token') return { read: upkeep, write: tokenWrites };
  // A login by OIDC ends in a GET of its callback.
  if (mount.startsWith('auth/')) return { read: authReads, write: authWrites };
  return { read: secretReads, write: stores.has(mountType ?? '') ? settings : secretWrites };
};

export const kindOf = (request: Fields, { mount, rest }: Place): SignalKind => {
  const operation = textOf(at(request, 'operation')) ?? '';
  if (mount === '') return 'unknown';
  const tables = tablesOf(mount, textOf(at(request, 'mount_type')));
  if (reads.has(operation)) return firstOf(tables.read, rest);
  // `help`, `rollback`, `revoke` by expiry, and what later versions invent.
  if (!writes.has(operation)) return 'housekeeping';
  const kind = firstOf(tables.write, rest);
  return kind === 'account.change' && operation === 'delete' ? 'account.delete' : kind;
};
