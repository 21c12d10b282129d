// Decides what a function carries: little at its start, nothing that its role does not allow, and it loads as it lies (D-23).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundleReport, type Stage, bundle, stages } from '#lib/bundle.ts';
import { grantRules } from '#lib/rules/grants.ts';
import type { Template as RuleTemplate } from '#lib/rules/template.ts';
import { settingsOf } from './settings-of.ts';
import { type Synthesized, synthesize } from './stacks.ts';

const out = join(mkdtempSync(join(tmpdir(), 'art33-bundle-')), 'lambdas');
const configuration = '{"v":4,"configuration":{},"lists":{"$map":[]},"documents":[{"where":"x"}],"mappings":[{"name":"x"}]}\n{"title":"X"}';
let report: BundleReport;
let all: Synthesized;
beforeAll(async () => {
  report = await bundle(configuration, out);
  all = synthesize();
});
afterAll(() => rmSync(join(out, '..'), { recursive: true, force: true }));

const kib = 1_024;
/** Assessment knows every source; whoever tells people knows all that an incident may become. */
const atStart: Readonly<Partial<Record<Stage, number>>> = { assess: 500, notify: 460, page: 460, tick: 460 };
const filesOf = (stage: Stage): readonly string[] => readdirSync(join(out, stage));
const withConfiguration: readonly Stage[] = stages.filter((stage) => !['logs', 'receive', 'anchor'].includes(stage));

describe('the bundle of', () => {
  it.each(stages)('%s keeps to the limits: 140 KiB entry, 700 KiB in all', (stage) => {
    expect(report[stage].entryChunk).toBeLessThanOrEqual(140 * kib);
    expect(report[stage].entryBytes).toBeLessThanOrEqual((atStart[stage] ?? 450) * kib);
    expect(report[stage].allBytes).toBeLessThanOrEqual(700 * kib);
  });

  it.each(stages)('%s starts without the slow ones', (stage) => {
    const slow =
      /node_modules\/(bowser|aws-xray-sdk-core|@aws-sdk\/nested-clients|@aws-sdk\/client-(s3|secrets-manager|kms)|nodemailer|yaml|zod)\//;
    expect(report[stage].entryInputs.filter((path) => slow.test(path))).toEqual([]);
  });

  it.each(stages)('%s asks its environment for credentials, and nothing else', (stage) => {
    const asking = /node_modules\/@aws-sdk\/(credential-provider-(?!env)|nested-clients|token-providers)/;
    expect(report[stage].inputs.filter((path) => asking.test(path))).toEqual([]);
  });

  it.each(stages)('%s carries no cache of endpoints that nobody discovers', (stage) => {
    expect(report[stage].inputs.filter((path) => /node_modules\/(mnemonist|obliterator)\//.test(path))).toEqual([]);
  });

  it.each(stages)('%s reads neither YAML nor schemas, ever', (stage) => {
    expect(
      report[stage].inputs.filter((path) => /node_modules\/(yaml|zod)\/|^adapters\/(config|embedded|outbox|smtp)\//.test(path)),
    ).toEqual([]);
  });

  it('each holds what its role grants, and each role grants what its function holds', () => {
    const templates = Object.entries(all).map(([stack, template]): RuleTemplate => {
      const { Resources: resources, Outputs: outputs = {} } = template.toJSON() as {
        Resources: RuleTemplate['resources'];
        Outputs?: RuleTemplate['outputs'];
      };
      return { stack: `art33-dev-${stack}`, region: 'eu-central-1', path: '', resources, outputs };
    });
    const holdings = new Map(stages.map((stage) => [stage, report[stage].commands]));
    for (const stage of stages) expect(report[stage].commands).not.toEqual([]);
    expect(grantRules(holdings).flatMap((rule) => rule.breaches(templates).map(({ at, wrong }) => `${at.id}: ${wrong}`))).toEqual([]);
  });

  it('no function imports a heavy built-in as a module', () => {
    for (const stage of stages) {
      for (const file of filesOf(stage).filter((name) => name.endsWith('.mjs'))) {
        expect(readFileSync(join(out, stage, file), 'utf8')).not.toMatch(/from\s*["'](node:)?(https?|http2)["']/);
      }
    }
  });

  it('the client of the queues is loaded with the first message, but at the doors, where each delivery sends one', () => {
    const atStart = stages.filter((stage) => report[stage].entryInputs.some((path) => path.includes('@aws-sdk/client-sqs/')));
    expect(atStart).toEqual(['ingest', 'logs']);
  });

  it('each function lies alone: every chunk that it names is beside it, and no other is', () => {
    for (const stage of stages) {
      const files = filesOf(stage).filter((name) => name.endsWith('.mjs'));
      const named = files.flatMap((file) =>
        [...readFileSync(join(out, stage, file), 'utf8').matchAll(/["']\.\/([^"']+\.mjs)["']/g)].map((found) => found[1]),
      );
      expect(new Set([...named, 'index.mjs'])).toEqual(new Set(files));
    }
  });

  it.each(stages)('%s reads two files of code at its start', (stage) => {
    const readBy = (file: string): readonly (string | undefined)[] =>
      [...readFileSync(join(out, stage, file), 'utf8').matchAll(/(?<!\bimport\()["']\.\/([^"']+\.mjs)["']/g)].map((found) => found[1]);
    expect([...new Set(readBy('index.mjs'))]).toEqual(['static.mjs']);
    expect(readBy('static.mjs')).toEqual([]);
  });

  it('the configuration lies beside those that read it', () => {
    for (const stage of stages) {
      expect([stage, filesOf(stage).includes('configuration.json')]).toEqual([stage, withConfiguration.includes(stage)]);
    }
  });

  it('rules and mappings lie beside assessment alone', () => {
    const read = (stage: Stage): string => readFileSync(join(out, stage, 'configuration.json'), 'utf8');
    for (const stage of withConfiguration) {
      if (stage === 'assess') expect(read(stage)).toBe(configuration);
      else expect([stage, JSON.parse(read(stage))]).toEqual([stage, expect.objectContaining({ v: 4, documents: [], mappings: [] })]);
    }
  });

  it('the mappings lie beside the doors', () => {
    for (const stage of stages) {
      expect([stage, filesOf(stage).includes('sources.json')]).toEqual([stage, ['ingest', 'logs'].includes(stage)]);
    }
  });

  it('every function loads in a Node of its own and has its handler', () => {
    const names = new Set(stages.flatMap((stage) => Object.keys(settingsOf[stage])));
    const variables = Object.fromEntries(
      [...names].map((name) => [name, name.endsWith('_URL') ? 'https://sqs.example.com/1' : /_(SHARDS|RATE)$/.test(name) ? '4' : 'x']),
    );
    const script = `for (const stage of ${JSON.stringify(stages)}) { const m = await import(${JSON.stringify(out)} + '/' + stage + '/index.mjs'); if (typeof m.handler !== 'function') throw new Error(stage); }`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...variables, AWS_REGION: 'eu-central-1', PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });
});
