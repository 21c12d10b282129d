// Holds that an alert says the same from the API and from Pub/Sub, that a newer etag is news of it, and that no mail subject makes a login.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { googleAlertCenter as google } from '#core/signal/sources/google-alert-center.ts';
import { splitBatch } from '#core/signal/split.ts';
import { bytesOf, eventsIn, factsOf, json, line, read, told } from '../reading.ts';
import { anyCharacter } from '../../any-character.ts';

const runs = 250;
const id = 'a9a9a9a9-0000-4000-8000-000000000001';
const login = {
  eventId: id,
  finding: id,
  identity: [id, 'etag-1='],
  kind: 'auth.login',
  outcome: 'blocked',
  severity: 2,
  tenant: '03example',
  actor: { name: 'mira.lenz@example.com', type: 'user' },
  src: { ip: '2001:db8::26' },
  target: { id: '03example', type: 'workspace' },
  identifiers: ['google:03example'],
  at: '2026-03-14T02:10:05Z',
  marks: [],
};
const jon = { name: 'jon.abel@example.com', type: 'user' };

const files: Readonly<Record<string, readonly object[]>> = {
  'suspicious-login.json': [login],
  'pubsub.json': [login],
  'page.json': [{ kind: 'finding', actor: undefined }, login],
  'suspicious-login-update.json': [{ ...login, identity: [id, 'etag-2='] }],
  'closed.json': [{ finding: id, marks: ['archived'] }],
  'deleted.json': [{ finding: id, marks: ['archived'] }],
  'leaked-password.json': [{ kind: 'finding', outcome: 'unknown', actor: jon, src: undefined }],
  'takeout.json': [{ kind: 'finding', severity: 2, tenant: '03example', actor: { name: 'admin@example.com' } }],
  'no-type-url.json': [{ kind: 'finding', severity: 4 }],
  'dlp.json': [{ kind: 'finding', outcome: 'unknown', actor: jon }],
  'dlp-blocked.json': [{ kind: 'finding', outcome: 'blocked', actor: jon }],
  'malware.json': [{ kind: 'finding', outcome: 'unknown', actor: undefined }],
  'government.json': [{ kind: 'finding' }],
  'outage.json': [{ kind: 'housekeeping', severity: 4 }],
  'operations.json': [{ kind: 'finding', severity: 3, actor: undefined }],
  'suspended.json': [{ kind: 'auth.block', outcome: 'blocked', actor: jon }],
  'admin.json': [{ kind: 'auth.password.change', actor: { name: 'admin@example.com' } }],
  'unknown-type.json': [{ kind: 'unknown', outcome: 'unknown' }],
  'no-start.json': [{ at: '2026-03-14T02:40:10.402Z', severity: undefined }],
};

const [first = line('')] = eventsIn(google, 'google-alert-center/suspicious-login.json');
const alert = first.json as Record<string, unknown>;
const [malware = line('')] = eventsIn(google, 'google-alert-center/malware.json');

describe('google-alert-center', () => {
  it.each(Object.entries(files))('reads %s', (file, expected) => {
    const facts = eventsIn(google, `google-alert-center/${file}`).map((event) => told(google, event));
    expect(facts).toHaveLength(expected.length);
    for (const [i, row] of expected.entries())
      expect({ actor: undefined, src: undefined, severity: undefined, ...facts[i] }).toMatchObject(row);
  });

  it('shows rules type and @type without the blank at their end', () => {
    const [leaked = line('')] = eventsIn(google, 'google-alert-center/leaked-password.json');
    const sent = { ...(leaked.json as object), type: 'Leaked password ' };
    expect(google.vendorEvent(json(sent))).toMatchObject({
      type: 'Leaked password',
      data: { '@type': 'type.googleapis.com/google.apps.alertcenter.type.AccountWarning' },
    });
    expect(factsOf(google, json({ ...sent, type: ' LEAKED PASSWORD ' })).kind).toBe('finding');
  });

  it('takes the etag of the metadata, else the time of the update, where the alert has none', () => {
    const { etag, ...rest } = alert;
    expect(etag).toBe('etag-1=');
    expect(factsOf(google, json(rest)).identity).toEqual([id, 'etag-meta=']);
    expect(factsOf(google, json({ ...rest, metadata: {} })).identity).toEqual([id, '2026-03-14T02:40:10.402947Z']);
  });

  it('believes the id of the alert, not that of its metadata', () => {
    expect(factsOf(google, json({ ...alert, metadata: { alertId: 'other' } })).finding).toBe(id);
  });

  it('bears an alert without customer and data', () => {
    const { customerId, metadata, data, ...rest } = alert;
    expect([customerId, typeof metadata, typeof data]).toEqual(['03example', 'object', 'object']);
    const facts = factsOf(google, json(rest));
    expect(facts).toMatchObject({ kind: 'auth.login', identifiers: [] });
    for (const name of ['tenant', 'target', 'actor', 'src', 'severity']) expect(facts).not.toHaveProperty(name);
  });
});

describe('google-alert-center under attack', () => {
  it.each([
    ['text', line('hello'), 'body'],
    ['a list', json([]), 'body'],
    ['an alert without id', json({ ...alert, alertId: 2 ** 60 }), 'alertId'],
    ['an alert without type', json({ ...alert, type: ' ' }), 'type'],
  ])('refuses %s', (_, event, field) => {
    expect(told(google, event)).toEqual({ refused: field });
  });

  it.each([
    ['alerts of another program', { alerts: [{ status: 'firing', labels: { alertname: 'x' } }] }],
    ['a push that is no base64', { message: { data: '%%', messageId: '1' } }],
    ['a push that is no UTF-8', { message: { data: '//8=', messageId: '1' } }],
    ['a push without an id', { message: { data: btoa(JSON.stringify(alert)) } }],
    ['an alert without id', { ...alert, alertId: undefined }],
    ['a push of something else', { message: { data: 'aGVsbG8=', messageId: '1' } }],
  ])('does not take %s for an alert', (_, value) => {
    const split = splitBatch(google, bytesOf(JSON.stringify(value)));
    expect(split.ok && split.value.map((event) => google.recognises(event))).toEqual([false]);
  });

  it.each(['%%', '//8='])('keeps a push whole that holds no text (%s)', (data) => {
    const push = { message: { data, messageId: '1' } };
    const split = splitBatch(google, bytesOf(JSON.stringify(push)));
    expect(split.ok && split.value.map((event) => event.json)).toEqual([push]);
  });

  it('makes no login and no actor of what a mail says', () => {
    const facts = factsOf(google, malware);
    expect(facts.kind).toBe('finding');
    expect(facts).not.toHaveProperty('actor');
    for (const type of ['constructor', '__proto__', 'Suspicious login\nblocked', 'x'.repeat(1_000_000)])
      expect(factsOf(google, json({ ...alert, type }))).toMatchObject({ kind: 'unknown', outcome: 'unknown' });
  });

  it('takes an alert that is nested too deep for none', () => {
    const text = JSON.stringify(alert).replace('{', `{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)},`);
    const split = splitBatch(google, bytesOf(text));
    expect(split.ok && split.value.map((event) => told(google, event))).toEqual([{ refused: 'body' }]);
  });

  it('throws on no input, and on no fixture with a part replaced', () => {
    const names = ['data', 'metadata', 'type', 'startTime', 'etag', 'customerId', 'message', 'alerts', '__proto__'];
    const parts = [
      '@type',
      'email',
      'loginDetails',
      'ipAddress',
      'ruleViolationInfo',
      'triggeredActionTypes',
      'severity',
      'status',
      'messageId',
    ];
    const leaf = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: anyCharacter }), fc.constantFrom(null, 'LOW', 1e308));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names, ...parts), tie('tree'), { maxKeys: 5 }),
      ),
    }));
    const whole = fc.constantFrom(alert, malware.json as Record<string, unknown>);
    const mutated = fc.tuple(whole, fc.constantFrom(...names), tree).map(([one, name, part]) => ({ ...one, [name]: part }));
    fc.assert(
      fc.property(fc.oneof(tree, mutated), (value) => {
        read(google, json(value));
        google.recognises(json(value));
        google.vendorEvent(json(value));
        splitBatch(google, bytesOf(JSON.stringify(value) ?? ''));
      }),
      { numRuns: runs },
    );
  });
});
