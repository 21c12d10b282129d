// Decides what docs/sources.md says of each source: read off its reader, its mapping and its fixtures, so that it cannot drift.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isFields } from '#core/signal/fields.ts';
import type { Mapping } from '#core/signal/generic/mapping.ts';
import type { Facts, RawEvent, SourceReader } from '#core/signal/signal.ts';
import { splitBatch } from '#core/signal/split.ts';
import { instantOf } from '#core/kernel/time.ts';
import { type Told, coded } from './coded.ts';

/** A day on which the fixtures lie. */
const received = instantOf(Date.UTC(2026, 2, 14, 12));

const deepest = 3;
const mostFields = 70;

/** Names under which rules find values: lists count as what they hold. */
const fieldsIn = (value: unknown, path: string, depth: number): readonly string[] => {
  if (Array.isArray(value)) return value.some(isFields) ? value.flatMap((item) => fieldsIn(item, path, depth)) : [path];
  if (!isFields(value) || depth === deepest) return [path];
  return Object.entries(value).flatMap(([key, child]) => fieldsIn(child, path === '' ? key : `${path}.${key}`, depth + 1));
};

type Sample = { readonly file: string; readonly event: RawEvent; readonly facts: Facts };

const samplesOf = (reader: SourceReader, events: string): readonly Sample[] => {
  const folder = join(events, reader.name);
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const type = file.endsWith('.form') ? 'application/x-www-form-urlencoded' : undefined;
      const split = splitBatch(reader, readFileSync(join(folder, file)), type);
      return (split.ok ? split.value : []).flatMap((event) => {
        const read = reader.read(event, { received });
        return read.ok ? [{ file, event, facts: read.value }] : [];
      });
    });
};

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].toSorted();
const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

const byMapping = ({ title, arrives, id, state }: Mapping): Told => {
  const own = id.map((one) => (one === 'content' ? 'the text itself' : `\`${one}\``)).join(', else ');
  return { title, arrives, identity: state.length === 0 ? own : `${own}; with ${code(state)}` };
};

const listed = (words: readonly string[]): string => {
  const some = words.slice(0, mostFields);
  return `${code(some)}${words.length > some.length ? ` and ${words.length - some.length} more` : ''}`;
};

const sectionOf = (reader: SourceReader, told: Told, events: string): readonly string[] => {
  const samples = samplesOf(reader, events);
  const { product, service } = reader.logsource;
  const prefixes = unique(samples.flatMap(({ facts }) => facts.identifiers.map((one) => `${one.replace(/:.*$/s, '')}:…`)));
  return [
    `### ${reader.name}`,
    '',
    `${told.title}. Comes by: ${told.arrives}.`,
    '',
    `- Log source of rules: \`product: ${product ?? ''}\`${service === undefined ? '' : `, \`service: ${service}\``}`,
    `- Kinds: ${code(unique(samples.map(({ facts }) => facts.kind)))}`,
    `- One event, however often it comes: ${told.identity}`,
    `- Identifiers for assets: ${prefixes.length === 0 ? 'none' : code(prefixes)}`,
    `- Fields: ${listed(unique(samples.flatMap(({ event }) => fieldsIn(reader.vendorEvent(event), '', 0))).filter((name) => name !== ''))}`,
    `- Samples: ${code(unique(samples.map(({ file }) => file)))}`,
    '',
  ];
};

export type Documented = {
  readonly readers: readonly SourceReader[];
  readonly mappings: readonly Mapping[];
  /** The folder of samples. */
  readonly events: string;
};

/** The part of the document that is made. */
export const sourcesText = ({ readers, mappings, events }: Documented): string => {
  const all = readers.map((reader) => {
    const mapping = mappings.find(({ name }) => name === reader.name);
    const told = mapping ? byMapping(mapping) : coded[reader.name];
    if (!told) throw new Error(`${reader.name}: say in bin/docs/coded.ts how its events come`);
    return { reader, told, made: mapping ? `config/sources/${reader.name}.yml` : 'code' };
  });
  return [
    '| Source | What | Comes by | Read by |',
    '|---|---|---|---|',
    ...all.map(({ reader, told, made }) => `| [${reader.name}](#${reader.name}) | ${told.title} | ${told.arrives} | ${made} |`),
    '',
    ...all.flatMap(({ reader, told }) => sectionOf(reader, told, events)),
  ].join('\n');
};

const [begin, end] = ['<!-- made by `npm run docs` -->', '<!-- end of what is made -->'];

/** The document with its made part new, and the rest as people wrote it. */
export const withMade = (document: string, made: string): string => {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no part between "${begin}" and "${end}"`);
  return `${document.slice(0, from + begin.length)}\n\n${made}${document.slice(to)}`;
};
