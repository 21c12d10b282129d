// Decides whether a pushed directory is checked, kept, put in place on condition, and then in force in a function within two minutes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { initConfiguration } from '#adapters/config/init.ts';
import { s3Directory } from '#adapters/s3/directory.ts';
import { type Instant, minutes, plus } from '#core/kernel/time.ts';
import { decode, encode } from '#lambdas/deployed.ts';
import { liveDirectory } from '#lambdas/live-directory.ts';
import { exampleDeployed } from '../lambdas/settings.ts';
import { cleanUp, freshFolder } from '../local/process.ts';
import { bucketOf, deployedDev, failing, s3 } from './deployed.ts';
import { command } from './in-process.ts';

afterAll(cleanUp);

const current = 'directory/current.json';
let objects: ReturnType<typeof bucketOf>;
beforeEach(() => {
  deployedDev();
  objects = bucketOf();
});

const edited = async (): Promise<string> => {
  const folder = join(freshFolder(), 'config');
  await initConfiguration(folder);
  writeFileSync(join(folder, 'art33.yml'), 'baseUrl: https://new.example.com\n');
  return folder;
};
const push = (...words: readonly string[]) => command(['directory', 'push', ...words, '--stage', 'dev']);

describe('directory push', () => {
  it('puts the configuration in place and says from when it counts', async () => {
    const ended = await push(await edited());
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toMatch(/^Pushed: \d+ controllers, .*In force on dev within two minutes\.\n$/);
    expect(decode(objects.get(current)?.text ?? '').configuration.baseUrl).toBe('https://new.example.com');
  });

  it('keeps what it replaces under the instant at which that was made', async () => {
    const folder = await edited();
    await push(folder);
    const first = objects.get(current)?.text;
    await push(folder);
    const kept = [...objects.keys()].filter((key) => key !== current);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(/^directory\/\d{4}-\d\d-\d\dT[\d:.]+Z\.json$/);
    expect(objects.get(kept[0] ?? '')?.text).toBe(first);
  });

  it('is what a function works under two minutes later, and not before it looked', async () => {
    const bundled = await exampleDeployed();
    let now: Instant = bundled.madeAt;
    const bucket = s3Directory({ client: new S3Client({ region: 'eu-central-1' }), bucket: 'evidence' });
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const directory = liveDirectory({
      bundled,
      read: (unlessEtag) => bucket.read({ unlessEtag }),
      inForceOf: ({ configuration }) => ({ configuration, rules: { rules: [], byName: new Map(), hash: 'none' } }),
      clock: { now: () => now },
      log: quiet,
    });
    await directory.refresh?.();
    await push(await edited());
    expect(directory.current().configuration.baseUrl).toBe(bundled.configuration.baseUrl);
    now = plus(now, minutes(2));
    await directory.refresh?.();
    expect(directory.current().configuration.baseUrl).toBe('https://new.example.com');
  });

  it('refuses a directory that its linter refuses, with file, line and field, and writes nothing', async () => {
    const folder = await edited();
    writeFileSync(join(folder, 'directory/roles.yml'), 'sysop: [nobody-of-that-name]\n');
    const ended = await push(folder);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/roles\.yml:1 management: missing; add it/);
    expect(s3.commandCalls(PutObjectCommand)).toEqual([]);
  });

  it('gives way to somebody who pushed at the same moment', async () => {
    const other = encode({ ...(await exampleDeployed()) });
    objects.set(current, { text: other, etag: '"x"' });
    s3.on(PutObjectCommand, { Key: current }).rejects(failing('PreconditionFailed', 412));
    const ended = await push(await edited());
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('somebody else pushed');
    expect(objects.get(current)?.text).toBe(other);
  });

  it('replaces even what nobody can read, and keeps it', async () => {
    objects.set(current, { text: 'no JSON', etag: '"x"' });
    expect((await push(await edited())).code).toBe(0);
    expect([...objects.entries()].find(([key]) => key.startsWith('directory/unreadable-'))?.[1].text).toBe('no JSON');
  });

  it('says where there is no deployment, and what is wrong use', async () => {
    deployedDev({ stacks: [] });
    const nowhere = await push(await edited());
    expect(nowhere).toMatchObject({ code: 1 });
    expect(nowhere.stderr).toContain('there is no art33-dev-pipeline in eu-central-1. Deploy it (npm run deploy -- --stage dev)');
    for (const words of [
      ['directory'],
      ['directory', 'pull'],
      ['directory', 'push'],
      ['directory', 'push', '--stage', 'live'],
      ['directory', 'push', '--stage', 'dev', '--region', 'us-east-1'],
    ])
      expect(await command(words)).toMatchObject({ code: 2, stdout: '' });
  });
});
