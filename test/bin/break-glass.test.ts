// Decides whether somebody comes into a deployment without its identity provider: who is refused, and that it is written before anybody is in.
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, expect, it, vi } from 'vitest';
import { ask } from '../local/process.ts';
import { deployedDev, sts } from './deployed.ts';
import { command } from './in-process.ts';

const who = ['--as', 'malik-brandt', '--why', 'Auth0 is in other hands'];
const there = ['--stage', 'dev', '--config', 'config', '--port', '0'];
const table = mockClient(DynamoDBDocumentClient);
const queues = mockClient(SQSClient);
afterEach(() => {
  vi.restoreAllMocks();
  for (const mock of [table, queues]) mock.reset();
});

it.each([
  [[]],
  [['--stage', 'dev']],
  [['--stage', 'dev', '--as', 'malik-brandt']],
  [['--stage', 'dev', '--as', 'malik-brandt', '--why', '  ']],
  [who],
  [[...who, '--stage', 'nowhere']],
  [[...who, '--stage', 'dev', '--port', 'x']],
  [[...who, '--stage', 'dev', 'more']],
])('refuses wrong use: %j', async (words) => {
  expect(await command(['break-glass', ...words])).toMatchObject({ code: 2, stdout: '' });
});

it('refuses whoever is not in the directory, and writes nothing', async () => {
  deployedDev();
  sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::111122223333:user/night' });
  const ended = await command(['break-glass', '--as', 'nobody-known', '--why', 'x', ...there]);
  expect([ended.code, ended.stderr]).toEqual([1, 'art33: --as nobody-known: there is nobody of that id in the directory.\n']);
  expect(table.commandCalls(TransactWriteCommand)).toEqual([]);
});

it('writes who, why and by which credentials before the link is printed, serves on this machine, and notes the end', async () => {
  deployedDev();
  sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::111122223333:user/night' });
  table.on(QueryCommand).resolves({ Items: [], Count: 0 });
  table.on(TransactWriteCommand).resolves({});
  queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  const chain = () =>
    table
      .commandCalls(TransactWriteCommand)
      .flatMap((call) => call.args[0].input.TransactItems ?? [])
      .flatMap((one) => (one.Put?.Item?.['chain'] === 'access:malik-brandt' ? [one.Put.Item] : []));
  const before = process.listenerCount('SIGTERM');
  let listening = 0;
  const printed: string[] = [];
  const link = new Promise<string>((resolve) => {
    vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
      printed.push(String(part));
      const found = /http:\/\/localhost:\d+\/enter\?once=\S+/.exec(String(part))?.[0];
      if (found !== undefined) {
        listening = process.listenerCount('SIGTERM');
        resolve(found);
      }
      return true;
    });
  });
  const { breakGlassCommand } = await import('#bin/cli/break-glass.ts');
  const ended = breakGlassCommand.run([...who, ...there]);
  const at = new URL(await Promise.race([link, ended.then((code) => Promise.reject(new Error(`it ended with ${code}`)))]));
  expect(chain()).toMatchObject([
    { type: 'GlassBroken', data: '{"reason":"Auth0 is in other hands","credentials":"arn:aws:iam::111122223333:user/night"}' },
  ]);
  expect((await ask(Number(at.port), `${at.pathname}${at.search}`)).status).toBe(302);
  expect((await ask(Number(at.port), '/')).status).toBe(401);
  // Told now, not at the next tick.
  expect(queues.commandCalls(SendMessageBatchCommand).flatMap((call) => call.args[0].input.Entries ?? [])).toHaveLength(3);
  // Whoever reads the link may stop it at once.
  expect(listening).toBe(before + 1);
  process.emit('SIGTERM');
  expect(await ended).toBe(0);
  expect(chain().map(({ type }) => type)).toEqual(['GlassBroken', 'GlassClosed']);
});
