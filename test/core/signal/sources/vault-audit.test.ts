// Holds that an entry of a Vault or OpenBao audit device says what was asked and whether it happened, under whatever wraps it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vaultAudit } from '#core/signal/sources/vault-audit.ts';
import { kindOf, placeOf } from '#core/signal/sources/vault-kind.ts';
import { eventsIn, factsOf, json, line, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

const anna = { id: 'e4f5c67a-6f7e-789d-ae56-a1fe3ae23046', name: 'anna.muster@example.com', type: 'service' };
const id = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const key = {
  identity: [id(1), 'response'],
  kind: 'secret.read',
  outcome: 'success',
  actor: anna,
  src: { ip: '192.0.2.27' },
  target: { id: 'secret/data/messages/archive-key', type: 'kv' },
  identifiers: ['vault:secret/data/messages/archive-key', 'vault:secret'],
  at: '2026-03-14T02:00:00.356Z',
  marks: [],
};

const files: Readonly<Record<string, readonly object[]>> = {
  'kv-read.jsonl': [{ ...key, identity: [id(1), 'request'], outcome: 'unknown' }, key],
  'denied.jsonl': [
    { kind: 'secret.read', outcome: 'failure', target: { id: 'internal-ca/issue/server', type: 'pki' } },
    { kind: 'secret.read', outcome: 'failure', identity: [id(2), 'response'] },
  ],
  'login.jsonl': [
    { kind: 'auth.login', outcome: 'unknown', actor: { name: 'anna.muster' } },
    {
      kind: 'auth.login',
      outcome: 'success',
      actor: { ...anna, name: 'anna.muster' },
      identifiers: [`vault:auth/userpass/login/anna.muster`, 'vault:auth/userpass'],
    },
    { kind: 'auth.login', outcome: 'failure', actor: { name: 'erika' } },
    { kind: 'auth.login', outcome: 'failure', actor: { name: 'erika' } },
    { kind: 'auth.login', outcome: 'success', actor: anna, identifiers: ['vault:auth/team/staff/oidc/callback', 'vault:auth/team/staff'] },
  ],
  'administration.jsonl': [
    { kind: 'auth.token', outcome: 'success' },
    { kind: 'config.change', actor: { name: 'root', type: 'root' }, target: { id: 'sys/audit/file', type: 'system' } },
    { kind: 'auth.token', actor: { name: 'root', type: 'root' } },
    { kind: 'config.change', actor: anna },
    { kind: 'account.delete', target: { id: 'auth/userpass/users/erika' } },
    { kind: 'secret.read', target: { id: 'sys/storage/raft/snapshot' } },
    { kind: 'housekeeping', target: { id: 'sys/capabilities-self' } },
    { kind: 'secret.read', identifiers: ['vault:transit/decrypt/archive', 'vault:transit'] },
    { kind: 'config.change', target: { id: 'secret/data/sign/me' } },
  ],
  'namespace.json': [
    {
      tenant: 'team-a',
      src: { ip: '2001:db8::27' },
      target: { id: 'team-a/database/creds/readonly', type: 'database' },
      identifiers: ['vault:team-a/database/creds/readonly', 'vault:team-a/database'],
    },
  ],
  'openbao.json': [
    {
      kind: 'config.change',
      outcome: 'failure',
      actor: { id: 'foobarentity', name: 'testtoken', type: 'root' },
      identifiers: ['vault:foo'],
    },
  ],
  'prefix.log': [
    { kind: 'secret.read', target: { id: 'secret/a' }, at: '2026-03-14T02:06:00Z' },
    { kind: 'secret.read', target: { id: 'secret' }, at: '2026-03-14T02:06:01Z' },
  ],
  'shipper.jsonl': [{ kind: 'secret.read', target: { id: 'secret/a' }, at: '2026-03-14T02:07:00Z' }],
  'odd.jsonl': [
    { kind: 'housekeeping', outcome: 'unknown', target: { id: 'sys/mounts', type: 'vault-path' } },
    { kind: 'unknown', identity: ['kmip-1', 'kmip-request'] },
    { kind: 'unknown', outcome: 'success', identifiers: [] },
    { kind: 'secret.read', outcome: 'success', at: undefined, marks: ['no-time'] },
  ],
};

const runs = 200;
const texts = Object.keys(files).flatMap((file) => eventsIn(vaultAudit, `vault-audit/${file}`).map(({ text }) => text));

const [, real = line('')] = eventsIn(vaultAudit, 'vault-audit/kv-read.jsonl');
const entry = real.json as Record<string, Record<string, unknown>>;
const withRequest = (request: object) => json({ ...entry, request: { ...entry['request'], ...request } });

describe('vault-audit', () => {
  it.each(Object.entries(files))('reads %s', (file, expected) => {
    const facts = eventsIn(vaultAudit, `vault-audit/${file}`).map((event) => told(vaultAudit, event));
    expect(facts).toHaveLength(expected.length);
    for (const [i, row] of expected.entries()) expect(facts[i]).toMatchObject(row);
  });

  it.each([
    ['read', 'kv', 'secret/a', 'secret.read'],
    ['update', 'kv', 'secret/a', 'config.change'],
    ['delete', 'kv', 'secret/a', 'config.change'],
    ['update', 'kv', 'secret/sign/me', 'config.change'],
    ['update', 'pki', 'ca/issue/server', 'secret.read'],
    ['update', undefined, 'transit/datakey/plaintext/k', 'secret.read'],
    ['update', 'transit', 'transit/encrypt/k', 'config.change'],
    ['read', 'database', 'database/creds/readonly', 'secret.read'],
    ['update', 'approle', 'auth/approle/login', 'auth.login'],
    ['update', 'approle', 'auth/approle/role/app/secret-id', 'config.change'],
    ['update', 'userpass', 'auth/userpass/users/erika', 'account.change'],
    ['update', 'userpass', 'auth/userpass/users/erika/password', 'auth.password.change'],
    ['read', 'userpass', 'auth/userpass/users/erika', 'housekeeping'],
    ['update', 'oidc', 'auth/oidc/oidc/auth_url', 'housekeeping'],
    ['update', 'token', 'auth/token/create/app', 'auth.token'],
    ['update', 'token', 'auth/token/lookup', 'housekeeping'],
    ['read', 'token', 'auth/token/lookup-self', 'housekeeping'],
    ['update', 'token', 'auth/token/roles/app', 'config.change'],
    ['update', 'identity', 'identity/entity', 'account.change'],
    ['delete', 'identity', 'identity/entity/id/x', 'account.delete'],
    ['update', 'identity', 'identity/lookup/entity', 'housekeeping'],
    ['update', 'identity', 'identity/mfa/method/totp', 'auth.mfa.change'],
    ['update', 'identity', 'identity/oidc/role/x', 'config.change'],
    ['read', 'identity', 'identity/oidc/token/app', 'auth.token'],
    ['read', 'identity', 'identity/entity/id/x', 'housekeeping'],
    ['update', 'system', 'sys/wrapping/unwrap', 'secret.read'],
    ['update', 'system', 'sys/wrapping/lookup', 'housekeeping'],
    ['read', 'system', 'sys/raw/core/keyring', 'secret.read'],
    ['read', 'system', 'sys/health', 'housekeeping'],
    ['update', 'system', 'sys/seal', 'config.change'],
    ['delete', 'system', 'sys/mounts/secret', 'config.change'],
    ['help', 'kv', 'secret/a', 'housekeeping'],
    ['read', 'kv', '', 'unknown'],
  ])('takes %s at %s %s for %s', (operation, mount_type, path, kind) => {
    const request = { operation, path, ...(mount_type !== undefined && { mount_type }) };
    expect(kindOf(request, placeOf(request))).toBe(kind);
  });

  it('keeps entries of types that came later as unknown', () => {
    expect(factsOf(vaultAudit, json({ ...entry, type: 'kmip-response' })).kind).toBe('unknown');
  });

  it('believes a mount only where the path lies in it', () => {
    const place = (mount_point: string) => placeOf({ path: 'auth/team/staff/login/erika', mount_point });
    expect(place('auth/team/staff/')).toMatchObject({ mount: 'auth/team/staff', rest: 'login/erika' });
    expect(place('auth/team/sta')).toMatchObject({ mount: 'auth/team' });
    expect(place('')).toMatchObject({ mount: 'auth/team' });
    expect(placeOf({ path: 'team/kv/', mount_point: 'team/kv/' })).toMatchObject({ mount: 'team/kv', rest: '' });
  });

  it('shows rules the entry without what stood around it', () => {
    for (const file of ['prefix.log', 'shipper.jsonl']) {
      const [event = line('')] = eventsIn(vaultAudit, `vault-audit/${file}`);
      expect(vaultAudit.vendorEvent(event)).toMatchObject({ type: 'response', request: { path: 'secret/a' } });
    }
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:40000', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]:40000', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['@', undefined],
    [undefined, undefined],
  ])('takes remote address %s for %s', (remote_address, ip) => {
    expect(factsOf(vaultAudit, withRequest({ remote_address })).src?.ip).toBe(ip);
  });

  it('takes an error that is all of the data for one, and a secret of that name for a secret', () => {
    const answered = (data: object) => factsOf(vaultAudit, json({ ...entry, response: { data } })).outcome;
    expect(answered({ error: 'hmac-sha256:00' })).toBe('failure');
    expect(answered({ error: 'hmac-sha256:00', user: 'hmac-sha256:01' })).toBe('success');
    expect(answered({ error: 5 })).toBe('success');
  });

  it('gives one identity to what two devices write, and each of request and response its own', () => {
    const other = json({ ...entry, time: '2026-03-14T02:00:00.9Z', auth: { ...entry['auth'], client_token: 'hmac-sha256:ff' } });
    expect(factsOf(vaultAudit, other).identity).toEqual(factsOf(vaultAudit, real).identity);
    expect(factsOf(vaultAudit, json({ ...entry, type: 'request' })).identity).not.toEqual(factsOf(vaultAudit, real).identity);
    const [a, b] = ['sys/a', 'sys/b'].map((path) => factsOf(vaultAudit, withRequest({ id: undefined, path })).identity);
    expect(a).not.toEqual(b);
  });

  it.each([
    ['text', line('hello'), 'body'],
    ['a prefix without an entry', line('@cee: {"time":'), 'body'],
    ['a list', json([]), 'body'],
    ['another type', json({ ...entry, type: 'login' }), 'type'],
    ['an entry without request', json({ ...entry, request: null }), 'request'],
    ['an entry without time', json({ ...entry, time: undefined }), 'time'],
    ['an entry nested too deep', line(`{"time":"","type":"request","request":${'{"a":'.repeat(80)}1${'}'.repeat(81)}`), 'body'],
  ])('refuses %s', (_, event, field) => {
    expect(told(vaultAudit, event)).toEqual({ refused: field });
    expect(vaultAudit.recognises(event)).toBe(false);
  });

  it('never repeats what it refuses', () => {
    expect(JSON.stringify(read(vaultAudit, json({ type: 'secret-name', request: { path: 'secret/x' } })))).not.toMatch(
      /secret-name|secret\/x/,
    );
  });

  it('cuts a path of a megabyte', () => {
    expect(factsOf(vaultAudit, withRequest({ path: `secret/${'a'.repeat(1_000_000)}` })).target?.id).toHaveLength(512);
  });

  it('throws on no input', () => {
    const names = [
      'id',
      'operation',
      'path',
      'mount_type',
      'mount_point',
      'namespace',
      'remote_address',
      'auth',
      'policies',
      'metadata',
      'data',
      'error',
      '__proto__',
    ];
    const leaf = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.string({ unit: anyCharacter }),
      fc.constantFrom(null, 'read', 'update', 'auth/userpass/login/x', 'sys', '/', 1e308),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 6 }),
      ),
    }));
    const part = fc.dictionary(fc.constantFrom(...names), tree, { maxKeys: 6 });
    const any = fc.oneof(
      tree,
      fc.record({ time: leaf, type: fc.constantFrom('request', 'response', 'x'), request: part, auth: tree, response: tree, error: leaf }),
      part.map((request) => ({ ...entry, request, response: { auth: request, data: request } })),
    );
    fc.assert(
      fc.property(any, fc.string(), (value, prefix) => {
        for (const event of [json(value), line(prefix + JSON.stringify(value)), json({ message: JSON.stringify(value) })]) {
          read(vaultAudit, event);
          vaultAudit.recognises(event);
          vaultAudit.vendorEvent(event);
        }
      }),
      { numRuns: runs },
    );
    const cut = fc.tuple(fc.constantFrom(...texts), fc.nat(900), fc.nat(9), fc.string({ unit: anyCharacter, maxLength: 9 }));
    fc.assert(
      fc.property(cut, ([text, from, length, put]) => {
        const event = line(text.slice(0, from) + put + text.slice(from + length));
        read(vaultAudit, event);
        vaultAudit.vendorEvent(event);
      }),
      { numRuns: runs },
    );
  });
});
