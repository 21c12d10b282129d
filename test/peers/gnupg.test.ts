// Decides whether keys as a real GnuPG exports them pass the check of the directory, and what must not stand there is refused.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEdited } from '#test/adapters/config/edited.ts';

// Short: gpg-agent's socket lies in it, and the path of a socket has 107 bytes.
const home = mkdtempSync(join(tmpdir(), 'gpg-'));
const base = ['--homedir', home, '--batch', '--no-tty', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback'];
const gpg = (...words: readonly string[]): string =>
  execFileSync('gpg', [...base, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const kinds = ['default', 'rsa3072', 'ed25519', 'nistp256', 'dsa2048'] as const;
const mail = (kind: string): string => `${kind}@travel-club.example`;

beforeAll(() => {
  for (const kind of kinds) gpg('--quick-gen-key', `Privacy desk <${mail(kind)}>`, kind, 'default', '1y');
  gpg('--quick-add-key', fingerprintOf('ed25519'), 'cv25519', 'encr', '1y');
});
afterAll(() => {
  // The agent that gpg started for this folder, and no other.
  spawnSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
  rmSync(home, { recursive: true, force: true });
});

const fingerprintOf = (kind: string): string => /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--list-keys', '--with-colons', mail(kind)))?.[1] ?? '';

/** The key where an operator puts it: under `pgp: |`, indented as YAML wants. */
const withKey = (key: string) =>
  loadEdited({
    file: 'directory/controllers.yml',
    from: '  contract:\n',
    to: `  pgp: |\n${key.trimEnd().replace(/^/gm, '    ')}\n  contract:\n`,
  });

describe('a key that a real gpg exported', () => {
  it.each(kinds)('of kind %s is taken', async (kind) => {
    const key = gpg('--armor', '--export', mail(kind));
    expect(key).toContain('BEGIN PGP PUBLIC KEY BLOCK');
    expect((await withKey(key)).refused).toEqual([]);
  });

  it('is taken with comment and version lines, and in its smallest form', async () => {
    const wordy = gpg('--armor', '--emit-version', '--comment', 'for notices: call before use', '--export', mail('default'));
    expect(wordy).toMatch(/^Version: GnuPG[\s\S]*^Comment: for notices/m);
    expect((await withKey(wordy)).refused).toEqual([]);
    expect((await withKey(gpg('--armor', '--export-options', 'export-minimal', '--export', mail('rsa3072')))).refused).toEqual([]);
  });
});

describe('what is no public key', () => {
  it('is refused: the secret key, said as such', async () => {
    const { refused } = await withKey(gpg('--armor', '--export-secret-keys', mail('default')));
    expect(refused).toMatchObject([{ file: 'directory/controllers.yml', wrong: 'a private key' }]);
    expect(refused[0]?.right).toContain('remove it at once');
  });

  it('is refused: a signature, a message, a key cut short', async () => {
    const signature = execFileSync('gpg', [...base, '--armor', '--detach-sign'], { input: 'x', encoding: 'utf8' });
    const message = execFileSync('gpg', [...base, '--armor', '--trust-model', 'always', '-r', mail('default'), '--encrypt'], {
      input: 'x',
      encoding: 'utf8',
    });
    const key = gpg('--armor', '--export', mail('default'));
    for (const text of [signature, message, key.slice(0, key.length / 2), key.replaceAll('PUBLIC KEY BLOCK', 'MESSAGE')]) {
      expect((await withKey(text)).refused).toMatchObject([{ wrong: 'not an armoured OpenPGP public key' }]);
    }
    const relabelled = signature.replaceAll('SIGNATURE', 'PUBLIC KEY BLOCK');
    expect((await withKey(relabelled)).refused).toMatchObject([{ wrong: 'not an armoured OpenPGP public key' }]);
  });
});
