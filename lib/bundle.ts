// Decides what lies in each function: its own code split at what is loaded later, and the configuration beside it (D-23).
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Metafile, type Plugin, build } from 'esbuild';
import { joinChunks } from './one-part.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** D-2: one function a stage. */
export const stages = [
  'ingest',
  'logs',
  'assess',
  'notify',
  'page',
  'ticket',
  'other',
  'receive',
  'tick',
  'audit',
  'anchor',
  'export',
  'console',
] as const;
export type Stage = (typeof stages)[number];

/** These read no configuration: lines of a log group name their source, and reports name their duty. */
const withoutConfiguration: ReadonlySet<Stage> = new Set(['logs', 'receive', 'anchor']);

/** Doors split what they take in, so they know every source, those by mapping too. */
const doors: ReadonlySet<Stage> = new Set(['ingest', 'logs']);

/** An ESM import of a built-in reads every lazy export and so loads undici: 55 ms for `node:http` alone (stack.md 3). */
const builtinModules =
  /^(node:)?(http|https|http2|stream|stream\/promises|zlib|crypto|fs|fs\/promises|os|path|util|async_hooks|child_process|process|buffer|url|timers|events|console|diagnostics_channel|dgram|querystring|assert)$/;

const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (within) => {
    within.onResolve({ filter: builtinModules }, (found) => ({ path: found.path.replace(/^node:/, ''), namespace: 'builtin' }));
    within.onLoad({ filter: /.*/, namespace: 'builtin' }, (found) => ({
      contents: `module.exports = process.getBuiltinModule("node:${found.path}")`,
    }));
  },
};

/** A function is given its credentials in its environment. What else a client would ask (files, single sign-on, metadata) is 80 KiB. */
const credentialsOfFunction: Plugin = {
  name: 'credentials-of-a-function',
  setup: (within) => {
    within.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path }) => ({ path, namespace: 'credentials' }));
    within.onLoad({ filter: /.*/, namespace: 'credentials' }, () => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      resolveDir: root,
    }));
  },
};

/** Each client tells AWS its version, and brings all of its package.json along for that. */
const versionAlone: Plugin = {
  name: 'version-alone',
  setup: (within) => {
    within.onLoad({ filter: /@aws-sdk\/client-[a-z0-9-]+\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Only operations that nobody here calls (S3 Select) answer as a stream of events: 10 KiB to read one. */
const noEventStreams: Plugin = {
  name: 'no-event-streams',
  setup: (within) => {
    // What is asked for later, which is never, is another module: one for both would be a file that each start reads.
    within.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) => ({
      path: kind === 'dynamic-import' ? `${path} later` : path,
      namespace: 'event-streams',
    }));
    within.onLoad({ filter: /.*/, namespace: 'event-streams' }, () => ({
      contents: `
        const none = () => { throw new Error('this function reads no event streams'); };
        export const eventStreamSerdeProvider = () => undefined;
        export const resolveEventStreamSerdeConfig = (settings) => settings;
        export const EventStreamSerde = none;`,
    }));
  },
};

/** DynamoDB's client may discover endpoints, and keeps them in a cache of 7 KiB. Nobody here turns that on; a map would serve. */
const noEndpointCache: Plugin = {
  name: 'no-endpoint-cache',
  setup: (within) => {
    within.onResolve({ filter: /^mnemonist\/lru-cache/ }, ({ path }) => ({ path, namespace: 'endpoint-cache' }));
    within.onLoad({ filter: /.*/, namespace: 'endpoint-cache' }, () => ({
      contents:
        'export default class { #held = new Map(); has(k) { return this.#held.has(k); } get(k) { return this.#held.get(k); } peek(k) { return this.#held.get(k); } set(k, v) { this.#held.set(k, v); } clear() { this.#held.clear(); } }',
    }));
  },
};

export type Bundled = {
  /** Bytes of what is read at cold start: the entry and the chunks it imports statically. */
  readonly entryBytes: number;
  readonly allBytes: number;
  readonly entryChunk: number;
  /** Source files in the entry's static part, and in all of it. */
  readonly entryInputs: readonly string[];
  readonly inputs: readonly string[];
  /** Commands of the SDK that our own files among them import: `client-sqs/SendMessageBatchCommand`. */
  readonly commands: readonly string[];
};

export type BundleReport = Readonly<Record<Stage, Bundled>>;

type Outputs = Metafile['outputs'];

const reach = (outputs: Outputs, from: string, lazy: boolean): readonly string[] => {
  const seen = new Set<string>();
  const open = [from];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const one of outputs[file]?.imports ?? []) {
      if (outputs[one.path] && (lazy || one.kind !== 'dynamic-import')) open.push(one.path);
    }
  }
  return [...seen];
};

const inputsOf = (outputs: Outputs, files: readonly string[]): readonly string[] =>
  [...new Set(files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {})))].sort();

const importOfSdk = /import\s*\{([^}]*)\}\s*from\s*'@aws-sdk\/([a-z0-9-]+)'/g;

/** Read off the sources: the packages of the SDK bring commands along that nobody calls. */
const commandsIn = (inputs: readonly string[]): readonly string[] => {
  const found = inputs
    .filter((path) => !path.includes('node_modules/') && path.endsWith('.ts'))
    .flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(importOfSdk)])
    .flatMap(([, names = '', client = '']) => (names.match(/\b\w+Command\b/g) ?? []).map((name) => `${client}/${name}`));
  return [...new Set(found)].sort();
};

/** A file to begin with, from the project's root, and the name of what it becomes. */
type Entry = { readonly in: string; readonly out: string };

/** Bundles these files as every function is bundled. */
export const compile = async (entryPoints: readonly Entry[], into: string): Promise<Outputs> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    outdir: into,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    // Not `conditions: ['import']`: both builds of the SDK would land in it (stack.md 3).
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    legalComments: 'none',
    plugins: [lazyBuiltins, credentialsOfFunction, versionAlone, noEventStreams, noEndpointCache],
    metafile: true,
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  return metafile.outputs;
};

/** Begun with too, so that the clients of the SDK, and the log, lie in chunks of their own beside a small entry. */
const parts: readonly Entry[] = ['ledger', 'log'].map((name) => ({ in: `lambdas/${name}.ts`, out: `part-${name}` }));

/** What lies beside a function. Rules and mappings are nine tenths of a configuration, and only assessment asks them. */
const laidBeside = (stage: Stage, configuration: string): Readonly<Record<string, string>> => {
  // The rules themselves stand on lines of their own (deployed.ts).
  const [first = ''] = configuration.split('\n', 1);
  const { mappings, ...rest } = JSON.parse(first) as { readonly mappings: unknown };
  const own = stage === 'assess' ? configuration : JSON.stringify({ ...rest, documents: [], mappings: [] });
  return {
    ...(withoutConfiguration.has(stage) ? {} : { 'configuration.json': own }),
    ...(doors.has(stage) ? { 'sources.json': JSON.stringify(mappings) } : {}),
  };
};

/**
 * One call for each function: what all of them share would else be cut into chunks that suit none, and each file costs a start
 * about a third of a millisecond (`notify` read 32 of them).
 */
const lay = async (stage: Stage, out: string, configuration: string): Promise<Bundled> => {
  const folder = join(out, stage);
  const outputs = await compile([{ in: `lambdas/${stage}.ts`, out: 'index' }, ...parts], folder);
  const entry = Object.keys(outputs).find((file) => basename(file) === 'index.mjs');
  if (entry === undefined) throw new Error(`esbuild made no index.mjs for ${stage}`);
  const all = reach(outputs, entry, true);
  const atStart = reach(outputs, entry, false);
  for (const file of Object.keys(outputs)) if (!all.includes(file)) rmSync(join(folder, basename(file)));
  const later = new Set(
    all.flatMap((file) => outputs[file]?.imports.filter((one) => one.kind === 'dynamic-import').map(({ path }) => path)),
  );
  const chunks = atStart.filter((file) => file !== entry && !later.has(file));
  const files = all.filter((file) => !chunks.includes(file));
  const part = await joinChunks(folder, { outputs, chunks, files });
  for (const [name, text] of Object.entries(laidBeside(stage, configuration))) writeFileSync(join(folder, name), text);
  const sizeOf = (some: readonly string[]): number => some.reduce((sum, file) => sum + statSync(join(folder, basename(file))).size, 0);
  return {
    entryChunk: sizeOf([entry]),
    entryBytes: sizeOf(files.filter((file) => atStart.includes(file))) + part,
    allBytes: sizeOf(files) + part,
    entryInputs: inputsOf(outputs, atStart),
    inputs: inputsOf(outputs, all),
    commands: commandsIn(inputsOf(outputs, all)),
  };
};

/** Bundles every function into `out/<stage>/`, with the operator's configuration as one JSON text. */
export const bundle = async (configuration: string, out: string): Promise<BundleReport> => {
  rmSync(out, { recursive: true, force: true });
  const laid = stages.map(async (stage) => [stage, await lay(stage, out, configuration)] as const);
  const report = Object.fromEntries(await Promise.all(laid)) as unknown as BundleReport;
  writeFileSync(join(out, 'report.json'), JSON.stringify(report));
  return report;
};
