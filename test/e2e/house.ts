// Decides how the story's house stands: emulated AWS, sinks and sign-in on loopback, the stacks deployed, secrets set, the operator's commands at hand.
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { type JiraSink, jiraAccount, openJiraSink } from '#test/sinks/jira.ts';
import { type SlackSink, openSlackSink } from '#test/sinks/slack.ts';
import { type SmtpSink, openSmtpSink } from '#test/sinks/smtp.ts';
import { bootstrap, deployByCommand } from './assembly.ts';
import { type Deployed, deployedAt, stage } from './deployed.ts';
import { type Emulator, account, emulator, region } from './emulator.ts';
import { type Identity, openIdentity } from './identity.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const token = 'a-token-of-the-tests-0123456789';

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

export type Serving = { readonly link: string; readonly said: () => string; readonly stop: () => Promise<number | null> };

export type House = {
  readonly aws: Emulator;
  readonly deployed: Deployed;
  readonly mail: SmtpSink;
  readonly slack: SlackSink;
  readonly jira: JiraSink;
  readonly people: Identity;
  /** The operator's folder that was deployed. */
  readonly config: string;
  readonly folder: string;
  /** What differs from the real template, and so is not proved. */
  readonly notProved: readonly string[];
  readonly say: (line: string) => void;
  readonly until: <T>(what: string, look: () => Promise<T | undefined | false>, seconds?: number) => Promise<T>;
  /** A script of `bin/`, as it is typed. */
  readonly typed: (script: string, ...words: readonly string[]) => Promise<Ended>;
  /** A command of the CLI that serves until it is stopped; `link` as it printed it. */
  readonly serving: (words: readonly string[], more?: Readonly<Record<string, string>>) => Promise<Serving>;
  /** One act of a person on an incident, as the browser does it. */
  readonly act: (incident: string, mailOf: string, name: string, more?: Readonly<Record<string, string>>) => Promise<void>;
  /** The account and region of the vault, and the key of one of the two people who can open a kit. */
  readonly vault: { readonly bucket: string; readonly client: S3Client; readonly identity: string };
  readonly post: (source: string, type: string, body: string, bearer?: string) => Promise<Response>;
  readonly close: () => Promise<void>;
};

const begun = Date.now();
const say = (line: string): void => {
  process.stderr.write(`${String(Math.round((Date.now() - begun) / 1_000)).padStart(4)} s  ${line}\n`);
};

/** Looks again until it is so; what it waits for stands in the failure, with the last words of the emulator. */
const untilOn =
  (aws: Emulator): House['until'] =>
  async (what, look, seconds = 60) => {
    const end = Date.now() + seconds * 1_000;
    for (;;) {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      if (Date.now() > end) throw new Error(`after ${seconds} s not yet: ${what}\n${aws.log().slice(-1_500)}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };

/** Not in step: the sinks live in this process and have to answer meanwhile. */
const typedIn =
  (environment: Readonly<Record<string, string>>): House['typed'] =>
  (script, ...words) =>
    new Promise((resolve) => {
      const env = { PATH: '/usr/bin:/bin', NODE_COMPILE_CACHE: `${root}node_modules/.cache/art33-compile`, ...environment };
      const options = { cwd: root, env, encoding: 'utf8' as const };
      execFile(`${root}node_modules/.bin/node`, [script, ...words], options, (cause, out, err) =>
        resolve({ code: typeof cause?.code === 'number' ? cause.code : cause ? 1 : 0, out, err }),
      );
    });

const servingIn =
  (environment: Readonly<Record<string, string>>): House['serving'] =>
  (words, more = {}) =>
    new Promise((resolve, reject) => {
      const env = { PATH: '/usr/bin:/bin', ...environment, ...more };
      const child = spawn(`${root}node_modules/.bin/node`, ['bin/cli.ts', ...words], { cwd: root, env });
      let text = '';
      const ended = new Promise<number | null>((end) => child.on('close', end));
      const stop = (): Promise<number | null> => {
        child.kill('SIGTERM');
        return ended;
      };
      const hear = (part: Buffer): void => {
        text += part.toString();
        const link = /http:\/\/localhost:\d+\/enter\?once=\S+/.exec(text)?.[0];
        if (link !== undefined) resolve({ link, said: () => text, stop });
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      void ended.then((code) => reject(new Error(`art33 ${words.join(' ')} ended with ${code}:\n${text}`)));
    });

/** The page first, then its form with what stands in it. */
const actsOn =
  (deployed: Deployed, people: Identity, url: string): House['act'] =>
  async (incident, mailOf, name, more = {}) => {
    const authorization = `Bearer ${people.tokenFor(mailOf)}`;
    const page = await (await deployed.console(`/incidents/${incident}`, { headers: { authorization } })).text();
    const field = (of: string): string => new RegExp(`name="${of}"[^>]*value="([^"]*)"`).exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ token: field('token'), since: field('since'), how: 'seen in the bucket’s own log', ...more });
    const headers = { authorization, origin: new URL(url).origin };
    const answer = await deployed.console(`/incidents/${incident}/${name}`, { method: 'POST', headers, body });
    if (answer.status !== 303 && answer.status !== 302) throw new Error(`${name}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  };

/** The shipped example, with a sender: without one no mail leaves. `change` may write more into it. */
const configure = async (typed: House['typed'], config: string, change: (folder: string) => void): Promise<void> => {
  await typed('bin/cli.ts', 'init', config);
  appendFileSync(join(config, 'art33.yml'), 'notice:\n  from: incidents@muster.example\n  replyTo: incident-desk@muster.example\n');
  change(config);
};

const equip = async (deployed: Deployed, sinks: { readonly slack: SlackSink; readonly jira: JiraSink }): Promise<void> => {
  await deployed.secret('tokens', { fail2ban: token, auth0: token });
  await deployed.secret('sinks', {
    SLACK_WEBHOOK_URL: sinks.slack.webhook,
    JIRA_URL: sinks.jira.url,
    JIRA_MAIL: jiraAccount.mail,
    JIRA_TOKEN: jiraAccount.token,
    JIRA_PROJECT: jiraAccount.project,
  });
};

/** Who holds the first account holds nothing of this one (P-13). */
const elsewhere = { account: '444455556666', region: 'eu-west-1' };

const openVault = async (aws: Emulator, folder: string) => {
  const own = { AWS_ACCESS_KEY_ID: elsewhere.account, AWS_REGION: elsewhere.region, AWS_DEFAULT_REGION: elsewhere.region };
  const trusting = ['--trust', account, '--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  await bootstrap(folder, { ...aws.environment, ...own }, elsewhere, trusting);
  const identities = await Promise.all([generateIdentity(), generateIdentity()]);
  const credentials = { accessKeyId: elsewhere.account, secretAccessKey: 'emulated' };
  return {
    recipients: await Promise.all(identities.map((one) => identityToRecipient(one))),
    bucket: `art33-${stage}-vault-${elsewhere.account}-${elsewhere.region}`,
    client: new S3Client({ region: elsewhere.region, credentials, forcePathStyle: true }),
    identity: identities[1] ?? '',
  };
};

export const openHouse = async (change: (config: string) => void = () => {}): Promise<House> => {
  const folder = mkdtempSync(join(tmpdir(), 'art33-aws-'));
  const config = join(folder, 'config');
  const [mail, slack, jira, people] = await Promise.all([openSmtpSink(), openSlackSink(), openJiraSink(), openIdentity()]);
  const aws = await emulator(folder, mail.port);
  const environment = { ...aws.environment, HOME: join(folder, 'home'), ART33_CONFIG: config };
  Object.assign(process.env, aws.environment);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(aws.environment['AWS_CA_BUNDLE'] ?? '', 'utf8')]);
  say('the emulated AWS is up');
  const typed = typedIn(environment);
  await configure(typed, config, change);
  const [vault] = await Promise.all([openVault(aws, folder), bootstrap(folder, environment, { account, region })]);
  const settings = {
    stage,
    account,
    region,
    jwtIssuer: people.issuer,
    jwtAudience: people.audience,
    consoleHosts: new URL(aws.url).host,
    mailIdentity: 'muster.example',
    logGroups: '/var/log/fail2ban=fail2ban',
    exportAccount: elsewhere.account,
    exportRegion: elsewhere.region,
    exportRecipients: vault.recipients.join(','),
  };
  await typed('bin/cli.ts', 'ses', 'setup', '--identity', settings.mailIdentity, '--region', region);
  say('bootstrapped');
  const notProved = await deployByCommand({ url: aws.url, config, settings, environment: { HOME: environment.HOME } });
  const deployed = await deployedAt(aws.url);
  say('deployed and drilled');
  await equip(deployed, { slack, jira });
  // The drill was its first call, and it would know the tokens of then for five minutes more.
  for (const { pid, command } of aws.functions()) if (command.includes('IngestFunction')) process.kill(pid, 'SIGKILL');
  const post: House['post'] = (source, type, body, bearer = token) =>
    deployed.door(`/signals/${source}`, { method: 'POST', headers: { 'content-type': type, authorization: `Bearer ${bearer}` }, body });
  await untilOn(aws)('the door stands anew', async () => (await post('fail2ban', 'text/plain', '', 'wrong')).status === 401);
  return {
    ...{ aws, deployed, vault, mail, slack, jira, people, config, folder, notProved, say, typed },
    until: untilOn(aws),
    act: actsOn(deployed, people, aws.url),
    serving: servingIn(environment),
    post,
    close: async () => {
      await aws.stop();
      await Promise.all([mail, slack, jira, people].map((one) => one.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
