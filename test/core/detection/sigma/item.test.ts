import { describe, expect, it } from 'vitest';
import { holds, reasons, selecting } from './rules.ts';

describe('a value', () => {
  it('equals by text whatever JSON type either side has', () => {
    expect(holds({ a: 4625 }, { a: '4625' })).toBe(true);
    expect(holds({ a: '4625' }, { a: 4625 })).toBe(true);
    expect(holds({ a: true }, { a: 'True' })).toBe(true);
    expect(holds({ a: 0 }, { a: false })).toBe(false);
  });

  it('that is null means missing or null, never the empty text', () => {
    expect(holds({ a: null }, {})).toBe(true);
    expect(holds({ a: null }, { a: null })).toBe(true);
    expect(holds({ a: null }, { a: [] })).toBe(true);
    expect(holds({ a: null }, { a: '' })).toBe(false);
    expect(holds({ a: null }, { a: 0 })).toBe(false);
    expect(holds({ a: ['x', null] }, {})).toBe(true);
    expect(holds({ a: '' }, { a: null })).toBe(false);
  });

  it('that is a star asks for a present, non-empty text', () => {
    expect([{ a: 'x' }, { a: 0 }, { a: { b: 1 } }].map((event) => holds({ a: '*' }, event))).toEqual([true, true, true]);
    expect([{}, { a: '' }, { a: null }, { a: [] }].map((event) => holds({ a: '*' }, event))).toEqual([false, false, false, false]);
  });

  it('is looked for in any element of lists, nested ones and lists of objects too', () => {
    expect(holds({ 'a.b': 'x' }, { a: [{ b: ['w', ['X']] }] })).toBe(true);
    expect(holds({ 'a{}.b': 'x' }, { a: [{ c: 1 }, { b: 'x' }] })).toBe(true);
    expect(holds({ 'a.b.c': 'x' }, { a: [{ 'b.c': 'x' }] })).toBe(true);
  });

  it('never reads what an object inherits', () => {
    expect(holds({ 'a.constructor|exists': true }, { a: {} })).toBe(false);
    expect(holds({ '__proto__.toString|exists': true }, {})).toBe(false);
  });

  it('is searched in the canonical JSON of an object or a list of objects', () => {
    const event = { a: { Versioning: { Status: 'Suspended' } }, l: [{ k: 1 }, { k: 2 }] };
    expect(holds({ 'a|contains': '"status":"suspended"' }, event)).toBe(true);
    expect(holds({ 'l|contains': '{"k":1},{"k":2}' }, event)).toBe(true);
    expect(holds({ 'l|startswith': '[{' }, event)).toBe(true);
  });
});

describe('a text modifier', () => {
  it('asks for all values under all, each in any element', () => {
    expect(holds({ 'a|contains|all': ['x', 'y'] }, { a: ['ax', 'by'] })).toBe(true);
    expect(holds({ 'a|contains|all': ['x', 'y'] }, { a: ['ax'] })).toBe(false);
  });

  it('minds letter case under cased only', () => {
    expect(holds({ 'a|startswith|cased': 'Fo' }, { a: 'Foo' })).toBe(true);
    expect(holds({ 'a|startswith|cased': 'Fo' }, { a: 'foo' })).toBe(false);
    expect(holds({ 'a|startswith': 'Fo' }, { a: 'fOO' })).toBe(true);
  });

  it('negates under neq: none of the values, and a missing field differs', () => {
    expect(holds({ 'a|neq': ['x', 'y'] }, { a: 'z' })).toBe(true);
    expect(holds({ 'a|neq': ['x', 'y'] }, { a: 'Y' })).toBe(false);
    expect(holds({ 'a|neq': 5 }, { a: 5 })).toBe(false);
    expect(holds({ 'a|neq': 'x' }, {})).toBe(true);
    expect(holds({ 'a|contains|neq': 'x' }, { a: 'axb' })).toBe(false);
  });

  it('finds presence by the key, whatever the value (exists)', () => {
    expect([{ a: '' }, { a: null }, { a: [] }, {}].map((event) => holds({ 'a|exists': true }, event))).toEqual([true, true, true, false]);
    expect(holds({ 'a.b|exists': false }, { a: {} })).toBe(true);
  });
});

describe('an encoding', () => {
  it('writes base64 of UTF-8 and of both UTF-16', () => {
    expect(holds({ 'a|base64': 'é' }, { a: 'w6k=' })).toBe(true);
    expect(holds({ 'a|wide|base64': 'cmd' }, { a: Buffer.from('cmd', 'utf16le').toString('base64') })).toBe(true);
    expect(holds({ 'a|utf16be|base64': 'cmd' }, { a: Buffer.from('cmd', 'utf16le').swap16().toString('base64') })).toBe(true);
    expect(holds({ 'a|utf16|base64': 'cmd' }, { a: Buffer.from('\ufeffcmd', 'utf16le').toString('base64') })).toBe(true);
  });

  it('finds a value at every offset of a longer base64 text', () => {
    for (const before of ['', 'x', 'xx', 'xxx']) {
      for (const after of ['', 'y', 'yy']) {
        const a = Buffer.from(`${before}http://a.example${after}`).toString('base64');
        expect(holds({ 'a|base64offset|contains|cased': 'http://a.example' }, { a }), `${before}…${after}`).toBe(true);
      }
    }
    expect(holds({ 'a|base64offset|contains|cased': 'http://a.example' }, { a: Buffer.from('http://b.example').toString('base64') })).toBe(
      false,
    );
  });

  it('reads bytes one to a character without base64', () => {
    expect(holds({ 'a|wide|contains': 'cmd' }, { a: 'x c\0m\0d\0 y' })).toBe(true);
  });
});

describe('a number', () => {
  it('is compared with numbers and with texts that hold one', () => {
    expect([9, '9', 10, '10', 11].map((a) => holds({ 'a|gt': 9 }, { a }))).toEqual([false, false, true, true, true]);
    expect([8, 9, 10].map((a) => holds({ 'a|gte': 9 }, { a }))).toEqual([false, true, true]);
    expect([8, 9, 10].map((a) => holds({ 'a|lt': 9 }, { a }))).toEqual([true, false, false]);
    expect([8, 9, 10].map((a) => holds({ 'a|lte': 9 }, { a }))).toEqual([true, true, false]);
  });

  it('never holds for what is no number', () => {
    for (const a of ['', ' ', 'x', null, true, {}]) expect(holds({ 'a|lt': 9 }, { a })).toBe(false);
    expect(holds({ 'a|lt': 9 }, {})).toBe(false);
  });

  it('may be part of a time, in UTC, with or without a comparison', () => {
    const t = '2027-01-03T23:59:01+01:00';
    const parts = { minute: 59, hour: 22, day: 3, week: 53, month: 1, year: 2027 };
    for (const [part, value] of Object.entries(parts)) expect(holds({ [`t|${part}`]: value }, { t }), part).toBe(true);
    expect(holds({ 't|hour|gte': 22 }, { t })).toBe(true);
    expect(holds({ 't|hour|neq': 22 }, { t })).toBe(false);
    expect(holds({ 't|year': 2026 }, { t: '2026-11-25 13:05:00' })).toBe(true);
    expect(holds({ 't|hour': 13 }, { t: Date.parse('2026-11-25T13:05:00Z') / 1000 })).toBe(true);
    expect(holds({ 't|week': 1 }, { t: '2026-01-01T00:00:00Z' })).toBe(true);
    expect(holds({ 't|week': 48 }, { t: '2026-11-25T00:00:00Z' })).toBe(true);
    expect(holds({ 't|day': 30 }, { t: '2026-02-30T00:00:00Z' })).toBe(false);
  });
});

describe('cidr', () => {
  it('holds for addresses of the network in any spelling', () => {
    expect(holds({ 'a|cidr': '2001:db8::/33' }, { a: '2001:DB8:7fff::1' })).toBe(true);
    expect(holds({ 'a|cidr': '2001:db8::/33' }, { a: '2001:db8:8000::1' })).toBe(false);
    expect(holds({ 'a|cidr': '192.0.2.128/25' }, { a: '::ffff:192.0.2.129' })).toBe(true);
    expect(holds({ 'a|cidr': '192.0.2.128/25' }, { a: '192.0.2.127' })).toBe(false);
    expect(holds({ 'a|cidr': '0.0.0.0/0' }, { a: '2001:db8::1' })).toBe(false);
    expect(holds({ 'a|cidr': '::/0' }, { a: '::' })).toBe(true);
    expect(holds({ 'a|cidr': '::/0' }, { a: '192.0.2.1' })).toBe(false);
  });

  it('never holds, and never throws, for what is no address', () => {
    for (const a of ['AWS Internal', '999.1.1.1', 7, null, {}, ['x']]) expect(holds({ 'a|cidr': '192.0.2.0/24' }, { a })).toBe(false);
  });

  it('takes networks from a list', () => {
    expect(holds({ 'a|cidr|expand': '%networks%' }, { a: '2001:db8::9' })).toBe(true);
    expect(holds({ 'a|cidr|expand': '%networks%' }, { a: '198.51.100.1' })).toBe(false);
  });
});

describe('expand', () => {
  it('puts each member of the list in place, text around it included', () => {
    expect(holds({ 'a|expand': 'adm_%admins%' }, { a: 'adm_Ben' })).toBe(true);
    expect(holds({ 'a|expand|contains': '%admins%@%admins%' }, { a: 'x anna@ben y' })).toBe(true);
  });

  it('matches nothing for an empty list, under all too', () => {
    expect(holds({ 'a|expand': '%nobody%' }, { a: '' })).toBe(false);
    expect(holds({ 'a|expand|all': ['%nobody%', '%nobody%'] }, { a: 'x' })).toBe(false);
  });

  it('refuses the rule for a list that nobody configured', () => {
    expect(reasons(selecting({ 'a|expand': '%admin%' }))).toContain('no list "admin" is configured');
  });

  it('leaves percent signs alone where it is not written', () => {
    expect(holds({ a: '%admins%' }, { a: '%ADMINS%' })).toBe(true);
  });
});

describe('fieldref', () => {
  it('compares two fields, each with any of its values', () => {
    expect(holds({ 'a|fieldref': 'b' }, { a: ['x', 'y'], b: 'Y' })).toBe(true);
    expect(holds({ 'a|fieldref|cased': 'b' }, { a: 'y', b: 'Y' })).toBe(false);
    expect(holds({ 'a|fieldref|endswith': 'b' }, { a: 'x.example', b: '.example' })).toBe(true);
    expect(holds({ 'a|fieldref|neq': 'b' }, { a: 'x', b: 'x' })).toBe(false);
  });

  it('finds no equality between two missing fields', () => {
    expect(holds({ 'a|fieldref': 'b' }, {})).toBe(false);
    expect(holds({ 'a|fieldref': 'b' }, { a: null, b: null })).toBe(false);
  });
});

describe('keywords', () => {
  it('search the message where there is one, and nothing else then', () => {
    expect(holds(['foo'], { message: 'a FOO', x: 'bar' })).toBe(true);
    expect(holds(['bar'], { message: 'a FOO', x: 'bar' })).toBe(false);
    expect(holds('bar', { x: ['bar'] })).toBe(true);
  });

  it('may stand beside maps in a list, of which any will do', () => {
    expect(holds(['foo', { a: 'x' }], { a: 'x' })).toBe(true);
    expect(holds(['foo', { a: 'x', b: 'y' }], { a: 'x' })).toBe(false);
  });

  it('may be regular expressions', () => {
    expect(holds({ '|re': 'fo+\\d' }, { message: 'xfoo7' })).toBe(true);
  });
});

describe('a line of a selection', () => {
  const cases: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ 'a|containz': 'x' }, 'unknown modifier "containz"'],
    [{ 'a|contains|startswith': 'x' }, 'do not go together'],
    [{ 'a|i': 'x' }, 'belongs to a regular expression'],
    [{ 'a|re|contains': 'x' }, 'does not go with "re"'],
    [{ 'a|re|re': 'x' }, 'written twice'],
    [{ 'a|gt': 'many' }, 'asks for a number'],
    [{ 'a|gt|lt': 4 }, 'do not go together'],
    [{ 'a|exists': 'yes' }, 'true or false'],
    [{ 'a|cidr': '192.0.2.0/33' }, 'cidr asks for a network'],
    [{ 'a|all': 'x' }, 'a single value cannot have "all"'],
    [{ 'a|base64': 'x*' }, 'a wildcard cannot be encoded'],
    [{ 'a|contains': null }, 'null has no text'],
    [{ 'a|fieldref': 4 }, 'name of another field'],
    [{ 'a|expand': 'x' }, 'asks for a placeholder'],
    [{ a: { b: 'x' } }, 'a deeper field is written with dots'],
    [{ a: [] }, 'an empty list matches nothing'],
    [{}, 'an empty selection matches everything'],
    [{ '|cidr': '192.0.2.0/24' }, 'asks for a field'],
    [{ 'a|re': '(' }, 'not a valid regular expression'],
    [{ 'a|re': '\\Afoo' }, 'PCRE forms'],
    [{ 'a|re': 7 }, 'put it between quotes'],
  ];
  for (const [selection, reason] of cases) {
    it(`is refused: ${JSON.stringify(selection)}`, () => {
      expect(reasons(selecting(selection))).toContain(reason);
    });
  }
});
