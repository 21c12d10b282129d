// Holds that two sets of rules are compared over what a store holds: by the cases that only one of them makes, and nothing is written.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleDir } from '#local/configuration.ts';
import type { Ended } from '../local/process.ts';
import { cleanUp, freshFolder } from '../local/process.ts';
import { replay } from '#bin/rules/replay.ts';
import { ending, once } from './in-process.ts';
import { demoDir } from '../flow/raw-events.ts';

afterAll(cleanUp);

const folder = freshFolder();
const data = join(folder, 'data');
const shipped = join(exampleDir, 'rules');
const fewer = join(folder, 'fewer');

beforeAll(async () => {
  expect((await once({ events: [demoDir], data })).code).toBe(0);
  cpSync(shipped, fewer, { recursive: true });
  // The exfiltration of the demo, thought harmless by somebody.
  const file = join(fewer, 'guardduty/exfiltration.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('level: critical', 'level: informational'));
});

const run = (...words: readonly string[]): Promise<Ended> =>
  ending(async () => {
    await replay(['--data', data, ...words]);
    return 0;
  });

describe('rules replay', () => {
  it('finds no difference between a set and itself, over all that is stored', async () => {
    const before = readFileSync(join(data, 'art33.db'));
    const same = await run('--rules', shipped, '--rules', shipped);
    expect(same.stdout).toMatch(
      /^A: outcome suspected-breach; 2 case\(s\); somebody newly called 2 time\(s\)\nB: .*\n9\d raw event\(s\); no difference\n$/,
    );
    expect(readFileSync(join(data, 'art33.db'))).toEqual(before);
  });

  it('names the cases that only one of two sets makes', async () => {
    const { stdout } = await run('--rules', shipped, '--rules', fewer);
    expect(stdout).toMatch(
      /^- suspected-breach, critical: Personal data read out of its bucket \(guardduty_s3_exfil_content\); clinic-portal, museum-shop, travel-club\n/,
    );
    expect(stdout).toMatch(/raw event\(s\); 1 case\(s\) of A alone, 0 of B\n$/);
  });

  it('says the same to machines, in one line', async () => {
    const { stdout } = await run('--rules', fewer, '--rules', shipped, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      a: { incidents: 1, pages: 1 },
      b: { incidents: 2, pages: 2 },
      onlyA: [],
      onlyB: [{ outcome: 'suspected-breach', rules: ['guardduty_s3_exfil_content'] }],
    });
  });

  it('plays what arrived between two times only', async () => {
    const { stdout } = await run('--rules', shipped, '--rules', fewer, '--to', '2020-01-01');
    expect(stdout).toMatch(/\n0 raw event\(s\); no difference\n$/);
  });

  it('refuses wrong use and a set that is faulty', async () => {
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'bad.yml'), 'title: No rule\n');
    const wrongs: readonly (readonly [number, RegExp, readonly string[]])[] = [
      [2, /compares two sets/, ['--rules', shipped]],
      [2, /--from: write it as/, ['--rules', shipped, '--rules', shipped, '--from', 'yesterday']],
      [2, /--from is after --to/, ['--rules', shipped, '--rules', shipped, '--from', '2026-03-14', '--to', '2026-03-13']],
      [2, /there is no such file or folder/, ['--rules', shipped, '--rules', join(folder, 'nowhere')]],
      [2, /there is no rule in it/, ['--rules', shipped, '--rules', join(folder, 'empty')]],
      [1, /1 thing\(s\) to mend/, ['--rules', shipped, '--rules', join(folder, 'bad.yml')]],
      [1, /there is no store here/, ['--rules', shipped, '--rules', shipped, '--data', folder]],
    ];
    for (const [code, message, words] of wrongs) {
      const ended = await run(...words);
      expect([words, ended.code]).toEqual([words, code]);
      expect(ended.stderr).toMatch(message);
    }
  });
});
