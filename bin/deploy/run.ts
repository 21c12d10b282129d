// Decides the order of a deployment: checks, plan, question, deployment, directory, drill. What was shown is what is deployed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sendText } from '#adapters/http/reach.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { type Ask, askTerminal } from '../ask.ts';
import { CliFailure, CliUse, print } from '#bin/cli/command.ts';
import { findDeployment, operating, stackOf } from '#bin/cli/deployment.ts';
import { checkedDirectory, pushDirectory } from '#bin/cli/directory.ts';
import { type DrillHands, drill } from './drill.ts';
import { type Planned, plannedIn, planLines } from './plan.ts';
import { awsRow, refusedByCloud, refusedByFiles } from './refusals.ts';
import { type Wanted, atRateOf, deployHelp, wantedDeployment } from './wanted.ts';

export type Hands = DrillHands & {
  /** Runs the CDK's own command line; its exit code. */
  readonly cdk: (words: readonly string[], environment: Readonly<Record<string, string>>) => Promise<number>;
  readonly ask: Ask;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `node` of the child is ours: the CDK starts the app by that name. */
const runCdk: Hands['cdk'] = (words, environment) =>
  new Promise((resolve, reject) => {
    const script = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');
    const path = [dirname(process.execPath), process.env['PATH']].join(':');
    // What the CDK says goes to stderr: standard output is ours.
    const child = spawn(process.execPath, [script, ...words], {
      cwd: root,
      env: { ...process.env, PATH: path, ...environment },
      stdio: ['ignore', 2, 2],
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

export const realHands: Hands = {
  cdk: runCdk,
  ask: askTerminal,
  clock: systemClock(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  sendText,
  environment: process.env,
};

const refuse = (reasons: readonly string[]): void => {
  if (reasons.length > 0) throw new CliFailure(`nothing was deployed; first:\n${reasons.map((one) => `  - ${one}`).join('\n')}`);
};

const cloudOf = async (region: string) => {
  const [account, stacks, mail] = await Promise.all([
    import('#adapters/aws/account.ts'),
    import('#adapters/aws/stacks.ts'),
    import('#adapters/aws/mail.ts'),
  ]);
  const ses = mail.sesSetup(mail.mailClient(region));
  return {
    account: await account.signedIn(account.accountClient(region)),
    stacks: stacks.awsStacks(stacks.stacksClient(region)),
    mail: ses,
    mailsPerSecond: (await ses.account()).perSecond,
  };
};

const synthesize = async ({ context, config }: Wanted, folder: string, hands: Hands): Promise<void> => {
  const settings = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const code = await hands.cdk(['synth', '--quiet', '--output', folder, ...settings], { ART33_CONFIG: config });
  if (code !== 0) throw new CliFailure('nothing was deployed: the template could not be made; see above.');
};

/** Each stack is looked for where it will stand. */
const showPlan = async (folder: string, signedInTo: string): Promise<void> => {
  const { awsStacks, stacksClient } = await import('#adapters/aws/stacks.ts');
  const deployed = async ({ stack, account, region }: Planned) => {
    if (account !== signedInTo && account !== 'unknown-account') return 'elsewhere';
    const stacks = awsStacks(stacksClient(region));
    return (await stacks.status(stack)) === undefined ? undefined : stacks.template(stack);
  };
  for (const planned of plannedIn(folder)) print(planLines(planned, await deployed(planned)).join('\n'));
};

const agreed = async ({ settings, yes }: Wanted, account: string, ask: Ask): Promise<boolean> => {
  if (yes) return true;
  const answer = await ask(`\nDeploy ${settings.stage} to account ${account} in ${settings.region}? Type yes: `);
  if (answer === undefined) throw new CliUse('nobody can be asked here: --yes deploys without a question.');
  return answer.toLowerCase() === 'yes';
};

const deployFolder = async (folder: string, { settings: { stage, region } }: Wanted, hands: Hands): Promise<void> => {
  const words = ['deploy', '--all', '--require-approval', 'never', '--app', folder, '--progress', 'events'];
  const code = await hands.cdk(words, { AWS_REGION: region });
  if (code !== 0)
    throw new CliFailure(
      `the CDK ended with ${code}; see above. CloudFormation keeps or restores each stack whole (${stackOf(stage, 'state')} first). Mend it and deploy again.`,
    );
};

const prove = async (wanted: Wanted, read: Awaited<ReturnType<typeof checkedDirectory>>, hands: Hands): Promise<void> => {
  const { stage, region } = wanted.settings;
  const deployment = await findDeployment({ stage, region });
  await pushDirectory(deployment, read);
  print('\nDrill (nobody is mailed or paged):');
  print((await drill(deployment, { door: wanted.door, frozen: wanted.settings.frozen }, hands)).join('\n'));
  print(
    `\nDeployed and proved. Signals: https://${deployment.outputs['DoorHost'] ?? '?'}/signals/{source}. Next: npm run -s art33 -- doctor --stage ${stage}`,
  );
};

const inOwnFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'art33-deploy-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const deployWanted = async (asked: Wanted, hands: Hands): Promise<number> => {
  const { config } = asked;
  const read = await checkedDirectory(config);
  const { configuration } = read.deployed;
  if (asked.settings.stage === 'prod') print(awsRow(configuration).join('\n'));
  refuse(refusedByFiles(configuration, asked.settings));
  const cloud = await cloudOf(asked.settings.region);
  const wanted = atRateOf(cloud.mailsPerSecond, asked);
  refuse(await refusedByCloud(cloud, wanted.settings));
  return inOwnFolder(async (folder) => {
    await synthesize(wanted, folder, hands);
    await showPlan(folder, cloud.account);
    if (!(await agreed(wanted, cloud.account, hands.ask))) {
      print('Nothing was deployed.');
      return 1;
    }
    await deployFolder(folder, wanted, hands);
    await prove(wanted, read, hands);
    return 0;
  });
};

export const deploy = async (words: readonly string[], hands: Hands): Promise<number> => {
  const wanted = wantedDeployment(words, hands.environment);
  if (wanted) return operating(() => deployWanted(wanted, hands));
  print(deployHelp);
  return 0;
};
