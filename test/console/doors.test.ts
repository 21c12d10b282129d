// Holds that the door lets in who may, tells a stranger nothing, reads what senders really send, and answers 2xx only for what is stored.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceSettings } from '#core/directory/source-settings.ts';
import { type Instant, minutes, plus } from '#core/kernel/time.ts';
import { signatureOf } from '#core/signal/signature.ts';
import { type DoorDeps, bodyLimit, doors, inflatedLimit, mailLimit } from '#console/doors.ts';
import { PortError } from '#flow/ports.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { eventsDir } from '../flow/raw-events.ts';

const secrets = ['old-secret-of-source', 'new-secret-of-source'];
const [secret = ''] = secrets;
const bearer = { authorization: `Bearer ${secret}` };
const plain: SourceSettings = { zone: 'UTC', owner: 'sysop', firstConnection: 'live' };
const jwt = 'aaa.bbb.ccc';
const google = { audience: 'https://art33.example.com', serviceAccount: 'push@project.example.com' };
const settings = new Map<string, SourceSettings>([
  ['auth0', { ...plain, allow: ['192.0.2.0/24', '2001:db8::/32'] }],
  ['google-alert-center', { ...plain, google }],
]);
const line = '2026-03-14 11:02:41,173 fail2ban.actions [812]: NOTICE [sshd] Ban 192.0.2.210\n';

type Headers = Readonly<Record<string, string>>;
type Body = string | Uint8Array<ArrayBuffer>;

let h: Harness;
let counted: Map<string, number>;
let address: string | undefined;
let door: ReturnType<typeof doors>;
let pushed: (token: string) => Promise<boolean>;

beforeEach(async () => {
  h = await openHarness({ change: (configuration) => ({ ...configuration, sources: settings }) });
  counted = new Map();
  address = undefined;
  pushed = async (token) => token === jwt;
  const deps: DoorDeps = {
    world: h.world,
    counters: { count: (name) => void counted.set(name, (counted.get(name) ?? 0) + 1), all: () => Object.fromEntries(counted) },
    tokensOf: async (source) => (source === 'guardduty' ? [] : secrets),
    addressOf: () => address,
    verifyPush: async (token, wanted) => {
      expect(wanted).toEqual(google);
      return pushed(token);
    },
  };
  door = doors(deps);
});
afterEach(() => h.close());

const send = async (source: string, headers: Headers, body: Body = line) => {
  const answer = await door.request(`http://localhost:3333/signals/${source}`, { method: 'POST', headers, body });
  return { status: answer.status, headers: answer.headers, said: (await answer.json()) as Record<string, unknown> };
};
const signed = (body: Body, { at = h.clock.now(), by = secret }: { readonly at?: Instant; readonly by?: string } = {}): Headers => {
  const timestamp = String(Math.floor(at / 1_000));
  return {
    'art33-timestamp': timestamp,
    'art33-signature': `v1=${signatureOf(by, timestamp, typeof body === 'string' ? new TextEncoder().encode(body) : body)}`,
  };
};
const stored = async (): Promise<number> =>
  (await h.world.ledger.intake()).reduce((sum, { disposition, count }) => (disposition === 'stored' ? sum + count : sum), 0);
const basic = (text: string): Headers => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

describe('whoever holds the secret of a source', () => {
  it.each<[string, Headers]>([
    ['as Bearer', bearer],
    ['as bearer', { authorization: `bearer   ${secret} ` }],
    ['bare, as Auth0 sends it', { authorization: secret }],
    ['as the password of whoever', basic(`auth0:${secret}`)],
    ['as the password of nobody', basic(`:${secret}`)],
    ['as the second of two', { authorization: `Bearer ${secrets[1]}` }],
  ])('may show it %s', async (_title, headers) => {
    expect(await send('fail2ban', headers)).toMatchObject({ status: 202, said: { stored: 1, quarantined: 0 } });
    expect(await stored()).toBe(1);
  });

  it('may sign with it, with either of two, and within the window', async () => {
    expect((await send('fail2ban', signed(line))).status).toBe(202);
    expect((await send('fail2ban', signed(line, { by: secrets[1] ?? '' }))).status).toBe(202);
    expect((await send('fail2ban', signed(line, { at: plus(h.clock.now(), minutes(-5)) }))).status).toBe(202);
    expect(counted.size).toBe(0);
  });

  it('signs what is sent: packed bytes, where they are packed', async () => {
    const packed = new Uint8Array(gzipSync(line));
    expect((await send('fail2ban', { ...signed(packed), 'content-encoding': 'gzip' }, packed)).status).toBe(202);
    expect((await send('fail2ban', { ...signed(line), 'content-encoding': 'gzip' }, packed)).status).toBe(401);
  });
});

describe('a stranger', () => {
  const wrong = 'wrong or missing credential';
  const strangers: readonly (readonly [string, string, () => Headers, string])[] = [
    ['without anything', 'fail2ban', () => ({}), wrong],
    ['with no token', 'fail2ban', () => ({ authorization: 'Bearer' }), wrong],
    ['with another token', 'fail2ban', () => ({ authorization: `Bearer ${secret}x` }), wrong],
    ['with a part of the token', 'fail2ban', () => ({ authorization: secret.slice(1) }), wrong],
    ['with the token as a user', 'fail2ban', () => basic(`${secret}:`), wrong],
    ['with the token, lured here in a browser', 'fail2ban', () => ({ ...bearer, origin: 'http://localhost:3333' }), wrong],
    ['to whom no secret was given', 'guardduty', () => ({ authorization: 'Bearer ' }), wrong],
    ['who signs for nobody', 'guardduty', () => signed(line, { by: '' }), wrong],
    ['with a signature of another body', 'fail2ban', () => signed(`${line} `), wrong],
    ['with a signature, and the token', 'fail2ban', () => ({ ...signed(`${line} `), ...bearer }), wrong],
    ['without the time of his signature', 'fail2ban', () => ({ 'art33-signature': signed(line)['art33-signature'] ?? '' }), wrong],
    [
      'with a signature of long ago',
      'fail2ban',
      () => signed(line, { at: plus(h.clock.now(), minutes(-6)) }),
      'signed too long ago, or by a wrong clock',
    ],
    ['with a token of Google for a source that takes none', 'fail2ban', () => ({ authorization: `Bearer ${jwt}` }), wrong],
    ['with another token of Google', 'google-alert-center', () => ({ authorization: 'Bearer a.b.c' }), wrong],
    ['from an address that nobody knows', 'auth0', () => bearer, 'from a network that is not allowed'],
  ];

  it.each(strangers)('%s has no effect but a count', async (_title, source, headers, why) => {
    const { status, said } = await send(source, headers());
    expect(status).toBe(401);
    expect(Object.keys(said)).toEqual(['request', 'error']);
    expect([...counted]).toEqual([[`${source}: ${why}`, 1]]);
    expect(await stored()).toBe(0);
  });

  it('hears the same whether or not there is such a source, and learns no name', async () => {
    const [known, unknown] = [await send('auth0', {}), await send('nagios', bearer)];
    expect(unknown.status).toBe(401);
    expect(unknown.said['error']).toBe(known.said['error']);
    expect(known.headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.stringify(unknown.said)).not.toMatch(/auth0|fail2ban/);
    expect(counted.get('no such source')).toBe(1);
  });

  it('is not heard out: of his body nothing is read', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: () => {
        throw new Error('read');
      },
    });
    const answer = await door.request('http://localhost/signals/fail2ban', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(401);
  });
});

it('a signed mail has the limit of others: until it is read nobody knows whose it is', async () => {
  const body = 'x'.repeat(bodyLimit + 1);
  expect((await send('fail2ban', { ...signed(body), 'content-type': 'message/rfc822' }, body)).status).toBe(413);
});

describe('a source with networks', () => {
  it.each([
    ['192.0.2.7', 202],
    ['2001:db8::7', 202],
    ['::ffff:192.0.2.7', 202],
    ['198.51.100.7', 401],
    ['2001:db9::7', 401],
    ['unknown', 401],
  ])('from %s: %i', async (from, status) => {
    address = from;
    expect((await send('auth0', bearer, '[{"log_id":"1"}]')).status).toBe(status);
  });
});

describe('a push of Google', () => {
  it('is let in by its token, and by its own secret still', async () => {
    expect((await send('google-alert-center', { authorization: `Bearer ${jwt}` }, '{}')).status).toBe(202);
    expect((await send('google-alert-center', bearer, '{}')).status).toBe(202);
  });

  it('is to come again while nobody can tell', async () => {
    pushed = async () => {
      throw new PortError('secrets', 'again', 'the keys of Google are not known yet');
    };
    expect((await send('google-alert-center', { authorization: `Bearer ${jwt}` }, '{}')).status).toBe(503);
    expect(counted.size).toBe(0);
  });
});

describe('a copy of a signed request', () => {
  it('is the delivery that it was: nothing is stored or assessed twice', async () => {
    const headers = signed(line);
    const [first, second] = [await send('fail2ban', headers), await send('fail2ban', headers)];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.said['request']).not.toBe(second.said['request']);
    expect(await stored()).toBe(1);
    await h.work();
    expect((await send('fail2ban', headers)).status).toBe(202);
    await h.work();
    expect(await h.world.ledger.intake()).toEqual([
      { source: 'fail2ban', disposition: 'assessed', count: 1 },
      { source: 'fail2ban', disposition: 'stored', count: 1 },
    ]);
  });

  it('with a token is a delivery of its own, and its events are known by themselves', async () => {
    await send('fail2ban', bearer);
    await send('fail2ban', bearer);
    expect(await stored()).toBe(2);
    await h.work();
    expect((await h.world.ledger.intake()).map(({ disposition, count }) => [disposition, count])).toEqual([
      ['assessed', 1],
      ['duplicate', 1],
      ['stored', 2],
    ]);
  });
});

describe('a body', () => {
  const event = (id: number): string => JSON.stringify({ log_id: String(id), data: { type: 's', date: '2026-03-14T12:00:00.000Z' } });
  const many = Array.from({ length: 3 }, (_, i) => event(i));
  const push = (data: string): string => JSON.stringify({ message: { data: Buffer.from(data).toString('base64'), messageId: '1' } });
  const gz = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(text));
  const ofLength = (length: number): string => `[{"log_id":"1","pad":"${'x'.repeat(length - 25)}"}]`;

  beforeEach(() => {
    address = '192.0.2.7';
  });

  const bodies: [string, Body, Headers, number, number?][] = [
    ['that is an array', `[${many.join(',')}]`, {}, 202, 3],
    ['of lines', many.join('\n'), {}, 202, 3],
    ['of lines, with a type that says otherwise', many.join('\r\n'), { 'content-type': 'application/json' }, 202, 3],
    ['that is one object', event(1), { 'content-type': 'text/plain' }, 202, 1],
    ['with a byte order mark', `\uFEFF${event(1)}`, {}, 202, 1],
    ['that Pub/Sub pushes', push(event(1)), {}, 202, 1],
    ['packed', gz(`[${many.join(',')}]`), { 'content-encoding': 'gzip' }, 202, 3],
    ['packed, in capitals', gz(event(1)), { 'content-encoding': ' GZIP ' }, 202, 1],
    ['that is a packed file, without a word', gz(many.join('\n')), {}, 202, 3],
    ['as it is, and said so', event(1), { 'content-encoding': 'identity' }, 202, 1],
    ['of just the limit', ofLength(bodyLimit), {}, 202, 1],
    ['one byte over the limit', ofLength(bodyLimit + 1), {}, 413],
    ['over the limit that is a mail', ofLength(bodyLimit + 1), { 'content-type': 'message/rfc822' }, 202, 1],
    ['over the limit of mails', ofLength(mailLimit + 1), { 'content-type': 'message/rfc822' }, 413],
    ['that says it is longer than it is', event(1), { 'content-length': '9999999' }, 413],
    ['that says it has no length', event(1), { 'content-length': 'many' }, 202, 1],
    ['packed, and a bomb', gz('['.repeat(inflatedLimit + 1)), { 'content-encoding': 'gzip' }, 413],
    ['packed, and cut short', gz(event(1)).slice(0, -4), { 'content-encoding': 'gzip' }, 400],
    ['that is not packed, though it says so', event(1), { 'content-encoding': 'gzip' }, 400],
    ['packed in a way that nobody sends', gz(event(1)), { 'content-encoding': 'br' }, 415],
    ['packed twice', gz(event(1)), { 'content-encoding': 'gzip, gzip' }, 415],
    ['that is empty', '', {}, 400],
    ['that is empty when unpacked', gz(''), {}, 400],
    ['of blanks, which is kept', ' \n ', {}, 202, 1],
    ['in UTF-16, which is kept', new Uint8Array(Buffer.from(event(1), 'utf16le')), {}, 202, 1],
    ['that is an array cut short, which is kept', `[${event(1)},{"log_id"`, {}, 202, 1],
    ['with bytes that are no text, which is kept', new Uint8Array([0x7b, 0xff, 0x7d]), {}, 202, 1],
  ];

  it.each<[string, Body, Headers, number, number?]>(bodies)('%s is answered rightly', async (_title, body, headers, status, events = 0) => {
    const answer = await send('auth0', { ...bearer, ...headers }, body);
    expect(answer.status).toBe(status);
    expect(await stored()).toBe(events);
    expect(answer.said['error'] === undefined).toBe(status === 202);
  });
});

describe('a mail', () => {
  it.each(['breach-verified.eml', 'breach-german-latin1.eml', 'breach-html-only.eml'])('%s comes whole and is read', async (name) => {
    const bytes = new Uint8Array(readFileSync(join(eventsDir, 'subprocessor-mail', name)));
    expect((await send('subprocessor-mail', { ...bearer, 'content-type': 'message/rfc822' }, bytes)).said).toMatchObject({ stored: 1 });
    await h.work();
    expect((await h.world.ledger.intake()).map(({ disposition }) => disposition)).not.toContain('quarantined');
    h.takeMessages();
  });
});

describe('an answer', () => {
  it('bears the id of the request, in head and body', async () => {
    for (const headers of [bearer, {}]) {
      const answer = await send('fail2ban', headers);
      expect(answer.said['request']).toMatch(/^fresh-/);
      expect(answer.headers.get('art33-request')).toBe(answer.said['request']);
    }
  });

  it('is 503 when it could not be stored, with the id still, and never 2xx', async () => {
    const broken = await openHarness({
      wrap: (world) => ({ ...world, queues: { ...world.queues, sendRaw: () => Promise.reject(new PortError('queues', 'again', 'away')) } }),
    });
    const app = doors({
      world: broken.world,
      counters: { count: () => undefined, all: () => ({}) },
      tokensOf: async () => secrets,
      addressOf: () => undefined,
    });
    const answer = await app.request('http://localhost/signals/fail2ban', { method: 'POST', headers: bearer, body: line });
    expect(answer.status).toBe(503);
    expect((await answer.json()) as object).toEqual({ request: answer.headers.get('art33-request'), error: expect.any(String) });
    broken.close();
  });

  it.each(['GET', 'PUT', 'DELETE'])('to %s is 405, whoever asks', async (method) => {
    const answer = await door.request('http://localhost/signals/fail2ban', { method, headers: bearer });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
