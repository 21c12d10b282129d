// Decides how a test runs a real fail2ban in a folder of its own: no systemd, no firewall, no path of the system but its filters.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '#test/local/process.ts';

const shipper = join(root, 'shippers/fail2ban');
export const spoolScript = join(shipper, 'art33-spool');

/** Its times have no zone: those of the server and of Art33 are to be the same. */
const environment = { PATH: process.env['PATH'], TZ: 'UTC' };

const serverSettings = (folder: string): string => `[DEFAULT]
loglevel = INFO
logtarget = ${folder}/run/fail2ban.log
syslogsocket = auto
socket = ${folder}/run/sock
pidfile = ${folder}/run/pid
dbfile = ${folder}/run/bans.sqlite3
dbpurgeage = 1d
dbmaxmatches = 10
[Definition]
allowipv6 = auto
`;

/** A filter that knows no user: fail2ban has nothing for that tag. */
const plainFilter = `[Definition]
failregex = ^ denied <HOST>$
`;

const jails = (folder: string): string => `[DEFAULT]
backend = polling
usedns = no
ignoreself = false
findtime = 10m
maxretry = 3
bantime = 1h
action = art33[name=%(__name__)s, script="${spoolScript}", spool="${folder}/spool", key="${folder}/key"]
[sshd]
enabled = true
filter = sshd[mode=aggressive]
logpath = ${folder}/auth.log
[web]
enabled = true
filter = plain
logpath = ${folder}/web.log
`;

/** Our action as it is shipped, sshd's filter as the system has it. */
export const prepareFail2ban = (folder: string): void => {
  for (const part of ['filter.d', 'action.d', 'jail.d', 'fail2ban.d']) mkdirSync(join(folder, 'etc', part), { recursive: true });
  mkdirSync(join(folder, 'run'));
  for (const filter of ['sshd.conf', 'common.conf']) cpSync(`/etc/fail2ban/filter.d/${filter}`, join(folder, 'etc/filter.d', filter));
  cpSync(join(shipper, 'art33.conf'), join(folder, 'etc/action.d/art33.conf'));
  writeFileSync(join(folder, 'etc/fail2ban.conf'), serverSettings(folder));
  writeFileSync(join(folder, 'etc/jail.conf'), jails(folder));
  writeFileSync(join(folder, 'etc/filter.d/plain.conf'), plainFilter);
  for (const log of ['auth.log', 'web.log']) writeFileSync(join(folder, log), '');
};

/** What the operator writes once: where the door is, and its key. */
export const writeKey = (folder: string, door: { readonly port: number; readonly token: string }): void =>
  writeFileSync(join(folder, 'key'), `url=http://localhost:${door.port}/signals/fail2ban\nkey=${door.token}\n`, { mode: 0o600 });

const running = new Set<ChildProcess>();
const ask = promisify(execFile);

export const client = async (folder: string, ...words: readonly string[]): Promise<string> =>
  (await ask('fail2ban-client', ['-c', join(folder, 'etc'), '-s', join(folder, 'run/sock'), ...words], { env: environment })).stdout;

/** In the foreground, so that it ends with us. Resolves when it answers. */
export const startFail2ban = async (folder: string): Promise<{ readonly stop: () => Promise<void> }> => {
  const words = ['-c', join(folder, 'etc'), '-s', join(folder, 'run/sock'), '-p', join(folder, 'run/pid'), '-x', '-f', 'start'];
  const child = spawn('fail2ban-server', words, { env: environment, stdio: 'ignore' });
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => running.delete(child));
  // Each question takes the client a quarter of a second.
  const up = async (tries = 60): Promise<void> => {
    const said = await client(folder, 'status', 'sshd').catch(() => '');
    if (said.includes('Journal matches') || said.includes('File list')) return;
    if (tries === 0 || child.exitCode !== null) throw new Error(`fail2ban does not answer: ${serverLog(folder)}`);
    return up(tries - 1);
  };
  await up();
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

export const endFail2ban = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

export const serverLog = (folder: string): string => readFileSync(join(folder, 'run/fail2ban.log'), 'utf8');

export const spooled = (folder: string): readonly string[] =>
  readdirSync(join(folder, 'spool'))
    .filter((name) => name.endsWith('.form'))
    .map((name) => readFileSync(join(folder, 'spool', name), 'utf8'));

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// The filter puts lines of one process together.
let pid = 1_200;

const syslogNow = (): string => {
  const now = new Date();
  return `${months[now.getUTCMonth()]} ${String(now.getUTCDate()).padStart(2)} ${now.toISOString().slice(11, 19)}`;
};

/** As many failures as a ban needs, the way sshd logs them. */
export const guess = (folder: string, from: string, user: string): void => {
  const when = syslogNow();
  for (let i = 0; i < 3; i += 1) {
    pid += 1;
    const line = `${when} relay-1 sshd[${pid}]: Failed password for invalid user ${user} from ${from} port ${40_221 + i} ssh2\n`;
    appendFileSync(join(folder, 'auth.log'), line);
  }
};

export const deny = (folder: string, from: string): void =>
  appendFileSync(join(folder, 'web.log'), `${syslogNow()} denied ${from}\n`.repeat(3));
