// Decides where data keys come from on one machine: a key file of its own, 0600, made at the first use; the newest key wraps, older ones open.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, sha256 } from '#core/kernel/hash.ts';
import type { DataKeys, EncryptionContext } from '#flow/data-keys.ts';
import { PortError } from '#flow/ports.ts';

/** `{"keys": ["…", "…"]}`: 32 bytes each in base64, the newest first. A key that is taken out takes with it all that it wrapped. */
export const dataKeyFile = 'data-keys.json';

const keyBytes = 32;
const idBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;

type RootKey = { readonly id: Buffer; readonly key: Buffer };

const rootKey = (text: unknown): RootKey | undefined => {
  const key = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  return key.length === keyBytes ? { id: Buffer.from(sha256(key), 'hex').subarray(0, idBytes), key } : undefined;
};

const keysIn = (path: string): readonly [RootKey, ...RootKey[]] => {
  const found = ((): unknown => {
    try {
      return (JSON.parse(readFileSync(path, 'utf8')) as { readonly keys?: unknown } | null)?.keys;
    } catch {
      return undefined;
    }
  })();
  const keys = (Array.isArray(found) ? found : []).map(rootKey);
  const [first, ...rest] = keys.filter((one) => one !== undefined);
  if (first === undefined || keys.length !== rest.length + 1)
    throw new PortError('keys', 'refused', `${path}: not the file of data keys. Put back its backup: no list of people opens without it.`);
  return [first, ...rest];
};

/** As safe as a list that is sealed: it is on the disk before the first key is used. */
const makeFile = (dir: string, path: string): void => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify({ keys: [randomBytes(keyBytes).toString('base64')] }, undefined, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  renameSync(temporary, path);
};

const bound = (context: EncryptionContext): Buffer => Buffer.from(canonical(context));

const wrap = ({ id, key }: RootKey, plaintext: Uint8Array, context: EncryptionContext): Uint8Array => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(context));
  return Buffer.concat([id, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const unwrap = (keys: readonly RootKey[], wrapped: Uint8Array, context: EncryptionContext): Uint8Array => {
  const bytes = Buffer.from(wrapped);
  const root = keys.find(({ id }) => id.equals(bytes.subarray(0, idBytes)));
  if (!root || bytes.length !== idBytes + nonceBytes + keyBytes + tagBytes)
    throw new PortError('keys', 'refused', 'opening a data key: no key of this machine wrapped it');
  const decipher = createDecipheriv('aes-256-gcm', root.key, bytes.subarray(idBytes, idBytes + nonceBytes));
  decipher.setAAD(bound(context)).setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(idBytes + nonceBytes, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new PortError('keys', 'refused', 'opening a data key: it belongs to another incident or controller, or is damaged', { cause });
  }
};

/** In a folder of the machine. The file is read at each use: a key put in front of the others is the newest from then on. */
export const fileDataKeys = (dir: string): DataKeys => {
  const path = join(dir, dataKeyFile);
  return {
    generate: async (context) => {
      if (!existsSync(path)) makeFile(dir, path);
      const [newest] = keysIn(path);
      const plaintext = randomBytes(keyBytes);
      return { plaintext, wrapped: wrap(newest, plaintext, context) };
    },
    decrypt: async (wrapped, context) => unwrap(keysIn(path), wrapped, context),
  };
};
