// Decides how fast detection must be: at least 0.5 of bare JSON.parse with all our rules, 0.6 with 57 rules over CloudTrail, at most twice as dear with both, and no slower for more groups.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { matchAll, matchDetections } from '#core/detection/detect.ts';
import type { EvaluatedEvent, RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { type Benchmark, type Measured, median, table } from './benchmark.ts';
import { cloudTrailRecords } from './detection/cloudtrail.ts';
import { standInRules } from './detection/rules.ts';
import { shapedEvents } from './detection/shapes.ts';
import { type Answered, answered, arrivals, attempt, borderline, countingRules, openCounting, truth } from './detection/windows.ts';
import { exampleInForce } from './node.ts';

export const gates = { shapes: 0.5, cloudTrail: 0.6, imported: 2, growth: 1.5, heap: 16 } as const;

export type DetectionSettings = {
  readonly shapes: number;
  readonly records: number;
  /** How often the records pass, so that the stream is long and its memory is not. */
  readonly passes: number;
  readonly rounds: number;
  readonly groups: readonly number[];
  readonly borderline: number;
};

const settings: DetectionSettings = {
  shapes: 20_000,
  records: 20_000,
  passes: 10,
  rounds: 5,
  groups: [1_000, 100_000, 1_000_000],
  borderline: 4_000,
};

const seconds = (work: () => void): number => {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000_000;
};

export type Speed = {
  readonly name: string;
  readonly events: number;
  readonly parsed: number;
  readonly evaluated: number;
  readonly ratio: number;
};

/** Parsing alone and parsing with evaluation lie side by side: what slows the machine slows both. The first round warms up. */
const speedOf = (name: string, events: number, rounds: number, parse: () => void, evaluate: () => void): Speed => {
  const all: { parsed: number; evaluated: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const one = { parsed: seconds(parse), evaluated: seconds(evaluate) };
    if (round > 0) all.push(one);
  }
  return {
    name,
    events,
    parsed: events / median(all.map((one) => one.parsed)),
    evaluated: events / median(all.map((one) => one.evaluated)),
    ratio: median(all.map((one) => one.parsed / one.evaluated)),
  };
};

/** A loop whose work is thrown away may be left out by the compiler. */
const kept = { all: 0 };

const parsedLine = (text: string): EvaluatedEvent => JSON.parse(text) as EvaluatedEvent;

const eventsDir = fileURLToPath(new URL('../events', import.meta.url));

export const measureShapes = async ({ shapes, rounds }: DetectionSettings): Promise<Speed> => {
  const inForce = await exampleInForce();
  const events = shapedEvents(shapes, inForce, eventsDir);
  const parse = (): void => {
    for (const { line } of events) kept.all += Object.keys(parsedLine(line)).length;
  };
  const evaluate = (): void => {
    for (const { line, logsource } of events) kept.all += matchDetections(inForce.rules, logsource, parsedLine(line)).length;
  };
  return speedOf(`five shapes, ${inForce.rules.rules.length} rules of ours`, events.length, rounds, parse, evaluate);
};

export type Imported = {
  readonly own: number;
  readonly imported: number;
  readonly ownMicroseconds: number;
  readonly bothMicroseconds: number;
  readonly ratio: number;
};

/** What an operator's imported rules cost beside our own: the same parsed events, evaluated alone. */
export const measureImported = async ({ shapes, rounds }: DetectionSettings, path: string | undefined): Promise<Imported> => {
  const inForce = await exampleInForce();
  const { rules: own } = inForce;
  const imported = await rulesAt(path);
  const both: RuleSet = { ...own, rules: [...own.rules, ...imported.rules], byName: new Map([...own.byName, ...imported.byName]) };
  const events = shapedEvents(shapes, inForce, eventsDir).map(({ line, logsource }) => ({ event: parsedLine(line), logsource }));
  const against = (set: RuleSet): number =>
    seconds(() => {
      for (const { event, logsource } of events) kept.all += matchDetections(set, logsource, event).length;
    });
  const all: { own: number; both: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const one = { own: against(own), both: against(both) };
    if (round > 0) all.push(one);
  }
  const each = (of: (one: { own: number; both: number }) => number): number => (median(all.map(of)) / events.length) * 1_000_000;
  return {
    own: own.rules.length,
    imported: imported.rules.length,
    ownMicroseconds: each((one) => one.own),
    bothMicroseconds: each((one) => one.both),
    ratio: median(all.map((one) => one.both / one.own)),
  };
};

const rulesAt = async (path: string | undefined): Promise<RuleSet> => {
  const { documents } = path === undefined ? { documents: standInRules } : await readRuleDocuments([path]);
  const { set } = compileRules(documents, new Map());
  if (set.rules.length === 0) throw new Error('no rule loads; see `art33 rules eval` for the reasons');
  return set;
};

/** Bytes of the heap that are in use, after a collection. */
const heap = (): number => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
};

export type Trail = Speed & { readonly rules: number; readonly bytes: number; readonly grownMegabytes: number };

/** Lines are cut from the bytes, as `rules eval` does. */
export const measureTrail = async ({ records, passes, rounds }: DetectionSettings, path: string | undefined): Promise<Trail> => {
  const set = await rulesAt(path);
  const record = cloudTrailRecords(1);
  const bytes = Buffer.from(Array.from({ length: records }, (_, i) => `${JSON.stringify(record(i))}\n`).join(''));
  const each = (take: (event: EvaluatedEvent) => number) => (): void => {
    for (let pass = 0; pass < passes; pass += 1) {
      for (let from = 0, end = bytes.indexOf(10); end >= 0; from = end + 1, end = bytes.indexOf(10, from))
        kept.all += take(parsedLine(bytes.toString('utf8', from, end)));
    }
  };
  const evaluate = each((event) => matchAll(set, event).length);
  evaluate();
  const before = heap();
  const speed = speedOf(
    `CloudTrail, ${set.rules.length} rules`,
    records * passes,
    rounds,
    each((event) => Object.keys(event).length),
    evaluate,
  );
  return { ...speed, rules: set.rules.length, bytes: Math.round(bytes.length / records), grownMegabytes: (heap() - before) / 1_048_576 };
};

export type Crowd = { readonly groups: number; readonly microseconds: number };

/** What one event costs where so many groups are open; each event goes to another group. */
export const measureGroups = ({ groups, rounds }: DetectionSettings): readonly Crowd[] =>
  groups.map((open) => {
    const stream = openCounting(countingRules());
    const start = 1_773_450_000_000;
    for (let i = 0; i < open; i += 1) stream.add(attempt(`user-${i}`, start, `first-${i}`), () => `first-${i}`);
    const events = 10_000;
    const one = (round: number): number =>
      seconds(() => {
        for (let i = 0; i < events; i += 1) {
          const id = `${round}-${i}`;
          stream.add(attempt(`user-${(i * 7_919) % open}`, start + 700_000 * (round + 1) + i, id), () => id);
        }
      });
    one(0);
    return { groups: open, microseconds: (median(Array.from({ length: rounds }, (_, round) => one(round + 1))) / events) * 1_000_000 };
  });

export const measureWindows = ({ borderline: groups }: DetectionSettings): readonly Answered[] => {
  const events = borderline(groups);
  const wanted = truth(events);
  return (Object.keys(arrivals) as (keyof typeof arrivals)[]).map((arrival) => answered(arrival, events, wanted));
};

export type Detected = {
  readonly speeds: readonly [Speed, Trail];
  readonly imported: Imported;
  readonly crowds: readonly Crowd[];
  readonly windows: readonly Answered[];
};

export const missedGates = ({ speeds: [shapes, trail], imported, crowds, windows }: Detected): readonly string[] => {
  const [first, last] = [crowds[0]?.microseconds ?? 1, crowds.at(-1)?.microseconds ?? 1];
  return [
    ...(shapes.ratio >= gates.shapes ? [] : [`${shapes.name}: ${shapes.ratio.toFixed(2)} of bare JSON.parse; at least ${gates.shapes}`]),
    ...(trail.ratio >= gates.cloudTrail
      ? []
      : [`${trail.name}: ${trail.ratio.toFixed(2)} of bare JSON.parse; at least ${gates.cloudTrail}`]),
    ...(imported.ratio <= gates.imported
      ? []
      : [`${imported.imported} rules beside our ${imported.own} cost ${imported.ratio.toFixed(2)}x of ours; at most ${gates.imported}x`]),
    ...(trail.grownMegabytes <= gates.heap
      ? []
      : [`the heap grew by ${trail.grownMegabytes.toFixed(1)} MB over the stream; at most ${gates.heap} MB`]),
    ...(last / first <= gates.growth
      ? []
      : [`an event costs ${(last / first).toFixed(2)}x among the most groups; at most ${gates.growth}x`]),
    ...windows
      .filter((one) => one.missed + one.false > 0)
      .map((one) => `borderline windows, ${one.arrival}: ${one.missed} missed, ${one.false} false; none of either`),
  ];
};

const rate = (perSecond: number): string => Math.round(perSecond).toLocaleString('en');

const reported = (detected: Detected): Measured => {
  const { speeds, imported, crowds, windows } = detected;
  const missed = missedGates(detected);
  const [, trail] = speeds;
  return {
    lines: [
      ...table(
        ['', 'events', 'JSON.parse/s', 'evaluated/s', 'of it'],
        speeds.map((one) => [one.name, rate(one.events), rate(one.parsed), rate(one.evaluated), one.ratio.toFixed(2)]),
      ),
      '',
      ...table(
        ['rules', 'us an event', 'of ours'],
        [
          [`${imported.own} of ours`, imported.ownMicroseconds.toFixed(2), ''],
          [`and ${imported.imported} imported`, imported.bothMicroseconds.toFixed(2), `${imported.ratio.toFixed(2)}x`],
        ],
      ),
      '',
      ...table(
        ['open groups', 'us an event'],
        crowds.map((one) => [rate(one.groups), one.microseconds.toFixed(1)]),
      ),
      '',
      ...table(
        ['borderline windows', 'missed', 'false'],
        windows.map((one) => [one.arrival, String(one.missed), String(one.false)]),
      ),
      '',
      `Processor time, medians; Node ${process.version}. A CloudTrail record has ${trail.bytes} bytes; the heap grew by ${trail.grownMegabytes.toFixed(1)} MB over the stream.`,
      'Five shapes: parsed, routed by log source, held against all rules; the events are as rules see them, read and enriched before.',
      `Gates: ${gates.shapes} and ${gates.cloudTrail} of bare JSON.parse per line on the same bytes; imported rules beside ours at most ${gates.imported}x of ours, evaluated alone; the most groups at most ${gates.growth}x the fewest; nothing missed, nothing false.`,
    ],
    json: { benchmark: 'detection', gates, ...detected, missed },
    missed,
  };
};

export const detectionBenchmark: Benchmark = {
  name: 'detection',
  summary: 'rules against events beside bare JSON.parse, correlation among many groups and on borderline windows',
  run: async (say, { rules }) => {
    say('five shapes');
    const shapes = await measureShapes(settings);
    say('CloudTrail');
    const trail = await measureTrail(settings, rules);
    say('imported rules');
    const imported = await measureImported(settings, rules);
    say('groups');
    const crowds = measureGroups(settings);
    say('windows');
    return reported({ speeds: [shapes, trail], imported, crowds, windows: measureWindows(settings) });
  },
};
