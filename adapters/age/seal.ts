// Decides how a night kit is closed and opened: by age, to the public keys of named persons; each opens it alone with a key of their own (P-13).
import { Decrypter, Encrypter, armor } from 'age-encryption';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { PortError } from '#flow/ports.ts';

/** An X25519 public key as `age-keygen` prints it. Its checksum is tried when it is used. */
const recipientShape = /^age1[02-9ac-hj-np-z]{58}$/;

/** Two people at least: one may be ill, or the one whom nobody trusts tonight. */
export const recipientsIn = (keys: readonly string[]): Result<readonly string[]> => {
  for (const key of keys) {
    if (!recipientShape.test(key))
      return fail('a recipient is a public key of age, such as age1… with 62 characters, as age-keygen prints it');
    try {
      new Encrypter().addRecipient(key);
    } catch {
      return fail(`${key} is no public key of age: a character is wrong or missing`);
    }
  }
  return new Set(keys).size >= 2 ? ok(keys) : fail('a night kit is sealed to two different people at least: name two public keys of age');
};

export const sealTo = (recipients: readonly string[]) => {
  return async (bytes: Uint8Array): Promise<Uint8Array> => {
    const checked = recipientsIn(recipients);
    if (!checked.ok) throw new PortError('vault', 'refused', checked.error);
    const encrypter = new Encrypter();
    for (const key of checked.value) encrypter.addRecipient(key);
    return encrypter.encrypt(bytes);
  };
};

/** The same as text, for a place among other lines of a configuration. */
export const armoured = (sealed: Uint8Array): string => armor.encode(sealed);

/** Bytes of such a text; damaged as it may be, opening it says so. */
export const unarmoured = (text: string): Uint8Array => {
  try {
    return armor.decode(text);
  } catch {
    return new Uint8Array();
  }
};

/** The lines of a key file of `age-keygen` that are keys. */
const identitiesIn = (text: string): readonly string[] => text.split(/\s+/).filter((word) => /^AGE-SECRET-KEY-1/.test(word));

/** Opens what was sealed. The reasons name nothing of the key. */
export const openWith = async (keyFile: string, sealed: Uint8Array): Promise<Result<Uint8Array>> => {
  const keys = identitiesIn(keyFile.replaceAll(/^#.*$/gm, ''));
  if (keys.length === 0) return fail('there is no secret key of age in it: a line that begins with AGE-SECRET-KEY-1');
  const decrypter = new Decrypter();
  try {
    for (const key of keys) decrypter.addIdentity(key);
  } catch {
    return fail('its secret key is damaged: a character is wrong or missing');
  }
  try {
    return ok(await decrypter.decrypt(sealed));
  } catch {
    return fail('it does not open with this key: it was sealed to others, or it is damaged');
  }
};
