// Decides what every command shares: how its words are read, where the store is, how it fails.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { problemText } from '#adapters/config/problem.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import type { InForce, Node } from '#local/node.ts';

export type Command = {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  readonly run: (words: readonly string[]) => Promise<number>;
};

/** Wrong use: one line, exit 2. */
export class CliUse extends Error {
  override readonly name = 'CliUse';
}
/** It could not be done: one line, exit 1. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
}

/** Options and the words that are none. An unknown option is wrong use. */
export const readWords = <O extends ParseArgsOptionsConfig>(words: readonly string[], options: O) => {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new CliUse(cause instanceof Error ? (cause.message.split('\n')[0] ?? 'unknown option') : 'unknown option');
  }
};

const storeIn = (dir: string): boolean => existsSync(join(dir, 'art33.db'));

/** `--data DIR`, default `.art33`; where only the demo has played, its folder, and that is said. */
export const dataDirFor = (given: string | undefined): string => {
  const dir = resolve(given ?? '.art33');
  if (given !== undefined || storeIn(dir) || !storeIn(join(dir, 'demo'))) return dir;
  process.stderr.write('art33: there is no store in .art33 yet; reading the demo’s in .art33/demo.\n');
  return join(dir, 'demo');
};

export const configuration = async (dir: string | undefined): Promise<InForce> => {
  const { exampleDir, loadInForce } = await import('#local/configuration.ts');
  const loaded = await loadInForce(dir === undefined ? exampleDir : resolve(dir), { now: systemClock().now(), environment: {} });
  if (!loaded.ok)
    throw new CliFailure(`the configuration has ${loaded.error.length} thing(s) to mend:\n${loaded.error.map(problemText).join('\n')}`);
  return loaded.value;
};

/** Loaded where a store is asked for, so that the commands without one start at once. */
const theNode = async () => ({
  ...(await import('#adapters/embedded/lock.ts')),
  ...(await import('#adapters/embedded/meta.ts')),
  ...(await import('#local/ask.ts')),
  ...(await import('#local/log.ts')),
  ...(await import('#local/node.ts')),
});

/** Asks the running process over its socket, or opens the store itself when nobody runs (D-7). */
export const withStore = async <T>(
  dataDir: string,
  ask: { readonly path: string; readonly method?: string; readonly body?: unknown },
  own: (node: Node) => Promise<T>,
  config?: string,
): Promise<T> => {
  if (!storeIn(dataDir))
    throw new CliFailure(`${dataDir} holds no store. Start Art33 once (npm start), or name another folder with --data DIR.`);
  const { askRunning, openNode, stderrLog, storedKind, takeLock } = await theNode();
  const lock = takeLock(dataDir);
  if (!lock) return askRunning<T>(join(dataDir, 'sock'), ask);
  try {
    const inForce = await configuration(config);
    const node = await openNode({ dataDir, inForce: () => inForce, kind: storedKind(dataDir), environment: {}, log: stderrLog('error') });
    try {
      return await own(node);
    } finally {
      node.close();
    }
  } catch (cause) {
    if (cause instanceof CliFailure || !(cause instanceof Error)) throw cause;
    throw new CliFailure(cause.message);
  } finally {
    lock.release();
  }
};

/** Who acts, by the id in people.yml. */
export const personOf = (word: string): string => {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(word)) throw new CliUse('--as: write the id of a person in people.yml, such as tomke-harms.');
  return word;
};

/** `--port N`; 0 takes any that is free. */
export const portOf = (text: string | undefined, otherwise: number): number => {
  const port = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new CliUse('--port: a number from 0 to 65535.');
  return port;
};

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
