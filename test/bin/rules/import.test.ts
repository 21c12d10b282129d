// Decides whether rules of others come in as they are written, load beside ours, and say whose they are.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { segments } from '#bin/rules/imported-text.ts';
import { cleanUp, freshFolder } from '../../local/process.ts';
import { command } from '../in-process.ts';

afterAll(cleanUp);

const here = freshFolder();
const catalogue = join(here, 'catalogue');
const dir = join(here, 'own');

const selected = (id: string, type: string, source = 'auth0') =>
  `title: Selected ${type} # as written\nid: ${id}\nname: selected_events\nauthor: Somebody Else\nlogsource: { product: ${source} }\ndetection:\n  sel: { data.type: ${type} }\n  condition: sel\n`;
const correlated = `title: Many\nid: 6f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3a01\nlevel: high\ntags: [attack.credential-access, attack.t1110]\ncorrelation:\n  type: event_count\n  rules: [selected_events]\n  group-by: [data.ip]\n  timespan: 5m\n  condition: { gte: 10 }\n`;
const files: Readonly<Record<string, string>> = {
  'first.yml': `${selected('6f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3b01', 'f')}---\n${correlated}`,
  'second.yml': `${selected('6f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3b02', 'limit_wc')}---\n${correlated.replace('3a01', '3a02').replace('Many', 'More')}`,
  'windows.yml': selected('6f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3b03', 'x', 'windows'),
  'bad.yml': `${selected('6f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3b04', 'x').replace('data.type:', '"data.type|nope":')}---\ntitle: a\ntitle: b\n`,
  'plain.yml': selected('6f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3b05', 'depnote').replace('name: selected_events\n', 'license: MIT\n'),
};

describe('rules import', () => {
  it('brings in what is for a source of ours and loads, and names the rest', async () => {
    mkdirSync(catalogue);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(catalogue, name), text);
    expect((await command(['init', dir])).code).toBe(0);
    const { code, stdout, stderr } = await command(['rules', 'import', catalogue, '--config', dir, '--license', 'Apache-2.0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^5 of 7 documents written to .*imported; 1 are for no source of ours\./);
    expect(stderr.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/refused: .*bad\.yml:1 selected_events: unknown modifier "nope"/),
      expect.stringMatching(/refused: .*bad\.yml:11 title: key written twice/),
    ]);
    expect(readdirSync(join(dir, 'rules', 'imported'))).toEqual(['first.yml', 'plain.yml', 'second.yml']);
  });

  it('leaves the text, the author and a licence as they are, adds what is missing, and tells equal names apart', () => {
    const [first, second, plain] = ['first', 'second', 'plain'].map((name) =>
      readFileSync(join(dir, 'rules/imported', `${name}.yml`), 'utf8'),
    );
    expect(first).toContain('title: Selected f # as written\n');
    expect(first).toContain('author: Somebody Else');
    expect(first?.match(/license: Apache-2\.0/g)).toHaveLength(2);
    expect(plain?.match(/license: .*/g)).toEqual(['license: MIT']);
    expect(second).toContain('name: second_selected_events');
    expect(second).toContain('rules: [second_selected_events]');
    expect(first?.match(/incident:/g)).toHaveLength(1);
    expect(first).toContain('breach: { confidentiality: possible, integrity: none, availability: none }');
    expect(plain?.match(/incident:/g)).toHaveLength(1);
  });

  it('leaves a configuration that loads, twice over', async () => {
    expect((await command(['rules', 'import', catalogue, '--config', dir])).code).toBe(0);
    const { code, stdout } = await command(['rules', 'check', '--config', dir]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/: 0 errors, \d+ warnings\.\n$/)]);
  });

  it('is wrong use without rules or a folder, and fails where either is not there', async () => {
    expect((await command(['rules', 'import', catalogue])).code).toBe(2);
    expect((await command(['rules', 'import', join(here, 'none'), '--config', dir])).code).toBe(1);
    expect((await command(['rules', 'import', catalogue, '--config', join(here, 'none')])).code).toBe(1);
  });
});

describe('documents as they are written', () => {
  it('are cut at lines of three dashes, with the line each begins at', () => {
    expect(segments('a: 1\n--- # next\nb: 2\n\n---\r\nc: "---"\n')).toEqual([
      { text: 'a: 1', line: 1 },
      { text: 'b: 2\n', line: 3 },
      { text: 'c: "---"\n', line: 6 },
    ]);
  });
});
