// Decides whether a deployment refuses before anything is created, shows what it does, and is believed only when a drill came through.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetAccountCommand } from '@aws-sdk/client-sesv2';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initConfiguration } from '#adapters/config/init.ts';
import { deploy, type Hands } from '#bin/deploy/run.ts';
import { isTerminal, lanes } from '#core/duty/duty.ts';
import { durationOf, plus } from '#core/kernel/time.ts';
import { fail, ok } from '#core/kernel/result.ts';
import { drillSubject } from '#flow/drill.ts';
import { assess } from '#flow/assess.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { perform } from '#flow/perform.ts';
import type { Queues, Raw } from '#flow/ports.ts';
import { openHarness } from '../flow/harness.ts';
import { cleanUp, freshFolder } from '../local/process.ts';
import { bucketOf, cloudFormation, deployedDev, s3, ses } from './deployed.ts';
import { ending } from './in-process.ts';

let harness: Awaited<ReturnType<typeof openHarness>>;
/** What a lane's function does with a wake-up; a test may take it away. */
let wake: Queues['wake'];
vi.mock('#adapters/dynamodb/ledger.ts', () => ({ dynamoLedger: () => harness.world.ledger }));
vi.mock('#adapters/sqs/queues.ts', () => ({
  sqsClient: () => ({}),
  sqsQueues: () => ({ sendRaw: async () => undefined, wake: (...sent: Parameters<Queues['wake']>) => wake(...sent) }),
}));

let calls: (readonly string[])[];
let environment: Record<string, string>[];
let sent: { readonly url: string; readonly token: string | undefined; readonly body: string }[];
let assessing: boolean;

const template = {
  Resources: {
    Table: { Type: 'AWS::DynamoDB::Table' },
    A: { Type: 'AWS::SQS::Queue' },
    B: { Type: 'AWS::SQS::Queue' },
    Note: { Type: 'AWS::CDK::Metadata' },
  },
};

/** The CDK as far as we see it: it leaves a folder, and says with what it ended. */
const cdk: Hands['cdk'] = async (words, given) => {
  calls.push(words);
  environment.push({ ...given });
  if (words[0] !== 'synth') return 0;
  const folder = words[words.indexOf('--output') + 1] ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 't.json'), JSON.stringify(template));
  const properties = { templateFile: 't.json', stackName: 'art33-dev-state' };
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      artifacts: {
        x: { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/eu-central-1', properties },
        y: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://111122223333/us-east-1',
          properties: { templateFile: 't.json', stackName: 'art33-dev-signin-us-east-1' },
        },
        z: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://444455556666/eu-west-1',
          properties: { templateFile: 't.json', stackName: 'art33-dev-vault' },
        },
        t: { type: 'cdk:tree' },
      },
    }),
  );
  return 0;
};

/** The door of the deployment: the real flow behind it. */
const door: Hands['sendText'] = async (url, { headers, body }) => {
  sent.push({ url: url.href, token: headers['authorization'], body });
  const raws: Raw[] = [];
  const world = { ...harness.world, queues: { ...harness.world.queues, sendRaw: async (all: readonly Raw[]) => void raws.push(...all) } };
  await ingestDelivery(world, { source: 'fail2ban', id: 'http:r1', bytes: new TextEncoder().encode(body), received: harness.clock.now() });
  if (assessing) for (const raw of raws) await assess(harness.world, raw);
  return ok({ status: 202, text: '{"request":"r1","stored":1,"quarantined":0}' });
};

const hands = (more: Partial<Hands> = {}): Hands => ({
  cdk,
  ask: async () => undefined,
  clock: harness.clock,
  pause: async (milliseconds) => harness.clock.set(plus(harness.clock.now(), durationOf(milliseconds))),
  sendText: door,
  environment: {},
  ...more,
});

const run = (words: readonly string[], more: Partial<Hands> = {}) => ending(() => deploy(words, hands(more)));
const dev = ['--stage', 'dev', '--yes'];

beforeEach(async () => {
  harness = await openHarness();
  [calls, environment, sent, assessing] = [[], [], [], true];
  wake = async (_lane, refs) => {
    for (const ref of refs) await perform(harness.world, ref, { name: 'w', epoch: 0 });
  };
  deployedDev();
  bucketOf();
});
afterEach(() => harness.node.close());
afterAll(cleanUp);

const own = async (change: (folder: string) => void = () => undefined): Promise<string> => {
  const folder = join(freshFolder(), 'config');
  await initConfiguration(folder);
  change(folder);
  return folder;
};
const informed = (folder: string): void => {
  const file = join(folder, 'processing.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(aws:\n)/, '$1  controllersInformedAt: 2026-10-01\n'));
  writeFileSync(join(folder, 'art33.yml'), 'notice:\n  from: desk@notices.example.com\n  replyTo: desk@example.com\n');
};
const prodSettings = [
  'mailIdentity=notices.example.com',
  'alarmMail=ops@example.com',
  'jwtIssuer=https://id.example.com/',
  'jwtAudience=console',
  'account=111122223333',
];
const prod = (config: string) => ['--stage', 'prod', '--yes', '--config', config, ...prodSettings.flatMap((one) => ['--set', one])];

describe('deploy', () => {
  it('shows the plan, deploys exactly that folder, pushes the directory, and proves it by a drill', async () => {
    deployedDev({ stacks: ['CDKToolkit', 'art33-dev-pipeline'] });
    bucketOf();
    const ended = await run([...dev, '--set', 'mailIdentity=notices.example.com']);
    expect(ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('art33:') });
    expect(ended.stdout).toContain('art33-dev-state: new, 3 resources\n    1  AWS::DynamoDB::Table\n    2  AWS::SQS::Queue\n');
    const [synth, deployed] = calls;
    expect(synth).toEqual(expect.arrayContaining(['synth', '-c', 'art33:stage=dev', 'art33:mailIdentity=notices.example.com']));
    expect(deployed).toEqual(['deploy', '--all', '--require-approval', 'never', '--app', synth?.[3], '--progress', 'events']);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Key).toBe('directory/current.json');
    expect(ended.stdout).toMatch(
      /door: answered 202.*\n.*assess: the signal has its receipt.*\n.*lanes: notify, page, ticket, other took a duty of kind drill/,
    );
  });

  it('drills through the real door with its token, and nobody is told', async () => {
    expect((await run(dev)).code).toBe(0);
    expect(sent).toMatchObject([{ url: 'https://door.example.com/signals/fail2ban', token: 'Bearer token-of-the-door-1234' }]);
    expect(sent[0]?.body).toContain('[art33-drill]');
    expect((await harness.world.ledger.receipt('fail2ban', 'http:r1#0'))?.disposition).toBe('assessed');
    const duties = await harness.world.ledger.dutiesOf(drillSubject);
    expect(duties.map((duty) => [duty.kind, duty.lane, duty.state])).toEqual(
      expect.arrayContaining(lanes.map((lane) => ['drill', lane, 'DONE'])),
    );
    expect(await harness.node.outbox.messages()).toEqual([]);
  });

  it.each([
    [14, [], '14'],
    [1, [], '1'],
    [80.5, [], '80'],
    [14, ['--set', 'mailRate=5'], '5'],
    [undefined, [], undefined],
  ])('lets mail leave as fast as SES says (%s a second), or slower where a setting says so', async (MaxSendRate, more, rate) => {
    ses.on(GetAccountCommand).resolves(MaxSendRate === undefined ? {} : { SendQuota: { MaxSendRate } });
    expect((await run([...dev, ...more])).code).toBe(0);
    expect(calls[0]?.find((word) => word.startsWith('art33:mailRate'))).toBe(rate && `art33:mailRate=${rate}`);
  });

  it('leaves the lanes of a frozen deployment alone', async () => {
    wake = async () => undefined;
    const ended = await run([...dev, '--set', 'frozen=true']);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('lanes: stand still, because this deployment is frozen') });
    expect(await harness.world.ledger.dutiesOf(drillSubject)).toEqual([]);
  });

  it('knocks where --door says', async () => {
    await run([...dev, '--door', 'http://127.0.0.1:4566/_aws/execute-api/x']);
    expect(sent[0]?.url).toBe('http://127.0.0.1:4566/_aws/execute-api/x/signals/fail2ban');
  });

  it('says what changes against what is there', async () => {
    const before = {
      Resources: {
        A: { Type: 'AWS::SQS::Queue', Properties: { old: true } },
        B: { Type: 'AWS::SQS::Queue' },
        C: { Type: 'AWS::SNS::Topic' },
      },
    };
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(before) });
    const { stdout } = await run(dev);
    expect(stdout).toMatch(
      /art33-dev-state: \+ new, ~ changed, - removed\n {2}\+ {2}AWS::DynamoDB::Table +Table\n {2}~ {2}AWS::SQS::Queue +A\n {2}- {2}AWS::SNS::Topic +C\n/,
    );
  });

  it('looks for each stack where it will stand, and not into another account', async () => {
    const { stdout } = await run(dev);
    const looked = await Promise.all(
      cloudFormation
        .commandCalls(DescribeStacksCommand)
        .map(async (call) => `${call.args[0].input.StackName} ${await call.thisValue.config.region()}`),
    );
    expect(looked).toEqual(expect.arrayContaining(['art33-dev-signin-us-east-1 us-east-1', 'art33-dev-state eu-central-1']));
    expect(looked.join()).not.toContain('art33-dev-vault');
    expect(stdout).toContain('art33-dev-vault: 3 resources in account 444455556666\n');
    expect(stdout).toContain('art33-dev-signin-us-east-1: + new, ~ changed, - removed\n');
  });

  it('asks, and does nothing without a yes; where nobody can be asked it is wrong use', async () => {
    const no = await run(['--stage', 'dev'], { ask: async () => 'no' });
    expect(no).toMatchObject({ code: 1, stdout: expect.stringContaining('Nothing was deployed.') });
    expect(await run(['--stage', 'dev'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes deploys without a question') });
    expect(calls.map(([verb]) => verb)).toEqual(['synth', 'synth']);
    expect(await run(['--stage', 'dev'], { ask: async () => 'yes' })).toMatchObject({ code: 0 });
  });
});

describe('deploy refuses before anything is created', () => {
  const refused = async (words: readonly string[], code: number, ...said: readonly string[]): Promise<void> => {
    const ended = await run(words);
    expect(ended.code, ended.stderr).toBe(code);
    for (const text of said) expect(ended.stderr).toContain(text);
    expect(calls).toEqual([]);
    expect(s3.commandCalls(PutObjectCommand)).toEqual([]);
  };

  it('a missing stage, an unknown or missing setting, a region outside the EU', async () => {
    await refused(['--yes'], 2, 'which stage?');
    await refused([...dev, '--set', 'mailIdentiy=x.example.com'], 2, 'did you mean art33:mailIdentity?');
    await refused([...dev, '--set', 'region=us-east-1'], 2, 'one of eu-central-1');
    await refused(['--stage', 'prod', '--yes'], 2, 'art33:mailIdentity: missing', 'art33:account: missing');
    await refused([...dev, '--set', 'region'], 2, 'NAME=VALUE');
    await refused([...dev, '--door', 'nowhere'], 2, '--door');
  });

  it('a directory or rules that their linter refuses', async () => {
    await refused(
      [...dev, '--config', await own((folder) => writeFileSync(join(folder, 'directory/roles.yml'), 'sysop: x\n'))],
      1,
      'roles.yml:1',
    );
    await refused([...dev, '--config', await own((folder) => writeFileSync(join(folder, 'rules/a.yml'), 'title: x\n'))], 1, 'a.yml:1');
  });

  it('for prod the shipped example, and controllers that were not told of AWS; the row is printed (P-5)', async () => {
    const ended = await run(prod(await own()));
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stdout).toContain('Recipient of data: aws (processing.yml)');
    expect(ended.stdout).toContain('controllersInformedAt: not set');
    expect(ended.stderr).toContain('aws.controllersInformedAt: not set. Tell your controllers');
    expect(ended.stderr).toContain('art33.yml notice.from, notice.replyTo: missing');
    await refused(
      prod('').filter((word) => word !== '--config' && word !== ''),
      2,
      'stage prod needs your own configuration',
    );
    deployedDev({ stacks: [] });
    const told = await run(prod(await own(informed)));
    expect(told.stderr).not.toContain('controllersInformedAt');
    expect(told.stdout).toContain('controllersInformedAt: 2026-10-01');
  });

  it('a sender that the identity does not cover', async () => {
    const config = await own((folder) =>
      writeFileSync(join(folder, 'art33.yml'), 'notice:\n  from: desk@other.example\n  replyTo: desk@other.example\n'),
    );
    await refused([...dev, '--config', config], 1, 'art33.yml notice.from: not an address of notices.example.com');
  });

  it('an identity that is not verified, no bootstrap, and both at once', async () => {
    deployedDev({ stacks: [], verified: [] });
    await refused(
      dev,
      1,
      'npx cdk bootstrap aws://111122223333/eu-central-1',
      'notices.example.com is not verified in SES in eu-central-1. npm run -s art33 -- ses setup --identity notices.example.com --region eu-central-1',
    );
  });

  it('a rate that SES does not take', async () => {
    await refused([...dev, '--set', 'mailRate=20'], 1, 'art33:mailRate: SES takes 14 mails a second from this account');
  });

  it('but takes an address whose domain is verified', async () => {
    expect((await run([...dev, '--set', 'mailIdentity=desk@notices.example.com'])).code).toBe(0);
  });

  it('another account than the settings name', async () => {
    await refused([...dev, '--set', 'account=999900001111'], 1, 'signed in to account 111122223333, and art33:account says 999900001111');
  });
});

describe('a deployment that is not proved', () => {
  it('fails when the CDK fails, and says so', async () => {
    const ended = await run(dev, { cdk: async (words, given) => (words[0] === 'synth' ? cdk(words, given) : 1) });
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('the CDK ended with 1') });
    expect(sent).toEqual([]);
  });

  it('fails when the door does not answer, or not with 202', async () => {
    expect(await run(dev, { sendText: async () => fail('no answer in time') })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the door could not be reached: no answer in time'),
    });
    expect(await run(dev, { sendText: async () => ok({ status: 503, text: '' }) })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the door answered 503'),
    });
  });

  it('fails when the signal gets no receipt', async () => {
    assessing = false;
    expect(await run(dev)).toMatchObject({ code: 1, stderr: expect.stringContaining('got no receipt in two minutes') });
  });

  it('fails when a lane takes no duty, names it, and leaves nothing open', async () => {
    const all = wake;
    wake = async (lane, refs) => (lane === 'page' ? undefined : all(lane, refs));
    expect(await run(dev)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no worker took the drill’s duty in two minutes: page.'),
    });
    expect((await harness.world.ledger.dutiesOf(drillSubject)).every((duty) => isTerminal(duty.state))).toBe(true);
  });
});
