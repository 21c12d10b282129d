// Decides how a message lies on disk: whole or not at all, under a name made from its effect alone, for its owner only.
import { randomBytes } from 'node:crypto';
import { constants, promises } from 'node:fs';
import { join } from 'node:path';
import { derived, sha256 } from '#core/kernel/hash.ts';
import { type Instant, instantOf, parseInstant, rfc3339 } from '#core/kernel/time.ts';
import type { OutboxMessage } from '#flow/ports.ts';

const { chmod, mkdir, open, readdir, rename, rm } = promises;

export type Channel = OutboxMessage['channel'];
export const channels: readonly Channel[] = ['mail', 'slack', 'ticket'];

/** What the sidecar file says; `label` finds a ticket again. */
export type Card = Omit<OutboxMessage, 'file'> & { readonly label?: string };
export type Stored = Card & { readonly file: string; readonly sha256: string };

/** Two effects never share a name: what is not plainly a name gets the hash of the whole key behind a `~`. */
export const fileOf = (channel: Channel, key: string): string => {
  const plain = /^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$/.test(key);
  const name = plain ? key : `${key.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60)}~${derived(key)}`;
  return `${channel}/${name}.${channel === 'mail' ? 'eml' : 'json'}`;
};

const fileShape = /^(?:mail\/[A-Za-z0-9_~-]{1,160}\.eml|(?:slack|ticket)\/[A-Za-z0-9_~-]{1,160}\.json)$/;
export const isFile = (file: string): boolean => fileShape.test(file);

/** The folder and its rooms, closed to everybody else. */
export const prepare = async (folder: string): Promise<void> => {
  for (const path of [folder, ...channels.map((channel) => join(folder, channel))]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  }
};

const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Beside the target, on disk, then renamed: a reader sees the old file or the new one. */
const replace = async (path: string, bytes: Uint8Array): Promise<void> => {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (failure) {
    await rm(beside, { force: true });
    throw failure;
  }
};

/** Reads one file; a link is not followed, so nothing outside the folder is ever shown. */
export const read = async (folder: string, file: string): Promise<Uint8Array | undefined> => {
  try {
    const handle = await open(join(folder, file), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (failure) {
    const code = (failure as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ELOOP') return undefined;
    throw failure;
  }
};

const cardFile = (file: string): string => `${file}.meta.json`;

/** The card first: a message without its card, or with another one's, is not shown. */
export const write = async (folder: string, file: string, bytes: Uint8Array, card: Card): Promise<Stored> => {
  const hash = sha256(bytes);
  const text = JSON.stringify({ ...card, at: rfc3339(card.at), sha256: hash }, undefined, 2);
  await replace(join(folder, cardFile(file)), Buffer.from(`${text}\n`, 'utf8'));
  await replace(join(folder, file), bytes);
  await syncFolder(join(folder, file.slice(0, file.indexOf('/'))));
  return { ...card, file, sha256: hash };
};

const instant = (value: unknown): Instant | undefined => {
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  return at?.ok ? instantOf(at.value) : undefined;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The card of a message that lies there whole, or undefined. */
export const readCard = async (folder: string, channel: Channel, file: string): Promise<Stored | undefined> => {
  const [bytes, card] = await Promise.all([read(folder, file), read(folder, cardFile(file))]);
  if (!bytes || !card) return undefined;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(Buffer.from(card).toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const at = instant(fields['at']);
  if (at === undefined || fields['sha256'] !== sha256(bytes)) return undefined;
  const label = text(fields['label']);
  return {
    channel,
    to: text(fields['to']),
    subject: text(fields['subject']),
    incident: text(fields['incident']),
    duty: text(fields['duty']),
    at,
    sent: fields['sent'] === true,
    file,
    sha256: text(fields['sha256']),
    ...(label === '' ? {} : { label }),
  };
};

/** The message files of one room, whole or not. */
export const list = async (folder: string, channel: Channel): Promise<readonly string[]> => {
  const names = await readdir(join(folder, channel));
  return names.map((name) => `${channel}/${name}`).filter(isFile);
};
