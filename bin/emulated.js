// Runs the contract suites on an emulated AWS: makes .venv, installs a pinned moto, starts it on a free port, stops it again.
// Plain JavaScript for any Node. Exit 3 with one line where Python is missing: never a silent skip (D-25).
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const venv = `${root}.venv`;
const pinned = 'moto[server]==5.2.5';

// One request at a time: moto's own server checks a condition and writes in two steps, so that two threads both win. AWS does not.
const server = `
import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

const giveUp = (code, line) => {
  process.stderr.write(`art33: ${line}\n`);
  process.exit(code);
};

const install = () => {
  const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'], { stdio: 'ignore' });
  if (python.status !== 0) giveUp(3, 'the emulated AWS needs Python 3.10 or newer with venv (Debian: apt-get install python3-venv).');
  if (!existsSync(`${venv}/bin/pip`)) spawnSync('python3', ['-m', 'venv', venv], { stdio: ['ignore', 2, 2] });
  if (spawnSync(`${venv}/bin/pip`, ['show', '-q', 'moto'], { stdio: 'ignore' }).status === 0) return;
  process.stderr.write(`art33: installing ${pinned} into .venv (once; about half a minute) …\n`);
  const pip = spawnSync(`${venv}/bin/pip`, ['install', '-q', '--disable-pip-version-check', pinned], { stdio: ['ignore', 2, 2] });
  if (pip.status !== 0) giveUp(3, `pip could not install ${pinned} (see above). Is the Python package registry reachable?`);
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
    const up = await fetch(`${url}/moto-api/`).then(
      () => true,
      () => false,
    );
    if (up) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
};

install();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const emulator = spawn(`${venv}/bin/python`, ['-c', server, String(port)], { stdio: 'ignore' });
const stop = () => emulator.kill('SIGTERM');
process.on('exit', stop);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
if (!(await answers(url, emulator))) giveUp(1, 'the emulated AWS did not start.');

const node = existsSync(`${root}node_modules/.bin/node`) ? `${root}node_modules/.bin/node` : process.execPath;
const tests = spawnSync(
  node,
  [`${root}node_modules/vitest/vitest.mjs`, 'run', '--config', 'vitest.aws.config.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'emulated',
      AWS_SECRET_ACCESS_KEY: 'emulated',
      AWS_SESSION_TOKEN: '',
    },
  },
);
process.exit(tests.status ?? 1);
