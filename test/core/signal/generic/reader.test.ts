// Decides what the words of a mapping mean: paths, templates, conditions, cases, times, and how one document becomes several events.
import { describe, expect, it } from 'vitest';
import { mappingFile, mappingOf } from '#adapters/config/schema/mapping.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { toldTime } from '#core/signal/generic/time.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import { splitBatch } from '#core/signal/split.ts';
import { bytesOf, factsOf, json, noon, read } from '../reading.ts';

const least = {
  title: 'Our app',
  arrives: 'here',
  logsource: { product: 'our-app' },
  recognise: { app: 'ours' },
  id: '{id}',
  kind: 'finding',
};
const reader = (more: object) => readerOf(mappingOf('our-app', mappingFile.parse({ ...least, ...more })));
const event = (more: object) => json({ app: 'ours', id: '1', ...more });
const facts = (mapping: object, more: object) => factsOf(reader(mapping), event(more));

describe('a condition', () => {
  it.each<[unknown, unknown, boolean]>([
    ['x', 'X', true],
    ['x*', 'xyz', true],
    ['*z', 'xyz', true],
    ['x*z', 'xz', true],
    ['xy*yz', 'xyz', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*', '', false],
    ['*', [], false],
    ['*', {}, true],
    [null, null, true],
    [null, '', true],
    [null, 'x', false],
    [true, 'True', true],
    ['1', 1, true],
    [['x', 'y'], 'y', true],
    [{ gte: 3, lt: 5 }, '4.9', true],
    [{ gte: 3, lt: 5 }, 5, false],
    [{ gte: 3 }, 'x', false],
    ['*', 'x'.padEnd(5_000), false],
    ['x', 'x'.padEnd(5_000), false],
  ])('%j of %j is %s', (test, value, holds) => {
    expect(reader({ recognise: { 'a[]': test } }).recognises(json({ a: Array.isArray(value) ? value : [value] }))).toBe(holds);
    // Without a list on the path it says the same of the one value.
    if (!Array.isArray(value)) expect(reader({ recognise: { a: test } }).recognises(json({ a: value }))).toBe(holds);
  });

  it('is asked anew of each event, whatever the last one said at the same place', () => {
    const told = reader({
      kind: [
        { is: 'auth.login', when: { 'a.b': 'x' } },
        { is: 'auth.logout', when: { 'a.b': [null] } },
      ],
    });
    const kinds = [{ a: { b: 'x' } }, { a: { b: 'y' } }, {}, { a: { b: 'x' } }].map((more) => factsOf(told, event(more)).kind);
    expect(kinds).toEqual(['auth.login', 'unknown', 'auth.logout', 'auth.login']);
  });

  it('is asked anew where a list stands on the way, too', () => {
    const told = reader({
      kind: [
        { is: 'auth.login', when: { 'a[].b': 'x' } },
        { is: 'auth.logout', when: { 'a[].b': '*' } },
      ],
    });
    const kinds = [{ a: [{ b: 'y' }, { b: 'x' }] }, { a: [{ b: 'y' }] }, {}, { a: [{ b: 'x' }] }];
    expect(kinds.map((more) => factsOf(told, event(more)).kind)).toEqual(['auth.login', 'auth.logout', 'unknown', 'auth.login']);
  });

  it('is all of its fields, several are any of them, and a case without one is the rest', () => {
    const kind = [{ is: 'auth.login', when: [{ a: 1, b: 2 }, { c: 3 }] }, { is: 'housekeeping' }];
    expect([{ a: 1, b: 2 }, { c: 3 }, { a: 1 }].map((more) => facts({ kind }, more).kind)).toEqual([
      'auth.login',
      'auth.login',
      'housekeeping',
    ]);
  });

  it('that no case fits leaves the event unknown, never out', () => {
    expect(facts({ kind: [{ is: 'auth.login', when: { a: 1 } }] }, {})).toMatchObject({ kind: 'unknown', outcome: 'unknown' });
  });
});

describe('a path', () => {
  it('begins at the event, with $. at the document, and takes the first that holds something', () => {
    const mapping = { event: 'detail', recognise: { '$.app': 'ours' }, tenant: ['account', '$.account'], target: { id: 'name' } };
    expect(facts(mapping, { account: 'outer', detail: { id: '2', name: 'thing' } })).toMatchObject({
      eventId: '2',
      tenant: 'outer',
      target: { id: 'thing' },
    });
  });

  it('finds each of a list, and of lists in lists no more than fifty', () => {
    const identifiers = ['thing:{a[].b[].c}'];
    expect(facts({ identifiers }, { a: [{ b: [{ c: 'x' }, { c: 'y' }] }, { b: { 0: { c: 'z' } } }] }).identifiers).toEqual([
      'thing:x',
      'thing:y',
      'thing:z',
    ]);
    const many = Array.from({ length: 40 }, (_, i) => ({ b: Array.from({ length: 40 }, (_, j) => ({ c: `${i}-${j}` })) }));
    expect(facts({ identifiers, target: { id: 'a[].b[].c' } }, { a: many }).identifiers).toHaveLength(50);
  });

  it('takes the first of a list that has what it asks for', () => {
    expect(facts({ tenant: 'a[].b' }, { a: [{}, { b: '' }, { b: 'x' }, { b: 'y' }] }).tenant).toBe('x');
  });

  it('goes into JSON that lies in a text, where the event lies there', () => {
    const mapping = { event: 'message', recognise: { what: '*' } };
    expect(factsOf(reader(mapping), json({ message: '{"what":"x","id":"7"}' })).eventId).toBe('7');
    expect(read(reader(mapping), json({ message: 'what' })).ok).toBe(false);
  });
});

describe('an id', () => {
  it('is the first that can be filled; without one the event is refused', () => {
    expect(facts({ id: ['{x}/{y}', '{y}'] }, { y: 'b' }).eventId).toBe('b');
    expect(read(reader({ id: '{x}' }), event({}))).toMatchObject({ ok: false, error: { field: 'id' } });
  });

  it('of a source that has none is its text: the same text is the same event', () => {
    const mapping = { id: ['{x}', 'content'] };
    expect(facts(mapping, { a: 1 }).identity).toEqual(facts(mapping, { a: 1 }).identity);
    expect(facts(mapping, { a: 1 }).identity).not.toEqual(facts(mapping, { a: 2 }).identity);
  });

  it('with what is no safe number is none', () => {
    expect(read(reader({}), { text: '', json: { app: 'ours', id: 2 ** 60 } }).ok).toBe(false);
  });
});

describe('a document with several events', () => {
  const mapping = { each: 'list[].parts[]', event: 'list[].parts[]', recognise: { '$.app': 'ours' }, tenant: '$.list[].name' };
  const split = (value: unknown) => {
    const parts = splitBatch(reader(mapping), bytesOf(JSON.stringify(value)));
    return parts.ok ? parts.value.map((part) => [factsOf(reader(mapping), part).eventId, factsOf(reader(mapping), part).tenant]) : [];
  };
  const whole = {
    app: 'ours',
    list: [
      { name: 'a', parts: [{ id: '1' }, { id: '2' }] },
      { name: 'b', parts: [{ id: '3' }] },
    ],
  };

  it('becomes one for each, with its own surroundings', () => {
    expect(split(whole)).toEqual([
      ['1', 'a'],
      ['2', 'a'],
      ['3', 'b'],
    ]);
  });

  it('falls apart once: a part that is split again is that part', () => {
    const parts = splitBatch(reader(mapping), bytesOf(JSON.stringify(whole)));
    for (const part of parts.ok ? parts.value : []) {
      const again = splitBatch(reader(mapping), bytesOf(JSON.stringify(part.json)));
      expect(again.ok && again.value.map(({ json: value }) => value)).toEqual([part.json]);
    }
  });
});

describe('a line of pairs', () => {
  const filter = reader({ recognise: { SRC: '*' }, line: 'pairs', id: 'content', src: { ip: 'SRC' } });
  const seen = (text: string) => filter.vendorEvent({ text });
  const head = 'Mar 14 02:10:00 relay-1 kernel: ';

  it('falls into host, program, the prefix of its rule, pairs and flags', () => {
    expect(seen(`${head}[12345.678900] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.1 DF`)).toEqual({
      host: 'relay-1',
      program: 'kernel',
      prefix: '[UFW BLOCK]',
      IN: 'eth0',
      OUT: '',
      SRC: '192.0.2.1',
      flags: ['DF'],
    });
  });

  it.each<[string, string, object]>([
    ['behind a bracket', '[DROP]SRC=192.0.2.1', { prefix: '[DROP]', SRC: '192.0.2.1' }],
    ['parted by tabs', 'x:\tIN=eth0\tSRC=192.0.2.1 ', { prefix: 'x:', IN: 'eth0', SRC: '192.0.2.1', flags: [] }],
    ['whose key comes twice: the first counts', 'SRC=192.0.2.1 SRC=192.0.2.2', { SRC: '192.0.2.1' }],
    ['with a sign in its value', 'SRC=192.0.2.1 A=b=c', { A: 'b=c' }],
    ['inside of a word, which are none', 'xSRC=192.0.2.9 SRC=192.0.2.1', { prefix: 'xSRC=192.0.2.9', SRC: '192.0.2.1' }],
    ['with a key of small letters, which are flags', 'SRC=192.0.2.1 uid=0', { flags: ['uid=0'] }],
    [
      'with a key of 17 letters, which are flags',
      `SRC=192.0.2.1 ${'A'.repeat(17)}=1 ${'B'.repeat(16)}=1`,
      { flags: [`${'A'.repeat(17)}=1`], ['B'.repeat(16)]: '1' },
    ],
    ['with a digit first, which are flags', 'SRC=192.0.2.1 4A=1 A4=1', { flags: ['4A=1'], A4: '1' }],
  ])('knows pairs %s', (_, text, fields) => {
    expect(seen(head + text)).toMatchObject(fields);
  });

  it('keeps two hundred words of it', () => {
    const words = Array.from({ length: 300 }, (_, n) => `K${n}=x`).join(' ');
    expect(Object.keys(seen(`SRC=192.0.2.1 ${words}`)).filter((name) => name.startsWith('K'))).toHaveLength(199);
  });

  it('is none of a filter without a pair, or with a line break', () => {
    for (const text of [`${head}hello`, 'SRC=192.0.2.1\nSRC=192.0.2.2', '='.repeat(5_000), 'A'.repeat(60_000)])
      expect(read(filter, { text }).ok).toBe(false);
  });

  it('is taken apart once and told in whichever zone it is asked for', () => {
    const once = { text: `${head}SRC=192.0.2.1` };
    const at = (zone: string) => filter.read(once, { received: noon, zone });
    expect([at('UTC'), at('Europe/Berlin')].map((told) => told.ok && told.value.time && rfc3339(told.value.time))).toEqual([
      '2026-03-14T02:10:00Z',
      '2026-03-14T01:10:00Z',
    ]);
  });
});

describe('a time', () => {
  it.each([
    ['Sun, 14 Mar 2026 02:01:10 GMT', '2026-03-14T02:01:10Z'],
    ['Sat Mar 14 01:59:44.356 UTC 2026', '2026-03-14T01:59:44.356Z'],
    ['Dec 3, 2021, 12:02:30 AM', '2021-12-03T00:02:30Z'],
    ['Dec 3, 2021, 12:02:30 PM', '2021-12-03T12:02:30Z'],
    ['2026-03-14T02:04:40.985+0000', '2026-03-14T02:04:40.985Z'],
    [1_773_453_849, '2026-03-14T02:04:09Z'],
    ['1773453849360429', '2026-03-14T02:04:09.360Z'],
    [1_773_453_849_360_429_000, '2026-03-14T02:04:09.360Z'],
  ])('%s is read', (written, at) => {
    const told = toldTime(written, { received: noon });
    expect(told && rfc3339(told.time)).toBe(at);
  });

  it.each(['Fri, 30 Feb 2026 02:01:10 GMT', '1970-01-01T00:00:00Z', 'tomorrow', 'Foo 3, 2021, 1:02:30 PM', {}, '12'.repeat(40)])(
    '%s is none',
    (written) => {
      expect(toldTime(written, { received: noon })).toBeUndefined();
    },
  );

  it('that nobody told is said to be missing', () => {
    expect(facts({ time: 'at' }, {}).marks).toEqual(['no-time']);
  });
});

describe('what rules see', () => {
  it('is the vendor’s event and further names for it, what is true or false as a word', () => {
    const mapping = { event: 'detail', recognise: { '$.app': 'ours' }, fields: { public: ['a', 'b'] } };
    expect(reader(mapping).vendorEvent(event({ detail: { b: false, c: 1 } }))).toEqual({ b: false, c: 1, public: 'false' });
  });
});
