// Decides whether `rules eval` keeps its word: what fires on which line, what is silent, what is refused and told, and in which memory.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lineReader, longestLine } from '#bin/rules/json-lines.ts';
import { cleanUp, cli, freshFolder } from '../../local/process.ts';
import { command } from '../in-process.ts';

afterAll(cleanUp);

const here = freshFolder();
let written = 0;
const file = (name: string, content: string | Uint8Array): string => {
  const folder = join(here, `case-${written++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const rulesIn = (...documents: readonly string[]): string => file('rules.yml', documents.join('\n---\n'));
const linesOf = (...events: readonly unknown[]): string =>
  file('events.ndjson', events.map((event) => `${JSON.stringify(event)}\n`).join(''));
const evaluated = (rules: string, events: string, ...more: readonly string[]) =>
  command(['rules', 'eval', '--rules', rules, events, ...more]);
const fired = async (...words: Parameters<typeof evaluated>): Promise<readonly unknown[]> => {
  const { code, stdout } = await evaluated(...words);
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
};
const linesWith = async (title: string, ...words: Parameters<typeof evaluated>): Promise<readonly number[]> =>
  ((await fired(...words)) as readonly { line: number; title: string }[]).filter((one) => one.title === title).map(({ line }) => line);

const detection = (title: string, selection: string, more = ''): string =>
  `title: ${title}\n${more}logsource: { product: any }\ndetection:\n  sel: ${selection}\n  condition: sel`;
const failed = detection('Failed', "{ type: 'fail' }", 'name: failed\nid: 5f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3a01\n');
const three = (more = ''): string =>
  `title: Three\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [user]\n  timespan: 5m\n  condition: { gte: 3 }\n${more}`;
const fail = (second: number, more: object = {}) => ({
  type: 'fail',
  user: 'anna',
  timestamp: `2026-03-14T01:00:${String(second).padStart(2, '0')}Z`,
  ...more,
});

describe('what rules eval prints', () => {
  it('is one JSON line for each firing, by id or else by title, lines from 0', async () => {
    const rules = rulesIn(failed, detection('Anna', "{ user: 'ANNA' }"));
    expect(await fired(rules, linesOf({ type: 'ok' }, fail(1), { user: 'anna' }), '--json')).toEqual([
      { line: 1, rule: '5f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3a01', title: 'Failed' },
      { line: 1, rule: 'Anna', title: 'Anna' },
      { line: 2, rule: 'Anna', title: 'Anna' },
    ]);
  });

  it('holds two rules apart that share a title, and neither has a name', async () => {
    const rules = rulesIn(detection('Same', '{ a: 1 }'), detection('Same', '{ a: 2 }'));
    expect(await fired(rules, linesOf({ a: 1 }, { a: 2 }))).toEqual([0, 1].map((line) => ({ line, rule: 'Same', title: 'Same' })));
    expect((await evaluated(rulesIn(detection('Same', '{ a: 1 }'), detection('Same', '{ a: 1 }')), linesOf({}))).stderr).toContain(
      'refused',
    );
  });

  it('is one line for each rule with --counts', async () => {
    const rules = rulesIn(failed, detection('Never', "{ user: 'ben' }"));
    expect(await fired(rules, linesOf(fail(1), fail(2)), '--counts')).toEqual([
      { rule: '5f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3a01', title: 'Failed', count: 2 },
      { rule: 'Never', title: 'Never', count: 0 },
    ]);
  });

  it('leaves out the rules that a correlation builds upon, unless it generates them, at either place', async () => {
    const events = linesOf(fail(1), fail(2), fail(3));
    expect(await fired(rulesIn(failed, three()), events)).toEqual([{ line: 2, rule: 'Three', title: 'Three' }]);
    expect(await fired(rulesIn(failed, three('  generate: true')), events)).toHaveLength(4);
    expect(await fired(rulesIn(failed, three('generate: true')), events)).toHaveLength(4);
  });

  it('tells events and events a second on stderr, from standard input too', async () => {
    const ended = await cli(['rules', 'eval', '--rules', rulesIn(failed), '-'], { input: `${JSON.stringify(fail(1))}\n{"type":"fail"}` });
    expect(ended.code).toBe(0);
    expect(ended.stdout.trim().split('\n')).toHaveLength(2);
    expect(ended.stderr).toMatch(/^art33: 2 events in [\d.]+ s: \d+ events\/s\n$/);
  });
});

describe('the time of an event', () => {
  const rules = rulesIn(failed, three());
  const at = (field: string, times: readonly unknown[]) => linesOf(...times.map((time) => ({ type: 'fail', user: 'anna', [field]: time })));

  it.each([
    ['timestamp', ['2026-03-14T01:00:00Z', '2026-03-14T02:01:00+01:00', '2026-03-14T01:02:00']],
    ['eventTime', [1_773_450_000, 1_773_450_060, 1_773_450_120_000]],
    ['eventTime', ['1773450000', '1773450060000', '1773450120.5']],
  ])('is read from %s: %j', async (field, times) => {
    expect(await linesWith('Three', rules, at(field, times))).toEqual([2]);
  });

  it('is read from the field that --time names, and from no other', async () => {
    const times = [1_773_450_000, 1_773_450_060, 1_773_450_120];
    const nested = linesOf(...times.map((time) => ({ type: 'fail', user: 'anna', at: { seen: time }, timestamp: time * 3_600 })));
    expect(await linesWith('Three', rules, nested, '--time', 'at.seen')).toEqual([2]);
    expect(await linesWith('Three', rules, nested, '--time', 'at.none')).toEqual([]);
  });

  it('decides, not the order of the lines; a line that comes twice counts once', async () => {
    expect(await linesWith('Three', rules, linesOf(fail(30), fail(1), fail(30), fail(2)))).toEqual([3]);
    const six = (n: number) => ({ ...fail(1), timestamp: `2026-03-14T01:0${n}:00Z` });
    expect(await linesWith('Three', rules, linesOf(six(9), six(0), six(5)))).toEqual([]);
    expect(await linesWith('Three', rules, linesOf(six(9), six(0), six(5), six(4)))).toEqual([3, 3]);
  });
});

describe('what cannot be used', () => {
  it('is told in one line for each refused document, and the rest runs', async () => {
    const rules = rulesIn(
      failed,
      detection('Two faults', '{ "a|nope": x, "b|wrong": y }'),
      'title: twice\ntitle: again\n  bad: indent',
      detection('Anna', "{ user: 'anna' }"),
      detection('Of a later Sigma', '{ a: b }', 'sigma-version: 3\n'),
    );
    const { code, stdout, stderr } = await evaluated(rules, linesOf(fail(1)));
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    const refused = stderr.split('\n').filter((line) => line.startsWith('art33: refused: '));
    expect(refused).toHaveLength(3);
    expect(refused.join('\n')).toMatch(/rules\.yml:\d+ Two faults: unknown modifier "nope".*\(and 1 more\)/);
    expect(refused.join('\n')).toMatch(/rules\.yml:\d+ Of a later Sigma: rules are read as Sigma 2\.0 or 2\.1/);
  });

  it('leaves the rules of a refused filter unfiltered', async () => {
    const filter = 'title: Not anna\nlogsource: { product: any }\nfilter:\n  rules: [failed]\n  sel: { user: anna }\n  condition: sel';
    const { stdout, stderr } = await evaluated(rulesIn(failed, filter), linesOf(fail(1)));
    expect(stdout).toContain('"line":0');
    expect(stderr).toMatch(/refused: .*Not anna: a filter is ANDed as written/);
  });

  it('is told where a group holds more numbers than are kept, of which an average then says nothing', async () => {
    const average = `title: Large\ncorrelation: { type: value_avg, rules: [failed], group-by: [user], timespan: 1h, condition: { field: bytes, gte: 1 } }`;
    const lines = Array.from({ length: 2_003 }, (_, n) => ({ ...fail(1), timestamp: 1_773_450_000_000 + n, bytes: n < 1_999 ? 0 : 4_000 }));
    const { stdout, stderr } = await evaluated(rulesIn(failed, average), linesOf(...lines));
    expect(stdout.split('\n').filter((line) => line.includes('Large'))).toEqual(['{"line":1999,"rule":"Large","title":"Large"}']);
    expect(stderr).toContain(
      '1 group of a correlation outgrew what is kept; the oldest members were let go, and averages and percentiles decide',
    );
  });

  it('is counted where a line is no JSON object; blank lines keep their number', async () => {
    const events = file('events.ndjson', `\ufeff${JSON.stringify(fail(1))}\r\n\n[1]\n"text"\n{broken\n${JSON.stringify(fail(2))}`);
    const ended = await evaluated(rulesIn(failed), events);
    expect(ended.stdout.match(/"line":\d+/g)).toEqual(['"line":0', '"line":5']);
    expect(ended.stderr).toContain('art33: 3 lines held no JSON object that can be read; the first is line 2, counted from 0.');
  });

  it('is counted where a line is nested without end', async () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const rules = rulesIn(failed, detection('Word', "['word']"));
    const { code, stdout, stderr } = await evaluated(rules, file('events.ndjson', `${deep}\n${JSON.stringify(fail(1))}\n`));
    expect([code, stdout.match(/"line":\d+/g)]).toEqual([0, ['"line":1']]);
    expect(stderr).toContain('1 line held no JSON object that can be read; the first is line 0');
  });

  it.each([
    [['rules'], /rules takes one of eval/],
    [['rules', 'toString'], /rules takes one of eval/],
    [['rules', 'eval', 'FILE'], /takes rules and one file/],
    [['rules', 'eval', '--rules', 'x'], /takes rules and one file/],
    [['rules', 'eval', '--rules', 'x', 'a', 'b'], /takes rules and one file/],
    [['rules', 'eval', '--speed', 'x'], /speed/],
  ])('is wrong use: %j', async (words, says) => {
    const ended = await command(words);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toMatch(says);
  });

  it('fails where there are no events, no rules, no list', async () => {
    const [rules, events] = [rulesIn(failed), linesOf({})];
    const lists = file('lists.yml', 'a: { b: c }');
    for (const [words, says] of [
      [[rules, join(here, 'none')], /none: there is no such file/],
      [[join(here, 'none'), events], /none: there is no such file or directory/],
      [[freshFolder(), events], /no rule in it/],
      [[rules, events, '--lists', lists], /lists\.yml:1: expected a name without % and a list/],
      [[rules, events, '--lists', join(here, 'none.yml')], /none\.yml:1 the file: no such file/],
    ] as const) {
      const ended = await command(['rules', 'eval', '--rules', ...words]);
      expect([ended.code, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toMatch(says);
    }
  });
});

describe('lists', () => {
  const rules = rulesIn(detection('Admin', '{ "user|expand": "%admins%" }'), detection('Nobody', '{ "user|expand": "%none%" }'));
  it('stand for placeholders; an empty one matches nothing', async () => {
    const lists = file('lists.yml', 'admins: [anna, 7]\nnone: []\n');
    expect(await fired(rules, linesOf({ user: 'Anna' }, { user: 7 }, { user: 'ben' }, {}), '--lists', lists)).toEqual([
      { line: 0, rule: 'Admin', title: 'Admin' },
      { line: 1, rule: 'Admin', title: 'Admin' },
    ]);
  });

  it('that are not given refuse the rule', async () => {
    const { stdout, stderr } = await evaluated(rules, linesOf({ user: 'anna' }));
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Admin: no list "admins" is configured/);
  });
});

describe('lines', () => {
  const read = (chunks: readonly Buffer[]): readonly (readonly [number, string | undefined])[] => {
    const lines: [number, string | undefined][] = [];
    const reader = lineReader((text, line) => lines.push([line, text]));
    for (const chunk of chunks) reader.take(chunk);
    reader.end();
    return lines;
  };

  it('are the same however the bytes are cut, within a character too', () => {
    const bytes = Buffer.from('{"a":"äöü€😀"}\n\nzwei\n{"b":"ß"}');
    const whole = read([bytes]);
    expect(whole).toEqual([
      [0, '{"a":"äöü€😀"}'],
      [1, ''],
      [2, 'zwei'],
      [3, '{"b":"ß"}'],
    ]);
    for (let at = 0; at <= bytes.length; at += 1) expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('that are too long are passed over, and the next is read', () => {
    const part = Buffer.alloc(longestLine / 2, 'x');
    expect(read([part, part, Buffer.from('x\nnext\n')])).toEqual([
      [0, undefined],
      [1, 'next'],
    ]);
    expect(read([Buffer.concat([part, part, Buffer.from('x\nnext\n')])])).toEqual([
      [0, undefined],
      [1, 'next'],
    ]);
  });
});
