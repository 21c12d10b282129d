// Decides how a command finds what is deployed: a stage and a region, its stacks, and the settings that the functions were given.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StackResource } from '#adapters/aws/stacks.ts';
import type { PushedDirectory } from '#adapters/s3/directory.ts';
import type { Secrets } from '#adapters/secrets/secrets.ts';
import type { Clock, Evidences, Ledger, Queues } from '#flow/ports.ts';
import { type Region, type StageName, regions, stageNames } from '#lib/settings.ts';
import { CliFailure, CliUse } from './command.ts';

export const placeOptions = { stage: { type: 'string' }, region: { type: 'string' } } as const;

export const placeHelp = `--stage ${stageNames.join('|')}: which deployment. --region R: where it is (default: art33:region of cdk.json, else eu-central-1).`;

/** What is set in cdk.json for every deployment, with the prefix of our settings. */
export const settingsInFile = (
  file: string = fileURLToPath(new URL('../../cdk.json', import.meta.url)),
): Readonly<Record<string, string>> => {
  const { context = {} } = JSON.parse(readFileSync(file, 'utf8')) as { readonly context?: Readonly<Record<string, unknown>> };
  return Object.fromEntries(Object.entries(context).flatMap(([key, value]) => (key.startsWith('art33:') ? [[key, String(value)]] : [])));
};

const oneOf = <T extends string>(list: readonly T[], given: string, option: string): T => {
  const found = list.find((one) => one === given);
  if (found === undefined) throw new CliUse(`${option} ${given}: one of ${list.join(', ')} was expected.`);
  return found;
};

export type Place = { readonly stage: StageName; readonly region: Region };

export const regionOf = (given: string | undefined): Region =>
  oneOf(regions, given ?? settingsInFile()['art33:region'] ?? 'eu-central-1', '--region');

export const placeOf = (command: string, values: { readonly stage?: string | undefined; readonly region?: string | undefined }): Place => {
  if (values.stage === undefined) throw new CliUse(`${command} needs a deployment: --stage ${stageNames.join('|')}.`);
  return { stage: oneOf(stageNames, values.stage, '--stage'), region: regionOf(values.region) };
};

export type StackName = 'state' | 'pipeline' | 'console' | 'inbound';
export const stackOf = (stage: StageName, stack: StackName): string => `art33-${stage}-${stack}`;

/** Where the pipeline names the stack in us-east-1 that sends to it (lib/pipeline-stack.ts). */
export const forwardingOutput = 'ForwardingStack';

/** AWS and the ports say in words for people what is the matter; that is the failure of the command. */
export const operating = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Error && (cause.name === 'AwsError' || cause.name === 'PortError')) throw new CliFailure(cause.message);
    throw cause;
  }
};

export type Deployment = Place & {
  readonly state: readonly StackResource[];
  readonly pipeline: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Settings of all functions together: addresses and names, never a secret. */
  readonly env: Readonly<Record<string, string>>;
};

/** What the CDK made of one construct: its path without separators, then eight characters. */
export const named = (resources: readonly StackResource[], type: string, start: string): StackResource | undefined =>
  resources.find((one) => one.type === type && one.logicalId.startsWith(start));

export const functionsIn = (resources: readonly StackResource[]): readonly StackResource[] =>
  resources.filter((one) => one.type === 'AWS::Lambda::Function');

export type NamedQueue = { readonly name: string; readonly url: string };

const kebab = (id: string): string => id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

const queuesNamed = (resources: readonly StackResource[], pattern: RegExp): readonly NamedQueue[] =>
  resources
    .filter((one) => one.type === 'AWS::SQS::Queue')
    .flatMap(({ logicalId, physicalId: url }) => {
      const [, id] = pattern.exec(logicalId) ?? [];
      return id === undefined ? [] : [{ name: kebab(id), url }];
    });

/** By the names of the runbook: `assess`, `failed-tick`. CloudFormation knows a queue by its URL. */
export const deadLettersIn = (deployment: Deployment): readonly NamedQueue[] =>
  queuesNamed(deployment.state, /^(.+)DeadLetters[0-9A-F]{8}$/);
export const workQueuesIn = (deployment: Deployment): readonly NamedQueue[] => queuesNamed(deployment.pipeline, /^(.+)Queue[0-9A-F]{8}$/);

const stagesAsked = ['Ingest', 'Tick'] as const;

export const findDeployment = async (place: Place): Promise<Deployment> => {
  const [{ awsStacks, stacksClient }, { awsFunctions, functionClients }] = await Promise.all([
    import('#adapters/aws/stacks.ts'),
    import('#adapters/aws/functions.ts'),
  ]);
  const stacks = awsStacks(stacksClient(place.region));
  const functions = awsFunctions(functionClients(place.region));
  const name = stackOf(place.stage, 'pipeline');
  if ((await stacks.status(name)) === undefined)
    throw new CliFailure(
      `there is no ${name} in ${place.region}. Deploy it (npm run deploy -- --stage ${place.stage}), or name another --region.`,
    );
  const [state, pipeline, outputs] = await Promise.all([
    stacks.resources(stackOf(place.stage, 'state')),
    stacks.resources(name),
    stacks.outputs(name),
  ]);
  const settings = await Promise.all(
    stagesAsked.map(async (stage) => {
      const found = named(pipeline, 'AWS::Lambda::Function', `${stage}Function`);
      if (!found)
        throw new CliFailure(`${name} has no function for ${stage.toLowerCase()}: it was not deployed to its end. Deploy it again.`);
      return functions.settings(found.physicalId);
    }),
  );
  return { ...place, state, pipeline, outputs, env: Object.assign({}, ...settings) as Record<string, string> };
};

/** One of the functions' settings. */
export const settingOf = ({ stage, env }: Deployment, name: string): string => {
  const value = env[name];
  if (value === undefined) throw new CliFailure(`the functions of ${stage} have no ${name}: they are of another version. Deploy again.`);
  return value;
};

const tableIn = async (deployment: Deployment) => {
  const { documentClient } = await import('#adapters/dynamodb/client.ts');
  return {
    documents: documentClient({ region: deployment.region }),
    table: settingOf(deployment, 'LEDGER_TABLE'),
    shards: Number(settingOf(deployment, 'LEDGER_SHARDS')),
  };
};

export const ledgerIn = async (deployment: Deployment): Promise<Ledger> => {
  const { dynamoLedger } = await import('#adapters/dynamodb/ledger.ts');
  return dynamoLedger(await tableIn(deployment));
};

export const lastSeenIn = async (deployment: Deployment) => {
  const { lastSeen } = await import('#adapters/dynamodb/last-seen.ts');
  return lastSeen(await tableIn(deployment));
};

export const evidenceIn = async (deployment: Deployment): Promise<Evidences> => {
  const { s3Client, s3Evidence } = await import('#adapters/s3/evidence.ts');
  return s3Evidence({ client: s3Client({ region: deployment.region }), bucket: settingOf(deployment, 'EVIDENCE_BUCKET') });
};

/** The door to assessment, without a door. */
export const assessQueuesIn = async (deployment: Deployment): Promise<Queues> => {
  const assess = workQueuesIn(deployment).find(({ name }) => name === 'assess');
  if (!assess) throw new CliFailure(`${deployment.stage} has no assess queue: it was not deployed to its end. Deploy it again.`);
  const { sqsClient, sqsQueues } = await import('#adapters/sqs/queues.ts');
  return sqsQueues({ client: sqsClient({ region: deployment.region }), assess: assess.url });
};

export const secretsIn = async (deployment: Deployment, clock: Clock): Promise<Secrets> => {
  const { cachedSecrets, secretsClient } = await import('#adapters/secrets/secrets.ts');
  return cachedSecrets({ client: secretsClient({ region: deployment.region }), clock });
};

/** The configuration that was pushed, and where the next one goes. */
export const pushedIn = async (deployment: Deployment): Promise<PushedDirectory> => {
  const [{ s3Directory }, { s3Client }] = await Promise.all([import('#adapters/s3/directory.ts'), import('#adapters/s3/evidence.ts')]);
  return s3Directory({ client: s3Client({ region: deployment.region }), bucket: settingOf(deployment, 'EVIDENCE_BUCKET') });
};
