// Decides under which configuration a function's first work is done: the newest that S3 has, or what was deployed where S3 is away (D-29).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { minutes, plus } from '#core/kernel/time.ts';
import type { Log } from '#flow/ports.ts';
import { type Deployed, encode } from '#lambdas/deployed.ts';
import { configurationAt } from '#lambdas/directory.ts';
import { inBucket } from '#lambdas/s3.ts';
import { exampleDeployed, setEnvironment } from './settings.ts';

setEnvironment();
const bucket = mockClient(S3Client);
const folder = mkdtempSync(join(tmpdir(), 'art33-directory-'));
const entry = pathToFileURL(join(folder, 'index.mjs')).href;
let bundled: Deployed;
beforeAll(async () => {
  bundled = await exampleDeployed();
  writeFileSync(join(folder, 'configuration.json'), encode(bundled));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

let said: string[];
const note: Log['info'] = (event) => said.push(event);
const log: Log = { info: note, warn: note, error: note };
beforeEach(() => {
  bucket.reset();
  said = [];
});

const baseUrl = async (): Promise<string> =>
  (await configurationAt(entry, { EVIDENCE_BUCKET: 'evidence' }, log)).current().configuration.baseUrl;

describe('the first configuration of a function', () => {
  it('is the pushed one: nothing works under an older one first', async () => {
    const url = 'https://new.example.com';
    const newer = encode({
      ...bundled,
      madeAt: plus(bundled.madeAt, minutes(5)),
      configuration: { ...bundled.configuration, baseUrl: url as never },
    });
    bucket.on(GetObjectCommand).resolves({ Body: { transformToString: async () => newer } as never, ETag: '"1"' });
    expect(await baseUrl()).toBe(url);
    expect(said).toEqual(['directory-taken']);
  });

  it('is the deployed one where S3 does not answer; the reading has an end', async () => {
    bucket.on(GetObjectCommand).rejects(Object.assign(new Error('x'), { name: 'AbortError' }));
    expect(await baseUrl()).toBe(bundled.configuration.baseUrl);
    expect(said).toEqual(['directory-unread']);
    const args: readonly unknown[] = bucket.commandCalls(GetObjectCommand)[0]?.args ?? [];
    expect(args[1]).toEqual({ abortSignal: expect.any(AbortSignal) });
  });
});

describe('the buckets of a function', () => {
  it('are reached by one client, and each port is opened once', async () => {
    let loaded = 0;
    const openOf = (name: string) =>
      inBucket(name, async () => {
        loaded += 1;
        return (settings) => settings;
      });
    const [first, second] = [openOf('first'), openOf('second')];
    const [a, b, again] = [await first(), await second(), await first()];
    expect([a.bucket, b.bucket, loaded]).toEqual(['first', 'second', 2]);
    expect(b.client).toBe(a.client);
    expect(again).toBe(a);
  });
});
