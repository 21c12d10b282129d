// Decides whether a kit that was made on this machine opens on another, and what is said when it does not.
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, freshFolder, root } from '../local/process.ts';
import { command, once } from './in-process.ts';

let home: string;
let data: string;
let keys: readonly string[];
let recipients: readonly string[];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'art33-night-'));
  data = freshFolder();
  await once({ data, events: [join(root, 'events/demo/30-guardduty.json')] });
  const identities = await Promise.all([generateIdentity(), generateIdentity()]);
  recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  keys = identities.map((identity, i) => {
    const file = join(home, `key-${i}`);
    writeFileSync(file, `${identity}\n`);
    return file;
  });
});
afterAll(async () => {
  await cleanUp();
  rmSync(home, { recursive: true, force: true });
});

const to = (...some: readonly (string | undefined)[]) => some.flatMap((one) => ['--recipient', one ?? '']);

describe('art33 night', () => {
  it('makes a kit that either person opens without a store', async () => {
    const kit = join(home, 'kit.age');
    const made = await command(['night', 'kit', '--out', kit, ...to(...recipients), '--data', data]);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(statSync(kit).mode & 0o777).toBe(0o600);
    const elsewhere = join(home, 'elsewhere.age');
    cpSync(kit, elsewhere);
    for (const key of keys) {
      const text = await command(['night', 'open', elsewhere, '--identity', key]);
      expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('ON THE PHONE')]);
      const json = await command(['night', 'open', elsewhere, '--identity', key, '--json']);
      expect((JSON.parse(json.stdout) as { drafts: readonly unknown[] }).drafts.length).toBeGreaterThan(0);
    }
    expect(readFileSync(kit).includes('museum-shop')).toBe(false);
  });

  it('refuses wrong use with one line and exit 2', async () => {
    const [a = ''] = recipients;
    const wrong = [
      [],
      ['kit', ...to(...recipients)],
      ['kit', '--out', 'x', ...to(a)],
      ['kit', '--out', 'x', ...to(a, a)],
      ['kit', '--out', 'x', ...to(a, 'age1x')],
      ['kit', 'more', '--out', 'x'],
      ['open'],
      ['open', 'x'],
    ];
    for (const words of wrong) {
      const ended = await command(['night', ...words, '--data', data]);
      expect([words, ended.code, ended.stderr.trim().split('\n').length]).toEqual([words, 2, 1]);
    }
  });

  it('says which file fails and why, with exit 1', async () => {
    const kit = join(home, 'other.age');
    writeFileSync(kit, 'no kit');
    for (const [file, key] of [
      [kit, keys[0]!],
      [join(home, 'none'), keys[0]!],
      [kit, join(home, 'none')],
      [kit, kit],
    ] as const) {
      const ended = await command(['night', 'open', file, '--identity', key]);
      expect([ended.code, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toMatch(/^art33: .*(other\.age|none)/);
    }
  });
});
