// The shipped rules and the tests beside them, and how one is played: by the runner of `art33 rules test`, in the shipped example.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { parseInstant } from '#core/kernel/time.ts';
import { type Order, type Played, type RuleTest, playTest, usualLists } from '#bin/rules/play-test.ts';
import { repeated } from '#bin/rules/repeated.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';

type Fields = Readonly<Record<string, unknown>>;

const filesBelow = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.yml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const documentsIn = (file: string): readonly Fields[] =>
  parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.2', schema: 'core' }).map((document) => document.toJS() as Fields);

const all = filesBelow(join(exampleDir, 'rules'));
export const trees: readonly Fields[] = all.filter((file) => !file.endsWith('.tests.yml')).flatMap(documentsIn);
const written = all.filter((file) => file.endsWith('.tests.yml')).flatMap(documentsIn) as unknown as readonly {
  readonly rule: string;
  readonly tests: readonly RuleTest[];
}[];
export const suites = written.map(({ rule, tests }) => ({
  rule,
  tests: tests.map((test) => ({ ...test, events: repeated(test.events) })),
}));

export const setOf = (documents: readonly Fields[], lists: RuleTest['lists'] = {}) =>
  compileRules(
    documents.map((tree) => ({ tree, where: 'config/rules' })),
    new Map(Object.entries({ ...usualLists, ...lists })),
  );

const now = parseInstant('2026-03-14T00:00:00Z');
if (!now.ok) throw new Error(now.error);
const loaded = await loadInForce(exampleDir, { now: now.value, environment: {} });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
const { configuration, sources } = loaded.value;

type Playing = { readonly set: RuleSet; readonly rule: string; readonly order: Order; readonly bare?: boolean };

export const play = (test: RuleTest, playing: Playing): Played =>
  playTest(test, { ...playing, directory: configuration.directory, sources });
