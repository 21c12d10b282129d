// Decides that a mapping is read with its own name, and that what is wrong in one is said with file, line, field and what would be right.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMappings } from '#adapters/config/mappings.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'art33-mappings-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const good = `title: Our app
arrives: POST /signals/our-app
logsource: { product: our-app }
recognise: { app: our-app }
id: '{id}'
kind:
  - { is: auth.login, when: { what: login } }
  - { is: unknown }
`;

const read = async (name: string, text: string, taken: readonly string[] = []) => {
  writeFileSync(join(dir, name), text);
  const { mappings, problems } = await readMappings([dir], taken);
  return { mappings, said: problems.map(({ line, field, wrong, right }) => `${line} ${field}: ${wrong}; ${right}`) };
};

describe('a mapping', () => {
  it('is read as it stands, under the name of its file, single values as lists', async () => {
    const { mappings, said } = await read('our-app.yml', good);
    expect(said).toEqual([]);
    expect(mappings).toMatchObject([
      {
        name: 'our-app',
        recognise: [{ app: ['our-app'] }],
        id: ['{id}'],
        kind: [{ is: 'auth.login', when: [{ what: ['login'] }] }, { is: 'unknown' }],
        outcome: [],
      },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['an unknown field', good.replace('recognise:', 'recognize:'), /^4 recognize: unknown key; did you mean recognise\?$/m],
    [
      'a kind that there is not',
      good.replace('auth.login', 'auth.log-in'),
      /^7 kind\[0\]\.is: not one of the words that may stand here; write one of: auth\.login/,
    ],
    [
      'a path that is none',
      good.replace('{ app: our-app }', "{ 'app..name': our-app }"),
      /^4 recognise.*: not a path; write field names with dots/,
    ],
    [
      'a template with an open brace',
      good.replace("'{id}'", "'{id'"),
      /^5 id: not a text with paths in braces; write it as s3:\{bucket\.name\}/,
    ],
    [
      'nothing that recognises',
      good.replace('recognise: { app: our-app }\n', ''),
      /^1 recognise: missing; add it: What makes an event one of this source/,
    ],
    ['an empty condition', good.replace('{ app: our-app }', '{}'), /^4 recognise: no test; write a path and what stands there$/],
    ['bounds without a number', good.replace('{ app: our-app }', '{ app: {} }'), /^4 recognise\.app: no bound; write gte or lt$/],
    ['a severity beyond five', `${good}severity: 6\n`, /^9 severity: not what may stand here; write Severity, 1 to 5/],
    [
      'an object where a word stands',
      good.replace('{ app: our-app }', '{ app: { is: our-app } }'),
      /^4 recognise\.app\.?i?s?: unknown key/,
    ],
    [
      'a key that would be a prototype',
      `${good}fields:\n  __proto__: title\n`,
      /^10 fields\.__proto__: a key that cannot be read; choose another$/,
    ],
    ['two documents', `${good}---\n${good}`, /more than one document/],
    ['no YAML', 'title: [', /^1 the file: indentation does not fit/],
    ['nothing in the file', '', /^1 the file: empty/],
  ])('with %s is refused by line and field', async (_, text, expected) => {
    const { mappings, said } = await read('our-app.yml', text);
    expect(mappings).toEqual([]);
    expect(said.join('\n')).toMatch(expected);
  });

  it('whose name is taken, or is no name, is refused', async () => {
    expect((await read('sshd.yml', good, ['sshd'])).said).toEqual([
      '1 the file: there is a source sshd already; choose another name for the file',
    ]);
    rmSync(join(dir, 'sshd.yml'));
    expect((await read('Our App.yml', good)).said.join()).toContain('not a name for a source');
  });

  it('of an operator may not bear the name of one that ships', async () => {
    const own = join(dir, 'own');
    mkdirSync(own);
    for (const place of [dir, own]) writeFileSync(join(place, 'our-app.yml'), good);
    expect((await readMappings([dir, own], [])).problems).toMatchObject([{ file: join(own, 'our-app.yml') }]);
  });

  it('is not looked for where there is no such folder', async () => {
    expect(await readMappings([join(dir, 'nowhere')], [])).toEqual({ mappings: [], problems: [] });
  });
});
