// Decides whether the very stack works: deployed to an emulated AWS, driven through its real doors, against sinks that record and misbehave.
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readState, report, signalCounts } from '#flow/report.ts';
import type { Incident } from '#core/incident/incident.ts';
import { incidentSubject, reference } from '#core/kernel/ids.ts';
import { type JiraSink, jiraAccount, openJiraSink } from '#test/sinks/jira.ts';
import { type SlackSink, openSlackSink, wordsOf } from '#test/sinks/slack.ts';
import { type SmtpSink, openSmtpSink } from '#test/sinks/smtp.ts';
import { assemble, cdk, standIn } from './assembly.ts';
import { type Deployed, deployedAt, stage } from './deployed.ts';
import { type Emulator, account, emulator, region } from './emulator.ts';
import { type Identity, openIdentity } from './identity.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const token = 'a-token-of-the-tests-0123456789';
const folder = mkdtempSync(join(tmpdir(), 'art33-aws-'));

let aws: Emulator;
let house: Deployed;
let mail: SmtpSink;
let slack: SlackSink;
let jira: JiraSink;
let people: Identity;
let notProved: readonly string[] = [];

/** What no emulator shows; named tests of the template or of the contract suites stand for each (D-19). */
const never: readonly string[] = [
  'TTL, point-in-time recovery, encryption and deletion protection of the table; object lock, lifecycle and keys of the buckets: test/lib',
  'who may invoke a function, key policies, condition keys, iam:PassRole, the right of a schedule: test/lib',
  'alarms on metrics of AWS itself, the embedded metric format, X-Ray, the dashboard: test/lib, test/lambdas/metrics.test.ts',
  'conflicts of transactions, throttling, lost answers: test/adapters/dynamodb, test/contract',
  'what SES reports by itself: recorded events were put into the receive queue; its quota and sandbox',
  'EventBridge’s own events, and Auth0’s partner bus',
];
const begun = Date.now();

const say = (line: string): void => {
  process.stderr.write(`${String(Math.round((Date.now() - begun) / 1_000)).padStart(4)} s  ${line}\n`);
};

/** Looks again until it is so; what it waits for stands in the failure. */
const until = async <T>(what: string, look: () => Promise<T | undefined | false>, seconds = 60): Promise<T> => {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`after ${seconds} s not yet: ${what}\n${aws.log().slice(-1_500)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
};

const settingsOf = (): Readonly<Record<string, string>> => ({
  stage,
  account,
  region,
  jwtIssuer: people.issuer,
  jwtAudience: people.audience,
  consoleHosts: new URL(aws.url).host,
  mailIdentity: 'muster.example',
  logGroups: '/var/log/fail2ban=fail2ban',
});

const deployAll = async (): Promise<void> => {
  const out = join(folder, 'assembly');
  // The shipped example, with a sender: without one no mail leaves.
  await art33('init', config);
  appendFileSync(join(config, 'art33.yml'), 'notice:\n  from: incidents@muster.example\n  replyTo: incident-desk@muster.example\n');
  await cdk(['bootstrap', `aws://${account}/${region}`], environment(), folder);
  notProved = await assemble(out, settingsOf(), environment());
  await cdk(['deploy', '--all', '--require-approval', 'never', '--app', out], environment());
};

const config = join(folder, 'config');
const environment = () => ({ ...aws.environment, HOME: join(folder, 'home'), ART33_CONFIG: config });

type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** A command of the operator, as it is typed. Not in step: the sinks live in this process and have to answer meanwhile. */
const typed = (script: string, ...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: root, env: { PATH: '/usr/bin:/bin', ...environment() }, encoding: 'utf8' as const };
    execFile(`${root}node_modules/.bin/node`, [script, ...words], options, (cause, out, err) =>
      resolve({ code: typeof cause?.code === 'number' ? cause.code : cause ? 1 : 0, out, err }),
    );
  });

const art33 = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await typed('bin/cli.ts', ...words);
  if (code !== 0) throw new Error(`art33 ${words.join(' ')} ended with ${code}:\n${out}\n${err}`);
  return out;
};

const trust = (certificate: string): void =>
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(certificate, 'utf8')]);

beforeAll(async () => {
  [mail, slack, jira, people] = await Promise.all([openSmtpSink(), openSlackSink(), openJiraSink(), openIdentity()]);
  aws = await emulator(folder, mail.port);
  Object.assign(process.env, aws.environment);
  trust(aws.environment['NODE_EXTRA_CA_CERTS'] ?? '');
  say('the emulated AWS is up');
  await deployAll();
  house = await deployedAt(aws.url);
  say('deployed');
  say((await art33('ses', 'setup', '--identity', 'muster.example', '--region', region)).split('\n')[0] ?? '');
  await house.secret('tokens', { fail2ban: token, auth0: token });
  await house.secret('sinks', {
    SLACK_WEBHOOK_URL: slack.webhook,
    JIRA_URL: jira.url,
    JIRA_MAIL: jiraAccount.mail,
    JIRA_TOKEN: jiraAccount.token,
    JIRA_PROJECT: jiraAccount.project,
  });
}, 240_000);

afterAll(async () => {
  process.stderr.write(`\nNot proved here:\n${[...notProved, ...never].map((line) => `  - ${line}\n`).join('')}`);
  await aws?.stop();
  await Promise.all([mail, slack, jira, people].map((one) => one?.close()));
  rmSync(folder, { recursive: true, force: true });
});

const post = (source: string, type: string, body: string | Buffer, bearer = token): Promise<Response> =>
  house.door(`/signals/${source}`, { method: 'POST', headers: { 'content-type': type, authorization: `Bearer ${bearer}` }, body });

const demo = (name: string): string => readFileSync(join(root, 'events/demo', name), 'utf8');
const withoutReference = (subject: string): string => subject.replace(/^\[\S+\] /, '');

/** Of a mail as it arrived: unfolded, RFC 2047 words read. */
const subjectOf = (bytes: Buffer): string => {
  const head =
    bytes
      .toString('latin1')
      .split('\r\n\r\n')[0]
      ?.replaceAll(/\r\n[ \t]/g, ' ') ?? '';
  const raw = /^Subject: (.*)$/m.exec(head)?.[1] ?? '';
  const words = raw.replaceAll(/=\?utf-8\?Q\?(.*?)\?=( (?==\?))?/gi, (_all, text: string) =>
    Buffer.from(
      text.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8'),
  );
  return words;
};

const counts = async () => signalCounts(await house.ledger.intake());
const state = () => readState(house.ledger);
const findings = () => JSON.parse(demo('30-guardduty.json')) as readonly Readonly<Record<string, unknown>>[];

/** The demo's finding about a bucket once more, as if of another day and finding: a case of its own. */
const otherFinding = (time: string, name: string): unknown => {
  const found = findings().at(-1);
  const id = Buffer.from(name.padEnd(16, '.')).toString('hex');
  const text = JSON.stringify(found).replaceAll(/"(createdAt|updatedAt|eventFirstSeen|eventLastSeen|time)":"[^"]*"/g, `"$1":"${time}"`);
  const copy = JSON.parse(text) as { id: string; detail: { id: string; arn: string } };
  return {
    ...copy,
    id: `00000000-0000-4000-9000-${id.slice(0, 12)}`,
    detail: { ...copy.detail, id, arn: copy.detail.arn.replace(/[^/]+$/, id) },
  };
};

/** One act of a person on an incident, as the browser does it: the page first, then its form. */
const act = async (incident: string, mailOf: string, name: string): Promise<void> => {
  const authorization = `Bearer ${people.tokenFor(mailOf)}`;
  const page = await (await house.console(`/incidents/${incident}`, { headers: { authorization } })).text();
  const field = (of: string): string => new RegExp(`name="${of}"[^>]*value="([^"]*)"`).exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ token: field('token'), since: field('since'), how: 'seen in the bucket’s own log' });
  const answer = await house.console(`/incidents/${incident}/${name}`, {
    method: 'POST',
    headers: { authorization, origin: new URL(aws.url).origin },
    body,
  });
  if (answer.status !== 303 && answer.status !== 302) throw new Error(`${name}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
};

type Line = { readonly check: string; readonly verdict: string };
const doctor = async (): Promise<readonly Line[]> =>
  (await typed('bin/cli.ts', 'doctor', '--stage', stage, '--json')).out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

let killed: { readonly incident: string; readonly at: number };

type Story = Awaited<ReturnType<typeof report>>;

describe('the house on AWS', () => {
  it('lets nobody in without the source’s token, and no stranger into the console', async () => {
    expect((await post('fail2ban', 'text/plain', 'x', 'wrong-token-0123456789')).status).toBe(401);
    expect((await house.console('/')).status).toBe(401);
    const forged = `${people.tokenFor('malik.brandt@muster.example').slice(0, -8)}AAAAAAAA`;
    expect((await house.console('/', { headers: { authorization: `Bearer ${forged}` } })).status).toBe(401);
    const stranger = people.tokenFor('stranger@elsewhere.example');
    expect((await house.console('/', { headers: { authorization: `Bearer ${stranger}` } })).status).toBe(403);
  });

  it('sees a removed grant: without the right to queue, a door says 503 and takes nothing', async () => {
    const role = house.find('AWS::IAM::Role', 'IngestRole');
    const iam = new IAMClient({ region });
    const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
    expect(names).toHaveLength(1);
    const policy = { RoleName: role, PolicyName: names[0] };
    const { PolicyDocument: document = '' } = await iam.send(new GetRolePolicyCommand(policy));
    await iam.send(new DeleteRolePolicyCommand(policy));
    const parsed = JSON.parse(decodeURIComponent(document)) as { Statement: { Action: string | string[] }[] };
    const without = { ...parsed, Statement: parsed.Statement.filter((one) => ![one.Action].flat().includes('sqs:SendMessage')) };
    expect(without.Statement.length).toBe(parsed.Statement.length - 1);
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(without) }));
    expect((await post('fail2ban', 'text/plain', demo('10-fail2ban.log'))).status).toBe(503);
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(parsed) }));
    expect(await counts()).toEqual({ accepted: 0, rejected: 0, duplicates: 0 });
  });

  it('loses a function in the middle of a page: killed while Slack does not answer', async () => {
    slack.misbehave('hang');
    await house.send(house.queueUrl('AssessQueue'), otherFinding('2026-03-20T09:00:00Z', 'one'));
    await until('Slack was asked', async () => slack.requests.length > 0, 60);
    const running = aws.functions().filter(({ command }) => command.includes('PageFunction'));
    expect(running.length).toBeGreaterThan(0);
    for (const { pid } of running) process.kill(pid, 'SIGKILL');
    const [incident] = (await state()).incidents;
    killed = { incident: incident?.id ?? '', at: Date.now() };
    say('killed');
  });

  it('takes the demo in by its doors: HTTP, and the queue behind EventBridge', async () => {
    expect((await post('fail2ban', 'text/plain', demo('10-fail2ban.log'))).status).toBe(202);
    expect((await post('auth0', 'application/x-ndjson', demo('20-auth0.jsonl'))).status).toBe(202);
    for (const event of findings()) await house.send(house.queueUrl('AssessQueue'), event);
    await until('all signals are settled', async () => (await counts()).accepted === 92, 120);
    say('92 signals settled');
  });

  it('quarantines what is no envelope that it knows, whichever door it came by', async () => {
    await house.putEvent(standIn, 'Something Else', { hello: 'world' });
    await house.send(house.queueUrl('AssessQueue'), 'not even JSON');
    const odd = await house.invoke('LogsFunction', { no: 'envelope' });
    expect(odd).toMatchObject({ status: 200, failed: false });
    await until('three quarantined', async () => (await counts()).rejected === 3, 60);
    const reasons = (await house.ledger.quarantined(10)).map(({ source, reason }) => `${source}: ${reason}`);
    expect(reasons).toHaveLength(3);
    for (const reason of reasons) expect(reason).toMatch(/^unrecognised: .+expected .+/);
  });

  it('comes to the same end as one machine does, field by field', async () => {
    const words = ['--once', '--json', '--config', config, '--events', 'events/demo', '--data', join(folder, 'own')];
    const { out } = await typed('bin/local.ts', ...words);
    const single = JSON.parse(out) as Story;
    const isOther = ({ incident }: { readonly incident: string | null }): boolean => incident !== killed.incident;
    const here = await until(
      'every duty of the demo has been taken on',
      async () => {
        const now = await report(house.ledger, { messages: async () => [], content: async () => undefined }, '');
        const duties = now.duties.filter(isOther);
        return (
          duties.every((one) => one.state !== 'OPEN') && {
            ...now,
            duties,
            incidents: now.incidents.filter((one) => one.id !== killed.incident),
          }
        );
      },
      90,
    );
    say('every duty of the demo taken on');
    expect(here.signals).toEqual({ ...single.signals, accepted: 92, rejected: 3 });
    const incidents = ({ incidents: all }: Story) =>
      all.map(({ id: _, suspectedAt: __, awareAt: ___, ...fields }) => fields).sort((a, b) => a.title.localeCompare(b.title));
    expect(incidents(here)).toEqual(incidents(single));
    const duties = (from: Story) =>
      from.duties
        .map(
          ({ incident, kind, recipient, state: at }) =>
            `${from.incidents.find(({ id }) => id === incident)?.title}: ${kind} ${recipient} ${at}`,
        )
        .sort();
    expect(duties(here)).toEqual(duties(single));
    const refs = here.incidents.map(({ id }) => reference(id as Incident['id']));
    const mailed = mail.mails.map(({ bytes }) => subjectOf(bytes)).filter((subject) => refs.some((ref) => subject.includes(ref)));
    const expected = single.messages.filter((one) => one.channel === 'mail').map((one) => withoutReference(one.subject));
    expect(mailed.map(withoutReference).sort()).toEqual(expected.sort());
    const count = (channel: string): number => single.messages.filter((one) => one.channel === channel).length;
    expect(slack.posts.filter((one) => refs.some((ref) => wordsOf(one).includes(ref)))).toHaveLength(count('slack'));
    expect(jira.issues.filter((one) => refs.some((ref) => JSON.stringify(one.fields).includes(ref)))).toHaveLength(count('ticket'));
  });

  it('takes the pushed directory, and tells the operator how things stand', async () => {
    expect(await art33('directory', 'push', config, '--stage', stage)).toContain('Pushed');
    // It fails where the emulator lacks what AWS has; that it says so, line by line, is what counts.
    const said = await doctor();
    expect(said.length).toBeGreaterThan(10);
    expect(said.filter(({ check }) => /slack|jira/i.test(check)).map(({ verdict }) => verdict)).not.toContain('fail');
  });

  it('is acknowledged and confirmed in the console, and each controller gets its own notice', async () => {
    const incident = (await state()).incidents.find(
      (one) => one.title === 'Personal data read out of its bucket' && one.id !== killed.incident,
    );
    if (!incident) throw new Error('the incident of the bucket is missing');
    await act(incident.id, 'tomke.harms@muster.example', 'acknowledge');
    await act(incident.id, 'malik.brandt@muster.example', 'confirm');
    const notices = await until(
      'the notices went out',
      async () => {
        const all = (await house.ledger.dutiesOf(incidentSubject(incident.id))).filter((duty) => duty.kind === 'notice');
        return all.length === 3 && all.every((duty) => duty.state === 'SENT') && all;
      },
      60,
    );
    const contacts = notices.map((duty) => mail.mails.filter(({ bytes }) => bytes.includes(duty.id)));
    expect(contacts.map((mails) => mails.length)).toEqual([1, 1, 1]);
    expect(new Set(contacts.flatMap((mails) => mails.flatMap(({ to }) => to))).size).toBe(3);
    say('three notices');
    const event = (duty: (typeof notices)[number] | undefined, eventType: string) => ({
      version: '0',
      id: `event-${eventType}`,
      'detail-type': `Email ${eventType}`,
      source: 'aws.ses',
      detail: { eventType, mail: { messageId: 'provider-1', tags: { duty: [duty?.id], incident: [incident.id] } } },
    });
    await house.send(house.queueUrl('ReceiveQueue'), event(notices[0], 'Delivery'));
    await house.send(house.queueUrl('ReceiveQueue'), event(notices[1], 'Bounce'));
    await until('the delivery ended its notice', async () => (await house.ledger.duty(notices[0]!))?.state === 'DONE', 60);
    await until(
      'the bounce set a person beside its notice',
      async () => (await house.ledger.dutiesOf(incidentSubject(incident.id))).some((duty) => duty.kind === 'human'),
      60,
    );
    say('delivered and bounced');
  });

  it('stands up again with its state after the machine was shut down', async () => {
    const before = await counts();
    await aws.stop();
    await aws.start();
    expect(await counts()).toEqual(before);
    expect((await post('fail2ban', 'text/plain', demo('10-fail2ban.log').split('\n')[0] ?? '')).status).toBe(202);
    say('stopped and started');
  });

  it('takes back what lay among the dead letters', async () => {
    const { accepted } = await until('the last signal is settled', async () => {
      const now = await counts();
      return now.accepted + now.duplicates === 93 && now;
    });
    await house.send(house.queueUrl('AssessDeadLetters'), otherFinding('2026-03-22T09:00:00Z', 'two'));
    expect(await art33('redrive', 'assess', '--stage', stage)).toContain('Moved 1');
    await until('the dead letter is settled', async () => (await counts()).accepted === accepted + 1, 60);
    say('redriven');
  });

  it('has made up for the function that was killed: once the lease lapsed, each page once', async () => {
    const duties = await until(
      'the duties of the killed function are done',
      async () => {
        const all = await house.ledger.dutiesOf(incidentSubject(killed.incident as Incident['id']));
        return all.filter((duty) => duty.kind === 'inform' || duty.kind === 'ticket').every((duty) => duty.state === 'DONE') && all;
      },
      180,
    );
    const twice = duties.filter((duty) => duty.gen > 1);
    expect(twice.length).toBeGreaterThan(0);
    say(`made up for, ${Math.round((Date.now() - killed.at) / 1_000)} s after the kill`);
  });

  it('is not taken down while something is owed', async () => {
    const { code, err } = await typed('bin/destroy.ts', '--stage', stage, '--yes');
    expect([code, err]).toEqual([1, expect.stringMatching(/dut(y|ies)/)]);
  });
});
