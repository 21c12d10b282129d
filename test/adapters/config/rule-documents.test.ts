// Decides which rule documents and lists are found, and that a faulty file is named while the others still come (D-29).
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { emptyDirectory } from './edited.ts';

const write = (files: Readonly<Record<string, string>>): string => {
  const dir = emptyDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
};

describe('rule documents', () => {
  it('come from all directories, recursively, sorted, tests and other files left out', async () => {
    const first = write({
      'b/z.yml': 'title: bz',
      'b/a.yml': 'title: ba\n---\ntitle: ba2\n---\n',
      'b/a.tests.yml': 'x: 1',
      'a.yml': 'title: a',
      'c.md': '#',
      '.d.yml': 'x: 1',
    });
    const second = write({ 'b.yml': 'title: second, b', 'a/z.yml': 'title: second, a' });
    const { documents, problems } = await readRuleDocuments([first, second]);
    expect(problems).toEqual([]);
    expect(documents.map(({ tree }) => tree)).toEqual(['a', 'ba', 'ba2', 'bz', 'second, a', 'second, b'].map((title) => ({ title })));
    expect(documents[2]?.where).toBe(join(first, 'b/a.yml'));
    expect(documents[2]?.line?.(['title'])).toBe(3);
  });

  it('count with either ending, and not a second time from hidden directories', async () => {
    const dir = write({
      'own.yaml': 'title: own',
      'own.tests.yaml': 'x: 1',
      '.git/old.yml': 'title: old',
      'a/..data/copy.yml': 'title: copy',
    });
    const { documents } = await readRuleDocuments([dir]);
    expect(documents.map(({ where }) => where)).toEqual([join(dir, 'own.yaml')]);
  });

  it('are found below a directory that is hidden itself', async () => {
    const dir = write({ '.own/rules/a.yml': 'title: a' });
    expect((await readRuleDocuments([join(dir, '.own/rules')])).documents).toHaveLength(1);
  });

  it('names a file that is no YAML with its line, and still reads the others', async () => {
    const dir = write({ 'bad.yml': 'title: a\ntitle: b\n', 'good.yml': 'title: good' });
    const { documents, problems } = await readRuleDocuments([dir]);
    expect(problems).toEqual([
      { file: join(dir, 'bad.yml'), line: 2, field: 'title', wrong: 'key written twice', right: 'keep one of the two' },
    ]);
    expect(documents.map(({ where }) => where)).toEqual([join(dir, 'good.yml')]);
  });

  it('still reads the other documents of a file of which one is faulty', async () => {
    const dir = write({ 'two.yml': 'title: good\n---\ntitle: a\ntitle: b\n' });
    const { documents, problems } = await readRuleDocuments([dir]);
    expect(documents.map(({ tree }) => tree)).toEqual([{ title: 'good' }]);
    expect(problems.map(({ line }) => line)).toEqual([4]);
  });

  it('takes a directory that does not exist for one without rules, and names one that cannot be listed', async () => {
    const dir = write({});
    expect(await readRuleDocuments([join(dir, 'nowhere')])).toEqual({ documents: [], problems: [], refused: [] });
    symlinkSync(join(dir, 'itself'), join(dir, 'itself'));
    const { problems, refused } = await readRuleDocuments([join(dir, 'itself')]);
    expect(problems).toHaveLength(1);
    expect(refused).toEqual(problems);
  });

  it('come from a file that is named itself, whatever its ending', async () => {
    const dir = write({ 'rules.sigma': 'title: a\n---\ntitle: b\n  x: [\n---\ntitle: c' });
    const { documents, refused } = await readRuleDocuments([join(dir, 'rules.sigma')]);
    expect(documents.map(({ tree }) => tree)).toEqual([{ title: 'a' }, { title: 'c' }]);
    expect(refused).toHaveLength(1);
  });
});
