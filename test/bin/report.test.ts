// Decides whether `art33 report` keeps its word: one report for a person to look at, and wrong use said in one line.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, freshFolder, root } from '../local/process.ts';
import { command, once } from './in-process.ts';

let data: string;
const config = join(root, 'config');
beforeAll(async () => {
  data = freshFolder();
  await once({ config, data });
});
afterAll(cleanUp);

describe('art33 report', () => {
  it('makes a triage within the hour at the next start, and shows its words to nobody', async () => {
    const words = ['report', '--as', 'tomke-harms', 'I lost my Zyxwvmark', '--from', 'person', '--data', data];
    expect(await command(words)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Taken down') });
    const json = [
      '--from',
      'controller',
      '--controller',
      'clinic-portal',
      '--caller',
      'K. Beispiel',
      '--call-back',
      '+49 30 23125 300',
      '--json',
    ];
    expect((await command(['report', '--as', 'selin-aydin', 'Zyxwvmark again', ...json, '--data', data])).stdout).toMatch(
      /^\{"stored":1,"reference":"R-[A-Z2-7]{6}"\}\n$/,
    );
    const { stdout } = await once({ config, data });
    const due = (await command(['due', '--json', '--data', data])).stdout;
    expect(stdout + due).not.toContain('Zyxwvmark');
    expect(due.match(/"kind":"review"/g)).toHaveLength(4);
  });

  it.each([
    ['nobody who takes it down', ['text'], '--as PERSON'],
    ['a name for an id', ['text', '--as', 'Tomke Harms'], 'id of a person'],
    ['no text', ['--as', 'tomke-harms'], 'in quotes'],
    ['an empty text', [' ', '--as', 'tomke-harms'], 'in quotes'],
    ['two texts', ['a', 'b', '--as', 'tomke-harms'], 'in quotes'],
    ['a teller that there is not', ['a', '--as', 'tomke-harms', '--from', 'press'], 'person|controller|public'],
    ['a teller of another object', ['a', '--as', 'tomke-harms', '--from', 'constructor'], 'person|controller|public'],
    ['an option that there is not', ['a', '--as', 'tomke-harms', '--phone', '1'], ''],
  ])('refuses %s with one line and exit 2', async (_, words, said) => {
    const ended = await command(['report', ...words, '--data', data]);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain(said);
  });
});
