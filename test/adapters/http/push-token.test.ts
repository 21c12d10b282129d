// Holds that a push token counts only when Google signed it, for us, by that account, and now; and that strangers can't make us ask for keys.
import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instant, hours, instantOf, minutes, plus } from '#core/kernel/time.ts';
import { googlePushTokens } from '#adapters/http/push-token.ts';
import { kindOf } from '#test/contract/effects.ts';
import { type HttpSink, openHttpSink } from '#test/sinks/http.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' });
const wanted = { audience: 'https://art33.example.com/signals/google-alert-center', serviceAccount: 'push@project.example.com' };

const start = instantOf(Date.UTC(2026, 2, 14, 12));
const claims = {
  iss: 'https://accounts.google.com',
  aud: wanted.audience,
  email: wanted.serviceAccount,
  email_verified: true,
  iat: start / 1_000 - 10,
  exp: start / 1_000 + 3_590,
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
type Made = { readonly head?: object; readonly claims?: object; readonly key?: KeyObject };
const token = (made: Made = {}): string => {
  const text = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT', ...made.head })}.${part({ ...claims, ...made.claims })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), made.key ?? pair.privateKey).toString('base64url')}`;
};

let sink: HttpSink;
let now: Instant;
let published: readonly object[];
let verify: ReturnType<typeof googlePushTokens>;

beforeEach(async () => {
  now = start;
  published = [jwk(pair.publicKey, 'k1')];
  sink = await openHttpSink(() => ({ status: 200, body: JSON.stringify({ keys: published }) }));
  verify = googlePushTokens({ clock: { now: () => now }, keysUrl: `${sink.url}/certs` });
});
afterEach(() => sink.close());

const good = (made: Made = {}): Promise<boolean> => verify(token(made), wanted);

describe('a push token', () => {
  it('of Google for us counts, by either name of Google, and its keys are asked for once', async () => {
    expect(await good()).toBe(true);
    expect(await good({ claims: { iss: 'accounts.google.com' } })).toBe(true);
    expect(sink.requests).toHaveLength(1);
  });

  it.each<[string, Made]>([
    ['of another issuer', { claims: { iss: 'https://accounts.example.com' } }],
    ['for another audience', { claims: { aud: 'https://other.example.com' } }],
    ['for several audiences', { claims: { aud: [wanted.audience, 'x'] } }],
    ['of another account', { claims: { email: 'other@project.example.com' } }],
    ['of an account that is not verified', { claims: { email_verified: false } }],
    ['whose account says by a text that it is', { claims: { email_verified: 'true' } }],
    ['that has run out', { claims: { exp: start / 1_000 - 61 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['of the future', { claims: { iat: start / 1_000 + 61 } }],
    ['signed by nobody', { head: { alg: 'none' } }],
    ['with a key as a word', { head: { alg: 'HS256' } }],
    ['of no key', { head: { kid: undefined } }],
  ])('%s does not, and nobody is asked for a key', async (_title, made) => {
    expect(await good(made)).toBe(false);
    expect(sink.requests).toHaveLength(0);
  });

  it('signed by somebody else does not', async () => {
    expect(await good({ key: stranger.privateKey })).toBe(false);
    const [head, , signature] = token().split('.');
    expect(await verify(`${head}.${part({ ...claims, sub: 'changed' })}.${signature}`, wanted)).toBe(false);
  });

  it.each(['', '.', '..', 'a.b.c', `${part({ alg: 'RS256', kid: 'k1' })}.${part([])}.`, `${part(7)}.${part(null)}.x`])(
    'that is none (%j) does not',
    async (text) => {
      expect(await verify(text, wanted)).toBe(false);
    },
  );
});

describe('keys of Google', () => {
  it('that are new are found, and a flood of unknown ones makes one request a minute', async () => {
    expect(await good()).toBe(true);
    published = [jwk(stranger.publicKey, 'k2')];
    const next: Made = { head: { kid: 'k2' }, key: stranger.privateKey };
    expect(await good(next)).toBe(false);
    now = plus(now, minutes(1));
    expect(await Promise.all(Array.from({ length: 20 }, (_, i) => good({ head: { kid: `x${i}` } })))).not.toContain(true);
    expect(sink.requests).toHaveLength(2);
    expect(await good(next)).toBe(true);
    expect(sink.requests).toHaveLength(2);
  });

  it('that were taken back are no longer believed after six hours', async () => {
    expect(await good()).toBe(true);
    published = [];
    now = plus(now, hours(6));
    const late = { iat: now / 1_000, exp: now / 1_000 + 60 };
    expect(await good({ claims: late })).toBe(false);
  });

  it('that can’t be had are nobody’s refusal: the sender is to try again, and no flood asks more often', async () => {
    sink.misbehave({ status: 500, body: '' });
    expect(await kindOf(good())).toBe('again');
    expect(await kindOf(good())).toBe('again');
    expect(sink.requests).toHaveLength(1);
    now = plus(now, minutes(1));
    expect(await good()).toBe(true);
    now = plus(now, hours(6));
    sink.misbehave({ status: 500, body: '' });
    expect(await good({ claims: { iat: now / 1_000, exp: now / 1_000 + 60 } })).toBe(true);
  });
});
