// Decides where one machine keeps its keys: a file of its own, 0600, made once (D-3, D-12).
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance, Clock, Ids, Limits } from '#flow/ports.ts';
import { instantOf } from '#core/kernel/time.ts';

export type Secrets = {
  /** Root key, base64: identity key and pseudonym keys are derived from it, each for one purpose. */
  readonly root: string;
  /** Per source what `POST /signals/{source}` takes: one secret, or a list of two while one is replaced (F-51). */
  readonly tokens: Readonly<Record<string, string | readonly string[]>>;
};

/** Valid secrets of a source. A short one is none: an empty one would let everybody in. */
export const secretsOf = ({ tokens }: Secrets, source: string): readonly string[] =>
  [Object.hasOwn(tokens, source) ? tokens[source] : []].flat().filter((one): one is string => typeof one === 'string' && one.length >= 16);

const newToken = (): string => randomBytes(24).toString('base64url');

const writeWhole = (path: string, secrets: Secrets): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, path);
};

const readFile = (path: string): Secrets => {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (
    typeof parsed !== 'object' ||
    parsed === null ||
    typeof (parsed as Secrets).root !== 'string' ||
    typeof (parsed as Secrets).tokens !== 'object'
  )
    throw new Error(`${path}: not the secrets file of Art33. Put back its backup: without the same key every old case would look new.`);
  return parsed as Secrets;
};

/** Reads the secrets, or makes them at the first start; a source that is new gets its token. */
export const openSecrets = (dir: string, sources: readonly string[]): Secrets => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'secrets.json');
  const known: Secrets = existsSync(path) ? readFile(path) : { root: randomBytes(32).toString('base64'), tokens: {} };
  const missing = sources.filter((source) => known.tokens[source] === undefined);
  if (missing.length === 0 && existsSync(path)) return known;
  const secrets: Secrets = {
    root: known.root,
    tokens: { ...known.tokens, ...Object.fromEntries(missing.map((source) => [source, newToken()])) },
  };
  writeWhole(path, secrets);
  return secrets;
};

/** As the file has them now. One that was taken away meanwhile is not made anew, for that would make a new root too. */
export const currentSecrets = (dir: string, sources: readonly string[], known: Secrets): Secrets =>
  existsSync(join(dir, 'secrets.json')) ? openSecrets(dir, sources) : known;

/** The machine's own clock, chance and ids. `ahead` moves the clock on, for rehearsals under the example configuration. */
export const systemClock = (ahead = 0): Clock => ({ now: () => instantOf(Date.now() + ahead) });
export const systemLimits: Limits = { after: (time) => AbortSignal.timeout(time) };
export const systemChance: Chance = { fraction: () => Math.random() };
export const systemIds: Ids = { fresh: () => randomUUID() };
