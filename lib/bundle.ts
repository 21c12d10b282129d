// Decides what lies in each function: one esbuild call for all handlers, their chunks copied apart, the configuration beside them (D-23).
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Metafile, type Plugin, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** D-2: one function a stage. */
export const stages = ['ingest', 'assess', 'notify', 'page', 'ticket', 'other', 'receive', 'tick', 'audit', 'console'] as const;
export type Stage = (typeof stages)[number];

/** These two read no configuration: the door stands when everything else is down, and reports name their duty themselves. */
const withoutConfiguration: ReadonlySet<Stage> = new Set(['ingest', 'receive']);

/** An ESM import of a built-in reads every lazy export and so loads undici: 55 ms for `node:http` alone (stack.md 3). */
const builtinModules =
  /^(node:)?(http|https|http2|stream|zlib|crypto|fs|fs\/promises|os|path|util|async_hooks|child_process|process|buffer|url|timers|events|console|diagnostics_channel|dgram|querystring|assert)$/;

const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (within) => {
    within.onResolve({ filter: builtinModules }, (found) => ({ path: found.path.replace(/^node:/, ''), namespace: 'builtin' }));
    within.onLoad({ filter: /.*/, namespace: 'builtin' }, (found) => ({
      contents: `module.exports = process.getBuiltinModule("node:${found.path}")`,
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

const bytesOf = (outputs: Outputs, files: readonly string[]): number => files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);

const compile = async (into: string): Promise<Outputs> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: stages.map((stage) => `lambdas/${stage}.ts`),
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
    plugins: [lazyBuiltins],
    metafile: true,
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  return metafile.outputs;
};

const lay = (
  outputs: Outputs,
  stage: Stage,
  folders: { readonly out: string; readonly built: string; readonly configuration: string },
): Bundled => {
  const entry = Object.keys(outputs).find((file) => basename(file) === `${stage}.mjs`);
  if (entry === undefined) throw new Error(`esbuild made no ${stage}.mjs`);
  const all = reach(outputs, entry, true);
  const atStart = reach(outputs, entry, false);
  const folder = join(folders.out, stage);
  mkdirSync(folder, { recursive: true });
  for (const file of all) cpSync(join(folders.built, basename(file)), join(folder, basename(file)));
  renameSync(join(folder, `${stage}.mjs`), join(folder, 'index.mjs'));
  if (!withoutConfiguration.has(stage)) writeFileSync(join(folder, 'configuration.json'), folders.configuration);
  return {
    entryChunk: outputs[entry]?.bytes ?? 0,
    entryBytes: bytesOf(outputs, atStart),
    allBytes: bytesOf(outputs, all),
    entryInputs: inputsOf(outputs, atStart),
    inputs: inputsOf(outputs, all),
  };
};

/** Where `cdk synth` looks for the functions. */
export const bundleFolder = join(root, 'dist/lambdas');

/** Bundles every function into `out/<stage>/`, with the operator's configuration as one JSON text. */
export const bundle = async (configuration: string, out: string = bundleFolder): Promise<BundleReport> => {
  const built = `${out}.built`;
  for (const folder of [out, built]) rmSync(folder, { recursive: true, force: true });
  const outputs = await compile(built);
  const report = Object.fromEntries(
    stages.map((stage) => [stage, lay(outputs, stage, { out, built, configuration })]),
  ) as unknown as BundleReport;
  rmSync(built, { recursive: true, force: true });
  writeFileSync(join(out, 'report.json'), JSON.stringify(report));
  return report;
};
