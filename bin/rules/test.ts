// Decides what `rules test` tells: each test beside a rule, played in order, backwards and doubled, and what fired where something else was expected.
import { join } from 'node:path';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { printable } from '#core/kernel/safe.ts';
import { problemText } from '#adapters/config/problem.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { exampleDir, ruleDirsFor } from '#local/configuration.ts';
import type { InForce } from '#local/node.ts';
import { CliFailure, configuration, print } from '#bin/cli/command.ts';
import { type Order, type RuleTest, orders, playTest, usualLists } from './play-test.ts';
import { type Suite, readSuites } from './suites.ts';

type Lists = Readonly<Record<string, readonly string[]>>;
type Place = { readonly inForce: InForce; readonly lists: Lists; readonly suites: readonly Suite[] };

/** Rules with the lists that a test asks for; most ask for none of their own. */
const setsFor = async (dir: string) => {
  const { documents } = await readRuleDocuments(ruleDirsFor(dir));
  const compiled = new Map<string, ReturnType<typeof compileRules>['set']>();
  return (lists: Lists) => {
    const key = JSON.stringify(lists);
    const set = compiled.get(key) ?? compileRules(documents, new Map(Object.entries(lists))).set;
    compiled.set(key, set);
    return set;
  };
};

/** Why a test fails, or nothing. */
const failure = (test: RuleTest, play: (order: Order) => ReturnType<typeof playTest>): string | undefined => {
  for (const order of test.orders ?? orders) {
    try {
      const { fired, outcome } = play(order);
      const wanted = [...test.expect].sort();
      if (fired.join() !== wanted.join()) return `${order}: fired [${fired.join(', ')}], expected [${wanted.join(', ')}]`;
      if (test.outcome !== undefined && outcome !== test.outcome) return `${order}: the outcome is ${outcome}, expected ${test.outcome}`;
    } catch (cause) {
      return `${order}: ${(cause as Error).message}`;
    }
  }
  return undefined;
};

/** The shipped tests are about the shipped example, an operator's own about the operator's directory and lists. */
const placesFor = async (dir: string): Promise<readonly Place[]> => {
  const own = ruleDirsFor(dir).filter((path) => path !== join(exampleDir, 'rules'));
  const shipped = await readSuites(join(exampleDir, 'rules'));
  const theirs = await Promise.all(own.map(readSuites));
  const problems = [shipped, ...theirs].flatMap((one) => one.problems);
  if (problems.length > 0) throw new CliFailure(`tests that can't be read:\n${problems.map(problemText).join('\n')}`);
  const inForce = await configuration(dir);
  const lists = Object.fromEntries((await ownLists(dir)) ?? []);
  return [
    { inForce: await configuration(exampleDir), lists: usualLists, suites: shipped.suites },
    { inForce, lists, suites: theirs.flatMap((one) => one.suites) },
  ];
};

const ownLists = async (dir: string) => {
  const { loadConfiguration } = await import('#adapters/config/load.ts');
  const { systemClock } = await import('#adapters/embedded/secrets.ts');
  const loaded = await loadConfiguration(dir, systemClock().now());
  return loaded.ok ? loaded.value.lists : undefined;
};

/** Plays them all, or those of one rule. Tells whether none failed. */
export const testRules = async (dir: string, only: string | undefined): Promise<boolean> => {
  const places = await placesFor(dir);
  const setFor = await setsFor(dir);
  let [held, failed] = [0, 0];
  for (const { inForce, lists, suites } of places) {
    for (const { rule, tests, where } of suites.filter((suite) => only === undefined || suite.rule === only)) {
      for (const test of tests) {
        const set = setFor({ ...lists, ...test.lists });
        const { directory } = inForce.configuration;
        const why = failure(test, (order) => playTest(test, { set, rule, order, directory, sources: inForce.sources }));
        if (why === undefined) held += 1;
        else {
          failed += 1;
          print(printable(`${where} ${rule}: ${test.name}: ${why}`));
        }
      }
    }
  }
  if (only !== undefined && held + failed === 0)
    throw new CliFailure(`no test of a rule named ${printable(only)}; a test names its rule by "rule: NAME".`);
  print(`${held} of ${held + failed} tests hold, each in ${orders.length} orders.`);
  return failed === 0;
};
