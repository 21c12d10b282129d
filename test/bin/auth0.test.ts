// Decides whether what a log stream did not bring is fetched (F-48): each once, from where a killed run ended, the token told to nobody.
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering, logOf, tenant } from '../sinks/auth0.ts';
import { cleanUp, freshFolder, start } from '../local/process.ts';
import { deployedDev, s3 } from './deployed.ts';
import { command, once } from './in-process.ts';

const token = 'a-token-of-the-management-api';
/** A store without events, made once for all. */
const empty = freshFolder();
let data: string;
let server: Awaited<ReturnType<typeof tenant>>;
beforeAll(() => once({ config: 'config', data: empty }));
beforeEach(() => {
  vi.stubEnv('AUTH0_TOKEN', token);
  data = freshFolder();
  cpSync(empty, data, { recursive: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
});
afterAll(cleanUp);

const run = (...words: readonly string[]) =>
  command(['auth0', 'backfill', '--domain', server.address, '--data', data, '--config', 'config', ...words]);
const beginning = ['--from', logOf(0).log_id];
const counted = async () => {
  const { stdout } = await once({ config: 'config', data });
  return (JSON.parse(stdout) as { signals: unknown }).signals;
};
const checkpoint = () => join(data, `auth0-${new URL(server.address).host.replace(':', '-')}.checkpoint`);

describe('art33 auth0 backfill', () => {
  it('stores what is missing, tells how much that is, and what was here already is seen before', async () => {
    server = await tenant(120);
    const had = join(data, 'had.json');
    writeFileSync(
      had,
      server.logs
        .slice(0, 20)
        .map((log) => JSON.stringify({ log_id: log.log_id, data: log }))
        .join('\n'),
    );
    expect((await command(['send', had, '--source', 'auth0', '--data', data])).stdout).toContain('20 event(s)');
    await counted();
    const ended = await run(...beginning);
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([
      0,
      `Fetched 120 log(s) up to ${logOf(120).log_id}. 100 of them had not been delivered by the stream.\n`,
      '',
    ]);
    expect(await counted()).toEqual({ accepted: 120, rejected: 0, duplicates: 20 });
    // All of it again: the same deliveries, and nothing more.
    expect((await run(...beginning, '--checkpoint', join(data, 'other'))).stdout).toContain('Fetched 120 log(s)');
    expect(await counted()).toEqual({ accepted: 120, rejected: 0, duplicates: 20 });
  });

  it('goes on where it ended, and without --from fetches what came since', async () => {
    server = await tenant(250, { fault: (nth) => (nth === 3 ? answering(401, '') : undefined) });
    const broken = await run(...beginning);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain(`Fetched 200 log(s) up to ${logOf(200).log_id}.`);
    expect(statSync(checkpoint()).mode & 0o777).toBe(0o600);
    const rest = await run(...beginning);
    expect(rest.stdout).toContain(`Fetched 50 log(s) up to ${logOf(250).log_id}.`);
    expect(rest.stderr).toContain(`Going on behind ${logOf(200).log_id}`);
    expect((await run()).stdout).toContain('Fetched 0 log(s)');
    expect(await counted()).toEqual({ accepted: 250, rejected: 0, duplicates: 0 });
  });

  it('begins anew where another beginning is given', async () => {
    server = await tenant(10);
    await run(...beginning);
    expect((await run('--from', logOf(5).log_id)).stdout).toContain('Fetched 5 log(s)');
  });

  it('tells the token to nobody: not on the screen, not in a file', async () => {
    server = await tenant(1, { fault: () => answering(403, token) });
    const ended = await run(...beginning);
    expect(ended.stdout + ended.stderr).not.toContain(token);
    await server.close();
    server = await tenant(1);
    const file = join(data, 'token');
    writeFileSync(file, `another-${token}\n`);
    vi.stubEnv('AUTH0_TOKEN', undefined);
    await run(...beginning, '--token-file', file);
    expect(server.asked[0]?.authorization).toBe(`Bearer another-${token}`);
    expect(readFileSync(checkpoint(), 'utf8')).toBe(
      `${JSON.stringify({ domain: new URL(server.address).host, from: logOf(0).log_id, last: logOf(1).log_id })}\n`,
    );
  });

  it('goes into the Art33 that runs on the store', async () => {
    server = await tenant(3);
    const running = start(['--config', 'config', '--data', data, '--port', '0']);
    await running.said(/Console/);
    expect((await run(...beginning, '--json')).stdout).toBe(`{"fetched":3,"missing":3,"last":"${logOf(3).log_id}"}\n`);
    running.kill('SIGTERM');
    await running.ended;
    expect(await counted()).toEqual({ accepted: 3, rejected: 0, duplicates: 0 });
  });

  it('goes into a deployment by its bucket and the queue of those who assess', async () => {
    server = await tenant(2);
    deployedDev();
    const queues = mockClient(SQSClient);
    queues.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    s3.on(PutObjectCommand).resolves({});
    const file = join(data, 'stage');
    const ended = await command(['auth0', 'backfill', '--domain', server.address, ...beginning, '--stage', 'dev', '--checkpoint', file]);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Fetched 2 log(s)') });
    const bodies = queues
      .commandCalls(SendMessageBatchCommand)
      .flatMap((call) => call.args[0].input.Entries ?? [])
      .map((one) => JSON.parse(one.MessageBody ?? '') as Record<string, unknown>);
    expect(bodies.map((one) => one['delivery']).sort()).toEqual([`backfill:${logOf(1).log_id}#0`, `backfill:${logOf(2).log_id}#0`]);
    expect(existsSync(file)).toBe(true);
  });

  it('refuses wrong use', async () => {
    server = await tenant(1);
    const bare = (...words: readonly string[]) => command(['auth0', ...words, '--data', data]);
    expect((await bare('fetch')).code).toBe(2);
    expect((await bare('backfill', ...beginning)).stderr).toContain('--domain');
    expect((await run()).stderr).toContain('say from where: --from LOGID');
    expect((await run('--from', 'a b')).code).toBe(2);
    vi.stubEnv('AUTH0_TOKEN', 'two words');
    expect((await run(...beginning)).stderr).toContain('that is no token');
    vi.stubEnv('AUTH0_TOKEN', '');
    expect((await run(...beginning)).stderr).toContain('scope read:logs');
    vi.stubEnv('AUTH0_TOKEN', token);
    writeFileSync(checkpoint(), '{');
    expect(await run(...beginning)).toMatchObject({ code: 1, stderr: expect.stringContaining('is no checkpoint of this command') });
    expect(server.asked).toEqual([]);
  });
});
