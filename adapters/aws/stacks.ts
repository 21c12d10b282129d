// Decides what the operator learns of a deployment's stacks, and how one is taken down: by CloudFormation, which knows what is kept.
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { ask, askFor, clientSettings } from './ask.ts';

export type StackResource = { readonly logicalId: string; readonly type: string; readonly physicalId: string };

export type Template = { readonly Resources?: Readonly<Record<string, { readonly Type: string }>> };

export type Stacks = {
  /** CloudFormation's word, such as CREATE_COMPLETE; undefined where there is no such stack. */
  readonly status: (name: string) => Promise<string | undefined>;
  readonly outputs: (name: string) => Promise<Readonly<Record<string, string>>>;
  readonly resources: (name: string) => Promise<readonly StackResource[]>;
  readonly template: (name: string) => Promise<Template | undefined>;
  /** Asks for the deletion and waits for its end, which is the last word of CloudFormation. */
  readonly remove: (name: string) => Promise<string>;
};

export const stacksClient = (region: string): CloudFormationClient => new CloudFormationClient(clientSettings(region));

const none = /does not exist/;
const deletionTakes = 30 * 60_000;
/** Soon at first: an empty stack is gone at once. */
const lookAfter = (waited: number): number => Math.min(5_000, Math.max(500, waited));

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const described = async (client: CloudFormationClient, name: string): Promise<Stack | undefined> =>
  (await askFor(`looking for the stack ${name}`, none, client.send(new DescribeStacksCommand({ StackName: name }))))?.Stacks?.[0];

const listed = async (client: CloudFormationClient, name: string): Promise<readonly StackResource[]> => {
  const found: StackResource[] = [];
  let from: string | undefined;
  do {
    const page = await ask(
      `reading what is in ${name}`,
      client.send(new ListStackResourcesCommand({ StackName: name, ...(from === undefined ? {} : { NextToken: from }) })),
    );
    for (const one of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId: logicalId, ResourceType: type, PhysicalResourceId: physicalId } = one;
      if (logicalId !== undefined && type !== undefined && physicalId !== undefined) found.push({ logicalId, type, physicalId });
    }
    from = page.NextToken;
  } while (from);
  return found;
};

const removed = async (client: CloudFormationClient, name: string, pause: (milliseconds: number) => Promise<void>): Promise<string> => {
  const stack = await described(client, name);
  if (!stack) return 'DELETE_COMPLETE';
  // By its id a deleted stack can still be looked at; by its name it is gone.
  const id = stack.StackId ?? name;
  await ask(`deleting ${name}`, client.send(new DeleteStackCommand({ StackName: id })));
  for (let waited = 0; waited < deletionTakes; waited += lookAfter(waited)) {
    const status = (await described(client, id))?.StackStatus ?? 'DELETE_COMPLETE';
    if (!status.endsWith('_IN_PROGRESS')) return status;
    await pause(lookAfter(waited));
  }
  return 'DELETE_IN_PROGRESS';
};

export const awsStacks = (client: CloudFormationClient, pause: (milliseconds: number) => Promise<void> = sleep): Stacks => ({
  status: async (name) => (await described(client, name))?.StackStatus,
  outputs: async (name) =>
    Object.fromEntries(
      ((await described(client, name))?.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
        key !== undefined && value !== undefined ? [[key, value]] : [],
      ),
    ),
  resources: (name) => listed(client, name),
  template: async (name) => {
    const answer = await askFor(
      `reading the template of ${name}`,
      none,
      client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' })),
    );
    return answer?.TemplateBody === undefined ? undefined : (JSON.parse(answer.TemplateBody) as Template);
  },
  remove: (name) => removed(client, name, pause),
});
