// Holds the templates of dev and prod against cfn-lint: makes .venv/lint, installs it pinned by hash, synthesizes, lints.
// Plain JavaScript for any Node. Exit 3 with one line where Python is missing: never a silent skip (D-25).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const venv = `${root}.venv/lint`;
const requirements = `${root}bin/lint-template/requirements.txt`;
const region = 'eu-central-1';

/** What a stage is told in the sample; prod with everything that adds to a template. */
const samples = {
  dev: {},
  prod: {
    account: '111122223333',
    mailIdentity: 'notices.example.com',
    alarmMail: 'ops@example.com',
    jwtIssuer: 'https://login.example.com/',
    jwtAudience: 'art33',
    logGroups: '/var/log/fail2ban=fail2ban,/aws/events/auth0=auth0',
    auth0EventSource: 'aws.partner/auth0.com/example-tenant/auth0.logs',
    exportAccount: '444455556666',
    exportRegion: 'eu-west-1',
    exportRecipients: [`age1${'q'.repeat(58)}`, `age1${'p'.repeat(58)}`].join(','),
  },
};

const say = (line) => process.stderr.write(`art33: ${line}\n`);
const giveUp = (code, line) => {
  say(line);
  process.exit(code);
};

const install = () => {
  const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
  if (python.status !== 0) giveUp(3, 'cfn-lint needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv).');
  if (!existsSync(`${venv}/bin/pip`)) spawnSync('python3', ['-m', 'venv', venv], { stdio: ['ignore', 2, 2] });
  // Quick when all of it is there already, and right when the pinned version has changed.
  const pip = spawnSync(`${venv}/bin/pip`, ['install', '-q', '--disable-pip-version-check', '--require-hashes', '-r', requirements], {
    stdio: ['ignore', 2, 2],
  });
  if (pip.status !== 0) giveUp(3, 'pip could not install cfn-lint (see above). Is the Python package registry reachable?');
};

const node = existsSync(`${root}node_modules/.bin/node`) ? `${root}node_modules/.bin/node` : process.execPath;

/** Templates of one stage, in a folder of their own. */
const synthesize = (stage, out) => {
  const settings = Object.entries({ stage, region, ...samples[stage] }).flatMap(([name, value]) => ['-c', `art33:${name}=${value}`]);
  const options = ['--quiet', '--no-notices', '-o', out, ...settings];
  const made = spawnSync(node, [`${root}node_modules/aws-cdk/bin/cdk`, 'synth', ...options], {
    cwd: root,
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}`, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  if (made.status !== 0) giveUp(1, `the stage ${stage} could not be synthesized (see above).`);
  return readdirSync(out)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => `${out}/${name}`);
};

install();
const folder = mkdtempSync(`${tmpdir()}/art33-lint-`);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const stage of Object.keys(samples)) {
  const templates = synthesize(stage, `${folder}/${stage}`);
  if (templates.length < 3) giveUp(1, `the stage ${stage} has ${templates.length} templates; three at least were expected.`);
  // W3005: the CDK writes dependencies down that a reference implies already.
  const lint = spawnSync(`${venv}/bin/cfn-lint`, ['-i', 'W3005', '-r', region, '-t', ...templates], { stdio: ['ignore', 2, 2] });
  if (lint.status !== 0) giveUp(1, `cfn-lint found something in the stage ${stage} (see above).`);
  say(`cfn-lint: ${templates.length} templates of the stage ${stage}, nothing found.`);
}
