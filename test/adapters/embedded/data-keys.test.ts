// Decides how the key file of one machine is made, replaced and refused.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataKeyFile, fileDataKeys } from '#adapters/embedded/data-keys.ts';

const context = { incident: 'inc-1', controller: 'museum-shop' };
let home: string;
const path = () => join(home, dataKeyFile);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'art33-keys-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the key file of one machine', () => {
  it('is made at the first use, for its owner alone, and kept', async () => {
    const { wrapped } = await fileDataKeys(home).generate(context);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const before = readFileSync(path(), 'utf8');
    await fileDataKeys(home).generate(context);
    expect(readFileSync(path(), 'utf8')).toBe(before);
    expect(await fileDataKeys(home).decrypt(wrapped, context)).toHaveLength(32);
  });

  it('takes a new key in front: that one wraps from then on, the old one still opens', async () => {
    const { wrapped } = await fileDataKeys(home).generate(context);
    const { keys } = JSON.parse(readFileSync(path(), 'utf8')) as { keys: string[] };
    writeFileSync(path(), JSON.stringify({ keys: [Buffer.alloc(32, 7).toString('base64'), ...keys] }));
    const newer = await fileDataKeys(home).generate(context);
    await fileDataKeys(home).decrypt(wrapped, context);
    writeFileSync(path(), JSON.stringify({ keys: [Buffer.alloc(32, 7).toString('base64')] }));
    await fileDataKeys(home).decrypt(newer.wrapped, context);
    await expect(fileDataKeys(home).decrypt(wrapped, context)).rejects.toMatchObject({ port: 'keys', kind: 'refused' });
  });

  it('opens nothing that was changed by a bit', async () => {
    const { wrapped } = await fileDataKeys(home).generate(context);
    for (const at of wrapped.keys()) {
      const changed = Uint8Array.from(wrapped, (byte, i) => (i === at ? byte ^ 1 : byte));
      await expect(fileDataKeys(home).decrypt(changed, context)).rejects.toMatchObject({ port: 'keys', kind: 'refused' });
    }
  });

  it.each(['', '{"keys":[]}', '{"keys":["c2hvcnQ="]}', 'null', `{"keys":["${Buffer.alloc(32).toString('base64')}","c2hvcnQ="]}`])(
    'is refused, and never made anew, when it reads %j',
    async (text) => {
      writeFileSync(path(), text);
      await expect(fileDataKeys(home).generate(context)).rejects.toThrow(/Put back its backup/);
      expect(readFileSync(path(), 'utf8')).toBe(text);
    },
  );
});
