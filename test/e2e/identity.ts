// Decides who signs people in at the test's console: a provider on loopback with a key of its own, whose tokens API Gateway checks.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Identity = {
  readonly issuer: string;
  readonly audience: string;
  readonly tokenFor: (mail: string, more?: Readonly<Record<string, unknown>>) => string;
  readonly close: () => Promise<void>;
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const openIdentity = async (): Promise<Identity> => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
  const audience = 'art33-test';
  const server = createServer((request, response) => {
    const about: Readonly<Record<string, unknown>> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys`, id_token_signing_alg_values_supported: ['RS256'] },
      '/.well-known/jwks.json': { keys: [key] },
      '/keys': { keys: [key] },
    };
    const body = about[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    audience,
    tokenFor: (mail, more = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        iss: issuer,
        aud: audience,
        sub: `sub-${mail}`,
        email: mail,
        email_verified: true,
        iat: now,
        exp: now + 3_600,
        ...more,
      };
      const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${encode(claims)}`;
      return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
