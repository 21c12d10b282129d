// A dry run: what would Art33 make of these events?
import { systemClock } from '#adapters/embedded/secrets.ts';
import type { SourceReader } from '#core/signal/signal.ts';
import type { Sources } from '#core/signal/sources.ts';
import { isZone } from '#core/kernel/wall-clock.ts';
import { type Candidate, type Classified, type Classifier, type DryRun, classify, classifyStream } from '#local/classify.ts';
import { UnreadableFile, readPieces } from '#local/event-file.ts';
import type { InForce } from '#local/node.ts';
import { eventFiles } from '#local/play.ts';
import { CliFailure, CliUse, type Command, configuration, print, readWords } from './command.ts';

export const filesOf = (path: string): readonly string[] => {
  if (path === '-') return [path];
  const files = eventFiles([path]);
  if (!files.ok) throw new CliFailure(files.error);
  return files.value;
};

/** The candidates of one file, piece by piece. A line that nobody recognises among lines of one source is a bad line of that source. */
async function* candidatesOf(file: string, sources: Sources, source: string): AsyncGenerator<Taken> {
  const only = new Set<SourceReader>();
  for await (const { bytes, events } of readPieces(file, sources, source)) {
    for (const { reader } of events) if (reader) only.add(reader);
    const [neighbour] = only.size === 1 ? only : [];
    yield { bytes, candidates: events.map(({ event, reader }) => ({ event, reader: reader ?? neighbour })) };
  }
}
type Taken = { readonly bytes: number; readonly candidates: readonly Candidate[] };

/** The candidates of all files, piece by piece. */
export async function* candidatesIn(paths: readonly string[], sources: Sources, source: string): AsyncGenerator<Taken> {
  try {
    for (const file of paths.flatMap(filesOf)) yield* candidatesOf(file, sources, source);
  } catch (cause) {
    throw cause instanceof UnreadableFile ? new CliFailure(cause.message) : cause;
  }
}

/** So much is put in the order of its times; of more than that, each such part by itself. */
const inOneOrder = 4_194_304;

async function* answersTo(taken: AsyncGenerator<Taken>, inForce: InForce, run: DryRun): AsyncGenerator<readonly Classified[]> {
  let [held, size]: [Candidate[], number] = [[], 0];
  let stream: Classifier | undefined;
  for await (const { bytes, candidates } of taken) {
    if (size > 0 && size + bytes > inOneOrder) {
      stream ??= classifyStream(inForce, run);
      yield stream.add(held);
      [held, size] = [[], 0];
    }
    held = held.concat(candidates);
    size += bytes;
  }
  if (!stream) return yield classify(inForce, held, run);
  yield stream.add(held);
  yield stream.end();
}

const text = (line: Classified): string =>
  `${line.outcome.padEnd(18)} ${(line.source ?? '?').padEnd(10)} ${(line.kind ?? '-').padEnd(14)} ${line.level.padEnd(13)} ${line.rules.join(', ')}${line.reason ? ` ${line.reason}` : ''}`;

export const classifyCommand: Command = {
  name: 'classify',
  summary: 'dry run: what would these events mean?',
  help: `art33 classify PATH…|- [--source auto|NAME] [--zone ZONE] [--config DIR] [--json]
  Reads raw events as one stream in the order of their own times, on an empty state; nothing is stored. Files may be of any size, packed
  with gzip too: of more than 4 MiB, each 4 MiB are put in that order by themselves.
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
    const run = { now: systemClock().now(), ...(values.zone === undefined ? {} : { zone: values.zone }) };
    for await (const answers of answersTo(candidatesIn(positionals, sources, source), inForce, run))
      for (const answer of answers) print(values.json ? JSON.stringify(answer) : text(answer));
    return 0;
  },
};
