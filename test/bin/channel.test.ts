// Decides whether a channel is distrusted from the command line: on a machine that runs, on one that does not, and in a deployment.
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { trustIn } from '#flow/trust.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';
import { stderrLog } from '#local/log.ts';
import { openNode } from '#local/node.ts';
import { cleanUp, freshFolder, start } from '../local/process.ts';
import { deployedDev } from './deployed.ts';
import { command, once } from './in-process.ts';

const who = ['--as', 'malik-brandt', '--why', 'its administrator was phished'];
let data: string;
beforeAll(() => {
  data = freshFolder();
  return once({ config: 'config', data });
});
afterAll(cleanUp);

const channel = (...words: readonly string[]) => command(['channel', ...words, '--data', data]);

describe('art33 channel on one machine', () => {
  it('distrusts, lists and trusts again, and writes nothing twice', async () => {
    expect((await channel('list')).stdout).toBe('Every channel is trusted.\n');
    expect((await channel('distrust', 'slack', ...who)).stdout).toBe('Nothing goes over slack from now on.\n');
    expect((await channel('distrust', 'slack', ...who)).stdout).toContain('distrusted already; nothing was written');
    expect((await channel('list')).stdout).toMatch(
      /^slack is distrusted since 2\S+, by person:cli:malik-brandt: its administrator was phished\n$/,
    );
    expect(JSON.parse((await channel('list', '--json')).stdout)).toMatchObject([{ channel: 'slack' }]);
    expect((await channel('trust', 'slack', ...who)).stdout).toBe('slack is trusted again.\n');
    expect((await channel('list')).stdout).toBe('Every channel is trusted.\n');
  });

  it('asks the Art33 that runs on the store', async () => {
    const running = start(['--config', 'config', '--data', data, '--port', '0']);
    await running.said(/Console/);
    expect((await channel('distrust', 'mail', ...who)).code).toBe(0);
    expect((await channel('list')).stdout).toContain('mail is distrusted');
    running.kill('SIGTERM');
    await running.ended;
    expect((await channel('list')).stdout).toContain('mail is distrusted');
  });

  it('is asked by whoever works there', async () => {
    const inForce = await loadInForce(exampleDir, { now: systemClock().now(), environment: {} });
    if (!inForce.ok) throw new Error('the example does not load');
    const node = await openNode({ dataDir: data, inForce: () => inForce.value, kind: 'own', environment: {}, log: stderrLog('silent') });
    await expect(trustIn(node.world)?.demand('mailer')).rejects.toThrow('mail is distrusted');
    await expect(trustIn(node.world)?.demand('pager')).resolves.toBeUndefined();
    node.close();
  });

  it.each([
    [[]],
    [['burn', 'slack']],
    [['distrust']],
    [['distrust', 'fax', ...who]],
    [['distrust', 'slack']],
    [['distrust', 'slack', '--as', 'malik-brandt', '--why', ' ']],
    [['distrust', 'slack', 'mail', ...who]],
    [['list', 'slack']],
  ])('refuses wrong use: %j', async (words) => {
    expect(await channel(...words)).toMatchObject({ code: 2, stdout: '' });
  });
});

it('of a deployment it is an entry of its register', async () => {
  const table = mockClient(DynamoDBDocumentClient);
  deployedDev();
  table.on(QueryCommand).resolves({ Items: [], Count: 0 });
  table.on(TransactWriteCommand).resolves({});
  expect(await command(['channel', 'distrust', 'idp', ...who, '--stage', 'dev'])).toMatchObject({ code: 0 });
  const written = table.commandCalls(TransactWriteCommand).flatMap((call) => call.args[0].input.TransactItems ?? []);
  expect(written.map((one) => one.Put?.Item)).toMatchObject([
    { chain: 'channel:idp', seq: 1, type: 'ChannelDistrusted', actor: 'person:cli:malik-brandt' },
  ]);
});
