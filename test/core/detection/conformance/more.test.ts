// Sigma 2.1 beyond the case file, read by the loader that reads the rules: modifiers together, escapes, texts and numbers, correlations, filters.
import { describe, expect, it } from 'vitest';
import type { EvaluatedEvent } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { instantIn } from '#core/detection/sigma/time-part.ts';
import { evaluateStream } from '#core/detection/stream.ts';
import { readYaml } from '#adapters/config/yaml.ts';

const lists = new Map<string, readonly string[]>([
  ['admins', ['anna', 'svc_*']],
  ['nets', ['192.0.2.0/24', '2001:db8::/32']],
  ['none', []],
]);

const loaded = (text: string) => {
  const { documents, problems } = readYaml(text, 'cases.yml');
  const { set, errors } = compileRules(
    documents.filter(({ tree }) => tree !== null).map(({ tree, line }) => ({ tree, line, where: 'cases.yml' })),
    lists,
  );
  return { set, reasons: [...problems.map(({ wrong }) => wrong), ...errors.map(({ reason }) => reason)] };
};

const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');

const rule = (selections: string, condition = 'sel', head = 'title: Base\nname: base\n'): string =>
  `${head}logsource: { product: test }\ndetection:\n${indented(selections, 2)}\n  condition: ${condition}`;

const firesOn = (text: string, name: string, events: readonly EvaluatedEvent[]): boolean => {
  const { set, reasons } = loaded(text);
  expect(reasons).toEqual([]);
  const timeOf = (event: EvaluatedEvent) => instantIn(event['t']);
  return evaluateStream(set, events, { timeOf, keyed: (value) => value }).some((match) => match.rule.name === name);
};

/** A selection, with values of its field `a` (or whole events) that it holds for, and such that it does not. */
type Case = readonly [selection: string, yes: readonly unknown[], no: readonly unknown[]];
const whole = (event: Readonly<Record<string, unknown>>) => ({ whole: event });
const eventOf = (value: unknown): EvaluatedEvent =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'whole') ? (value as { whole: EvaluatedEvent }).whole : { a: value };

const table = (cases: readonly Case[]): void => {
  it.each(cases)('%s', (selection, yes, no) => {
    const text = rule(`sel:\n${indented(selection, 2)}`);
    expect(yes.map((one) => firesOn(text, 'base', [eventOf(one)]))).toEqual(yes.map(() => true));
    expect(no.map((one) => firesOn(text, 'base', [eventOf(one)]))).toEqual(no.map(() => false));
  });
};

const base64 = (text: string, encoding: BufferEncoding = 'utf8'): string => Buffer.from(text, encoding).toString('base64');

describe('texts', () => {
  table([
    ["a: 'Ärger'", ['ärger', 'ÄRGER'], ['arger']],
    ["a: 'ΟΔΟΣ'", ['οδος', 'οδοσ'], []],
    ["a: 'a?c'", ['abc', 'a😀c', 'A?C'], ['ac', 'abbc']],
    ["a: 'a*c'", ['ac', 'a\nc', 'abbbc'], ['acd']],
    ["a: 'a\\*c'", ['a*c'], ['abc', 'a\\*c']],
    ["a: 'a\\?c'", ['a?c'], ['abc']],
    ["a: 'a\\\\*c'", ['a\\c', 'a\\xc'], ['a*c', 'axc']],
    ["a: 'a\\\\\\*c'", ['a\\*c'], ['a\\xc']],
    ["a: 'C:\\Windows\\cmd.exe'", ['c:\\windows\\CMD.exe'], ['C:Windowscmd.exe']],
    ["a: 'C:\\\\Windows'", ['C:\\Windows'], ['C:\\\\Windows']],
    ["a: '\\\\\\\\srv\\share'", ['\\\\srv\\share'], ['\\srv\\share']],
    ["a: '%admins%'", ['%admins%'], ['anna']],
    ["a: ''", [''], [null, ' ', whole({})]],
    ["a: '*'", ['x', 0, false], ['', null, [], whole({})]],
    ["a: '?'", ['x', 7], ['', 'xy']],
    ["a: 'true'", [true, 'TRUE'], [1, 'yes']],
    ['a: true', [true, 'true'], [1]],
    ['a: 4625', [4625, '4625', 4625.0], ['04625', 46250]],
    ["a: '0x1F'", ['0x1f'], [31]],
    ['a: no', ['NO'], [false]],
    ['a: 1.5', [1.5, '1.5'], [1]],
    ['a: null', [null, whole({}), whole({ a: undefined })], ['', 'null', 0, false]],
    ['a: ~', [null], ['~']],
    ["a: [null, '']", [null, '', whole({})], ['x']],
    ['a: [1, two, true]', [1, '1', 'TWO', true], [2, false]],
    ["a|cased: 'Foo*'", ['Foobar'], ['foobar']],
    ["a|contains|cased: 'Oo'", ['fOo'], ['foo']],
    ["a|contains: 'a*b?c'", ['xxaxxbxcxx'], ['abc']],
    ["a|contains: ''", ['x'], ['']],
    ["a|startswith: ['ab', 'CD']", ['ABx', 'cdx'], ['xab']],
    ["a|endswith: '\\cmd.exe'", ['C:\\CMD.EXE'], ['cmd.exe']],
    ["a|contains|all: ['x', 'y']", ['yx', ['x', 'y']], ['x']],
    ["a|all|contains: ['x', 'y']", ['yx'], ['y']],
    ["a|endswith|all: ['c', 'bc']", ['abc'], ['ac']],
  ]);
});

describe('fields', () => {
  table([
    [
      "a.b: 'x'",
      [whole({ a: { b: 'x' } }), whole({ 'a.b': 'x' }), whole({ a: [{ b: 'y' }, { b: 'x' }] })],
      [whole({ a: 'x' }), whole({ a: { b: null } })],
    ],
    [
      "a.b.c: 'x'",
      [whole({ 'a.b.c': 'x' }), whole({ a: { 'b.c': 'x' } }), whole({ a: [[{ b: [{ c: 'x' }] }]] })],
      [whole({ a: { b: 'x' } })],
    ],
    ["a{}.b: 'x'", [whole({ a: [{ b: 'x' }] })], [whole({ a: [] })]],
    ["a.0: 'x'", [whole({ a: ['x', 'y'] }), whole({ a: { 0: 'x' } })], [whole({ a: ['y', 'x'] })]],
    ["a.1.b: 'x'", [whole({ a: [{ b: 'y' }, { b: 'x' }] })], [whole({ a: [{ b: 'x' }] })]],
    ["'field name': 'x'", [whole({ 'field name': 'X' })], [whole({})]],
    ["'@timestamp': 'x'", [whole({ '@timestamp': 'x' })], [whole({})]],
    ["constructor: '*'", [whole({ constructor: 'x' })], [whole({})]],
    ["'__proto__.x': '*'", [], [whole({})]],
    ["toString.name: '*'", [], [whole({})]],
    ["a: 'x'", [['y', ['x']]], [[], ['y'], [{ b: 'x' }]]],
    ['a|contains: \'"b":"x"\'', [{ b: 'X' }, [{ b: 'x' }]], ['b:x']],
    ['a|exists: true', [null, '', [], 0, whole({ a: {} })], [whole({}), whole({ b: 1 })]],
    ['a|exists: false', [whole({})], [null, '']],
    ['a.b|exists: true', [whole({ a: [{}, { b: null }] }), whole({ 'a.b': 1 })], [whole({ a: { c: 1 } }), whole({ a: [] })]],
  ]);
});

describe('negation and numbers', () => {
  table([
    ["a|neq: 'x'", ['y', null, whole({}), ['y', 'z']], ['X', ['y', 'x']]],
    ["a|neq: ['x', 'y']", ['z'], ['x', 'Y']],
    ['a|neq: 5', [6, '6', 'x', whole({})], [5, '5']],
    ['a|neq: null', ['', 0], [null, whole({})]],
    ["a|contains|neq: 'x'", ['y', whole({})], ['axb']],
    ['a|gt: 10', [11, '11', 10.5, [1, 11], '1e2'], [10, '10', 'x', '', null, true, whole({})]],
    ['a|gte: 10', [10], [9.99]],
    ['a|lt: -1', [-2, '-2'], [-1, 0]],
    ["a|lte: '5'", [5, ' 5 '], [6]],
    ['a|gt: [10, 100]', [11], [10]],
  ]);
});

describe('addresses', () => {
  table([
    ['a|cidr: 192.0.2.0/24', ['192.0.2.255', '::ffff:192.0.2.1'], ['192.0.3.0', 'x', '', 7, null, '192.0.2.256', whole({})]],
    ['a|cidr: 2001:db8::/33', ['2001:DB8::1', '2001:db8:7fff::'], ['2001:db8:8000::', '192.0.2.1']],
    ['a|cidr: 2001:db8::1', ['2001:db8:0:0:0:0:0:1'], ['2001:db8::2']],
    ['a|cidr: 0.0.0.0/0', ['203.0.113.1'], ['2001:db8::1']],
    ["a|cidr|neq: '192.0.2.0/24'", ['192.0.3.1', whole({})], ['192.0.2.1']],
    ["a|cidr|expand: '%nets%'", ['192.0.2.9', '2001:db8::9'], ['203.0.113.9']],
  ]);
});

describe('encodings', () => {
  const stretched = (text: string) => ['', 'x', 'xy'].map((before) => base64(`${before}${text}zzz`));
  table([
    ["a|base64: 'foobar'", [base64('foobar')], ['foobar', base64('xfoobar')]],
    ["a|base64|contains: 'foobar'", [`x${base64('foobar')}y`], ['foobar']],
    ["a|base64offset|contains: 'foobar'", stretched('foobar'), [base64('fobar')]],
    ["a|base64offset|contains: ['foo bar', 'http://']", [...stretched('foo bar'), ...stretched('http://')], ['foo bar']],
    ["a|utf16le|base64offset|contains: 'ping'", [base64('ping'.repeat(2), 'utf16le')], [base64('ping')]],
    ["a|wide|base64offset|contains: 'ping'", [base64('a ping', 'utf16le')], []],
    ["a|utf16be|base64offset|contains: 'ping'", [Buffer.from('ping', 'utf16le').swap16().toString('base64')], [base64('ping', 'utf16le')]],
    ["a|utf16|base64: 'cmd'", [Buffer.from([0xff, 0xfe, 0x63, 0, 0x6d, 0, 0x64, 0]).toString('base64')], [base64('cmd', 'utf16le')]],
    ["a|base64|contains: 'a\\*b'", [base64('a*b')], [base64('axb')]],
    [
      "a|windash|base64offset|contains: ' -encode '",
      [...stretched(' -encode '), ...stretched(' /encode '), ...stretched(' \u2013encode ')],
      [base64('encode')],
    ],
  ]);
});

describe('dashes', () => {
  table([
    ["a|windash|contains: ' -f '", ['x -f y', 'x /f y', 'x \u2013f y', 'x \u2014f y', 'x \u2015F y'], ['x f y', 'x +f y']],
    ["a|windash|contains: ' /f '", ['x -f y'], []],
    ["a|contains|windash|all: [' -a', ' -b']", ['x /a /b', 'x -b \u2013a'], ['x /a']],
    ["a|windash: 'x-y -z'", ['x-y /z'], ['x/y -z']],
    ["a|windash|cased: '-F'", ['/F'], ['/f']],
  ]);
});

describe('regular expressions', () => {
  table([
    ["a|re: 'b.d'", ['abcde', ['x', 'bcd'], 'b7d'], ['ABCDE', 'b\nd', null, whole({})]],
    ["a|re: '^\\d+$'", [42, '42'], ['4 2', true]],
    ["a|re|i: 'abc'", ['xABCx'], ['ab']],
    ["a|re|s: 'b.d'", ['b\nd'], []],
    ["a|re|m: '^b$'", ['a\nb\nc'], ['ab']],
    ["a|re|i|m|s: '^B.D$'", ['a\nb\nd'], []],
    ["a|re|all: ['a', 'b']", ['ba'], ['a']],
    ["a|re|neq: 'a'", ['b', whole({})], ['a']],
    ["a|re: '(?i)abc'", ['ABC'], []],
    ["a|re: 'a\\.b'", ['a.b'], ['axb']],
    ["a|re: '\\\\\\\\srv'", ['\\\\srv'], ['\\srv']],
  ]);
});

describe('references to fields', () => {
  table([
    [
      'a|fieldref: b',
      [whole({ a: 'X', b: 'x' }), whole({ a: 7, b: '7' }), whole({ a: ['x', 'y'], b: 'y' })],
      [whole({ a: 'x' }), whole({ b: 'x' }), whole({})],
    ],
    ['a|fieldref|cased: b', [whole({ a: 'X', b: 'X' })], [whole({ a: 'X', b: 'x' })]],
    ['a|fieldref|contains: b.c', [whole({ a: 'xyz', b: { c: 'Y' } })], [whole({ a: 'xyz', b: { c: 'q' } })]],
    ['a|startswith|fieldref: b', [whole({ a: 'xyz', b: 'xy' })], [whole({ a: 'xyz', b: 'yz' })]],
    ['a|fieldref|endswith: b', [whole({ a: 'xyz', b: 'yz' })], [whole({ a: 'xyz', b: 'xy' })]],
    ['a|fieldref|neq: b', [whole({ a: 'x', b: 'y' }), whole({ a: 'x' })], [whole({ a: 'x', b: 'X' })]],
    ['a|fieldref: [b, c]', [whole({ a: 'x', c: 'x' })], [whole({ a: 'x', b: 'y', c: 'z' })]],
  ]);
});

describe('times', () => {
  table([
    ['a|hour: 23', ['2026-03-14T23:59:59Z', '2026-03-15T01:59:00+02:00', 1_773_529_200], ['2026-03-14T22:00:00Z', 'x', '', null]],
    ['a|hour|gte: 22', ['2026-03-14T22:00:00Z'], ['2026-03-14T21:59:59Z']],
    ['a|minute|lt: 5', ['2026-03-14 10:04:00'], ['2026-03-14 10:05:00']],
    ['a|day: [14, 15]', ['2026-03-14T00:00:00Z'], ['2026-03-16T00:00:00Z']],
    ['a|week: 53', ['2026-12-31T00:00:00Z', '2027-01-03T00:00:00Z'], ['2027-01-04T00:00:00Z']],
    ['a|month|neq: 3', ['2026-04-01T00:00:00Z', whole({})], ['2026-03-01T00:00:00Z']],
    ['a|year|gt: 2025', ['2026-01-01T00:00:00Z'], ['2025-12-31T23:59:59Z']],
  ]);
});

describe('placeholders', () => {
  table([
    ["a|expand: '%admins%'", ['ANNA', 'svc_backup'], ['ben', '%admins%']],
    ["a|expand|contains: '%admins%'", ['x-anna-x'], ['x']],
    ["a|contains|expand: 'user=%admins%;'", ['user=anna;'], ['user=ben;']],
    ["a|expand: '\\%plain%admins%'", ['%plainanna'], ['anna']],
    ["a|expand: '%none%'", [], ['', '%none%', null]],
    ["a|expand|neq: '%none%'", ['x', whole({})], []],
    ["a|expand|re: '^%admins%$'", ['anna'], ['xanna']],
  ]);
});

describe('keywords and lists', () => {
  const holds = (selections: string, condition: string, event: EvaluatedEvent): boolean =>
    firesOn(rule(selections, condition), 'base', [event]);
  it.each([
    ["sel: ['evil', 'bad?day']", 'sel', { x: 'an EVIL one' }, true],
    ["sel: ['evil', 'bad?day']", 'sel', { x: { y: ['a bad day'] } }, true],
    ["sel: ['evil']", 'sel', { message: 'good', other: 'evil' }, false],
    ["sel: { '|all': ['one', 'two'] }", 'sel', { x: 'two', y: 'one' }, true],
    ["sel: { '|all': ['one', 'two'] }", 'sel', { x: 'two' }, false],
    ["sel: { '|re': 'o.e' }", 'sel', { message: 'one' }, true],
    ["sel: { '|cased': 'One' }", 'sel', { message: 'one' }, false],
    ["sel: ['C:\\Windows\\x']", 'sel', { path: 'C:\\windows\\x' }, true],
    ['sel: [\'say "hi"\']', 'sel', { text: 'I say "hi" now' }, true],
    ['sel: [4625]', 'sel', { id: 4625 }, true],
    ['sel: evil', 'sel', { message: 'evil' }, true],
    ["sel: [{ a: x, b: y }, { c: 'z' }]", 'sel', { a: 'x', c: 'z' }, true],
    ["sel: [{ a: x, b: y }, { c: 'z' }]", 'sel', { a: 'x' }, false],
    ["sel: [{ a: x }, 'word']", 'sel', { message: 'a word' }, true],
    ['x_1: { a: x }\nx_2: { b: y }\n_z: { c: z }', '1 of them', { c: 'z' }, false],
    ['x_1: { a: x }\nx_2: { b: y }\n_z: { c: z }', '1 of _z', { c: 'z' }, true],
    ['x_1: { a: x }\nx_2: { b: y }', 'all of x_*', { a: 'x', b: 'y' }, true],
    ['x_1: { a: x }\nx_2: { b: y }', 'any of *_2', { b: 'y' }, true],
    ['a_x_1: { a: x }\nb_x_1: { b: y }', '1 of a*x*', { b: 'y' }, false],
    ['x_1: { a: x }\nx_2: { b: y }\nx_3: { c: z }', '2 of x_*', { a: 'x', c: 'z' }, true],
    ['x_1: { a: x }\nx_2: { b: y }\nx_3: { c: z }', 'not 2 of x_*', { a: 'x', c: 'z' }, false],
    ['x: { a: x }\ny: { b: y }', '[x, y]', { b: 'y' }, true],
    ['x: { a: x }\ny: { b: y }\nz: { c: z }', 'x or y and not z', { a: 'x', c: 'z' }, true],
    ['x: { a: x }\ny: { b: y }\nz: { c: z }', '(x or y) AND NOT z', { a: 'x', c: 'z' }, false],
    ['x: { a: x }', 'not not x', { a: 'x' }, true],
    ['x: { a: x }\ny: { b: y }', 'not (x and y)', { a: 'x' }, true],
  ])('%s; %s', (selections, condition, event, wanted) => {
    expect(holds(selections, condition, event)).toBe(wanted);
  });
});

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
