// Holds every mapping against what an attacker may put into an event: nothing throws, nothing is forged, nothing grows without bound.
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RawEvent, type SourceReader, signalKinds } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import { bytesOf, json, line, noon } from '../reading.ts';
import { mapped, shipped } from '../shipped.ts';
import { anyCharacter } from '../../any-character.ts';

const readers: readonly SourceReader[] = mapped.flatMap(({ name }) => shipped.readers.get(name) ?? []);
const textsOf = (name: string): readonly string[] => {
  const folder = new URL(`../../../../events/${name}/`, import.meta.url);
  return readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
};

/** What has to hold whatever came. */
const holds = (reader: SourceReader, event: RawEvent): void => {
  const before = reader.recognises(event);
  const read = reader.read(event, { received: noon });
  const vendor = reader.vendorEvent(event);
  expect(Array.isArray(vendor)).toBe(false);
  expect(read.ok ? before : true).toBe(true);
  if (!read.ok) return;
  const { kind, identity, identifiers, eventId, time, marks } = read.value;
  expect(signalKinds).toContain(kind);
  expect(identity.length).toBeGreaterThan(0);
  expect(eventId?.length ?? 0).toBeLessThanOrEqual(4_096);
  expect(identifiers.length).toBeLessThanOrEqual(50);
  expect(time === undefined ? marks.includes('no-time') : Number.isFinite(time)).toBe(true);
  expect(reader.read(event, { received: noon })).toEqual(read);
};

const through = (reader: SourceReader, text: string): void => {
  const split = splitBatch(reader, bytesOf(text));
  for (const event of split.ok ? split.value : []) holds(reader, event);
};

/** Values that broke readers elsewhere. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 2 ** 63, 1e308, '', ' ', '\u0000', '\u202e', '\u001b[2J', '{{x}}', '[]', '{"a":1}'),
  fc.constant('a'.repeat(5_000)),
  fc.jsonValue({ maxDepth: 3 }),
);

type Path = readonly (string | number)[];
const pathsIn = (value: unknown, at: Path = []): readonly Path[] =>
  value !== null && typeof value === 'object'
    ? [at, ...Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...at, key]))]
    : [at];

const replaced = (value: unknown, [key, ...rest]: Path, by: unknown): unknown => {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
};

/** A fixture in which one value is another's, or its text cut and turned. */
const mutated = (name: string): fc.Arbitrary<string> => {
  const texts = textsOf(name);
  const values = texts.flatMap((text): readonly unknown[] => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
  const cut = fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(4), fc.constantFrom('"', '\u0000', '=', ',', '\u202e', '{', "'"))
    .map(([text, at, length, by]) => text.slice(0, at % text.length) + by + text.slice((at % text.length) + length));
  if (values.length === 0) return cut;
  const swapped = fc.tuple(fc.constantFrom(...values), fc.nat(), strange).map(([value, nth, by]) => {
    const paths = pathsIn(value);
    return JSON.stringify(replaced(value, paths[nth % paths.length] ?? [], by));
  });
  return fc.oneof({ weight: 3, arbitrary: swapped }, { weight: 1, arbitrary: cut });
};

describe.each(readers.map((reader) => [reader.name, reader] as const))('%s', (name, reader) => {
  it('reads or refuses whatever its own events are turned into', () => {
    fc.assert(
      fc.property(mutated(name), (text) => through(reader, text)),
      { numRuns: 150 },
    );
  });

  it('reads or refuses any JSON and any line', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue({ maxDepth: 4 }).map(json), fc.string({ unit: anyCharacter, maxLength: 400 }).map(line)),
        (event) => {
          holds(reader, event);
          expect(reader.read(event, { received: noon }).ok).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is not slowed by a megabyte of one value, a list without end, or depth', () => {
    for (const text of textsOf(name).slice(0, 1)) {
      const long = text.replace(/"(ua|context|Message|title|name|description|message)": ?"/, `"$1": "${'x'.repeat(1_000_000)}`);
      const wide = text.replace(/\[/, `[${'{},'.repeat(20_000)}`);
      const deep = text.replace(/\{/, `{"deep": ${'['.repeat(10_000)}${']'.repeat(10_000)},`);
      for (const hostile of [long, wide, deep]) through(reader, hostile);
    }
  });

  it('lets no key of an event become a prototype', () => {
    for (const text of textsOf(name))
      through(reader, text.replaceAll('{', '{"__proto__": {"polluted": "yes"}, "constructor": 1, ').replaceAll(', }', '}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

const kindsIn = (name: string, text: string): readonly unknown[] => {
  const reader = readers.find((one) => one.name === name);
  const split = reader && splitBatch(reader, bytesOf(text));
  if (!reader || !split?.ok) return [];
  return split.value.map((event) => {
    const read = reader.read(event, { received: noon });
    return read.ok ? [read.value.kind, read.value.outcome, read.value.src?.ip] : read.error.field;
  });
};

describe('text that an attacker chooses', () => {
  it.each([
    ['a login forged inside a query', `1,srv,app,192.0.2.1,7,8,QUERY,db,'x\n1773453849360429,srv,root,198.51.100.7,1,0,CONNECT,,,0',0`],
    ['a login after a quote that is none', `1773453849360429,srv,app,192.0.2.1,7,8,QUERY,db,'x',CONNECT,'y',0`],
  ])('makes no login: %s', (_, text) => {
    for (const told of kindsIn('rds', text.split('\n')[0] ?? '')) expect(told).not.toEqual(expect.arrayContaining(['auth.login']));
  });

  it('keeps a query with commas and quotes in its own column', () => {
    const text = `1773453849360429,srv,app,192.0.2.1,7,8,QUERY,db,'SELECT \\'a\\', ''b'', "c", CONNECT,,,0',0`;
    expect(kindsIn('rds', text)).toEqual([['housekeeping', 'success', '192.0.2.1']]);
  });

  it('does not move a packet to another address: the first of two counts', () => {
    const text = 'Mar 14 02:10:00 relay-1 kernel: [UFW BLOCK] IN=eth0 SRC=198.51.100.24 DST=192.0.2.10 LEN=40 PROTO=TCP SRC=192.0.2.99';
    expect(kindsIn('iptables', text)).toEqual([['net.failure', 'blocked', '198.51.100.24']]);
  });

  it('is no field name: a path finds own keys only', () => {
    const reader = readers.find((one) => one.name === 'slack-audit');
    expect(reader?.recognises(json(Object.create({ action: 'x', date_create: 1, actor: { type: 'u' }, entity: { type: 'u' } })))).toBe(
      false,
    );
  });
});
