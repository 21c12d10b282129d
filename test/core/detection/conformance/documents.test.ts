// Sigma 2.1 beyond the case file: correlations, filters, and the documents that are refused.
import { describe, expect, it } from 'vitest';
import type { EvaluatedEvent } from '#core/detection/rule.ts';
import { firesOn, indented, loaded, rule } from './loaded.ts';

describe('correlations', () => {
  const bases = [
    rule('sel: { k: l }'),
    rule('sel: { k: m }', 'sel', 'title: Second\nid: 0b2f0b4e-6a53-4b0e-9a54-0d6d3b6f3a02\nname: second\n'),
  ];
  const correlation = (body: string, head = 'title: C\nname: c\n'): string => `${head}correlation:\n${indented(body, 2)}`;
  const at = (t: number, more: object = {}) => ({ t: 1_773_450_000 + t, k: 'l', u: 'anna', ...more });
  const fires = (body: string, events: readonly EvaluatedEvent[], ...more: readonly string[]): boolean =>
    firesOn([...bases, correlation(body), ...more].join('\n---\n'), 'c', events);
  const count = (condition: string, more = 'group-by: [u]') =>
    `type: event_count\nrules: [base]\n${more}\ntimespan: 10s\ncondition: ${condition}`;

  it.each([
    ['the window holds both of its ends', count('{ gte: 2 }'), [at(0), at(10)], true],
    ['and nothing beyond', count('{ gte: 2 }'), [at(0), at(10.1)], false],
    ['windows are not cut at fixed boundaries', count('{ gte: 3 }'), [at(7), at(9), at(16)], true],
    ['groups are apart', count('{ gte: 2 }'), [at(0), at(1, { u: 'ben' })], false],
    ['a missing group-by value counts nowhere', count('{ gte: 2 }'), [at(0, { u: undefined }), at(1, { u: undefined })], false],
    [
      'null and empty are missing too',
      count('{ gte: 2 }'),
      [at(0, { u: null }), at(1, { u: null }), at(2, { u: '' }), at(3, { u: '' })],
      false,
    ],
    ['all of several group-by fields', count('{ gte: 2 }', 'group-by: [u, x.y]'), [at(0, { x: { y: 1 } }), at(1, { x: { y: 2 } })], false],
    ['a single group-by as text', count('{ gte: 2 }', 'group-by: u'), [at(0), at(1)], true],
    ['eq', count('{ eq: 2 }'), [at(0), at(1)], true],
    ['neq', count('{ neq: 1 }'), [at(0)], false],
    ['lt', count('{ lt: 2 }'), [at(0)], true],
    ['a range', count('{ gt: 1, lte: 3 }'), [at(0), at(1)], true],
    [
      'value_count of several fields',
      'type: value_count\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { field: [p, q], gte: 3 }',
      [at(0, { p: 1, q: 1 }), at(1, { p: 1, q: 2 }), at(2, { p: 2, q: 1 })],
      true,
    ],
    [
      'value_count leaves out what has no value',
      'type: value_count\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { field: p, gte: 2 }',
      [at(0, { p: 1 }), at(1), at(2, { p: 1 })],
      false,
    ],
    [
      'value_sum',
      'type: value_sum\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { field: n, gt: 100 }',
      [at(0, { n: 60 }), at(1, { n: '41' })],
      true,
    ],
    [
      'value_sum, not over the window',
      'type: value_sum\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { field: n, gt: 100 }',
      [at(0, { n: 60 }), at(11, { n: 60 })],
      false,
    ],
    [
      'value_avg',
      'type: value_avg\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { field: n, lt: 2 }',
      [at(0, { n: 1 }), at(1, { n: 2 })],
      true,
    ],
    [
      'value_percentile',
      'type: value_percentile\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { field: n, gte: 9, percentile: 90 }',
      [...Array(9).keys()].map((n) => at(n, { n })).concat(at(9, { n: 9 })),
      false,
    ],
    ['temporal means all', 'type: temporal\nrules: [base, second]\ngroup-by: [u]\ntimespan: 10s', [at(0), at(1)], false],
    ['temporal, in any order', 'type: temporal\nrules: [base, second]\ngroup-by: [u]\ntimespan: 10s', [at(0, { k: 'm' }), at(1)], true],
    [
      'temporal with a condition counts rules',
      'type: temporal\nrules: [base, second]\ngroup-by: [u]\ntimespan: 10s\ncondition: { gte: 1 }',
      [at(0)],
      true,
    ],
    ['temporal_ordered', 'type: temporal_ordered\nrules: [base, second]\ngroup-by: [u]\ntimespan: 10s', [at(0, { k: 'm' }), at(1)], false],
    [
      'temporal_ordered, in order',
      'type: temporal_ordered\nrules: [base, second]\ngroup-by: [u]\ntimespan: 10s',
      [at(1, { k: 'm' }), at(0)],
      true,
    ],
    [
      'a reference by id, an alias by name',
      'type: temporal\nrules: [base, 0b2f0b4e-6a53-4b0e-9a54-0d6d3b6f3a02]\ngroup-by: [who]\ntimespan: 10s\naliases:\n  who: { base: u, second: w }',
      [at(0), { t: 1_773_450_001, k: 'm', w: 'anna' }],
      true,
    ],
    [
      'an alias for the counted field',
      'type: value_count\nrules: [base, second]\ngroup-by: [u]\ntimespan: 10s\naliases:\n  what: { base: p, second: q }\ncondition: { field: what, gte: 2 }',
      [at(0, { p: 1 }), at(1, { k: 'm', q: 2 })],
      true,
    ],
  ])('%s', (_title, body, events, wanted) => {
    expect(fires(body, events as readonly EvaluatedEvent[])).toBe(wanted);
  });

  it('build upon each other', () => {
    const inner = correlation(
      'type: event_count\nrules: [base]\ngroup-by: [u]\ntimespan: 10s\ncondition: { gte: 2 }',
      'title: Inner\nname: inner\n',
    );
    const outer = 'type: temporal_ordered\nrules: [inner, second]\ngroup-by: [u]\ntimespan: 1m';
    expect(fires(outer, [at(0), at(1), at(50, { k: 'm' })], inner)).toBe(true);
    expect(fires(outer, [at(0), at(11), at(50, { k: 'm' })], inner)).toBe(false);
  });
});

describe('filters', () => {
  const filter = (body: string, source = 'logsource: { product: test }\n'): string => `title: F\n${source}filter:\n${indented(body, 2)}`;
  const fires = (filterText: string, event: EvaluatedEvent): boolean =>
    firesOn([rule('sel: { a: x }'), filterText].join('\n---\n'), 'base', [event]);
  it.each([
    ['by name', filter('rules: [base]\nsel: { u: anna }\ncondition: not sel')],
    ['for any', filter('rules: any\nsel: { u: anna }\ncondition: not sel')],
    ['for any, without a log source', filter('rules: [any]\nsel: { u: anna }\ncondition: not sel', '')],
    ['of several selections', filter('rules: [base]\nf_1: { u: anna }\nf_2: { u: ben }\ncondition: not 1 of f_*')],
  ])('take out what they name: %s', (_title, text) => {
    expect([fires(text, { a: 'x', u: 'anna' }), fires(text, { a: 'x', u: 'carla' })]).toEqual([false, true]);
  });
});

describe('documents', () => {
  it('are read where some are empty, with anchors within reason', () => {
    const { set, reasons } = loaded(`---\n---\n${rule('sel: &s { a: x }\nother: *s', 'sel and other')}\n---\n# nothing\n---\n`);
    expect([set.rules.length, reasons]).toEqual([1, []]);
  });

  it.each([
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ntitle: [*d,*d,*d,*d,*d,*d,*d,*d]`,
      'aliases that multiply',
    ],
    ['a key twice', 'title: a\ntitle: b', 'key written twice'],
    ['a tag', 'title: !!js/function x', 'a YAML tag'],
    ['an unknown modifier', rule('sel: { "a|nope": x }'), 'unknown modifier "nope"'],
    ['a later Sigma', `sigma-version: 3\n${rule('sel: { a: x }')}`, 'rules are read as Sigma 2.0 or 2.1'],
    ['a regular expression without bound', rule("sel: { 'a|re': '(a+)+$' }"), 'backtrack without bound'],
    ['a placeholder that nobody set', rule("sel: { 'a|expand': '%nobody%' }"), 'no list "nobody"'],
    ['a map as a value', rule('sel: { a: { b: c } }'), 'a deeper field is written with dots'],
    ['a list in a list', rule('sel: { a: [[b]] }'), 'a value is text'],
    ['all with one value', rule('sel: { "a|contains|all": x }'), 'a single value cannot have "all"'],
    ['an empty selection', rule('sel: {}'), 'an empty selection matches everything'],
    ['a number that is none', rule('sel: { "a|gt": ten }'), '"gt" asks for a number'],
    ['a network that is none', rule('sel: { "a|cidr": 192.0.2.0/33 }'), 'cidr asks for a network'],
    ['an aggregation of old', rule('sel: { a: x }', 'sel | count() > 5'), 'aggregations after "|" are gone'],
    ['a selection that is not there', rule('sel: { a: x }', 'sel and other'), 'no selection is named "other"'],
    ['a pattern that fits nothing', rule('sel: { a: x }', '1 of filter_*'), 'no selection fits'],
    [
      'a cycle',
      `title: A\nname: a\ncorrelation: { type: temporal, rules: [b], group-by: [u], timespan: 1m }\n---\ntitle: B\nname: b\ncorrelation: { type: temporal, rules: [a], group-by: [u], timespan: 1m }`,
      'its rules refer back to it',
    ],
    ['a name twice', `${rule('sel: { a: x }')}\n---\n${rule('sel: { a: y }')}`, '"base" is already the name'],
  ])('are refused with a reason: %s', (_title, text, reason) => {
    expect(loaded(text).reasons.join('\n')).toContain(reason);
  });
});
