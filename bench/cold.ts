// Decides how fast a function must start: its import, and its import with a whole first call, at most 1.25 times what bare SDK clients take (D-23).
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stage, bundle, compile, stages } from '#lib/bundle.ts';
import { type Benchmark, type Measured, median, table } from './benchmark.ts';
import { configurationText } from './functions/configuration.ts';
import { ban, batch, bySchedule, delivery, httpEvent, logLines, probe, secretsAt } from './functions/events.ts';
import { startFunctions } from './functions/process.ts';
import { openStandIn } from './stand-in/server.ts';

export const yardsticks = ['empty', 'bare-clients'] as const;
export type Started = (typeof yardsticks)[number] | Stage;

export const gate = 1.25;

const hono = { atMost: 1.4, why: 'Node loads undici for the first Request and Response that hono is given: 27 ms of processor time' };

/** First calls that are not under the gate: what holds for them, and why. Their imports have no exception. */
export const exceptions: Readonly<Partial<Record<Started, { readonly atMost: number; readonly why: string }>>> = {
  ingest: hono,
  console: hono,
  export: { atMost: 1.75, why: 'age, all of it JavaScript, is loaded and seals: 70 ms of processor time; it runs at night, nobody waits' },
};

const mostOf = (name: Started): number => exceptions[name]?.atMost ?? gate;

type Bytes = { readonly entry: number; readonly atStart: number; readonly all: number };
/** Milliseconds of processor time from the import's begin: to its end, and to the end of the first call. */
type Times = { readonly imported: number; readonly ended: number };
/** A start, the three bare clients with one request beside it, and the bare clients with as many requests of the same services. */
type Round = { readonly mine: Times; readonly bare: Times; readonly same: Times; readonly requests: number };
/** Medians; a ratio is the median of each round's own, whose three starts lie side by side. */
export type Row = Bytes &
  Times & {
    readonly name: Started;
    readonly importRatio: number;
    readonly callRatio: number;
    /** Against the bare clients with one request: no gate, for a function has more to do than one request. */
    readonly bareRatio: number;
    /** Requests that the first call made. */
    readonly requests: number;
  };

const wakeUp = (id: string): unknown =>
  batch([{ id, body: JSON.stringify({ subject: 'inc-none', id: 'duty-none' }), sentAt: 1_773_453_600_000 }]);

const report = JSON.stringify({
  source: 'aws.ses',
  detail: {
    eventType: 'Delivery',
    mail: { messageId: 'm-1', tags: { duty: [`duty-${'a'.repeat(26)}`], incident: [`inc-${'a'.repeat(26)}`] } },
  },
});
const signedIn = { jwt: { claims: { sub: 'sub-1', email: 'malik.brandt@muster.example', email_verified: 'true' } } };

/** What each function's first call is about; those that are called by a clock get what a clock sends. */
const firstCalls = (url: string): Readonly<Partial<Record<Started, unknown>>> => ({
  'bare-clients': { url, operations: ['dynamodb.GetItem'] },
  ingest: delivery(ban(1)),
  logs: logLines([ban(1)]),
  assess: batch([{ id: 'm-1', body: probe(1), sentAt: 1_773_453_600_000 }]),
  notify: wakeUp('m-1'),
  page: wakeUp('m-1'),
  ticket: wakeUp('m-1'),
  other: wakeUp('m-1'),
  receive: batch([{ id: 'm-1', body: report, sentAt: 1_773_453_600_000 }]),
  console: httpEvent('GET', '/', { authorizer: signedIn }),
});

const sizeOf = (folder: string, file: string): number => statSync(join(folder, file)).size;

/** Bundled as the functions are, each into a folder of its own. */
const layYardsticks = async (out: string): Promise<Readonly<Record<string, Bytes>>> => {
  const laid = yardsticks.map(async (name) => {
    const folder = join(out, name);
    const outputs = await compile([{ in: `bench/cold/${name}.ts`, out: 'index' }], folder);
    const [entry] = Object.values(outputs).filter((one) => one.entryPoint !== undefined);
    const chunks = (entry?.imports ?? [])
      .filter((one) => one.kind !== 'dynamic-import')
      .map((one) => one.path.slice(one.path.lastIndexOf('/') + 1));
    const atStart = ['index.mjs', ...chunks.filter((file) => file.endsWith('.mjs'))];
    const sum = (files: readonly string[]): number => files.reduce((total, file) => total + sizeOf(folder, file), 0);
    return [name, { entry: sizeOf(folder, 'index.mjs'), atStart: sum(atStart), all: sum(readdirSync(folder)) }] as const;
  });
  return Object.fromEntries(await Promise.all(laid));
};

type Start = { readonly times: Times; readonly operations: readonly string[] };

/** A fresh process, one call. A first call that failed, or that asked AWS for nothing, is no figure. */
const start = async (folder: string, name: Started, eventAt: (url: string) => unknown): Promise<Start> => {
  const standIn = await openStandIn(secretsAt);
  const functions = startFunctions(folder, standIn.url);
  try {
    const { imported, ended, failure } = await functions.invoke(name, eventAt(standIn.url));
    const calls = standIn.takeCalls();
    if (failure !== undefined) throw new Error(`${name}: its first call failed: ${failure}`);
    if (calls.length === 0 && name !== 'empty') throw new Error(`${name}: its first call asked AWS for nothing`);
    return { times: { imported, ended }, operations: calls.map((call) => call.operation) };
  } finally {
    functions.close();
    await standIn.close();
  }
};

/** The three starts lie side by side: what slows the machine slows all of them. */
const roundOf = async (folder: string, name: Started): Promise<Round> => {
  const { times: bare } = await start(folder, 'bare-clients', (url) => firstCalls(url)['bare-clients']);
  const { times: mine, operations } = await start(folder, name, (url) => firstCalls(url)[name] ?? bySchedule);
  const { times: same } = await start(folder, 'bare-clients', (url) => ({
    url,
    operations: operations.length > 0 ? operations : ['dynamodb.GetItem'],
  }));
  return { mine, bare, same, requests: operations.length };
};

export type ColdSettings = { readonly rounds: number; readonly names: readonly Started[] };

const measured = async (
  folder: string,
  { rounds, names }: ColdSettings,
  say: (line: string) => void,
): Promise<ReadonlyMap<Started, Round[]>> => {
  const all = new Map<Started, Round[]>(names.map((name) => [name, []]));
  // Round 0 warms the disk's cache and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const name of names) {
      const one = await roundOf(folder, name);
      if (round > 0) all.get(name)?.push(one);
    }
  }
  return all;
};

const rowOf = (name: Started, bytes: Bytes, rounds: readonly Round[]): Row => {
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  return {
    name,
    ...bytes,
    imported: middle(({ mine }) => mine.imported),
    ended: middle(({ mine }) => mine.ended),
    importRatio: middle(({ mine, bare, same }) => mine.imported / ((bare.imported + same.imported) / 2)),
    callRatio: middle(({ mine, same }) => mine.ended / same.ended),
    bareRatio: middle(({ mine, bare }) => mine.ended / bare.ended),
    requests: middle((round) => round.requests),
  };
};

export const measureCold = async (settings: ColdSettings, say: (line: string) => void): Promise<readonly Row[]> => {
  const out = mkdtempSync(join(tmpdir(), 'art33-cold-'));
  const folder = join(out, 'lambdas');
  try {
    const laid = await bundle(await configurationText(), folder);
    const bare = await layYardsticks(folder);
    const rounds = await measured(folder, settings, say);
    const bytesOf = (name: Started): Bytes => {
      const one = laid[name as Stage];
      return bare[name] ?? { entry: one.entryChunk, atStart: one.entryBytes, all: one.allBytes };
    };
    return settings.names.map((name) => rowOf(name, bytesOf(name), rounds.get(name) ?? []));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};

const isYardstick = (name: Started): boolean => yardsticks.some((one) => one === name);

/** Which functions miss the gate, and by which of the two figures. */
export const missedStarts = (rows: readonly Row[]): readonly string[] =>
  rows
    .filter((row) => !isYardstick(row.name))
    .flatMap(({ name, importRatio, callRatio }) => [
      ...(importRatio <= gate ? [] : [`${name} takes ${importRatio.toFixed(2)}x the bare clients to be imported; at most ${gate}x`]),
      ...(callRatio <= mostOf(name)
        ? []
        : [`${name} takes ${callRatio.toFixed(2)}x bare clients with the same requests; at most ${mostOf(name)}x`]),
    ]);

const reported = (rows: readonly Row[], rounds: number): Measured => {
  const missed = missedStarts(rows);
  const head = ['function', 'entry KiB', 'static KiB', 'all KiB', 'import ms', 'and call ms', 'requests', 'import', 'and call', 'to bare'];
  const cells = rows.map((row) => [
    row.name,
    ...[row.entry, row.atStart, row.all].map((bytes) => (bytes / 1_024).toFixed(0)),
    ...[row.imported, row.ended].map((time) => time.toFixed(1)),
    String(row.requests),
    ...[row.importRatio, row.callRatio, row.bareRatio].map((ratio) => `${ratio.toFixed(2)}x`),
  ]);
  return {
    lines: [
      ...table(head, cells),
      '',
      `Milliseconds of processor time, medians of ${rounds} rounds; each start in a fresh process of this Node ${process.version}; AWS is a stand-in on this machine.`,
      'import: against the three bare clients. and call: against those clients when they make as many requests of the same services.',
      'to bare: import and call, against the three bare clients with a single request; how much longer a real first call is, and no gate.',
      `Gate: import and call at most ${gate}x.`,
      ...Object.entries(exceptions).map(([name, { atMost, why }]) => `Exception: ${name} and its first call at most ${atMost}x. ${why}.`),
    ],
    json: { benchmark: 'cold', rounds, gate, rows, missed },
    missed,
  };
};

const settings: ColdSettings = { rounds: 9, names: [...yardsticks, ...stages] };

export const coldBenchmark: Benchmark = {
  name: 'cold',
  summary: 'bytes, import and first call of every function, beside an empty one and three bare SDK clients of the same run',
  run: async (say) => reported(await measureCold(settings, say), settings.rounds),
};
