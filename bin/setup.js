// Installs what the lock file names, once: so that `npm start` and `npm test` are one command each on a fresh machine.
// Plain JavaScript for any Node, because it runs before Node 24 is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.art33-lock`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('art33: installing what it needs (once; about half a minute) …\n');
  rmSync(stamp, { force: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // The output goes to stderr: stdout belongs to the command that follows.
  const install = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (install.status !== 0) {
    process.stderr.write('art33: `npm ci` failed (see above). Is the package registry reachable?\n');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

// npm puts node_modules/.bin first on PATH, and there the lock brings Node 24 for Linux.
const bundled = existsSync(`${root}node_modules/.bin/node`);
const major = Number(process.versions.node.split('.')[0]);
if (!bundled && major < 24) {
  process.stderr.write(`art33: needs Node 24 or newer; this is ${process.version}. Install it from nodejs.org and start again.\n`);
  process.exit(1);
}
