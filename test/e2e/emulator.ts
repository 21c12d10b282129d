// Decides how the emulated AWS is started and stopped: on loopback only, roles enforced, its state kept over a stop (stack.md section 2).
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const account = '111122223333';
export const region = 'eu-central-1';

/** Where an HTTP API of the emulator answers: `fetch` drops a Host header, so its id stands in the path. */
export const executeAt = (url: string, host: string, path: string): string =>
  `${url}/_aws/execute-api/${host.split('.')[0]}/$default${path}`;

export type Emulator = {
  readonly url: string;
  /** What a client needs: address, root credentials, the emulator's own certificate. */
  readonly environment: Readonly<Record<string, string>>;
  /** By SIGTERM, as a machine is shut down: only so it writes its state (D-19). */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Functions that run now; the name of the function stands in the command. */
  readonly functions: () => readonly Running[];
  readonly log: () => string;
};

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

const readProc = (path: string): string => {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
};

/** One running copy of a function, as the kernel knows it. */
export type Running = { readonly pid: number; readonly command: string };

/** Children of every thread of a process. */
const childrenOf = (pid: number): readonly Running[] =>
  (existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [])
    .flatMap((thread) => readProc(`${pid}/task/${thread}/children`).split(' '))
    .filter((text) => text !== '')
    .map((text) => ({ pid: Number(text), command: readProc(`${text}/cmdline`).replaceAll('\0', ' ') }));

export const emulator = async (folder: string, smtpPort: number): Promise<Emulator> => {
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  for (const name of ['home', 'tmp', 'state']) mkdirSync(join(folder, name), { recursive: true });
  const certificate = join(folder, 'tmp/ministack-tls/server.crt');
  let child: ChildProcess | undefined;
  let said = '';

  const healthy = async (): Promise<boolean> =>
    new Promise((resolve) => {
      const probe = spawn('curl', ['-fsk', `${url}/_ministack/health`], { stdio: 'ignore' });
      probe.once('error', () => resolve(false));
      probe.once('exit', (code) => resolve(code === 0));
    });

  const start = async (): Promise<void> => {
    // Nothing of ours: functions inherit its environment.
    const started = spawn(`${root}.venv/aws/bin/ministack`, [], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOME: join(folder, 'home'),
        TMPDIR: join(folder, 'tmp'),
        PATH: `${root}node_modules/.bin:/usr/bin:/bin`,
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        AUTH: 'true',
        USE_SSL: '1',
        IOT_MTLS_ENABLED: '0',
        MINISTACK_REGION: region,
        MINISTACK_ACCOUNT_ID: account,
        PERSIST_STATE: '1',
        STATE_DIR: join(folder, 'state'),
        SMTP_HOST: `127.0.0.1:${smtpPort}`,
      },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
    for (let tries = 0; tries < 100; tries += 1) {
      if (started.exitCode !== null) throw new Error(`the emulated AWS ended at once:\n${said.slice(-2_000)}`);
      if (await healthy()) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`the emulated AWS is not healthy after 20 s:\n${said.slice(-2_000)}`);
  };

  await start();
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'emulated',
      AWS_SESSION_TOKEN: '',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_CA_BUNDLE: certificate,
    },
    start,
    stop: async () => {
      if (!child) return;
      child.kill('SIGTERM');
      await ended(child);
      child = undefined;
    },
    functions: () => childrenOf(child?.pid ?? 0).filter(({ command }) => command.includes('ministack-lambda')),
    log: () => said,
  };
};
