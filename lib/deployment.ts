// Decides which stacks a deployment has and how they are named: state, pipeline, console, and what stands elsewhere; one set for each stage.
import { type App, CfnOutput, Tags } from 'aws-cdk-lib';
import { ConsoleStack } from './console-stack.ts';
import { addDashboard } from './dashboard.ts';
import { InboundStack } from './inbound-stack.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { type Settings, globalRegion } from './settings.ts';
import { SigninStack } from './signin-stack.ts';
import { StateStack } from './state-stack.ts';
import { VaultStack } from './vault-stack.ts';

export type Deployment = {
  readonly state: StateStack;
  readonly pipeline: PipelineStack;
  readonly console: ConsoleStack;
  readonly vault?: VaultStack;
  readonly signin?: SigninStack;
  readonly inbound?: InboundStack;
};

/** `bundles` is the folder with one folder for each function. */
export const deployment = (app: App, settings: Settings, bundles: string): Deployment => {
  const { stage, region, account } = settings;
  const env = { region, ...(account === undefined ? {} : { account }) };
  const name = (stack: string): string => `art33-${stage}-${stack}`;
  const state = new StateStack(app, name('state'), {
    env,
    description: 'Art33: what must survive',
    terminationProtection: stage !== 'dev',
    settings,
  });
  const inbound =
    settings.inboundMail === undefined
      ? undefined
      : new InboundStack(app, name('inbound'), { env, description: 'Art33: mail that comes in', stage, address: settings.inboundMail });
  const pipeline = new PipelineStack(app, name('pipeline'), {
    env,
    description: 'Art33: from signal to duty done',
    settings,
    state,
    bundles,
    ...(inbound ? { inbound } : {}),
  });
  const console = new ConsoleStack(app, name('console'), {
    env,
    description: 'Art33: what people look at',
    settings,
    state,
    pipeline,
    bundles,
  });
  addDashboard(console, { stacks: [state, pipeline, console], assess: pipeline.queues.assess.queue });
  const vault =
    settings.vault && account
      ? new VaultStack(app, name('vault'), {
          env: { account: settings.vault.account, region: settings.vault.region },
          description: 'Art33: the night kit, in another account',
          terminationProtection: stage !== 'dev',
          stage,
          vault: settings.vault,
          writer: account,
        })
      : undefined;
  const signin = settings.globalSignIns
    ? new SigninStack(app, name(`signin-${globalRegion}`), {
        env: { ...env, region: globalRegion },
        description: 'Art33: hands home what AWS tells us-east-1 only',
        home: region,
      })
    : undefined;
  if (signin) new CfnOutput(pipeline, 'ForwardingStack', { description: 'What sends to us from us-east-1', value: signin.stackName });
  Tags.of(app).add('art33:stage', stage);
  return { state, pipeline, console, ...(vault ? { vault } : {}), ...(signin ? { signin } : {}), ...(inbound ? { inbound } : {}) };
};
