// Holds that a delivery falls into its events, whatever it is wrapped in, and that one bad event stops no other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthCap } from '#core/signal/json.ts';
import { splitBatch } from '#core/signal/split.ts';
import { bytesOf } from './reading.ts';
import { shipped } from './shipped.ts';

const split = (body: string | Uint8Array, contentType?: string) =>
  splitBatch(shipped.any, typeof body === 'string' ? bytesOf(body) : body, contentType);
const values = (body: string | Uint8Array, contentType?: string): readonly unknown[] => {
  const result = split(body, contentType);
  if (!result.ok) throw new Error(result.error.field);
  return result.value.map((event) => event.json ?? event.text);
};
const joined = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...bytesOf(part)] : part)));
const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

const one = { log_id: '1', data: { type: 's' } };
const two = { log_id: '2', data: { type: 'fp' } };
const finding = { id: 'f', type: 'Recon:EC2/Portscan', severity: 2 };
const text = (value: unknown): string => JSON.stringify(value);

describe('splitBatch', () => {
  it.each([
    ['a single object', text(one), [one]],
    ['an object on many lines', JSON.stringify(one, null, 2), [one]],
    ['an array', text([one, two]), [one, two]],
    ['an array on many lines', JSON.stringify([one, two], null, 2), [one, two]],
    ['JSON lines', `${text(one)}\n${text(two)}\n`, [one, two]],
    ['JSON lines with CRLF and blank lines', `\r\n${text(one)}\r\n\r\n${text(two)}\r\n`, [one, two]],
    ['lines of arrays', `${text([one])}\n${text([two])}`, [one, two]],
    ['an array of texts', text(['a', 'b']), ['a', 'b']],
    ['an empty array', '[]', []],
    ['a byte order mark', `\ufeff${text(one)}`, [one]],
    ['log lines', 'a\nb\n', ['a', 'b']],
    ['log lines with CRLF, blank lines and no end', 'a\r\n \r\nb', ['a', 'b']],
    ['a log line that begins with a bracket', '[sshd] Ban 192.0.2.1', ['[sshd] Ban 192.0.2.1']],
    ['a line after a hole of zeros', '\u0000\u0000\u0000a', ['a']],
    ['JSON among log lines', `a\n${text(one)}`, ['a', one]],
    ['findings of the command line', text({ Findings: [finding] }), [finding]],
    ['findings in an EventBridge event', text({ source: 'aws.guardduty', detail: { findings: [finding, finding] } }), [finding, finding]],
    ['a page of the Management API', text({ start: 0, total: 1, logs: [one] }), [one]],
    ['an SNS record', text({ Records: [{ Sns: { Message: text(finding) } }, { Sns: { Message: text(one) } }] }), [finding, one]],
    ['an SNS record that holds text', text({ Records: [{ Sns: { Message: 'x' } }] }), ['x']],
    ['an SNS message', text({ Type: 'Notification', Message: text(finding) }), [finding]],
    ['SNS inside SQS', text({ Records: [{ body: text({ Type: 'Notification', Message: text({ findings: [finding] }) }) }] }), [finding]],
  ])('splits %s', (_, body, expected) => {
    expect(values(body)).toEqual(expected);
  });

  it('opens nothing that a source knows as its own', () => {
    const event = { ...one, findings: [1, 2], logs: [] };
    expect(values(text(event))).toEqual([event]);
  });

  it('keeps a bad line of JSON as text and reads the others', () => {
    expect(values(`${text(one)}\n{"log_id": \n${text(two)}`)).toEqual([one, '{"log_id": ', two]);
    expect(values(`{"log_id": \n${text(two)}`)).toEqual(['{"log_id": ', two]);
  });

  it('keeps a line of JSON with bad bytes as text and reads the others', () => {
    expect(values(joined(`${text(one)}\n{"log_id":"`, [0xff], '"}\n', text(two)))).toEqual([one, '{"log_id":"\ufffd"}', two]);
  });

  it('keeps a document that does not parse as one text', () => {
    expect(values('{"log_id":\n "1",')).toEqual(['{"log_id":\n "1",']);
  });

  it('turns bad bytes of a log line into U+FFFD', () => {
    expect(values(joined('a', [0xff], 'b\nc'))).toEqual(['a\ufffdb', 'c']);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', ' \r\n\n'],
    ['a byte order mark alone', '\ufeff'],
    ['JSON in Latin-1', joined('{"user":"J', [0xfc], 'rgen"}')],
    ['JSON in UTF-16 with a byte order mark', Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
    ['JSON in UTF-16 without one', Uint8Array.from([0x7b, 0, 0x7d, 0])],
    ['JSON in UTF-16, big end first', Uint8Array.from([0, 0x5b, 0, 0x5d])],
  ])('refuses %s', (_, body) => {
    expect(split(body)).toMatchObject({ ok: false, error: { field: 'body' } });
  });

  it('keeps JSON of the deepest nesting and leaves deeper JSON as text', () => {
    expect(values(nested(depthCap))).toEqual([JSON.parse(nested(depthCap))]);
    expect(values(nested(depthCap + 1))).toEqual([nested(depthCap + 1)]);
    expect(values(`[${nested(depthCap + 1)},${text(one)}]`)).toEqual([nested(depthCap + 1), one]);
  });

  it('is not brought down by depth', () => {
    for (const body of [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, `[${nested(100_000)}]`, `{"Records":[${nested(50_000)}]}`]) {
      expect(values(body).every((value) => typeof value === 'string')).toBe(true);
    }
  });

  it('takes out keys named __proto__ at every depth', () => {
    const [value] = values('{"log_id":"1","__proto__":{"x":1},"data":{"type":"s","list":[{"__proto__":null}]}}') as [object];
    expect(JSON.stringify(value)).toBe('{"log_id":"1","data":{"type":"s","list":[{}]}}');
  });

  it('keeps a form as one event, with raw line breaks inside', () => {
    const form = 'jail=sshd&ip=192.0.2.1&matches=a\nb';
    expect(values(form, 'application/x-www-form-urlencoded; charset=utf-8')).toEqual([form]);
  });

  it('goes by the shape where the content type lies', () => {
    expect(values(text([one]), 'application/x-www-form-urlencoded')).toEqual([one]);
    expect(values('a\nb', 'application/x-www-form-urlencoded')).toEqual(['a', 'b']);
    expect(values('a\nb', 'application/json')).toEqual(['a', 'b']);
  });

  it('throws on no bytes', () => {
    const json = fc.jsonValue().map((value) => bytesOf(text(value)));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          json,
          fc.tuple(json, fc.uint8Array()).map(([a, b]) => joined([...a], [10], [...b])),
        ),
        (body) => {
          split(body);
        },
      ),
    );
  });

  it('finds every object of any batch, as an array or as lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (names) => {
        const events = names.map((user_name, i) => ({ log_id: String(i), data: { type: 's', user_name } }));
        expect(values(text(events))).toEqual(events);
        expect(values(events.map(text).join('\r\n'))).toEqual(events);
      }),
    );
  });
});
