// Decides what `cdk synth` does with wrong settings or a wrong configuration: it says what would be right, and makes nothing.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'art33-app-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const synth = (env: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, [join(root, 'bin/app.ts')], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
    encoding: 'utf8',
  });

describe('the app of the CDK', () => {
  it('refuses a region outside the list and a mistyped setting together', () => {
    const run = synth({ CDK_CONTEXT_JSON: JSON.stringify({ 'art33:region': 'us-east-1', 'art33:stgae': 'prod' }) });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('art33:region: one of eu-central-1');
    expect(run.stderr).toContain('did you mean art33:stage?');
    expect(run.stdout).toBe('');
  });

  it('refuses a configuration that its own linter refuses, with file and line', () => {
    const config = join(folder, 'config');
    cpSync(join(root, 'config'), config, { recursive: true });
    writeFileSync(join(config, 'directory/roles.yml'), 'sysop: [nobody-of-that-name]\n');
    const run = synth({ ART33_CONFIG: config });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/roles\.yml:\d+ /);
  });
});
