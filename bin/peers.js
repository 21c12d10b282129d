// Runs Art33 beside what it meets in the wild: a real fail2ban, GnuPG and Chromium. Installs what is missing, where it may.
// Plain JavaScript for any Node. Exit 3 with one line where a peer is missing: never a silent skip (D-25).
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What must be on the PATH, and the package of Debian that brings it. fail2ban ships its filters with it. */
const peers = [
  { program: 'fail2ban-server', package: 'fail2ban' },
  { program: 'gpg', package: 'gnupg' },
  { program: 'chromium', package: 'chromium' },
  { program: 'curl', package: 'curl' },
  { program: 'flock', package: 'util-linux' },
];

const runs = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (program) => (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && runs(join(folder, program)));

const missing = () => peers.filter(({ program }) => !onPath(program));

const giveUp = (why) => {
  const packages = peers.map((peer) => peer.package).join(' ');
  process.stderr.write(`art33: ${why}. On Debian: apt-get install -y --no-install-recommends ${packages}\n`);
  process.exit(3);
};

const install = () => {
  const wanted = missing();
  if (wanted.length === 0) return;
  const names = wanted.map(({ program }) => program).join(', ');
  if (process.getuid?.() !== 0 || !onPath('apt-get')) giveUp(`test:peers needs ${names}, which can't be installed from here`);
  process.stderr.write(`art33: installing ${wanted.map((peer) => peer.package).join(', ')} (once; about half a minute) …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) => spawnSync('apt-get', words, { stdio: ['ignore', 'ignore', 2], env });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...wanted.map((peer) => peer.package));
  const left = missing();
  if (left.length > 0) giveUp(`${left.map(({ program }) => program).join(', ')} could not be installed (see above)`);
};

install();
const node = existsSync(`${root}node_modules/.bin/node`) ? `${root}node_modules/.bin/node` : process.execPath;
const words = [`${root}node_modules/vitest/vitest.mjs`, 'run', '--config', 'vitest.peers.config.ts', ...process.argv.slice(2)];
const tests = spawnSync(node, words, { cwd: root, stdio: 'inherit' });
process.exit(tests.status ?? 1);
