import { describe, expect, it } from 'vitest';
import { hashOf } from '#core/kernel/hash.ts';
import { minutes } from '#core/kernel/time.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { compile, correlation, detection, logsource, reasons, selecting } from './rules.ts';

const base = selecting({ a: 'x' }, { id: 'id-of-base' });
const other = selecting({ a: 'y' }, { name: 'other' });

const incident = {
  version: 3,
  category: 'account-takeover',
  breach: { confidentiality: 'likely', integrity: 'possible', availability: 'none' },
  personal_data: 'likely',
  subjects: 'end-users',
  affected: ['sig.actor.id'],
  dedupe: { by: ['sig.tenant'], window: '6h' },
  runbook: 'account-takeover',
};

describe('a set of rules', () => {
  it('keeps the order of the documents and is named by the hash of all of them', () => {
    const trees = [correlation({}), base, other];
    const { set, errors } = compile(...trees);
    expect(errors).toEqual([]);
    expect(set.rules.map((rule) => rule.name)).toEqual(['counted', 'base', 'other']);
    expect(set.byName.get('other')).toBe(set.rules[2]);
    expect(set.hash).toBe(hashOf(trees));
  });

  it('keeps the rest where one document is bad', () => {
    const { set, errors } = compile(selecting({ 'a|nope': 1 }, { name: 'bad' }), base);
    expect(set.rules.map((rule) => rule.name)).toEqual(['base']);
    expect(errors.map((error) => error.rule)).toEqual(['bad']);
  });

  it('says file and line of what is wrong, or of what holds it', () => {
    const lines = new Map([
      ['', 10],
      ['detection/sel/a|nope', 17],
      ['detection', 15],
    ]);
    const line = (path: readonly (string | number)[]) => lines.get(path.join('/'));
    const bad = detection({ sel: { 'a|nope': 1 }, condition: 'sel' });
    const missing = detection({ sel: { a: 1 } });
    const { errors } = compileRules(
      [bad, missing].map((tree) => ({ tree, where: 'rules/b.yml', line })),
      new Map(),
    );
    expect(errors.map((error) => error.where)).toEqual(['rules/b.yml:17', 'rules/b.yml:15']);
    expect(compileRules([{ tree: base, where: 'rules/b.yml', line }], new Map()).set.rules[0]?.where).toBe('rules/b.yml:10');
  });

  it('names a rule by its name, else its id, else its title, and gives it the same id each time', () => {
    const nameless = { title: 'Nameless', logsource, detection: { sel: { a: 1 }, condition: 'sel' } };
    const [first, second] = [compile(nameless), compile(nameless)].map(({ set }) => set.rules[0]);
    expect(first?.id).toBe(second?.id);
    expect(first?.name).toBe(first?.id);
    expect(compile({ ...nameless, id: 'x-1' }).set.rules[0]?.name).toBe('x-1');
  });

  it('takes control marks out of titles', () => {
    expect(compile({ ...base, title: 'A\u202Eb\nc' }).set.rules[0]?.title).toBe('A b c');
  });

  it('refuses a name or id that is taken, across both, and keeps the first', () => {
    const { set, errors } = compile(base, { ...other, name: 'id-of-base' }, selecting({ a: 'z' }));
    expect(set.rules).toHaveLength(1);
    expect(errors.map((error) => error.reason)).toEqual([
      expect.stringContaining('"id-of-base" is already'),
      expect.stringContaining('"base" is already'),
    ]);
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a document that is no map', ['x'], 'a rule document is a map'],
    ['an empty document', null, 'a rule document is a map'],
    ['a document of no kind', { title: 'x' }, 'exactly one of'],
    ['a document of two kinds', { ...base, correlation: {} }, 'exactly one of'],
    ['a collection', { action: 'global', ...base }, 'gone since Sigma 2'],
    ['a rule without a title', { ...base, title: undefined }, 'a title is needed'],
    ['an unknown level', { ...base, level: 'severe' }, 'level is one of'],
    ['an unknown status', { ...base, status: 'final' }, 'status is one of'],
    ['tags that are no texts', { ...base, tags: [{ a: 1 }] }, 'tags is a list'],
    ['a misspelt incident block', { ...base, Incidents: incident }, 'the block is called incident'],
    ['a detection without a log source', { ...base, logsource: undefined }, 'a log source is a map'],
    ['an empty log source', { ...base, logsource: {} }, 'at least one of'],
    ['a log source with nothing to route by', { ...base, logsource: { vendor: 'x' } }, 'at least one of'],
    ['a detection without a condition', detection({ sel: { a: 1 } }), 'a condition is needed'],
    ['a detection without a selection', detection({ condition: 'sel' }), 'at least one selection'],
    ['a timeframe', detection({ sel: { a: 1 }, condition: 'sel', timeframe: '5m' }), 'write a correlation'],
  ];
  for (const [what, tree, reason] of refused) {
    it(`refuses ${what}`, () => {
      expect(reasons(tree)).toContain(reason);
      expect(compile(tree).set.rules).toEqual([]);
    });
  }
});

describe('the incident block', () => {
  it('is read field by field', () => {
    expect(compile({ ...base, incident }).set.rules[0]?.incident).toEqual({
      version: 3,
      category: 'account-takeover',
      breach: { confidentiality: 'likely', integrity: 'possible', availability: 'none' },
      personalData: 'likely',
      affected: ['sig.actor.id'],
      dedupe: { by: ['sig.tenant'], window: minutes(360) },
      runbook: 'account-takeover',
      owes: [],
      fact: false,
    });
  });

  it('says what people owe, and whether the signal states a fact', () => {
    const told = { ...incident, owes: ['triage', 'verify-sender'], fact: true };
    expect(compile({ ...base, incident: told }).set.rules[0]?.incident).toMatchObject({ owes: ['triage', 'verify-sender'], fact: true });
  });

  it('starts at version 1, with nobody affected by name', () => {
    const { version: _version, affected: _affected, runbook: _runbook, ...least } = incident;
    expect(compile({ ...base, incident: least }).set.rules[0]?.incident).toMatchObject({ version: 1, affected: [] });
  });

  const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['an unknown key', { severity: 'high' }, 'unknown key "severity"'],
    ['a version of zero', { version: 0 }, 'version is a whole number'],
    ['a category in prose', { category: 'Account takeover' }, 'category is one word'],
    ['a nature without availability', { breach: { confidentiality: 'likely', integrity: 'none' } }, 'availability is one of'],
    ['a nature with a fourth part', { breach: { ...incident.breach, privacy: 'likely' } }, 'unknown key "privacy"'],
    ['an unknown likelihood', { breach: { ...incident.breach, integrity: 'maybe' } }, 'integrity is one of'],
    ['an unknown hint', { personal_data: 'yes' }, 'personal_data is one of'],
    ['no dedupe', { dedupe: undefined }, 'dedupe is a map'],
    ['dedupe by nothing', { dedupe: { by: [], window: '6h' } }, 'by lists at least one'],
    ['a window of zero', { dedupe: { by: ['a'], window: '0h' } }, 'window is a duration'],
    ['affected that is no list of fields', { affected: [1, {}] }, 'affected lists fields'],
    ['a runbook that is a path', { runbook: '../x' }, 'runbook is the name'],
    ['a duty that nobody knows', { owes: ['triage', 'dance'] }, 'owes lists some of triage, subprocessor, verify-sender'],
    ['duties that are no list', { owes: 7 }, 'owes lists some of'],
    ['a fact in words', { fact: 'yes' }, 'fact is true'],
  ];
  for (const [what, change, reason] of refused) {
    it(`refuses ${what}, and the rule with it`, () => {
      const tree = { ...base, incident: { ...incident, ...change } };
      expect(reasons(tree)).toContain(reason);
      expect(compile(tree).set.rules).toEqual([]);
    });
  }
});

describe('a correlation', () => {
  const read = (body: Record<string, unknown>) => {
    const rule = compile(base, other, correlation(body)).set.byName.get('counted');
    return rule?.type === 'correlation' ? rule : undefined;
  };

  it('refers by name or id, and is kept by name', () => {
    expect(read({ rules: ['id-of-base', 'other'], aliases: { who: { 'id-of-base': 'u', other: 'w' } }, 'group-by': 'who' })).toMatchObject({
      kind: 'event_count',
      rules: ['base', 'other'],
      aliases: { who: { base: 'u', other: 'w' } },
      groupBy: ['who'],
      timespan: minutes(5),
      condition: { gte: 2 },
      generate: false,
    });
  });

  it('reads ranges, fields and the percentile', () => {
    expect(read({ condition: { gt: 1, lte: 4 } })?.condition).toEqual({ gt: 1, lte: 4 });
    expect(read({ type: 'value_count', condition: { field: ['a', 'b'], gte: 2 } })?.condition.field).toEqual(['a', 'b']);
    expect(read({ type: 'value_percentile', condition: { field: 'a', percentile: 95, gte: 2 } })?.percentile).toBe(95);
  });

  it('that is temporal may lack a condition, and an ordered one may say that all are meant', () => {
    expect(read({ type: 'temporal', rules: ['base', 'other'], condition: undefined })?.condition).toEqual({});
    expect(read({ type: 'temporal_ordered', rules: ['base', 'other'], condition: { gte: 2 } })).toBeDefined();
    expect(reasons(base, other, correlation({ type: 'temporal_ordered', rules: ['base', 'other'], condition: { gte: 3 } }))).toContain(
      'all 2 rules in their order',
    );
  });

  it('may build on another, in any order of documents', () => {
    const top = correlation({ rules: ['counted'] }, { name: 'top' });
    expect(compile(top, correlation({}), base).set.rules.map((rule) => rule.name)).toEqual(['top', 'counted', 'base']);
  });

  it('is refused where it comes back to itself, directly or by others', () => {
    const ring = [correlation({ rules: ['b2'] }, { name: 'b1' }), correlation({ rules: ['b1', 'base'] }, { name: 'b2' })];
    expect(compile(base, ...ring).set.rules.map((rule) => rule.name)).toEqual(['base']);
    expect(reasons(base, ...ring)).toContain('refer back to it');
    expect(reasons(base, correlation({ rules: ['counted'] }))).toContain('refer back to it');
  });

  it('is refused with what it builds on', () => {
    const { set, errors } = compile(base, correlation({ timespan: 'soon' }), correlation({ rules: ['counted'] }, { name: 'top' }));
    expect(set.rules.map((rule) => rule.name)).toEqual(['base']);
    expect(errors.map((error) => error.rule)).toEqual(['counted', 'top']);
  });

  const refused: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ type: 'event_cont' }, 'type is one of'],
    [{ rules: [] }, 'rules lists the rules'],
    [{ rules: ['nobody'] }, 'no rule has the name or id "nobody"'],
    [{ rules: ['base', 'id-of-base'] }, 'a rule is named twice'],
    [{ timespan: '5 minutes' }, 'timespan is a duration'],
    [{ timespan: '0s' }, 'timespan is a duration'],
    [{ timeframe: '5m' }, 'unknown key "timeframe"'],
    [{ condition: undefined }, 'a condition is a map'],
    [{ condition: {} }, 'at least one of gt'],
    [{ condition: { gte: '2' } }, 'gte is a number'],
    [{ condition: { ge: 2 } }, 'unknown key "ge"'],
    [{ condition: { gt: 5, lt: 3 } }, 'the range is empty'],
    [{ condition: { gte: 2, field: 'a' } }, 'event_count takes no field'],
    [{ type: 'value_count' }, 'value_count asks for a field'],
    [{ type: 'value_sum', condition: { gte: 2, field: ['a', 'b'] } }, 'value_sum takes one field'],
    [{ type: 'value_percentile', condition: { gte: 2, field: 'a', percentile: 101 } }, 'from 0 to 100'],
    [{ condition: { gte: 2, percentile: 50 } }, 'unknown key "percentile"'],
    [{ type: 'temporal', condition: 'base and other' }, 'leave it out where all rules are meant'],
    [{ aliases: { who: 'u' } }, 'aliases is a map of maps'],
    [{ aliases: { who: { other: 'u' } } }, 'not among the rules'],
    [{ generate: 'no' }, 'generate is true or false'],
    [{ 'group-by': [{}] }, 'group-by lists fields'],
  ];
  for (const [body, reason] of refused) {
    it(`is refused: ${JSON.stringify(body)}`, () => {
      expect(reasons(base, other, correlation(body))).toContain(reason);
      expect(compile(base, other, correlation(body)).set.byName.has('counted')).toBe(false);
    });
  }
});

describe('a filter', () => {
  const filter = (body: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
    title: 'Anna is expected',
    logsource,
    filter: { rules: ['base'], selection: { u: 'anna' }, condition: 'not selection', ...body },
    ...more,
  });
  const silenced = (...trees: readonly unknown[]): boolean => {
    const rule = compile(base, other, ...trees).set.byName.get('base');
    return rule?.type === 'detection' && !rule.matches({ a: 'x', u: 'anna' }) && rule.matches({ a: 'x', u: 'ben' });
  };

  it('is ANDed to the rules that it names, before or after them, and to all under any', () => {
    expect(silenced(filter({}))).toBe(true);
    expect(silenced(filter({ rules: ['id-of-base'] }))).toBe(true);
    expect(silenced(filter({ rules: 'any' }))).toBe(true);
    expect(silenced(filter({ rules: ['other'] }))).toBe(false);
    expect(silenced(filter({ rules: 'any' }, { logsource: { product: 'elsewhere' } }))).toBe(false);
  });

  it('goes with other filters of the same rule', () => {
    const rule = compile(base, filter({}), filter({ selection: { u: 'ben' } })).set.byName.get('base');
    const answers = ['anna', 'ben', 'carl'].map((u) => rule?.type === 'detection' && rule.matches({ a: 'x', u }));
    expect(answers).toEqual([false, false, true]);
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['without a not', filter({ condition: 'selection' }), 'needs a "not"'],
    ['with one of two conditions without a not', filter({ condition: ['not selection', 'selection'] }), 'needs a "not"'],
    ['for an unknown rule', filter({ rules: ['base', 'nobody'] }), 'no detection has the name or id "nobody"'],
    ['for a correlation', filter({ rules: ['counted'] }), 'filtered through their rules'],
    ['for another log source', filter({}, { logsource: { product: 'elsewhere' } }), 'the log source differs'],
    ['without rules', filter({ rules: undefined }), 'name the rules to filter'],
    ['with a bad selection', filter({ selection: { 'u|nope': 1 } }), 'unknown modifier'],
  ];
  for (const [what, tree, reason] of refused) {
    it(`is refused ${what}, and leaves its rules unfiltered`, () => {
      expect(reasons(base, other, correlation({}), tree)).toContain(reason);
      expect(silenced(correlation({}), tree)).toBe(false);
      expect(compile(base, tree).set.byName.has('base')).toBe(true);
    });
  }
});
