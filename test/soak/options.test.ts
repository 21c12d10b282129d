// Decides what the soak's command line refuses, and that the same seed rolls the same decisions.
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, run } from '../local/process.ts';
import { dice } from './dice.ts';
import { readOptions } from './options.ts';
import { type Told, planOf } from './plan.ts';

afterAll(cleanUp);

/** Watched before it is looked for: what comes in between is an event. */
const appeared = async (folder: string, name: string): Promise<void> => {
  const changes = watch(folder);
  while (!existsSync(join(folder, name))) await once(changes, 'change');
  changes.close();
};

describe('the options of the soak', () => {
  it('are 500 rounds of seed 1 unless told otherwise', () => {
    expect(readOptions([])).toEqual({ ok: true, value: { rounds: 500, seed: 1, json: false } });
    expect(readOptions(['--rounds', '3', '--seed=7', '--json'])).toEqual({ ok: true, value: { rounds: 3, seed: 7, json: true } });
  });

  it('that are no numbers, too small or unknown are refused in one line', () => {
    for (const words of [
      ['--rounds'],
      ['--rounds', '0'],
      ['--rounds', '-1'],
      ['--rounds', '1.5'],
      ['--rounds', 'many'],
      ['--seed', 'x'],
      ['--seed='],
      ['--fast'],
      ['7'],
      ['--json=yes'],
    ]) {
      const read = readOptions(words);
      expect(read.ok, words.join(' ')).toBe(false);
      if (!read.ok) expect(read.error).toMatch(/^soak: [^\n]+$/);
    }
  });

  it('that are refused end the command with 2, before anything is started', async () => {
    const ended = await run('test/soak/soak.ts', ['--rounds', 'many']).ended;
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('a soak', () => {
  it('of two rounds ends with 0 and its figures on the last line, and leaves nothing behind', async () => {
    const running = run('test/soak/soak.ts', ['--rounds', '2', '--seed', '2', '--json']);
    const [, folder = ''] = await running.said(/ in (\S+)\n/);
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const figures = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>;
    expect(Object.keys(figures)).toEqual([
      'rounds',
      'kills',
      'stops',
      'signals',
      'incidents',
      'messages',
      'ambiguities',
      'violations',
      'seconds',
    ]);
    expect(figures).toMatchObject({ rounds: 2, violations: 0 });
    expect(existsSync(folder)).toBe(false);
  });

  it('that is interrupted ends what it started, and removes its folder', async () => {
    const running = run('test/soak/soak.ts', []);
    const [, folder = ''] = await running.said(/ in (\S+)\n/);
    // The first start has taken its folder.
    await appeared(folder, 'data');
    await appeared(join(folder, 'data'), 'sock');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('the decisions of a soak', () => {
  const decisions = (seed: number): string => {
    const roll = dice(seed);
    const told: Told = { leaks: new Map(), attacks: new Set(), bans: 0 };
    return JSON.stringify(Array.from({ length: 60 }, (_, i) => planOf(roll, told, i % 2 === 0)));
  };

  it('are the same for the same seed, and others for another', () => {
    expect(decisions(5)).toBe(decisions(5));
    expect(decisions(5)).not.toBe(decisions(6));
  });

  it('hold kills and stops at every kind of moment', () => {
    for (const word of ['"kill"', '"stop"', '"start"', '"message"', '"change"', '"delay"']) expect(decisions(5)).toContain(word);
  });

  it('of one branch shift no other', () => {
    const roll = dice(9);
    const before = roll.branch('mail').fraction();
    roll.branch('slack').fraction();
    expect(roll.branch('mail').fraction()).not.toBeNaN();
    expect(dice(9).branch('mail').fraction()).toBe(before);
  });
});
