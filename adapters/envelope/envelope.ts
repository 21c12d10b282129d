// Decides how bytes are sealed: AES-256-GCM under a data key of their own, which lies wrapped in front of them; the context is sealed in.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { canonical } from '#core/kernel/hash.ts';
import type { DataKeys, EncryptionContext, Envelopes } from '#flow/data-keys.ts';
import { PortError } from '#flow/ports.ts';

/** `A33E`, version 1, two bytes of length, the wrapped key, nonce, ciphertext, tag. */
const magic = Buffer.from('A33E\u0001', 'latin1');
const lengthAt = magic.length;
const keyAt = lengthAt + 2;
const nonceBytes = 12;
const tagBytes = 16;

const bound = (head: Uint8Array, context: EncryptionContext): Buffer => Buffer.concat([head, Buffer.from(canonical(context))]);

const damaged = (cause?: unknown): PortError =>
  new PortError('keys', 'refused', 'opening what was sealed: it is damaged, or not sealed by this version', { cause });

/** The parts of a sealed object; throws where it is none. */
const partsOf = (sealed: Uint8Array) => {
  const bytes = Buffer.from(sealed);
  if (bytes.length < keyAt || !bytes.subarray(0, lengthAt).equals(magic)) throw damaged();
  const nonceAt = keyAt + bytes.readUInt16BE(lengthAt);
  if (bytes.length < nonceAt + nonceBytes + tagBytes) throw damaged();
  return {
    head: bytes.subarray(0, nonceAt),
    wrapped: bytes.subarray(keyAt, nonceAt),
    nonce: bytes.subarray(nonceAt, nonceAt + nonceBytes),
    text: bytes.subarray(nonceAt + nonceBytes, -tagBytes),
    tag: bytes.subarray(-tagBytes),
  };
};

export const envelopes = (keys: DataKeys): Envelopes => ({
  seal: async (bytes, context) => {
    const { plaintext, wrapped } = await keys.generate(context);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(wrapped.length);
    const head = Buffer.concat([magic, length, wrapped]);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', plaintext, nonce).setAAD(bound(head, context));
    return Buffer.concat([head, nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  },
  open: async (sealed, context) => {
    const { head, wrapped, nonce, text, tag } = partsOf(sealed);
    const plaintext = await keys.decrypt(wrapped, context);
    try {
      const decipher = createDecipheriv('aes-256-gcm', plaintext, nonce).setAAD(bound(head, context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(text), decipher.final()]);
    } catch (cause) {
      throw damaged(cause);
    }
  },
});
