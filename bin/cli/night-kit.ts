// Decides how a sealed kit is read by the commands of a night: whose words they take, and what is said when it does not open.
import { readFileSync } from 'node:fs';
import type { NightKit } from '#core/register/night-kit.ts';
import { CliFailure, CliUse, type readWords } from './command.ts';
import { placeOptions } from './deployment.ts';

export const nightOptions = {
  ...placeOptions,
  out: { type: 'string' },
  recipient: { type: 'string', multiple: true },
  identity: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  kit: { type: 'string' },
  as: { type: 'string' },
  why: { type: 'string' },
  distrust: { type: 'string', multiple: true },
  'let-go': { type: 'string', multiple: true },
  port: { type: 'string' },
  from: { type: 'string' },
  'reply-to': { type: 'string' },
} as const;
export type NightWords = ReturnType<typeof readWords<typeof nightOptions>>;

/** Loaded for these commands alone: cryptography takes its time. */
export const age = () => import('#adapters/age/seal.ts');

const bytesOf = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch {
    throw new CliFailure(`${file}: there is no such file, or it can't be read.`);
  }
};

export type Kit = NightKit & { readonly text: string };

const kitIn = (file: string, bytes: Uint8Array): Kit => {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Kit>;
    if (value.v === 1 && typeof value.text === 'string') return value as Kit;
  } catch {
    // said below
  }
  throw new CliFailure(`${file}: it opens, but it is no night kit that this version knows.`);
};

export type OpenedKit = {
  readonly kit: Kit;
  /** As it was sealed. */
  readonly bytes: Uint8Array;
  /** The text of the file with the keys that open it. */
  readonly keys: string;
};

export const openKit = async (file: string, identity: string | undefined): Promise<OpenedKit> => {
  if (identity === undefined) throw new CliUse('say whose key opens it: --identity KEYFILE.');
  const { openWith } = await age();
  const keys = new TextDecoder().decode(bytesOf(identity));
  const bytes = bytesOf(file);
  const opened = await openWith(keys, bytes);
  if (!opened.ok) throw new CliFailure(`${file} with ${identity}: ${opened.error}.`);
  return { kit: kitIn(file, opened.value), bytes, keys };
};
