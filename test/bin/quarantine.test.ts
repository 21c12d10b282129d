// Decides whether what could not be read is listed, shown harmlessly and read again: on one machine, stopped or running, and in a deployment.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient, BatchGetCommand, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import { receiptItem } from '#adapters/dynamodb/items.ts';
import type { Receipt } from '#flow/ports.ts';
import { cleanUp, freshFolder, root, start } from '../local/process.ts';
import { deployedDev, s3 } from './deployed.ts';
import { command, once } from './in-process.ts';

const looking = ['--as', 'tomke-harms', '--why', 'to mend the mapping'];

let home: string;
let data: string;
const list = async (...words: readonly string[]) =>
  (await command(['quarantine', 'list', '--json', ...words])).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; source: string; since: string; reason: string });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'art33-quarantine-'));
  data = freshFolder();
  const hostile = join(home, 'hostile.log');
  writeFileSync(hostile, 'Ban \u001b[2J of jane@example.com \u202e\n');
  const settings = { data, events: [join(root, 'events/demo/30-guardduty.json')] };
  await once(settings);
  expect((await command(['send', hostile, '--source', 'fail2ban', '--data', data])).code).toBe(0);
  await once(settings);
});
afterAll(async () => {
  await cleanUp();
  rmSync(home, { recursive: true, force: true });
});

describe('art33 quarantine on one machine', () => {
  it('lists by source with since when and why, and nothing of what it says', async () => {
    const listed = await command(['quarantine', 'list', '--data', data]);
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^fail2ban: 1 since 2\d{3}-.*\n {2}1 x .*expected.*\n2\S+ {2}fail2ban\/cli:\S+#0 {2}\S+/);
    expect(listed.stdout).not.toContain('jane');
    expect(await list('--source', 'auth0', '--data', data)).toEqual([]);
    expect((await command(['quarantine', 'list', '--source', 'auth0', '--data', data])).stdout).toBe('Nothing is in quarantine.\n');
  });

  it('shows what it says only when asked, without a raw control byte', async () => {
    const [one] = await list('--data', data);
    const id = one?.id ?? '';
    const plain = await command(['quarantine', 'show', id, '--data', data]);
    expect(plain.stdout).toContain('byte(s)');
    expect(plain.stdout).not.toContain('jane');
    const shown = await command(['quarantine', 'show', id, '--show', ...looking, '--data', data]);
    expect(shown.stdout).toContain('| Ban \\x1b[2J of jane@example.com \\u{202e}');
    expect(shown.stdout).not.toMatch(/[^\n\P{C}]/u);
    expect(JSON.parse((await command(['quarantine', 'show', id, '--json', '--data', data])).stdout)).toEqual(one);
    expect((await command(['quarantine', 'show', 'fail2ban/none', '--data', data])).code).toBe(1);
  });

  it('writes its bytes to a new file for nobody else, and over none', async () => {
    const [one] = await list('--data', data);
    const out = join(home, 'event');
    expect((await command(['quarantine', 'show', one?.id ?? '', '--out', out, ...looking, '--data', data])).code).toBe(0);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, 'utf8')).toContain('\u001b[2J of jane');
    expect((await command(['quarantine', 'show', one?.id ?? '', '--out', out, ...looking, '--data', data])).stderr).toContain(
      'is there already',
    );
  });

  it('leaves a line in the register for each look, with who and why, and shows nothing to who does not say so', async () => {
    const [one] = await list('--data', data);
    const id = one?.id ?? '';
    for (const words of [
      ['--show'],
      ['--out', join(home, 'none')],
      ['--show', '--as', 'tomke-harms'],
      ['--show', '--as', 'tomke-harms', '--why', ' '],
    ])
      expect(await command(['quarantine', 'show', id, ...words, '--data', data])).toMatchObject({ code: 2, stdout: '' });
    const out = join(home, 'register.jsonl');
    expect((await command(['register', 'export', '--out', out, '--data', data])).code).toBe(0);
    const looks = readFileSync(out, 'utf8')
      .split('\n')
      .filter((line) => line.includes('RawEventViewed'))
      .map((line) => JSON.parse(line) as { chain: string; seq: number; actor: string; data: unknown });
    // One by --show, two by --out, of which the second wrote nothing and saw the event all the same.
    expect(looks.map(({ chain, seq }) => [chain, seq])).toEqual([1, 2, 3].map((seq) => ['source:fail2ban', seq]));
    expect(looks[0]).toMatchObject({ actor: 'person:cli:tomke-harms', data: { event: id, reason: 'to mend the mapping' } });
    expect(readFileSync(out, 'utf8')).not.toContain('jane');
    expect((await command(['register', 'verify', '--data', data])).code).toBe(3);
  });

  it('reads again what it is told to, and says what became of it', async () => {
    const [one] = await list('--data', data);
    const still = 'Read 0: 0 part of an incident, 0 nothing bad, 0 seen before. Still unreadable: 1.\n';
    for (const words of [[one?.id ?? ''], ['--source', 'fail2ban'], ['--all']])
      expect((await command(['quarantine', 'replay', ...words, '--data', data])).stdout).toBe(still);
    expect((await command(['quarantine', 'replay', '--source', 'auth0', '--json', '--data', data])).stdout).toBe(
      '{"attached":0,"assessed":0,"duplicate":0,"quarantined":0}\n',
    );
    expect((await command(['quarantine', 'replay', 'fail2ban/none', '--data', data])).code).toBe(1);
  });

  it('asks the Art33 that runs on the store', async () => {
    const running = start(['--data', data, '--port', '0']);
    await running.said(/Console/);
    expect(await list('--data', data)).toHaveLength(1);
    const [one] = await list('--data', data);
    expect((await command(['quarantine', 'show', one?.id ?? '', '--show', ...looking, '--data', data])).stdout).toContain('jane');
    expect((await command(['quarantine', 'replay', '--all', '--data', data])).stdout).toContain('Still unreadable: 1.');
    running.kill('SIGTERM');
    await running.ended;
  });

  it('reads real events by no rules but their own', async () => {
    const own = freshFolder();
    await once({ config: 'config', data: own });
    const ended = await command(['quarantine', 'replay', '--all', '--data', own]);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('say by whose rules to read: --config DIR')]);
    expect((await command(['quarantine', 'replay', '--all', '--data', own, '--config', 'config'])).code).toBe(0);
  });

  it('refuses wrong use', async () => {
    const wrong = [
      [],
      ['list', 'x'],
      ['show'],
      ['show', 'a', 'b'],
      ['replay'],
      ['replay', 'x', '--all'],
      ['replay', '--all', '--source', 'x'],
      ['burn'],
    ];
    for (const words of wrong) expect(await command(['quarantine', ...words, '--data', data])).toMatchObject({ code: 2 });
  });
});

describe('art33 quarantine of a deployment', () => {
  const table = mockClient(DynamoDBDocumentClient);
  const queues = mockClient(SQSClient);
  const receipt: Receipt = {
    delivery: 'http:1#0',
    source: 'auth0',
    at: instantOf(1_773_453_660_000),
    received: instantOf(1_773_453_600_000),
    rawRef: 'raw/auth0/aa',
    disposition: 'quarantined',
    reason: 'type: expected text',
  };
  const item = receiptItem(receipt, 2);
  const there = (): void => {
    deployedDev();
    table.reset();
    queues.reset();
    table.on(QueryCommand).resolves({ Items: [], Count: 0 });
    table
      .on(QueryCommand, { IndexName: 'X2-list', ExpressionAttributeValues: { ':list': item['X2PK'] } })
      .resolves({ Items: [{ PK: item['PK'], SK: item['SK'], X2SK: item['X2SK'] }] });
    table.on(BatchGetCommand).resolves({ Responses: { ledger: [item] } });
    table.on(GetCommand).resolves({ Item: item });
    table.on(TransactWriteCommand).resolves({});
    queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    s3.on(GetObjectCommand, { Key: 'raw/auth0/aa' }).resolves({
      Body: { transformToByteArray: async () => new TextEncoder().encode('{"a":"\u0007"}') } as never,
    });
  };

  it('is listed, shown and queued for those who assess', async () => {
    there();
    expect(await list('--stage', 'dev')).toEqual([
      { id: 'auth0/http:1#0', source: 'auth0', since: '2026-03-14T02:00:00Z', reason: 'type: expected text', rawRef: 'raw/auth0/aa' },
    ]);
    expect((await command(['quarantine', 'show', 'auth0/http:1#0', '--show', ...looking, '--stage', 'dev'])).stdout).toContain(
      '| {"a":"\\x07"}',
    );
    const looks = table.commandCalls(TransactWriteCommand).flatMap((call) => call.args[0].input.TransactItems ?? []);
    expect(looks.map((one) => one.Put?.Item)).toMatchObject([{ chain: 'source:auth0', seq: 1, type: 'RawEventViewed' }]);
    const ended = await command(['quarantine', 'replay', '--source', 'auth0', '--stage', 'dev']);
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('Queued to be read again.')]);
    const sent = queues.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input);
    expect(sent.map((one) => one.QueueUrl)).toEqual(['https://sqs.example.com/1/Assess']);
    expect(JSON.parse(sent[0]?.Entries?.[0]?.MessageBody ?? '')).toEqual({
      source: 'auth0',
      delivery: 'http:1#0',
      rawRef: 'raw/auth0/aa',
      received: 1_773_453_600_000,
      replay: true,
    });
  });

  it('names a stage', async () => {
    expect((await command(['quarantine', 'list', '--stage', 'nonsense'])).code).toBe(2);
  });
});
