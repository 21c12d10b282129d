// Decides how the tests start the real process, listen to it, talk to it and end it: only by its own id, always at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** In memory where the machine has such a folder: what is tested is the process that dies, not the disk. */
const home = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const folders: string[] = [];
const children = new Set<ChildProcess>();

export const freshFolder = (): string => {
  const folder = mkdtempSync(join(home, 'art33-process-'));
  folders.push(folder);
  return folder;
};

export type Ended = { readonly code: number | null; readonly signal: string | null; readonly stdout: string; readonly stderr: string };

export type Running = {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
  /** Resolves when what it printed so far matches; rejects when it ends before. */
  readonly said: (pattern: RegExp, where?: 'stdout' | 'stderr') => Promise<RegExpExecArray>;
};

/** Settings of the surroundings never reach the process under test; where Node keeps what it compiled is none (vitest.config.ts). */
const bareEnvironment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  ...more,
});

export const run = (
  script: string,
  words: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly input?: string | Uint8Array; readonly cwd?: string } = {},
): Running => {
  const child = spawn(process.execPath, [join(root, script), ...words], {
    cwd: more.cwd ?? root,
    env: bareEnvironment(more.env ?? {}),
    stdio: 'pipe',
  });
  children.add(child);
  const text = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const where of ['stdout', 'stderr'] as const) {
    child[where].setEncoding('utf8').on('data', (part: string) => {
      text[where] += part;
      for (const look of watchers) look();
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end(more.input ?? '');
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, ...text });
    });
  });
  const said: Running['said'] = (pattern, where = 'stdout') =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(text[where]);
        if (!match) return;
        watchers.delete(look);
        resolve(match);
      };
      watchers.add(look);
      void ended.then(() => reject(new Error(`it ended before it said ${pattern}: ${text.stdout}${text.stderr}`)));
      look();
    });
  return { kill: (signal) => child.kill(signal), ended, said };
};

export const start = (words: readonly string[], more: Parameters<typeof run>[2] = {}): Running => run('bin/local.ts', words, more);
export const cli = (words: readonly string[], more: Parameters<typeof run>[2] = {}): Promise<Ended> => run('bin/cli.ts', words, more).ended;

/** Everything that was started is ended, every folder removed. */
export const cleanUp = async (): Promise<void> => {
  await Promise.all(
    [...children].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once('close', () => resolve());
          child.kill('SIGKILL');
        }),
    ),
  );
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

export type Answer = { readonly status: number; readonly text: string; readonly headers: NodeJS.Dict<string | string[]> };
export type Ask = { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Uint8Array };

/** One request with just the headers given: `fetch` would not let us name another Host. */
export const ask = (port: number, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers: { host: `localhost:${port}`, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** Asks until the answer is as wanted: each round waits for the answer of the one before. */
export const askUntil = async <T>(question: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> => {
  for (let round = 0; round < 2_000; round += 1) {
    const answer = await question();
    if (wanted(answer)) return answer;
  }
  throw new Error('it never came to that');
};
