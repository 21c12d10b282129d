// The door of `npm run test:aws`: two emulators of AWS by different authors, the contract suites on both, then the very stacks deployed and driven.
// Plain JavaScript for any Node. Exit 3 with one line where Python is missing: never a silent skip (D-25). All of it listens on 127.0.0.1.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const venv = `${root}.venv/aws`;
const account = '111122223333';

// One request at a time: moto's own server checks a condition and writes in two steps, so that two threads both win. AWS does not.
const motoServer = `
import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

const say = (line) => process.stderr.write(`art33: ${line}\n`);
const giveUp = (code, line) => {
  say(line);
  process.exit(code);
};

const install = () => {
  const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'], { stdio: 'ignore' });
  if (python.status !== 0) giveUp(3, 'the emulated AWS needs Python 3.10 or newer with venv (Debian: apt-get install python3-venv).');
  if (spawnSync('openssl', ['version'], { stdio: 'ignore' }).status !== 0)
    giveUp(3, 'the emulated AWS needs openssl for its certificate (Debian: apt-get install openssl).');
  if (!existsSync(`${venv}/bin/pip`)) spawnSync('python3', ['-m', 'venv', venv], { stdio: ['ignore', 2, 2] });
  say('the emulators of AWS are installed into .venv/aws (once; about a minute) …');
  // Quick when all of it is there already, and right when a pinned version has changed.
  const pinned = ['--require-hashes', '-r', `${root}bin/emulated/requirements.txt`];
  const pip = spawnSync(`${venv}/bin/pip`, ['install', '-q', '--disable-pip-version-check', ...pinned], { stdio: ['ignore', 2, 2] });
  if (pip.status !== 0) giveUp(3, 'pip could not install the emulators of AWS (see above). Is the Python package registry reachable?');
};

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const answers = async (url, emulator) => {
  for (let tries = 0; tries < 150 && emulator.exitCode === null; tries += 1) {
    const up = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
};

const running = new Set();
const folder = mkdtempSync(`${tmpdir()}/art33-emulated-`);
process.on('exit', () => {
  for (const one of running) one.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const started = async (name, command, words, options, healthAt) => {
  const emulator = spawn(command, words, { stdio: 'ignore', cwd: folder, ...options });
  running.add(emulator);
  if (!(await answers(healthAt, emulator))) giveUp(1, `${name} did not start.`);
  return () => {
    running.delete(emulator);
    emulator.kill('SIGTERM');
  };
};

const node = existsSync(`${root}node_modules/.bin/node`) ? `${root}node_modules/.bin/node` : process.execPath;

const vitest = (config, environment, words = []) => {
  const tests = spawnSync(node, [`${root}node_modules/vitest/vitest.mjs`, 'run', '--config', config, ...words], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (tests.status !== 0) process.exit(tests.status ?? 1);
};

const client = (url) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: 'emulated',
  AWS_SESSION_TOKEN: '',
});

const contractOnMoto = async (words) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const stop = await started('moto', `${venv}/bin/python`, ['-c', motoServer, String(port)], {}, `${url}/moto-api/`);
  say('the contract suites on moto');
  vitest('vitest.aws.config.ts', client(url), words);
  stop();
};

const contractOnMiniStack = async (words) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { HOME: folder, TMPDIR: folder, PATH: '/usr/bin:/bin', GATEWAY_PORT: String(port), BIND_HOST: '127.0.0.1' };
  const own = { ...env, IOT_MTLS_ENABLED: '0', MINISTACK_REGION: 'eu-central-1', MINISTACK_ACCOUNT_ID: account };
  const stop = await started('MiniStack', `${venv}/bin/ministack`, [], { env: own }, `${url}/_ministack/health`);
  say('the contract suites on MiniStack');
  vitest('vitest.aws.config.ts', client(url), words);
  stop();
};

install();
const words = process.argv.slice(2);
const only = words.filter((word) => !word.startsWith('-'));
const isStory = only.some((word) => word.includes('e2e'));
if (!isStory) {
  await contractOnMoto(words);
  await contractOnMiniStack(words);
}
if (isStory || only.length === 0) {
  say('the stacks, deployed and driven');
  vitest('vitest.e2e.config.ts', {}, words);
}
process.exit(0);
