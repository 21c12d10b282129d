// Every fixture of events/ is answered whole: outcome, nature, data, level, rules and why; and the ones that mean something mean it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { levels, likelihoods } from '#core/detection/rule.ts';
import { parseInstant } from '#core/kernel/time.ts';
import { splitBatch } from '#core/signal/split.ts';
import { type Classified, classify } from '#local/classify.ts';
import { loadInForce } from '#local/configuration.ts';
import type { InForce } from '#local/node.ts';
import { readEventFile, tooLarge } from '#local/play.ts';

const root = new URL('../../', import.meta.url).pathname;
const events = join(root, 'events');
const folders = readdirSync(events, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'demo');
const now = parseInstant('2026-03-14T12:00:00Z');
if (!now.ok) throw new Error(now.error);

let inForce: InForce;
beforeAll(async () => {
  const loaded = await loadInForce(join(root, 'config'), { now: now.value, environment: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  inForce = loaded.value;
});

const answersTo = (source: string, file: string): readonly Classified[] => {
  const bytes = readEventFile(join(events, source, file));
  if (!bytes.ok) throw new Error(bytes.error);
  const reader = inForce.sources.readers.get(source);
  const split = splitBatch(reader ?? inForce.sources.any, bytes.value);
  if (!split.ok) throw new Error(`${source}/${file}: ${split.error.field}`);
  const candidates = split.value.map((event) => ({ reader: reader ?? inForce.sources.recognise(event), event }));
  return classify(inForce, candidates, { now: now.value });
};

const outcomes = ['none', 'security-incident', 'breach-assessment', 'suspected-breach', 'quarantine'];

const expectWhole = (answer: Classified): void => {
  expect(outcomes).toContain(answer.outcome);
  expect(levels).toContain(answer.level);
  for (const one of Object.values(answer.nature)) expect(likelihoods).toContain(one);
  expect(answer.ruleset).toBe(inForce.rules.hash);
  expect(answer.why.map(({ rule }) => rule.name).sort()).toEqual([...answer.rules].sort());
  for (const { rule, basis, members } of answer.why) {
    expect(rule.version).toBeGreaterThanOrEqual(1);
    expect(rule.title).not.toBe('');
    expect(['rule', 'directory', 'tags', 'name', 'unknown-asset']).toContain(basis);
    expect(members).toBeGreaterThanOrEqual(1);
  }
  expect(answer.severity === undefined).toBe(!['breach-assessment', 'suspected-breach'].includes(answer.outcome));
  // Nothing opens without a rule that says why, and what could not be read says so.
  expect(answer.why.length > 0).toBe(answer.outcome !== 'none' && answer.outcome !== 'quarantine');
  expect(answer.reason !== undefined).toBe(answer.outcome === 'quarantine');
};

describe.each(folders.map(({ name }) => name))('the fixtures of %s', (source) => {
  it.each(readdirSync(join(events, source)).filter((file) => !file.startsWith('.')))('%s', (file) => {
    const answers = answersTo(source, file);
    for (const answer of answers) expectWhole(answer);
  });
});

describe('what fixtures mean', () => {
  it.each([
    ['cloudtrail', 'trail-stopped.json', 'security-incident', 'cloudtrail_trail_stopped'],
    ['cloudtrail', 'snapshot-shared.json', 'breach-assessment', 'cloudtrail_snapshot_shared'],
    ['cloudtrail', 'disk-snapshot-public.json', 'suspected-breach', 'cloudtrail_open_to_all'],
    ['cloudtrail', 'root-login.json', 'security-incident', 'cloudtrail_root_use'],
    ['guardduty', 'eventbridge.json', 'suspected-breach', 'guardduty_s3_exfil_content'],
    ['guardduty', 'scan-threat.json', 'security-incident', 'guardduty_malware_object'],
    ['google-alert-center', 'takeout.json', 'breach-assessment', 'google_takeout'],
    ['google-alert-center', 'suspended.json', 'breach-assessment', 'google_account_hijacked'],
  ])('%s/%s: %s by %s', (source, file, outcome, rule) => {
    const [answer] = answersTo(source, file);
    expect(answer?.outcome).toBe(outcome);
    expect(answer?.rules).toContain(rule);
  });

  it.each([
    ['cloudtrail', 'refused.json'],
    ['cloudtrail', 'root-by-service.json'],
    ['cloudtrail', 'bucket-tls-only.json'],
    ['cloudtrail', 'login-failed.json'],
    ['guardduty', 'sample-flag.json'],
    ['guardduty', 'archived.json'],
    ['guardduty', 'scan-clean.json'],
    ['securityhub', 'check-failed.json'],
    ['google-alert-center', 'closed.json'],
    ['google-alert-center', 'suspicious-login.json'],
  ])('%s/%s means nothing', (source, file) => {
    expect(answersTo(source, file).map(({ outcome }) => outcome)).toEqual(answersTo(source, file).map(() => 'none'));
  });

  it('names whose data it is and what the directory knows of it', () => {
    const [answer] = answersTo('guardduty', 'eventbridge.json');
    expect(answer).toMatchObject({ controllers: ['clinic-portal', 'museum-shop', 'travel-club'], unidentified: false });
    expect(answer?.whose.map(({ controller, confidence }) => [controller, confidence])).toEqual([
      ['clinic-portal', 'possible'],
      ['museum-shop', 'possible'],
      ['travel-club', 'possible'],
    ]);
    // A clinic is among them: its floor counts.
    expect(answer?.severity).toMatchObject({ se: 5, level: 'very-high', scores: { dpc: { value: 4 }, malice: { value: 0.5 } } });
    expect(answer?.why[0]).toMatchObject({ basis: 'rule', assets: [{ id: 'message-archive' }], tags: ['message-content'] });
  });
});

describe('a file', () => {
  it('too large to be played is refused with the way around it', () => {
    expect(tooLarge('auth.log', 33_554_432)).toBeUndefined();
    expect(tooLarge('auth.log', 104_857_600)).toBe(
      'auth.log: 100 MiB; at most 32 are played. `art33 send` and `classify` take files of any size.',
    );
  });
});
