// Holds that an Auth0 log says the same whichever way it came, and that odd fields of real tenants are borne.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auth0 } from '#core/signal/sources/auth0.ts';
import { meaningOf } from '#core/signal/sources/auth0-types.ts';
import { eventsIn, factsOf, json, line, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

const first = '90020260314021000123000000000000000001223372036854775001';
const anna = { id: 'auth0|000000000000000000000001', name: 'anna@example.org', type: 'user' };
const at = '2026-03-14T02:10:00.123Z';
const src = { ip: '192.0.2.66' };

const files: Readonly<Record<string, readonly object[]>> = {
  'webhook-object.json': [
    {
      identity: [first],
      kind: 'auth.login',
      outcome: 'failure',
      tenant: 'org_museum_shop',
      target: { id: 'org_museum_shop', type: 'organization' },
      actor: anna,
      src,
      at,
      identifiers: ['auth0:org_museum_shop'],
      marks: [],
    },
  ],
  'webhook-array.json': [
    { identity: [first], kind: 'auth.login', outcome: 'success', tenant: 'muster', target: { id: 'muster', type: 'tenant' } },
    { identity: [first.replace(/1$/, '2')], kind: 'auth.login', outcome: 'failure', actor: { name: 'nobody@example.org', type: 'user' } },
  ],
  'webhook-lines.jsonl': [
    { kind: 'auth.login', outcome: 'success' },
    { kind: 'auth.block', outcome: 'blocked' },
  ],
  'management-api.json': [{ identity: [first], kind: 'auth.login', outcome: 'failure', tenant: 'muster.eu.auth0.com', actor: anna, at }],
  'management-api-old.json': [{ identity: ['5e9df3b29ebabe00571c04a7'], tenant: 'muster', src: { ip: '2001:db8::77' } }],
  'eventbridge.json': [{ identity: [first], kind: 'auth.login', outcome: 'success', tenant: 'muster', identifiers: ['auth0:muster'], at }],
  'stringified.json': [{ identity: ['000000000000000000001'], kind: 'auth.token', actor: { id: anna.id, type: 'user' } }],
  'risk-assessment.json': [{ kind: 'auth.login', outcome: 'success', at, marks: [] }],
  'no-zone.json': [{ at, marks: ['no-zone'] }],
  'sapi-no-time.json': [
    {
      kind: 'config.change',
      at: undefined,
      marks: ['no-time'],
      src: { ip: '192.0.2.7' },
      actor: { id: 'auth0|000000000000000000000009', name: 'admin@example.org', type: 'user' },
      identifiers: [],
    },
  ],
  'masked.json': [{ kind: 'auth.login', src: undefined, actor: { id: anna.id, name: '****', type: 'user' } }],
  'odd-fields.json': [{ kind: 'housekeeping', src: undefined, actor: { id: 'ExampleClient', type: 'client' } }],
  'unknown-code.json': [{ kind: 'unknown', outcome: 'unknown', tenant: 'muster' }],
  'machine-token.json': [
    { kind: 'auth.token', outcome: 'success', actor: { id: 'ExampleClient', type: 'client' }, tenant: 'org_museum_shop' },
  ],
};

describe('auth0', () => {
  it.each(Object.entries(files))('reads %s', (file, expected) => {
    const facts = eventsIn(auth0, `auth0/${file}`).map((event) => ({ src: undefined, ...told(auth0, event) }));
    expect(facts).toHaveLength(expected.length);
    for (const [i, row] of expected.entries()) expect(facts[i]).toMatchObject(row);
  });

  it.each(['webhook-object.json', 'management-api.json', 'eventbridge.json'])('shows rules the same shape of %s', (file) => {
    const [event = line('')] = eventsIn(auth0, `auth0/${file}`);
    expect(auth0.vendorEvent(event)).toMatchObject({ log_id: first, data: { connection: 'Username-Password-Authentication' } });
  });

  it('shows rules a flag as a boolean where a collector wrote "False"', () => {
    const [event = line('')] = eventsIn(auth0, 'auth0/stringified.json');
    expect(auth0.vendorEvent(event)).toMatchObject({ data: { isMobile: false } });
  });

  it('takes "None" and "null" of a collector for nothing said', () => {
    const [event = line('')] = eventsIn(auth0, 'auth0/stringified.json');
    expect(factsOf(auth0, event).actor).toEqual({ id: anna.id, type: 'user' });
    expect(told(auth0, json({ log_id: 'null', _id: '7', type: 's', date: 'None', hostname: 'None' }))).toMatchObject({
      identity: ['7'],
      identifiers: [],
      marks: ['no-time'],
    });
  });

  it('takes the time of the envelope where the log has none', () => {
    const log = { 'detail-type': 'Auth0 log', time: '2026-03-14T02:10:05Z', detail: { log_id: '1', data: { type: 's' } } };
    expect(told(auth0, json(log))).toMatchObject({ at: '2026-03-14T02:10:05Z', marks: [] });
  });

  it('takes the content for the identity where the vendor gives no id', () => {
    const log = { type: 's', date: at, description: 'Successful login' };
    expect(factsOf(auth0, json(log)).identity).toEqual(factsOf(auth0, json({ ...log })).identity);
    expect(factsOf(auth0, json(log)).identity).not.toEqual(factsOf(auth0, json({ ...log, type: 'f' })).identity);
  });

  it.each([
    ['text', line('hello'), 'body'],
    ['a log without type', json({ log_id: '1', data: { date: at } }), 'data.type'],
    ['a type that is an object', json({ log_id: '1', data: { type: {} } }), 'data.type'],
    ['a date that does not exist', json({ log_id: '1', data: { type: 's', date: '2026-02-30T00:00:00Z' } }), 'data.date'],
    ['an event of another vendor', json({ source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail: { type: 'x' } }), 'source'],
  ])('refuses %s', (_, event, field) => {
    expect(told(auth0, event)).toEqual({ refused: field });
  });

  it.each([
    ['s', 'auth.login', 'success'],
    ['fu', 'auth.login', 'failure'],
    ['pwd_leak', 'auth.login', 'blocked'],
    ['fsa', 'auth.token', 'failure'],
    ['limit_mu', 'auth.block', 'blocked'],
    ['ublkdu', 'auth.unblock', 'success'],
    ['signup_pwd_leak', 'auth.signup', 'blocked'],
    ['gd_auth_rejected', 'auth.mfa.challenge', 'failure'],
    ['gd_unenroll', 'auth.mfa.change', 'success'],
    ['scp', 'auth.password.change', 'success'],
    ['ferrt', 'auth.token', 'failure'],
    ['sce', 'account.change', 'success'],
    ['sdu', 'account.delete', 'success'],
    ['sapi', 'config.change', 'success'],
    ['mgmt_api_read', 'secret.read', 'success'],
    ['api_limit', 'service.limit', 'blocked'],
    ['depnote', 'housekeeping', 'unknown'],
    ['sys_os_update_start', 'housekeeping', 'unknown'],
    ['constructor', 'unknown', 'unknown'],
    ['S', 'unknown', 'unknown'],
  ])('takes the code %s for %s, %s', (code, kind, outcome) => {
    expect(meaningOf(code)).toEqual({ kind, outcome });
  });

  it('cuts a name that is longer than any name', () => {
    const facts = factsOf(auth0, json({ log_id: '1', data: { type: 'fu', user_name: '\ud83d\ude00'.repeat(10_000) } }));
    expect(facts.actor?.name?.length).toBeLessThanOrEqual(512);
    expect(facts.actor?.name?.isWellFormed()).toBe(true);
  });

  it('throws on no input', () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: anyCharacter }),
      fc.constantFrom('s', at, '192.0.2.1', 'None', 1e308, -1, null),
    );
    const names = [
      'log_id',
      '_id',
      'type',
      'date',
      'ip',
      'user_id',
      'user_name',
      'details',
      'organization_id',
      'hostname',
      'isMobile',
      '__proto__',
    ];
    const data = fc.dictionary(fc.constantFrom(...names), field);
    const event = fc.oneof(
      data,
      data.map((log) => ({ log_id: 1, data: log })),
      data.map((log) => ({ detail: { data: log }, time: 0, source: [] })),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(event, (value) => {
        read(auth0, json(value));
        auth0.recognises(json(value));
        auth0.vendorEvent(json(value));
      }),
      { numRuns: 500 },
    );
  });
});
