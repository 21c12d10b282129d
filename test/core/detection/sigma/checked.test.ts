// Decides whether rules that were checked before answer as others do, and wait with their compiling until a log source asks for them.
import { describe, expect, it } from 'vitest';
import { matchDetections } from '#core/detection/detect.ts';
import { type CompiledDetection, compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import { prepared } from '#core/detection/sigma/prepared.ts';
import { usualLists } from '#bin/rules/play-test.ts';
import { trees } from '../rule-tests.ts';
import { correlation, detection, documents, selecting } from './rules.ts';

const lists = new Map<string, readonly string[]>();
const checked = (...given: readonly unknown[]) => compileRules(documents(...given), lists, { checked: true });
const other = detection({ sel: { 'a|nope': 'x' }, condition: 'sel' }, { name: 'other', logsource: { product: 'other' } });
const made = (document: RuleDocument): RuleDocument => prepared(document, lists);
const ours = new Map(Object.entries(usualLists));
/** As it lies beside a function: one JSON text. */
const travelled = (document: RuleDocument): RuleDocument => JSON.parse(JSON.stringify(prepared(document, ours))) as RuleDocument;
const needsOf = (rule: object): unknown =>
  (rule as CompiledDetection).needs()?.map((way) => way.map((need) => ({ ...need, field: need.field.written })));

describe('rules that were checked before', () => {
  it('match as rules that were not, filters and correlations among them', () => {
    const filter = { title: 'F', logsource: { product: 'test' }, filter: { rules: ['base'], sel: { b: 'y' }, condition: 'not sel' } };
    const given = [selecting({ a: 'x' }), correlation({}), filter];
    const [eager, lazy] = [compileRules(documents(...given), lists), checked(...given)];
    expect(lazy.errors).toEqual([]);
    expect(lazy.set.hash).toBe(eager.set.hash);
    expect(lazy.set.rules.map(({ name }) => name)).toEqual(eager.set.rules.map(({ name }) => name));
    for (const event of [{ a: 'x' }, { a: 'x', b: 'y' }, { a: 'z' }, {}]) {
      const names = [eager, lazy].map(({ set }) => matchDetections(set, { product: 'test' }, event).map(({ name }) => name));
      expect(names[1]).toEqual(names[0]);
    }
  });

  it('are compiled when their log source is asked for, not before', () => {
    const { set, errors } = checked(selecting({ a: 'x' }), other);
    expect(errors).toEqual([]);
    expect(matchDetections(set, { product: 'test' }, { a: 'x' })).toHaveLength(1);
    expect(() => matchDetections(set, { product: 'other' }, { a: 'x' })).toThrow('a rule that was checked before does not compile');
  });

  it('are refused all the same where they were not', () => {
    expect(compileRules(documents(other), lists).errors).toHaveLength(1);
  });

  it('are the same rules when they were prepared', () => {
    const shipped = trees.map((tree) => ({ tree, where: 'config/rules' }));
    const sets = [shipped, shipped.map(made)].map((given) => compileRules(given, lists, { checked: true }).set);
    expect(JSON.stringify(sets[1]!.rules)).toBe(JSON.stringify(sets[0]!.rules));
    expect(sets[1]!.hash).toBe(sets[0]!.hash);
  });

  it('are looked up by the same texts when they were prepared', () => {
    const shipped = trees.map((tree) => ({ tree, where: 'config/rules' }));
    const [plain, atHand] = [shipped, shipped.map(travelled)].map((given) =>
      compileRules(given, ours, { checked: true }).set.rules.flatMap((rule) => (rule.type === 'detection' ? [needsOf(rule)] : [])),
    );
    expect(atHand).toEqual(plain);
    expect(plain!.flat(2).length).toBeGreaterThan(0);
  });

  it('know the values of a list that their placeholder stands for', () => {
    const homes = new Map([['homes', ['Berlin', 'Bonn']]]);
    const asking = documents(selecting({ 'a|expand': '%homes%' })).map((document) => prepared(document, homes));
    const { set } = compileRules(asking, homes, { checked: true });
    expect(asking[0]!.needs).toEqual([['berlin', 'bonn'].map((text) => ({ field: 'a', text, begins: false }))]);
    expect(matchDetections(set, { product: 'test' }, { a: 'Bonn' })).toHaveLength(1);
    expect(matchDetections(set, { product: 'test' }, { a: 'Paris' })).toEqual([]);
  });

  it('are not looked at before an event could match them, when they were prepared', () => {
    let looks = 0;
    const waiting = documents(selecting({ a: 'x' }), correlation({})).map((document) => {
      const { tree, ...rest } = made(document);
      return {
        ...rest,
        get tree() {
          looks += 1;
          return tree;
        },
      };
    });
    const { set } = compileRules(waiting, lists, { checked: true });
    expect(matchDetections(set, { product: 'test' }, { a: 'y' })).toEqual([]);
    expect([set.byName.size, looks]).toEqual([2, 0]);
    expect(matchDetections(set, { product: 'test' }, { a: 'x' })).toHaveLength(1);
    expect(looks).toBeGreaterThan(0);
  });

  it('compile a selection when an event gets as far as to it, not before', () => {
    const tree = detection({ sel: { a: 'x' }, odd: { 'b|nope': 'y' }, condition: 'sel and odd' });
    const head = made(documents(selecting({}))[0]!).head!;
    const { set } = compileRules([{ tree, where: 'x', head, logsource: { product: 'test' }, needs: [] }], lists, { checked: true });
    expect(matchDetections(set, { product: 'test' }, { a: 'z' })).toEqual([]);
    expect(() => matchDetections(set, { product: 'test' }, { a: 'x' })).toThrow('a rule that was checked before does not compile');
  });

  it('are tried with every event where nothing can be said beforehand', () => {
    const { set } = compileRules(documents(selecting({ 'a|contains': 'x' })).map(made), lists, { checked: true });
    expect(matchDetections(set, { product: 'test' }, { a: 'an x in it' })).toHaveLength(1);
  });

  it('are read anew where they were not checked, whatever stands beside them', () => {
    const [document] = documents(selecting({ a: 'x' })).map(made);
    const lying = { ...document!, head: { ...document!.head!, name: 'another' }, logsource: { product: 'another' } };
    expect([...compileRules([lying], lists).set.byName.keys()]).toEqual(['base']);
  });

  it('are all of ours, by name', () => {
    const shipped = trees.map((tree) => ({ tree, where: 'config/rules' }));
    expect(compileRules(shipped, lists, { checked: true }).set.byName.size).toBe(trees.length);
  });
});
