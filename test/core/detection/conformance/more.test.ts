// Sigma 2.1 beyond the case file, read by the loader that reads the rules: modifiers together, escapes, texts and numbers, conditions.
import { describe, expect, it } from 'vitest';
import type { EvaluatedEvent } from '#core/detection/rule.ts';
import { firesOn, indented, rule } from './loaded.ts';

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
