// Decides what is read of a stack, and that a deletion is waited for to its last word.
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsStacks } from '#adapters/aws/stacks.ts';

const client = new CloudFormationClient({ region: 'eu-central-1' });
const mock = mockClient(client);
let pauses: number;
const stacks = awsStacks(client, async () => {
  pauses += 1;
});
const none = Object.assign(new Error('Stack with id s does not exist'), { name: 'ValidationError' });
const stack = (StackStatus: StackStatus) => ({ Stacks: [{ StackName: 's', StackId: 'arn:s', StackStatus, CreationTime: new Date(0) }] });

beforeEach(() => {
  mock.reset();
  pauses = 0;
});

describe('a stack', () => {
  it('that is not there has no status, no outputs, no template; to remove it is done', async () => {
    mock.on(DescribeStacksCommand).rejects(none);
    mock.on(GetTemplateCommand).rejects(none);
    expect(await stacks.status('s')).toBeUndefined();
    expect(await stacks.outputs('s')).toEqual({});
    expect(await stacks.template('s')).toBeUndefined();
    expect(await stacks.remove('s')).toBe('DELETE_COMPLETE');
    expect(mock.commandCalls(DeleteStackCommand)).toEqual([]);
  });

  it('has its resources read to the last page', async () => {
    const one = (LogicalResourceId: string) => ({
      LogicalResourceId,
      ResourceType: 't',
      PhysicalResourceId: 'p',
      ResourceStatus: 'CREATE_COMPLETE' as const,
      LastUpdatedTimestamp: new Date(0),
    });
    mock.on(ListStackResourcesCommand, { StackName: 's' }).resolves({ StackResourceSummaries: [one('a')], NextToken: '2' });
    mock.on(ListStackResourcesCommand, { StackName: 's', NextToken: '2' }).resolves({ StackResourceSummaries: [one('b')] });
    expect((await stacks.resources('s')).map((found) => found.logicalId)).toEqual(['a', 'b']);
  });

  it('is waited for by its id until it is gone', async () => {
    mock.on(DescribeStacksCommand, { StackName: 's' }).resolves(stack('CREATE_COMPLETE'));
    mock
      .on(DescribeStacksCommand, { StackName: 'arn:s' })
      .resolvesOnce(stack('DELETE_IN_PROGRESS'))
      .resolvesOnce(stack('DELETE_IN_PROGRESS'))
      .resolves(stack('DELETE_COMPLETE'));
    mock.on(DeleteStackCommand).resolves({});
    expect(await stacks.remove('s')).toBe('DELETE_COMPLETE');
    expect(pauses).toBe(2);
  });

  it('that will not go says so', async () => {
    mock.on(DescribeStacksCommand).resolvesOnce(stack('CREATE_COMPLETE')).resolves(stack('DELETE_FAILED'));
    mock.on(DeleteStackCommand).resolves({});
    expect(await stacks.remove('s')).toBe('DELETE_FAILED');
  });
});
