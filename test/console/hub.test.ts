// Holds that senders who sign in their own way (Meta, GitHub) are let in by that alone, and that Meta's first question is answered to nobody else.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceSettings } from '#core/directory/source-settings.ts';
import { bodyLimit, doors, hubLimit } from '#console/doors.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { eventsDir } from '../flow/raw-events.ts';

const [old, next] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];
const word = 'a-word-for-the-handshake';
const hub: SourceSettings = { zone: 'UTC', owner: 'sysop', firstConnection: 'live', signature: 'x-hub-signature-256' };
const alert = readFileSync(join(eventsDir, 'whatsapp', 'alert.json'), 'utf8');

let h: Harness;
let counted: string[];
let secrets: Readonly<Record<string, readonly string[]>>;
let door: ReturnType<typeof doors>;
let settings: Map<string, SourceSettings>;

beforeEach(async () => {
  settings = new Map([['whatsapp', hub]]);
  h = await openHarness({ change: (configuration) => ({ ...configuration, sources: settings }) });
  counted = [];
  secrets = { whatsapp: [old, next], 'whatsapp/verify': [word, `${word}-2`], auth0: [old], 'auth0/verify': [word] };
  door = doors({
    world: h.world,
    counters: { count: (name) => void counted.push(name), all: () => ({}) },
    tokensOf: async (name) => secrets[name] ?? [],
    addressOf: () => '192.0.2.7',
  });
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

type Body = string | Uint8Array<ArrayBuffer>;
const hexOf = (body: Body, by = old): string => createHmac('sha256', by).update(body).digest('hex');
const send = async (headers: Readonly<Record<string, string>>, body: Body = alert, source = 'whatsapp') =>
  (await door.request(`http://localhost:3333/signals/${source}`, { method: 'POST', headers, body })).status;
const signed = (body: Body = alert, by = old) => ({ 'x-hub-signature-256': `sha256=${hexOf(body, by)}` });
const ask = async (query: Readonly<Record<string, string>>, source = 'whatsapp') => {
  const answer = await door.request(`http://localhost:3333/signals/${source}?${new URLSearchParams(query).toString()}`);
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
};
const question = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': word };

describe('a body signed with X-Hub-Signature-256', () => {
  it('is let in by either of two secrets, and is one delivery however often it comes', async () => {
    expect(await send(signed())).toBe(202);
    expect(await send(signed())).toBe(202);
    expect(await send(signed(alert, next))).toBe(202);
    await h.work();
    const counts = Object.fromEntries((await h.world.ledger.intake()).map(({ disposition, count }) => [disposition, count]));
    // The copy is the same delivery; the one by the other secret is another, of the same event.
    expect(counts).toMatchObject({ stored: 2, duplicate: 1 });
  });

  it('is what GitHub’s documentation shows for its own example', async () => {
    secrets = { whatsapp: ["It's a Secret to Everybody"] };
    const hex = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(await send({ 'x-hub-signature-256': `sha256=${hex}` }, 'Hello, World!')).toBe(202);
  });

  it('may be as large as Meta sends it, and packed', async () => {
    const large = `${alert.trimEnd()}${' '.repeat(bodyLimit + 1)}`;
    expect(await send(signed(large), large)).toBe(202);
    const larger = `${alert.trimEnd()}${' '.repeat(hubLimit + 1)}`;
    expect(await send(signed(larger), larger)).toBe(413);
    const packed = new Uint8Array(gzipSync(alert));
    expect(await send({ ...signed(packed), 'content-encoding': 'gzip' }, packed)).toBe(202);
  });

  it.each<[string, () => Readonly<Record<string, string>>]>([
    ['nothing', () => ({})],
    ['the secret itself', () => ({ authorization: `Bearer ${old}` })],
    ['our own signature', () => ({ 'art33-timestamp': '1', 'art33-signature': `v1=${hexOf(alert)}` })],
    ['a signature of another body', () => signed(`${alert} `)],
    ['a signature by another secret', () => signed(alert, 'x'.repeat(32))],
    ['the older SHA-1', () => ({ 'x-hub-signature': `sha1=${createHmac('sha1', old).update(alert).digest('hex')}` })],
    ['the right hex without its mark', () => ({ 'x-hub-signature-256': hexOf(alert) })],
  ])('is the only credential: whoever shows %s is turned away', async (_title, headers) => {
    expect(await send(headers())).toBe(401);
    expect(counted).toEqual(['whatsapp: wrong or missing credential']);
    expect(await h.world.ledger.intake()).toEqual([]);
  });

  it('is nothing at a source that is not set so', async () => {
    settings.delete('whatsapp');
    expect(await send(signed())).toBe(401);
  });
});

describe('the handshake', () => {
  it('answers the challenge to who knows the word, with either of two, as plain text', async () => {
    expect(await ask(question)).toMatchObject({ status: 200, text: '1158201444', type: expect.stringContaining('text/plain') });
    expect(await ask({ ...question, 'hub.verify_token': `${word}-2` })).toMatchObject({ status: 200 });
    expect(counted).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['another word', { ...question, 'hub.verify_token': `${word}x` }, 'whatsapp'],
    ['no word', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }, 'whatsapp'],
    ['the secret of the signature', { ...question, 'hub.verify_token': old }, 'whatsapp'],
    ['a challenge that is a page', { ...question, 'hub.challenge': '<script>' }, 'whatsapp'],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': word }, 'whatsapp'],
    ['another wish', { ...question, 'hub.mode': 'unsubscribe' }, 'whatsapp'],
    ['a source that has none', question, 'auth0'],
    ['no source', question, 'nagios'],
  ])('says the same to all others, here with %s', async (_title, query, source) => {
    const { status, text } = await ask(query, source);
    expect(status).toBe(401);
    expect(text).not.toMatch(/1158201444|script/);
    expect(counted).toEqual([source === 'nagios' ? 'no such source' : `${source}: wrong or missing credential`]);
  });

  it('is closed where no word is set, and to networks that may not deliver', async () => {
    secrets = { whatsapp: [old] };
    expect((await ask({ ...question, 'hub.verify_token': '' })).status).toBe(401);
    secrets = { 'whatsapp/verify': [word] };
    settings.set('whatsapp', { ...hub, allow: ['198.51.100.0/24'] });
    expect((await ask(question)).status).toBe(401);
  });

  it('is the only thing that is asked by GET', async () => {
    expect((await ask({})).status).toBe(405);
  });
});
