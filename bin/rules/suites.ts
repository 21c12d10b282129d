// Decides which tests stand beside the rules of a directory, and that each can be played: a test that is misread proves nothing.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readYamlFile } from '#adapters/config/file.ts';
import type { ConfigProblem } from '#adapters/config/problem.ts';
import type { YamlDocument } from '#adapters/config/yaml.ts';
import { type RuleTest, orders } from './play-test.ts';
import { isRepeatable, repeated } from './repeated.ts';

export type Suite = { readonly rule: string; readonly tests: readonly RuleTest[]; readonly where: string };
export type Suites = { readonly suites: readonly Suite[]; readonly problems: readonly ConfigProblem[] };

type Fields = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const known = ['name', 'expect', 'outcome', 'events', 'change', 'changeAll', 'move', 'lists', 'orders'];

const isEvent = (value: unknown): boolean =>
  isMap(value) && isText(value['at']) && isText(value['as']) && Object.hasOwn(value, 'raw') && isRepeatable(value);

/** What is wrong with a test, and what would be right; nothing where it can be played. */
const wrongIn = (test: unknown): readonly [wrong: string, right: string] | undefined => {
  if (!isMap(test) || !isText(test['name'])) return ['a test without a name', 'each test is a map with name, expect and events'];
  const stranger = Object.keys(test).find((name) => !known.includes(name));
  if (stranger !== undefined) return [`an unknown key ${stranger}`, `there are ${known.join(', ')}`];
  if (!isTexts(test['expect'])) return ['no list of the rules that fire', 'write expect: [rule], or expect: [] where all stay silent'];
  const events = test['events'];
  if (!Array.isArray(events) || events.length === 0 || !events.every(isEvent))
    return ['events that can not be played', 'each is { at: 0s, as: SOURCE, raw: TEXT OR JSON }, and may have times: 20 and every: 1m'];
  const order = test['orders'];
  const good = order === undefined || (Array.isArray(order) && order.every((one) => orders.includes(one)));
  return good ? undefined : ['an unknown order', `there are ${orders.join(', ')}`];
};

const suiteIn = ({ tree, line }: YamlDocument, file: string): { readonly suite?: Suite; readonly problems: readonly ConfigProblem[] } => {
  const at = (path: readonly (string | number)[], wrong: string, right: string): ConfigProblem => ({
    file,
    line: line(path) ?? 1,
    field: path.length === 0 ? 'the file' : path.join('.'),
    wrong,
    right,
  });
  if (!isMap(tree) || !isText(tree['rule']) || !Array.isArray(tree['tests']))
    return { problems: [at([], 'no tests of a rule', 'a document of tests is a map with rule (its name) and tests (a list)')] };
  const problems = tree['tests'].flatMap((test: unknown, i) => {
    const wrong = wrongIn(test);
    return wrong ? [at(['tests', i], ...wrong)] : [];
  });
  if (problems.length > 0) return { problems };
  return {
    suite: {
      rule: String(tree['rule']),
      tests: (tree['tests'] as readonly RuleTest[]).map((test) => ({ ...test, events: repeated(test.events) })),
      where: `${file}:${line([]) ?? 1}`,
    },
    problems,
  };
};

const testFiles = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => /\.tests\.ya?ml$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
};

/** All tests below a directory, `*.tests.yml`. */
export const readSuites = async (dir: string): Promise<Suites> => {
  const suites: Suite[] = [];
  const problems: ConfigProblem[] = [];
  for (const file of testFiles(dir)) {
    const read = await readYamlFile(file);
    problems.push(...(read?.problems ?? []));
    for (const document of (read?.documents ?? []).filter(({ tree }) => tree !== null)) {
      const found = suiteIn(document, file);
      problems.push(...found.problems);
      if (found.suite) suites.push(found.suite);
    }
  }
  return { suites, problems };
};
