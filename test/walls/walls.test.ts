// Holds that the walls stand: each room gets one forbidden import planted, and the linter must refuse every one (and nothing lawful).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Planted = { readonly file: string; readonly code: string; readonly rule: string };

const imports = (from: string): string => `import { a } from '${from}';\n\nexport const b = a;\n`;
const restricted = 'lint/style/noRestrictedImports';

const breaches: readonly Planted[] = [
  { file: 'core/kernel/p.ts', code: imports('../signal/signal.ts'), rule: restricted },
  { file: 'core/kernel/p2.ts', code: imports('node:fs'), rule: restricted },
  { file: 'core/signal/p.ts', code: imports('../directory/directory.ts'), rule: restricted },
  { file: 'core/signal/sources/p.ts', code: imports('../../detection/rule.ts'), rule: restricted },
  { file: 'core/directory/p.ts', code: imports('../detection/rule.ts'), rule: restricted },
  { file: 'core/detection/p.ts', code: imports('../incident/incident.ts'), rule: restricted },
  { file: 'core/detection/sigma/p.ts', code: imports('yaml'), rule: restricted },
  { file: 'core/incident/p.ts', code: imports('../duty/duty.ts'), rule: restricted },
  { file: 'core/clock/p.ts', code: imports('../duty/duty.ts'), rule: restricted },
  { file: 'core/duty/p.ts', code: imports('../notice/notice.ts'), rule: restricted },
  { file: 'core/notice/p.ts', code: imports('../register/entry.ts'), rule: restricted },
  { file: 'core/register/p.ts', code: imports('#flow/ports.ts'), rule: restricted },
  { file: 'core/duty/p2.ts', code: 'export const b = new Date();\n', rule: 'lint/style/noRestrictedGlobals' },
  { file: 'core/duty/p3.ts', code: 'export const b = process.env;\n', rule: 'lint/style/noRestrictedGlobals' },
  { file: 'flow/p.ts', code: imports('#adapters/embedded/ledger.ts'), rule: restricted },
  { file: 'flow/p2.ts', code: imports('node:fs'), rule: restricted },
  { file: 'adapters/slack/p.ts', code: imports('#adapters/smtp/mailer.ts'), rule: restricted },
  { file: 'adapters/embedded/p.ts', code: imports('#flow/perform.ts'), rule: restricted },
  { file: 'adapters/sqs/p.ts', code: imports('@aws-sdk/client-ses'), rule: restricted },
  { file: 'adapters/aws/p.ts', code: imports('#adapters/s3/evidence.ts'), rule: restricted },
  { file: 'console/p.ts', code: imports('#adapters/embedded/ledger.ts'), rule: restricted },
  { file: 'lambdas/p.ts', code: imports('#local/node.ts'), rule: restricted },
  { file: 'lib/p.ts', code: imports('#core/kernel/time.ts'), rule: restricted },
  { file: 'local/p.ts', code: imports('#lambdas/assess.ts'), rule: restricted },
  { file: 'bin/p.ts', code: imports('#test/flow/harness.ts'), rule: restricted },
  {
    file: 'flow/p3.ts',
    code: 'const put = async (): Promise<void> => {};\nexport const b = (): void => {\n  put();\n};\n',
    rule: 'lint/nursery/noFloatingPromises',
  },
  {
    file: 'test/p.test.ts',
    code: "import { it } from 'vitest';\n\nit.skip('x', () => undefined);\n",
    rule: 'lint/suspicious/noSkippedTests',
  },
];

const lawful: readonly Omit<Planted, 'rule'>[] = [
  { file: 'core/duty/q.ts', code: imports('../kernel/time.ts') },
  { file: 'core/signal/sources/q.ts', code: imports('../signal.ts') },
  { file: 'flow/q.ts', code: imports('#core/duty/duty.ts') },
  { file: 'adapters/embedded/q.ts', code: imports('#flow/ports.ts') },
  { file: 'console/q.ts', code: imports('#flow/report.ts') },
  { file: 'lib/q.ts', code: imports('#lambdas/env.ts') },
  { file: 'local/q.ts', code: imports('#adapters/embedded/ledger.ts') },
];

const folder = mkdtempSync(join(tmpdir(), 'art33-walls-'));
let said: readonly { readonly file: string; readonly rule: string }[] = [];

beforeAll(() => {
  const configuration = readFileSync(join(root, 'biome.json'), 'utf8').replace('./node_modules', join(root, 'node_modules'));
  writeFileSync(join(folder, 'biome.json'), configuration);
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  for (const { file, code } of [...breaches, ...lawful]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  const run = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', '--max-diagnostics=500', '--reporter=json', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const parsed = JSON.parse(run.stdout) as { diagnostics: { category: string; location: { path: string | { file: string } } }[] };
  said = parsed.diagnostics.map(({ category, location }) => ({
    rule: category,
    file: typeof location.path === 'string' ? location.path : location.path.file,
  }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the walls between rooms', () => {
  it.each(breaches)('refuse what is planted in $file', ({ file, rule }) => {
    expect(said.filter((one) => one.file.replace(/^\.\//, '') === file).map((one) => one.rule)).toContain(rule);
  });

  it.each(lawful)('let $file import what it may', ({ file }) => {
    expect(said.filter((one) => one.file.replace(/^\.\//, '') === file && one.rule === restricted)).toEqual([]);
  });
});

const sourcesUnder = (dir: string): readonly string[] =>
  readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(dir, name));

const text = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('what no linter rule can say', () => {
  it('keeps chance out of core', () => {
    const found = sourcesUnder('core').filter((file) => /Math\.random|randomUUID|randomBytes/.test(text(file)));
    expect(found).toEqual([]);
  });

  // `fromConfiguration` makes text Safe by its origin: whoever calls it must have the operator's configuration in hand, or words of ours.
  it('lets only these files call text safe', () => {
    const callers = ['core', 'flow', 'adapters', 'console', 'lambdas', 'local', 'bin']
      .flatMap(sourcesUnder)
      .filter((file) => /\bfromConfiguration\(/.test(text(file)));
    expect(callers.sort()).toEqual([...mayCallTextSafe].sort());
  });

  it('begins every source file with a sentence that says what it decides', () => {
    const bare = ['core', 'flow', 'adapters', 'console', 'lambdas', 'lib', 'local', 'bin']
      .flatMap(sourcesUnder)
      .filter((file) => !/^\/\/ .{20,}/.test(text(file)));
    expect(bare).toEqual([]);
  });

  it('keeps every source file within 300 lines', () => {
    const long = ['core', 'flow', 'adapters', 'console', 'lambdas', 'lib', 'local', 'bin']
      .flatMap(sourcesUnder)
      .filter((file) => text(file).split('\n').length > 300);
    expect(long).toEqual([]);
  });
});

const mayCallTextSafe: readonly string[] = [
  // What the operator wrote into the configuration and into rules.
  'adapters/config/schema/processing.ts',
  'adapters/config/schema/values.ts',
  'core/detection/sigma/head.ts',
  // The typed code of a consultation: a keyed hash of ours.
  'flow/page.ts',
];
