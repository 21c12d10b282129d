// Decides whether `rules check`, `rules test` and `rules explain` say what a rule author needs to know, and fail when they must.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { misfits } from '#bin/rules/json-schema.ts';
import { cleanUp, freshFolder, root } from '../../local/process.ts';
import { command } from '../in-process.ts';

afterAll(cleanUp);

const here = freshFolder();
let written = 0;
/** A folder with these files. */
const folder = (files: Readonly<Record<string, string>>): string => {
  const dir = join(here, `case-${written++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
};

const incident =
  'incident: { category: x, breach: { confidentiality: none, integrity: none, availability: none }, personal_data: unlikely, dedupe: { by: [sig.tenant], window: 1h } }';
const rule = (
  title: string,
  { selection = '{ data.type: s }', more = incident, source = '{ product: auth0 }', condition = 'sel' } = {},
): string =>
  `title: ${title}\nname: ${title.toLowerCase()}\nlevel: high\nlogsource: ${source}\ndetection: { sel: ${selection}, condition: '${condition}' }\n${more}\n`;
const tests = (name: string, ...expects: readonly string[]): string =>
  `rule: ${name}\ntests:\n${expects.map((one, i) => `  - { name: t${i}, expect: [${one}], events: [{ at: 0s, as: auth0, raw: { log_id: x, data: { type: ${one === '' ? 'f' : 's'}, hostname: t.example } } }] }`).join('\n')}\n`;

const alone = (): string =>
  `title: Alone\nname: alone\nlevel: high\ncorrelation: { type: temporal, rules: [login], timespan: 30m }\n${incident.replace(/ }$/, ', absent: [sso] }')}\n`;

const check = async (files: Readonly<Record<string, string>>) => command(['rules', 'check', folder(files)]);

describe('rules check', () => {
  it('finds nothing to say of the shipped rules', async () => {
    const ended = await command(['rules', 'check']);
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^\d+ documents: 0 errors, 0 warnings\.\n$/)]);
  });

  it.each([
    ['a log source that nobody gives', rule('Far', { source: '{ product: windows }' }), 'no source gives this log source'],
    ['a level that opens nothing', rule('Low').replace('level: high', 'level: informational'), 'level informational never opens'],
    ['a rule that leads nowhere', rule('Lone', { more: '' }), 'it opens nothing and no correlation builds upon it'],
    ['a rule without tests', rule('Bare'), 'no test stands beside it'],
    ['what matches everything', rule('Wide', { condition: 'not sel' }), 'it matches an event without any field'],
    ['a short text', rule('Short', { selection: "{ 'data.user|contains': a }" }), 'fewer than 3 characters'],
    [
      'a selection that no condition names',
      rule('Idle', { selection: '{ data.type: s }, other: { data.type: f }' }),
      'selection other stands in no condition',
    ],
    ['a regular expression that looks around', rule('Look', { selection: "{ 'data.user|re': '(?=a)b' }" }), 'looks around'],
    ['two that ask the same', `${rule('One')}---\n${rule('Two')}`, 'it asks the same as one at '],
  ])('warns of %s', async (_title, text, says) => {
    const { code, stdout } = await check({ 'a.yml': text });
    expect(stdout).toMatch(new RegExp(`a\\.yml:\\d+ \\w+: warning: .*${says}`));
    expect(code).toBe(0);
  });

  it('warns of what must not come anywhere, beside the error that the specification makes of a missing group', async () => {
    const text = `${rule('Login')}---\n${rule('Sso', { selection: '{ data.type: s }', more: '' })}---\n${alone()}`;
    const { code, stdout } = await check({ 'a.yml': text });
    expect(stdout).toContain('alone: warning: without group-by, what it names as absent silences it from anywhere');
    expect([code, stdout.includes('sso: warning: it opens nothing')]).toEqual([1, false]);
    expect((await check({ 'a.yml': text.replace('timespan', 'group-by: [sig.actor.name], timespan') })).stdout).not.toContain(
      'from anywhere',
    );
  });

  it('warns of tests that all fire, or none', async () => {
    expect((await check({ 'a.yml': rule('Both'), 'a.tests.yml': tests('both', 'both', '') })).stdout).toBe(
      '1 documents: 0 errors, 0 warnings.\n',
    );
    expect((await check({ 'a.yml': rule('Both'), 'a.tests.yml': tests('both', 'both') })).stdout).toContain(
      'none of its tests stays silent',
    );
    expect((await check({ 'a.yml': rule('Both'), 'a.tests.yml': tests('both', '') })).stdout).toContain('none of its tests fires');
  });

  const filter = (block: string): string =>
    `${rule('Both')}---\ntitle: F\nlogsource: { product: auth0 }\nfilter: { rules: [both], selection: { data.user: x }, condition: not selection }\n${block}`;
  it.each([
    ['a filter for which nobody answers', filter(''), 'F: error: a filter names owner, reason, expires'],
    [
      'a filter that expired',
      filter('incident: { owner: Malik, reason: x, expires: 2020-01-01 }'),
      'F: error: the filter expired on 2020-01-01',
    ],
    ['a day that is none', filter('incident: { owner: Malik, reason: x, expires: soon }'), 'F: error: expires is a day'],
    ['what is refused', rule('Bad', { selection: "{ 'a|nope': x }" }), 'bad: error: unknown modifier "nope"'],
    ['what is no YAML', 'title: a\ntitle: b', 'error: .*key written twice'],
    [
      'what the schema does not know',
      `date: 14.3.2026\n${rule('Dated')}`,
      'dated: error: the schema of the specification wants date to be of the form',
    ],
    ['tests that can not be played', 'rule: x\ntests: [{ name: a, expect: [], events: [] }]', 'events that can not be played'],
  ])('fails for %s', async (title, text, says) => {
    const { code, stdout } = await check(title.startsWith('tests') ? { 'a.tests.yml': text } : { 'a.yml': text });
    expect(stdout).toMatch(new RegExp(says));
    expect(code).toBe(1);
  });

  it('lets a filter stand that has an owner and time', async () => {
    const { code, stdout } = await check({ 'a.yml': filter('incident: { owner: Malik, reason: x, expires: 2999-01-01 }') });
    expect([code, stdout]).toEqual([0, expect.not.stringContaining(' F: ')]);
  });
});

describe('rules test', () => {
  const own = async (testsText: string): Promise<string> => {
    const dir = join(here, `case-${written++}`);
    expect((await command(['init', dir])).code).toBe(0);
    mkdirSync(join(dir, 'rules'), { recursive: true });
    writeFileSync(join(dir, 'rules', 'own.yml'), rule('Own', { selection: "{ data.type: s, 'data.user_name|expand': '%own_users%' }" }));
    writeFileSync(join(dir, 'rules', 'own.tests.yml'), testsText);
    appendFileSync(join(dir, 'lists.yml'), '\nown_users: [anna]\n');
    return dir;
  };
  const event = (user: string): string =>
    `[{ at: 0s, as: auth0, raw: { log_id: x, data: { type: s, hostname: t.example, user_name: ${user} } } }]`;

  it('plays the tests of one shipped rule', async () => {
    const ended = await command(['rules', 'test', 'auth0_user_export']);
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^(\d+) of \1 tests hold, each in 3 orders\.\n$/)]);
  });

  it("plays an operator's own, with the operator's lists, and says which failed and how", async () => {
    const dir = await own(
      `rule: own\ntests:\n  - { name: anna, expect: [own], events: ${event('anna')} }\n  - { name: ben, expect: [own], events: ${event('ben')} }\n  - { name: unread, expect: [], events: [{ at: 0s, as: nobody, raw: x }] }\n`,
    );
    const { code, stdout, stderr } = await command(['rules', 'test', 'own', '--config', dir]);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/own\.tests\.yml:1 own: ben: as-written: fired \[\], expected \[own\]$/),
      expect.stringMatching(/own: unread: as-written: no source is called nobody$/),
      '1 of 3 tests hold, each in 3 orders.',
    ]);
    expect(code).toBe(1);
  });

  it('fails for a rule without tests, and for tests that can not be read', async () => {
    expect(await command(['rules', 'test', 'no_such_rule'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no test of a rule named no_such_rule'),
    });
    const dir = await own('rule: own\ntests: [{ name: a, expect: own, events: [] }]');
    expect(await command(['rules', 'test', '--config', dir])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/own\.tests\.yml:2 tests\.0: no list of the rules that fire/),
    });
  });
});

describe('rules explain', () => {
  const ban = join(root, 'events/demo');
  it('tells field by field what holds and what is there', async () => {
    const file = join(
      folder({
        'e.json': JSON.stringify({
          log_id: 'x',
          data: { type: 's', hostname: 't.example', user_name: 'an\u001b[2Jna', date: '2026-03-14T01:00:00Z' },
        }),
      }),
      'e.json',
    );
    const { code, stdout } = await command(['rules', 'explain', file, '--source', 'auth0', '--rule', 'auth0_login_ok']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^event 0: auth0, auth\.login, success, 2026-03-14T01:00:00Z; \d+ rules are asked/);
    expect(stdout).toMatch(/fires {4} auth0_login_ok/);
    expect(stdout).toMatch(/\+ .*there: "/);
    expect(stdout).not.toContain('\u001b');
  });

  it('tells of correlations what their rules matched', async () => {
    const { stdout } = await command(['rules', 'explain', ban, '--rule', 'auth0_stuffing_compromise']);
    expect(stdout).toMatch(/fires 1 time auth0_stuffing_compromise: temporal_ordered over auth0_stuffing_source \d+, auth0_login_ok \d+/);
  });

  it('tells of what must not come whether it came, and what is left', async () => {
    const call = (id: string, eventName: string) => ({
      ...{
        eventID: id,
        eventName,
        eventSource: 'cloudtrail.amazonaws.com',
        eventTime: `2026-03-14T01:0${id}:00Z`,
        eventType: 'AwsApiCall',
      },
      ...{ recipientAccountId: '111122223333', userIdentity: { type: 'IAMUser', userName: 'mira.lenz' } },
      requestParameters: { name: 'muster-trail' },
    });
    const explained = async (...calls: readonly object[]): Promise<string> => {
      const file = join(folder({ 'e.json': JSON.stringify(calls) }), 'e.json');
      return (await command(['rules', 'explain', file, '--source', 'cloudtrail', '--rule', 'cloudtrail_stays_off'])).stdout;
    };
    const [stopped, started] = [call('1', 'StopLogging'), call('2', 'StartLogging')];
    expect(await explained(stopped)).toContain('opens where none came in time of cloudtrail_logging_started 0: 1 left');
    expect(await explained(stopped, started)).toContain('opens where none came in time of cloudtrail_logging_started 1: 0 left');
  });

  it('is wrong use without events or with a source that is none, and fails for a rule that is none', async () => {
    expect((await command(['rules', 'explain'])).code).toBe(2);
    expect((await command(['rules', 'explain', ban, '--source', 'x'])).code).toBe(2);
    expect((await command(['rules', 'explain', ban, '--rule', 'x'])).code).toBe(1);
  });
});

describe('the schema reader', () => {
  it.each([
    [{ type: 'string' }, 'x', 7],
    [{ type: 'integer' }, 1, 1.5],
    [{ properties: { a: { minLength: 2 } } }, { a: 'xy' }, { a: 'x' }],
    [{ required: ['a'] }, { a: null }, {}],
    [{ items: { type: 'string' } }, ['x'], ['x', 1]],
    [{ uniqueItems: true }, ['x', 'y'], ['x', 'x']],
    [{ minItems: 1 }, [1], []],
    [{ maxLength: 1 }, 'x', 'xy'],
    [{ format: 'uuid' }, '5f0c7c5e-6f0b-4b0e-9a54-0d6d3b6f3a02', 'x'],
    [{ oneOf: [{ const: 'a' }, { const: 'b' }] }, 'b', 'c'],
    [{ anyOf: [{ type: 'string' }, { type: 'array' }] }, [], {}],
    [{ properties: { a: {} }, additionalProperties: { type: 'string' } }, { a: 1, b: 'x' }, { b: 1 }],
    [JSON.parse('{ "allOf": [{ "if": { "properties": { "a": { "const": 1 } } }, "then": { "required": ["b"] } }] }'), { a: 2 }, { a: 1 }],
  ])('%j', (schema, good, bad) => {
    expect([misfits(schema, good).length, misfits(schema, bad).length > 0]).toEqual([0, true]);
  });

  it('does not pass over a keyword that it does not know', () => {
    expect(() => misfits({ maximum: 3 }, 4)).toThrow('maximum');
  });
});
