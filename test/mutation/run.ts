// Runs the mutants of core/clock, core/duty and core/incident, and writes docs/mutation.json. On demand, never in CI (D-25).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atLeast, coveredFiles, hashOf, reportFile, root, sha256 } from './covered.ts';
import { type Made, type Report, type StrykerReport, merged, thinned } from './report.ts';

/** Stryker brings some 170 packages, which nobody needs who only installs Art33: they have a folder and a lock file of their own. */
const lock = join(root, 'test/mutation/stryker');
const cache = join(root, 'node_modules/.cache/art33-mutation');
const stryker = '@stryker-mutator/core';

const giveUp = (code: number, line: string): never => {
  process.stderr.write(`art33: ${line}\n`);
  process.exit(code);
};

const text = (path: string): string => readFileSync(path, 'utf8');

const install = (): void => {
  const stamp = join(cache, '.lock');
  const wanted = sha256(text(join(lock, 'package-lock.json')));
  if (existsSync(stamp) && text(stamp) === wanted) return;
  process.stderr.write('art33: installing Stryker into node_modules/.cache (once; about ten seconds) …\n');
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  cpSync(lock, cache, { recursive: true });
  // Its vitest is ours: the one peer that it would bring itself.
  const words = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', cache];
  const npm = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', words, { cwd: cache, stdio: ['ignore', 2, 2] });
  if (npm.status !== 0) giveUp(1, '`npm ci` of Stryker failed (see above). Is the package registry reachable?');
  writeFileSync(stamp, wanted);
};

/** A copy of core and its tests in a folder of its own is mutated, never the sources themselves. */
const settings = (files: readonly string[], scratch: string) => ({
  mutate: files,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  ignorePatterns: ['**', '!package.json', '!core/**', '!test/core/**', '!test/mutation/vitest.config.ts'],
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: join(scratch, 'report.json') },
  tempDirName: join(scratch, 'sandbox'),
  cleanTempDir: 'always',
  warnings: { slow: false },
});

/** Stryker says nothing of a file of types alone. */
const withSilent = (files: readonly string[], report: StrykerReport): StrykerReport => ({
  files: { ...Object.fromEntries(files.map((path) => [path, { source: text(join(root, path)), mutants: [] }])), ...report.files },
});

const mutate = (files: readonly string[]): StrykerReport => {
  const scratch = mkdtempSync(join(tmpdir(), 'art33-mutation-'));
  try {
    const config = join(scratch, 'stryker.json');
    writeFileSync(config, JSON.stringify(settings(files, scratch)));
    const run = spawnSync(process.execPath, [join(cache, 'node_modules', stryker, 'bin/stryker.js'), 'run', config], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (run.status !== 0) giveUp(1, 'Stryker did not end well (see above). Are the tests of these rooms green?');
    return JSON.parse(text(join(scratch, 'report.json'))) as StrykerReport;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

const known = (): Report | undefined => (existsSync(reportFile) ? (JSON.parse(text(reportFile)) as Report) : undefined);

type Work = { readonly mutate: readonly string[]; readonly merge: (run: StrykerReport, made: Made) => Report };

const whole = (files: readonly string[], covered: readonly string[]): Work => ({
  mutate: files,
  merge: (run, made) => merged({ run: withSilent(files, run), earlier: known() ?? { files: {}, survivors: [] }, covered, made }),
});

/** After new tests: what was killed stays so, and only the survivors run again, where their file is still the same. */
const survivors = (): Work => {
  const earlier = known() ?? giveUp(2, 'there is no docs/mutation.json yet: npm run mutation.');
  const same = earlier.survivors.filter(({ file }) => existsSync(join(root, file)) && hashOf(file) === earlier.files[file]?.sha256);
  if (same.length === 0) giveUp(2, 'no survivor stands in a file that is as it was.');
  return {
    mutate: [...new Set(same.map(({ file, line, endLine }) => `${file}:${line}-${endLine ?? line}`))],
    merge: (run, made) => thinned(earlier, run, made),
  };
};

/** `--files a,b`, `--survivors`, or all of them. */
const asked = (): Work => {
  const covered = coveredFiles();
  const [option, list, ...rest] = process.argv.slice(2);
  if (option === undefined) return whole(covered, covered);
  if (option === '--survivors' && list === undefined) return survivors();
  const named = option === '--files' && rest.length === 0 ? (list ?? '').split(',') : [];
  if (named.length === 0 || named.some((path) => !covered.includes(path)))
    giveUp(
      2,
      '--survivors, or --files with files of core/clock, core/duty and core/incident: --files core/duty/plan.ts,core/duty/owed.ts.',
    );
  return whole(named, covered);
};

const say = ({ files, score, survivors }: Report): void => {
  for (const [path, file] of Object.entries(files)) process.stdout.write(`${file.score.toFixed(2).padStart(6)} %  ${path}\n`);
  process.stdout.write(`${score.toFixed(2).padStart(6)} %  in all\n`);
  const unexplained = survivors.filter((one) => one.reason === '');
  for (const one of unexplained) process.stdout.write(`survives without a reason: ${one.file}:${one.line} ${one.mutation}\n`);
  if (score < atLeast || unexplained.length > 0) process.exitCode = 1;
};

const work = asked();
install();
const run = mutate(work.mutate);
const report = work.merge(run, {
  tool: stryker,
  version: (JSON.parse(text(join(cache, 'node_modules', stryker, 'package.json'))) as { version: string }).version,
  date: new Date().toISOString().slice(0, 10),
  command: 'npm run mutation',
});
writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
say(report);
