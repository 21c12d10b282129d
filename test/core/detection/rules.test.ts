// Our own rules against the tests beside them: in order, backwards, every event twice; and no part of a rule without a test for it.
import { describe, expect, it } from 'vitest';
import { absentOf } from '#core/detection/absent.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { type RuleTest, orders } from '#bin/rules/play-test.ts';
import { play, setOf, suites, trees } from './rule-tests.ts';

type Block = Readonly<Record<string, unknown>>;

const { set, errors } = setOf(trees);
const setFor = (test: RuleTest): RuleSet => (test.lists ? setOf(trees, test.lists).set : set);
const everyTest = suites.flatMap(({ rule, tests }) => tests.map((test) => ({ rule, test })));
const isMap = (value: unknown): value is Block => value !== null && typeof value === 'object' && !Array.isArray(value);

describe('our rules', () => {
  it('all load', () => {
    expect(errors).toEqual([]);
    expect(set.rules.length).toBe(trees.length);
  });

  it('each name an author and a licence, and carry our own title', () => {
    expect(trees.filter((tree) => tree['author'] !== 'The Art33 authors' || tree['license'] !== 'Apache-2.0')).toEqual([]);
  });

  it('each have a test that fires and one that stays silent', () => {
    const tested = (name: string): boolean => suites.some((suite) => suite.rule === name);
    expect(set.rules.map((rule) => rule.name).filter((name) => !tested(name) && !isBuiltUpon(name))).toEqual([]);
    const fires = ({ rule, tests }: (typeof suites)[number]) => tests.some((test) => test.expect.includes(rule));
    const isSilent = ({ rule, tests }: (typeof suites)[number]) => tests.some((test) => !test.expect.includes(rule));
    expect(suites.filter((suite) => !fires(suite) || !isSilent(suite)).map((suite) => suite.rule)).toEqual([]);
  });

  for (const { rule, test } of everyTest) {
    for (const order of test.orders ?? orders) {
      it(`${rule}: ${test.name} (${order})`, () => {
        const played = play(test, { set: setFor(test), rule, order });
        expect(played.fired).toEqual([...test.expect].sort());
        if (test.outcome !== undefined) expect(played.outcome).toBe(test.outcome);
      });
    }
  }
});

/** A correlation without an incident of its own is tested through what is built upon it. */
const isBuiltUpon = (name: string): boolean =>
  set.rules.some(
    (rule) =>
      rule.type === 'correlation' &&
      [...rule.rules, ...absentOf(rule)].includes(name) &&
      everyTest.some(({ test }) => test.expect.includes(rule.name)),
  );

/** Each correlation with the rules that it is built upon. */
const built = trees.flatMap((tree) => {
  const block = tree['correlation'];
  const incident = tree['incident'];
  const absent = isMap(incident) ? (incident['absent'] ?? []) : [];
  return isMap(block) ? [[String(tree['name']), ...((block['rules'] ?? []) as readonly string[]), ...(absent as readonly string[])]] : [];
});

/** What a rule is built upon and what is built upon it, all the way: nothing else can notice a change in it. */
const familyOf = (name: string): ReadonlySet<string> => {
  const family = new Set([name]);
  for (const one of family) for (const other of built.filter((names) => names.includes(one)).flat()) family.add(other);
  return family;
};

/** Each rule with one line of one selection left out, among its family; the last line becomes one that no event meets. */
const mutants = trees.flatMap((tree) => {
  const block = tree['detection'];
  if (!isMap(block)) return [];
  const rule = String(tree['name']);
  const family = familyOf(rule);
  const among = trees.filter((one) => family.has(String(one['name'])));
  return Object.entries(block).flatMap(([name, selection]) => {
    if (name === 'condition' || !isMap(selection)) return [];
    return Object.keys(selection).map((field) => {
      const { [field]: _left, ...rest } = selection;
      const mutated = Object.keys(rest).length > 0 ? rest : { 'no.such.field': 'no such value' };
      const changed = { ...tree, detection: { ...block, [name]: mutated } };
      const documents = among.map((one) => (one === tree ? changed : one));
      return { title: `${rule} without ${name}: ${field}`, rule, among, documents };
    });
  });
});

type Answer = (of: (typeof everyTest)[number]) => string;

/** What a test answers under a set; a test with lists of its own needs the set compiled for it. */
const answering = (documents: typeof trees): Answer => {
  const common = setOf(documents).set;
  return ({ rule, test }) => {
    const under = test.lists ? setOf(documents, test.lists).set : common;
    return JSON.stringify(play(test, { set: under, rule, order: 'as-written', bare: true }));
  };
};

describe('a rule of ours', () => {
  for (const { title, rule, among, documents } of mutants) {
    it(`turns a test red as ${title}`, () => {
      const [changed, asShipped] = [answering(documents), answering(among)];
      // Its own tests first: they are the ones that should notice.
      const first = everyTest.toSorted((a, b) => Number(b.rule === rule) - Number(a.rule === rule));
      expect(first.some((one) => changed(one) !== asShipped(one))).toBe(true);
    });
  }
});
