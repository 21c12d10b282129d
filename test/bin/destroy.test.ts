// Decides whether a deployment is taken down only when nothing is owed, by somebody who meant it, and never with its state.
import { join } from 'node:path';
import { DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { destroy } from '#bin/destroy/run.ts';
import { demoEvents } from '#local/configuration.ts';
import { openHarness } from '../flow/harness.ts';
import { cloudFormation, deployedDev, failing, forwarding, lambda } from './deployed.ts';
import { ending } from './in-process.ts';

let harness: Awaited<ReturnType<typeof openHarness>>;
let tables: string[];
vi.mock('#adapters/dynamodb/ledger.ts', () => ({
  dynamoLedger: ({ table }: { readonly table: string }) => {
    tables.push(table);
    return harness.world.ledger;
  },
}));

let asked: string[];
const run = (words: readonly string[], answer?: string) =>
  ending(() =>
    destroy(words, async (question) => {
      asked.push(question);
      return answer;
    }),
  );
const deleted = () => cloudFormation.commandCalls(DeleteStackCommand).map((call) => call.args[0].input.StackName);

const deletionWorks = () =>
  cloudFormation.on(DeleteStackCommand).callsFake(async ({ StackName }: { StackName: string }) => {
    cloudFormation.on(DescribeStacksCommand, { StackName }).rejects(failing('ValidationError', 400, 'Stack does not exist'));
    return {};
  });

beforeEach(async () => {
  harness = await openHarness();
  [asked, tables] = [[], []];
  deployedDev();
  deletionWorks();
});
afterEach(() => harness.node.close());

const openDuty = () => harness.play([join(demoEvents, '30-guardduty.json')]);

describe('destroy', () => {
  it('takes the rule in us-east-1, console and pipeline down, in that order, never the state, and says what remains and what it costs', async () => {
    const ended = await run(['--stage', 'dev', '--yes']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(deleted()).toEqual(['art33-dev-signin-us-east-1', 'art33-dev-console', 'art33-dev-pipeline']);
    expect(ended.stdout).toContain(
      '    1  AWS::DynamoDB::Table\n    1  AWS::S3::Bucket\n    1  AWS::KMS::Key\n    3  AWS::SecretsManager::Secret\n',
    );
    expect(ended.stdout).toContain('about 2.20 USD a month');
  });

  it('looks for each stack in its region, and not for one that the pipeline does not name', async () => {
    await run(['--stage', 'dev', '--yes']);
    const calls = cloudFormation.commandCalls(DeleteStackCommand);
    expect(await Promise.all(calls.map((call) => call.thisValue.config.region()))).toEqual(['us-east-1', 'eu-central-1', 'eu-central-1']);
    deployedDev();
    deletionWorks();
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'art33-dev-pipeline' })
      .resolves({ Stacks: [{ StackName: 'x', StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(0) }] });
    await run(['--stage', 'dev', '--yes']);
    expect(deleted()).toEqual(['art33-dev-console', 'art33-dev-pipeline']);
  });

  it('leaves what takes mail in, and says how to end it: SES removes no rule set that is switched on', async () => {
    deployedDev({ stacks: ['art33-dev-state', 'art33-dev-pipeline', 'art33-dev-console', 'art33-dev-inbound', forwarding] });
    deletionWorks();
    const ended = await run(['--stage', 'dev', '--yes']);
    expect(deleted()).not.toContain('art33-dev-inbound');
    expect(ended.stdout).toContain('art33-dev-inbound stays, and takes mail in that nobody reads now.');
    deployedDev();
    deletionWorks();
    expect((await run(['--stage', 'dev', '--yes'])).stdout).not.toContain('inbound');
  });

  it('refuses while a duty is open, however it was asked', async () => {
    await openDuty();
    const ended = await run(['--stage', 'dev', '--yes']);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/\d+ duties are open, the nearest due at 20/) });
    expect(deleted()).toEqual([]);
  });

  it('looks into the ledger that the functions work on, and refuses where there is none', async () => {
    lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables: { LEDGER_TABLE: 'restored' } } });
    expect((await run(['--stage', 'dev'], 'no')).code).toBe(1);
    expect(tables).toEqual(['restored']);
    deployedDev({ stacks: ['art33-dev-console'] });
    expect(await run(['--stage', 'dev', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining("can't be found") });
    expect(deleted()).toEqual([]);
  });

  it('refuses while an item of a newer version may be an open duty', async () => {
    const { ledger } = harness.world;
    const none = ledger.incidents;
    vi.spyOn(ledger, 'incidents').mockImplementation((onStranger) => {
      onStranger?.('duty-x');
      return none();
    });
    expect(await run(['--stage', 'dev', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('1 item(s) of the ledger') });
    expect(deleted()).toEqual([]);
  });

  it('refuses when a signal came while somebody was typing', async () => {
    const ended = await ending(() =>
      destroy(['--stage', 'dev'], async () => {
        await openDuty();
        return 'dev';
      }),
    );
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('duties are open') });
    expect(deleted()).toEqual([]);
  });

  it('wants the name of the stage typed; where nobody can type it is wrong use', async () => {
    expect(await run(['--stage', 'dev'], 'yes')).toMatchObject({ code: 1, stdout: 'Nothing was taken down.\n' });
    expect(await run(['--stage', 'dev'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes destroys without a question') });
    expect(deleted()).toEqual([]);
    expect(asked[0]).toContain("Type the stage's name");
    expect(await run(['--stage', 'dev'], 'dev')).toMatchObject({ code: 0 });
  });

  it('says how a stack ended that would not go, and leaves the pipeline', async () => {
    cloudFormation
      .on(DescribeStacksCommand, { StackName: forwarding })
      .rejects(failing('ValidationError', 400, 'Stack does not exist'))
      .on(DeleteStackCommand)
      .resolves({})
      .on(DescribeStacksCommand, { StackName: 'art33-dev-console' })
      .resolves({ Stacks: [{ StackName: 'x', StackStatus: 'DELETE_FAILED', CreationTime: new Date(0) }] });
    const ended = await run(['--stage', 'dev', '--yes']);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('art33-dev-console ended as DELETE_FAILED') });
    expect(deleted()).toEqual(['art33-dev-console']);
  });

  it('has nothing to do where nothing is, and says what is wrong use', async () => {
    deployedDev({ stacks: ['art33-dev-state'] });
    expect(await run(['--stage', 'dev', '--yes'])).toMatchObject({
      code: 0,
      stdout: 'There is no pipeline and no console of dev in eu-central-1.\n',
    });
    for (const words of [[], ['--stage', 'live'], ['--stage', 'dev', 'now'], ['--stage', 'dev', '--force']])
      expect((await run(words)).code).toBe(2);
  });
});
