// Decides how `rules explain` says why each rule did or did not fire: event by event, selection by selection, field by field.
import { absentOf } from '#core/detection/absent.ts';
import { silencedAmong } from '#core/detection/climb.ts';
import { isFor, matchDetections } from '#core/detection/detect.ts';
import { evaluated, isQuiet } from '#core/detection/find.ts';
import type { Correlation, Detection, EvaluatedEvent, LogSource, Rule } from '#core/detection/rule.ts';
import { compileSelection } from '#core/detection/sigma/selection.ts';
import type { Given } from '#core/detection/sigma/given.ts';
import { compileItem } from '#core/detection/sigma/item.ts';
import { fieldBook } from '#core/detection/sigma/value.ts';
import { openStream } from '#core/detection/stream.ts';
import type { Match } from '#core/detection/walk.ts';
import { enrich } from '#core/directory/enrich.ts';
import { printable } from '#core/kernel/safe.ts';
import { type Instant, rfc3339 } from '#core/kernel/time.ts';
import { logsourceOf, toSignal } from '#core/signal/normalise.ts';
import type { Signal } from '#core/signal/signal.ts';
import type { RuleDocument } from '#adapters/config/rule-documents.ts';
import type { Candidate } from '#local/classify.ts';
import type { InForce } from '#local/node.ts';

export type Explaining = {
  readonly inForce: InForce;
  readonly documents: readonly RuleDocument[];
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Only this rule, by name or id. */
  readonly only: string | undefined;
  readonly now: Instant;
};

type Fields = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What an event holds is somebody else's text: without control marks, and short. */
const shown = (value: unknown): string => {
  const text = printable(JSON.stringify(value) ?? 'nothing');
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

const mark = (holds: boolean): string => (holds ? '+' : '-');
const ignored = (): undefined => undefined;

type Reading = { readonly event: EvaluatedEvent; readonly given: Given };

/** One line of a selection: what it asks, whether it holds, what is there. */
const itemLine = (key: string, value: unknown, { event, given }: Reading): string => {
  const holds = compileItem(key, value, { given, refuse: ignored })?.test(event) ?? false;
  const [name = ''] = key.split('|');
  if (name === '') return `${mark(holds)} keyword ${shown(value)}`;
  const field = given.fields.field(name);
  const there = field.isPresent(event)
    ? shown(field.find(event).values().length === 1 ? field.find(event).values()[0] : field.find(event).values())
    : 'no such field';
  return `${mark(holds)} ${printable(key)}: ${shown(value)}   there: ${there}`;
};

const selectionLines = (name: string, tree: unknown, reading: Reading): readonly string[] => {
  const holds = compileSelection(tree, { given: reading.given, refuse: ignored })?.test(reading.event) ?? false;
  const parts: readonly unknown[] = Array.isArray(tree) ? tree : [tree];
  const inside = parts.flatMap((part, i) => [
    ...(i > 0 ? ['  or'] : []),
    ...(isMap(part)
      ? Object.entries(part).map(([key, value]) => `  ${itemLine(key, value, reading)}`)
      : [`  ${itemLine('', part, reading)}`]),
  ]);
  return [`${mark(holds)} ${printable(name)}`, ...inside];
};

const treeOf = ({ documents }: Explaining, rule: Rule): Fields => {
  const found = documents.find(({ where, line }) => `${where}:${line?.([]) ?? 1}` === rule.where);
  return isMap(found?.tree) ? found.tree : {};
};

const detectionLines = (rule: Detection, explaining: Explaining, reading: Reading): readonly string[] => {
  const block = treeOf(explaining, rule)['detection'];
  if (!isMap(block)) return [];
  const { condition, ...selections } = block;
  return [
    `  ${rule.matches(reading.event) ? 'fires    ' : 'is silent'} ${rule.name} (${printable(rule.where)})`,
    `    condition: ${shown(condition)}`,
    ...Object.entries(selections).flatMap(([name, tree]) => selectionLines(name, tree, reading).map((line) => `    ${line}`)),
  ];
};

const wanted = (explaining: Explaining, rule: Rule): boolean =>
  explaining.only === undefined || rule.name === explaining.only || rule.id === explaining.only;

type Read = { readonly event: EvaluatedEvent; readonly signal: Signal; readonly source: string; readonly logsource: LogSource };

/** The event as rules see it, or why there is none. */
const readEvent = ({ reader, event }: Candidate, { inForce, now }: Explaining): Read | string => {
  if (!reader) return 'no source recognises it; name it with --source';
  const read = toSignal({ reader, event, received: now, rawRef: '', key: new Uint8Array(32) });
  if (!read.ok) return `${reader.name} can't read it: ${read.error.field}, expected ${read.error.expected}`;
  const signal = enrich(read.value.signal, read.value.identifiers, inForce.configuration.directory);
  return { event: evaluated(reader.vendorEvent(event), signal), signal, source: reader.name, logsource: logsourceOf(reader, signal) };
};

/** All rules that are asked about one event. */
const eventLines = ({ event, signal, source, logsource }: Read, at: number, explaining: Explaining): readonly string[] => {
  const reading: Reading = { event, given: { lists: explaining.lists, fields: fieldBook() } };
  const asked = explaining.inForce.rules.rules.filter(
    (rule): rule is Detection => rule.type === 'detection' && isFor(rule.logsource, logsource),
  );
  return [
    `event ${at}: ${source}, ${signal.kind}, ${signal.outcome}, ${rfc3339(signal.time)}; ${asked.length} rules are asked for log source ${shown(logsource)}`,
    ...(signal.marks.length > 0 ? [`  marks: ${signal.marks.join(', ')}${isQuiet(signal) ? '; so that it fires nothing' : ''}`] : []),
    ...asked.filter((rule) => wanted(explaining, rule)).flatMap((rule) => detectionLines(rule, explaining, reading)),
  ];
};

/** What keeps a firing from opening anything: how often what it names as absent came, and how many are left. */
const absenceLines = (rule: Correlation, told: Told): readonly string[] => {
  const absent = absentOf(rule);
  if (absent.length === 0) return [];
  const came = absent.map((name) => `${name} ${told.fired.get(name) ?? 0}`);
  return [`  opens where none came in time of ${came.join(', ')}: ${told.opening.get(rule.name)?.size ?? 0} left`];
};

/** How often each rule fired, and which firings stand at the end. */
type Told = { readonly fired: ReadonlyMap<string, number>; readonly opening: ReadonlyMap<string, ReadonlySet<string>> };

/** What the whole stream makes of the correlations: which of their rules matched, and how often they fired. */
const correlationLines = (told: Told, explaining: Explaining): readonly string[] =>
  explaining.inForce.rules.rules
    .filter((rule) => rule.type === 'correlation' && wanted(explaining, rule))
    .flatMap((rule) => {
      if (rule.type !== 'correlation') return [];
      const { fired } = told;
      const parts = rule.rules.map((name) => `${name} ${fired.get(name) ?? 0}`);
      const times = fired.get(rule.name) ?? 0;
      if (parts.every((part) => part.endsWith(' 0')) && explaining.only === undefined) return [];
      const { field, ...bounds } = rule.condition;
      return [
        `${times > 0 ? `fires ${times} time${times === 1 ? '' : 's'}` : 'is silent'} ${rule.name}: ${rule.kind} over ${parts.join(', ')}`,
        `  by ${rule.groupBy.join(', ') || 'all together'} within ${rule.timespan / 1_000} s${field ? `, values of ${field.join(', ')}` : ''}, condition ${shown(bounds)}`,
        ...absenceLines(rule, told),
      ];
    });

/** Every event as one stream, in the order given. */
export const explain = (candidates: readonly Candidate[], explaining: Explaining): readonly string[] => {
  const reads = new Map<EvaluatedEvent, Read>();
  const fired = new Map<string, number>();
  const all: Match[] = [];
  const stream = openStream(explaining.inForce.rules, {
    timeOf: (event) => reads.get(event)?.signal.time,
    keyed: (value) => value,
    detect: (event) => matchDetections(explaining.inForce.rules, reads.get(event)?.logsource ?? {}, event),
  });
  const lines = candidates.flatMap((candidate, at) => {
    const read = readEvent(candidate, explaining);
    if (typeof read === 'string') return [`event ${at}: ${read}`];
    reads.set(read.event, read);
    const matches = isQuiet(read.signal) ? [] : stream.add(read.event, () => read.signal.id);
    for (const { rule } of matches) fired.set(rule.name, (fired.get(rule.name) ?? 0) + 1);
    all.push(...matches.filter(({ absence, silences }) => absence ?? silences));
    return eventLines(read, at, explaining);
  });
  const isSilent = silencedAmong(all);
  const standing = Map.groupBy(
    all.filter((match) => match.absence && !isSilent(match)),
    ({ rule }) => rule.name,
  );
  const opening = new Map([...standing].map(([name, matches]) => [name, new Set(matches.map(({ id }) => id))]));
  return [...lines, ...correlationLines({ fired, opening }, explaining)];
};
