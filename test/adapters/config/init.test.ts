// Decides that an operator begins with a whole copy of the example, or with nothing.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initConfiguration } from '#adapters/config/init.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { emptyDirectory, now } from './edited.ts';

describe('beginning a configuration', () => {
  it("copies an example that loads, with rules of one's own still to write", async () => {
    const target = join(emptyDirectory(), 'deep', 'mine');
    expect(await initConfiguration(target)).toEqual({ ok: true, value: { dir: target } });
    expect(readdirSync(target).sort().join(' ')).toBe('art33.yml directory lists.yml policy.yml processing.yml rules schema sources.yml');
    expect((await loadConfiguration(target, now)).ok).toBe(true);
    expect(readdirSync(join(target, 'rules'))).toEqual(['README.md']);
    expect(await readRuleDocuments([join(target, 'rules')])).toEqual({ documents: [], problems: [], refused: [] });
  });

  it('fills an empty directory', async () => {
    const target = emptyDirectory();
    expect((await initConfiguration(target)).ok).toBe(true);
    expect(existsSync(join(target, 'policy.yml'))).toBe(true);
  });

  it('refuses a directory that holds anything, and leaves it alone', async () => {
    const target = emptyDirectory();
    writeFileSync(join(target, 'policy.yml'), 'mine');
    expect(await initConfiguration(target)).toEqual({ ok: false, error: `${target}: is not empty; name a new directory` });
    expect(readdirSync(target)).toEqual(['policy.yml']);
    expect(readFileSync(join(target, 'policy.yml'), 'utf8')).toBe('mine');
  });

  it('refuses a file', async () => {
    const target = join(emptyDirectory(), 'file');
    writeFileSync(target, '');
    expect(await initConfiguration(target)).toEqual({ ok: false, error: `${target}: is a file; name a new directory` });
  });

  it('refuses the directory one stands in', async () => {
    const refused = await initConfiguration('.');
    expect(refused).toEqual({ ok: false, error: '.: is the directory you are in; name a new one, such as ./art33-config' });
  });

  it('leaves nothing behind when it fails halfway', async () => {
    const parent = emptyDirectory();
    const source = join(parent, 'source');
    mkdirSync(join(source, 'directory'), { recursive: true });
    expect((await initConfiguration(join(parent, 'mine'), source)).ok).toBe(false);
    expect(readdirSync(parent)).toEqual(['source']);
  });
});
