// Decides how the story's house stands: emulated AWS, sinks and sign-in on loopback, the stacks deployed, secrets set, the operator's commands at hand.
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type JiraSink, jiraAccount, openJiraSink } from '#test/sinks/jira.ts';
import { type SlackSink, openSlackSink } from '#test/sinks/slack.ts';
import { type SmtpSink, openSmtpSink } from '#test/sinks/smtp.ts';
import { assemble, cdk } from './assembly.ts';
import { type Deployed, deployedAt, stage } from './deployed.ts';
import { type Emulator, account, emulator, region } from './emulator.ts';
import { type Identity, openIdentity } from './identity.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const token = 'a-token-of-the-tests-0123456789';

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

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
  /** One act of a person on an incident, as the browser does it. */
  readonly act: (incident: string, mailOf: string, name: string) => Promise<void>;
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
      const options = { cwd: root, env: { PATH: '/usr/bin:/bin', ...environment }, encoding: 'utf8' as const };
      execFile(`${root}node_modules/.bin/node`, [script, ...words], options, (cause, out, err) =>
        resolve({ code: typeof cause?.code === 'number' ? cause.code : cause ? 1 : 0, out, err }),
      );
    });

/** The page first, then its form with what stands in it. */
const actsOn =
  (deployed: Deployed, people: Identity, url: string): House['act'] =>
  async (incident, mailOf, name) => {
    const authorization = `Bearer ${people.tokenFor(mailOf)}`;
    const page = await (await deployed.console(`/incidents/${incident}`, { headers: { authorization } })).text();
    const field = (of: string): string => new RegExp(`name="${of}"[^>]*value="([^"]*)"`).exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ token: field('token'), since: field('since'), how: 'seen in the bucket’s own log' });
    const headers = { authorization, origin: new URL(url).origin };
    const answer = await deployed.console(`/incidents/${incident}/${name}`, { method: 'POST', headers, body });
    if (answer.status !== 303 && answer.status !== 302) throw new Error(`${name}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  };

type Deploying = {
  readonly folder: string;
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
};

const deploy = async ({ folder, environment, settings }: Deploying): Promise<readonly string[]> => {
  const out = join(folder, 'assembly');
  await cdk(['bootstrap', `aws://${account}/${region}`], environment, folder);
  const notProved = await assemble(out, settings, environment);
  await cdk(['deploy', '--all', '--require-approval', 'never', '--app', out], environment);
  return notProved;
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
  const settings = {
    stage,
    account,
    region,
    jwtIssuer: people.issuer,
    jwtAudience: people.audience,
    consoleHosts: new URL(aws.url).host,
    mailIdentity: 'muster.example',
    logGroups: '/var/log/fail2ban=fail2ban',
  };
  const notProved = await deploy({ folder, config, environment, settings });
  const deployed = await deployedAt(aws.url);
  say('deployed');
  await typed('bin/cli.ts', 'ses', 'setup', '--identity', 'muster.example', '--region', region);
  await equip(deployed, { slack, jira });
  return {
    ...{ aws, deployed, mail, slack, jira, people, config, folder, notProved, say, typed },
    until: untilOn(aws),
    act: actsOn(deployed, people, aws.url),
    post: (source, type, body, bearer = token) =>
      deployed.door(`/signals/${source}`, {
        method: 'POST',
        headers: { 'content-type': type, authorization: `Bearer ${bearer}` },
        body,
      }),
    close: async () => {
      await aws.stop();
      await Promise.all([mail, slack, jira, people].map((one) => one.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
