// A dry run: what would Art33 make of these events?
import { readFileSync } from 'node:fs';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { splitBatch } from '#core/signal/split.ts';
import type { Sources } from '#core/signal/sources.ts';
import { isZone } from '#core/kernel/wall-clock.ts';
import { type Candidate, type Classified, classify } from '#local/classify.ts';
import { eventFiles, readEventFile, tooLarge } from '#local/play.ts';
import { CliFailure, CliUse, type Command, configuration, print, readWords } from './command.ts';

const bytesOf = (file: string): Uint8Array => {
  if (file === '-') {
    const bytes = readFileSync(0);
    if (bytes.length === 0) throw new CliFailure('standard input is empty; give log lines or JSON.');
    const large = tooLarge('standard input', bytes.length);
    if (large !== undefined) throw new CliFailure(large);
    return bytes;
  }
  const read = readEventFile(file);
  if (!read.ok) throw new CliFailure(read.error);
  return read.value;
};

export const filesOf = (path: string): readonly string[] => {
  if (path === '-') return [path];
  const files = eventFiles([path]);
  if (!files.ok) throw new CliFailure(files.error);
  return files.value;
};

export const candidatesIn = (file: string, sources: Sources, source: string): readonly Candidate[] => {
  const named = source === 'auto' ? undefined : sources.readers.get(source);
  const split = splitBatch(named ?? sources.any, bytesOf(file));
  if (!split.ok) throw new CliFailure(`${file}: ${split.error.field}: expected ${split.error.expected}.`);
  const known = split.value.map((event) => named ?? sources.recognise(event));
  // A line that nobody recognises among lines of one source is a bad line of that source.
  const only = new Set(known.filter((reader) => reader !== undefined));
  const [neighbour] = only.size === 1 ? only : [];
  return split.value.map((event, i) => ({ reader: known[i] ?? neighbour, event }));
};

const text = (line: Classified): string =>
  `${line.outcome.padEnd(18)} ${(line.source ?? '?').padEnd(10)} ${(line.kind ?? '-').padEnd(14)} ${line.level.padEnd(13)} ${line.rules.join(', ')}${line.reason ? ` ${line.reason}` : ''}`;

export const classifyCommand: Command = {
  name: 'classify',
  summary: 'dry run: what would these events mean?',
  help: `art33 classify PATH…|- [--source auto|NAME] [--zone ZONE] [--config DIR] [--json]
  Reads raw events as one stream in the order of their own times, on an empty state; nothing is stored.
  --zone: zone of log lines that name none, such as Europe/Berlin; without it that of sources.yml, else UTC.
  --json: one JSON line per raw event {source, eventId, kind, outcome, nature, personalData, level, rules, controllers, unidentified,
  whose, why, severity, ruleset, engine}; why has one entry per rule that fired, with its version and the facts that it rests on; whose says how
  surely each controller is affected; severity is ENISA's, where personal data is hurt. An event that can't be read has outcome
  "quarantine" and a reason. Exit 0 when every event was read or quarantined.
  NAME: a source of docs/sources.md, or of a mapping in DIR/sources/.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, {
      json: { type: 'boolean' },
      source: { type: 'string' },
      config: { type: 'string' },
      zone: { type: 'string' },
    });
    if (positionals.length === 0) throw new CliUse('classify takes files, or - for standard input: art33 classify FILE.');
    const source = values.source ?? 'auto';
    const inForce = await configuration(values.config);
    const { sources } = inForce;
    if (source !== 'auto' && !sources.readers.has(source))
      throw new CliUse(`--source ${source}: there is auto, ${sources.names.join(', ')}.`);
    if (values.zone !== undefined && !isZone(values.zone))
      throw new CliUse(`--zone ${values.zone}: not a time zone; write an IANA name such as Europe/Berlin.`);
    const candidates = positionals.flatMap(filesOf).flatMap((file) => candidatesIn(file, sources, source));
    const zone = values.zone === undefined ? {} : { zone: values.zone };
    const answers = classify(inForce, candidates, { now: systemClock().now(), ...zone });
    for (const answer of answers) print(values.json ? JSON.stringify(answer) : text(answer));
    return 0;
  },
};
