// Holds each source by mapping to its fixtures, from raw bytes to facts, and that what is hostile in them is neutralised.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SourceReader } from '#core/signal/signal.ts';
import { eventsIn, told } from '../reading.ts';
import { mapped, shipped } from '../shipped.ts';
import type { Expected } from './expected.ts';
import { accessAnalyzer, awsHealth, awsWaf, inspector } from './aws-findings.ts';
import { awsBackup, cloudwatchAlarm, rds } from './aws-operation.ts';
import { gcpScc, iptables, whatsapp } from './elsewhere.ts';
import { macie } from './macie.ts';
import { atlassian, passbolt, slackAudit } from './office.ts';

const tables: Readonly<Record<string, Expected>> = {
  'access-analyzer': accessAnalyzer,
  atlassian,
  'aws-backup': awsBackup,
  'aws-health': awsHealth,
  'aws-waf': awsWaf,
  'cloudwatch-alarm': cloudwatchAlarm,
  'gcp-scc': gcpScc,
  inspector,
  iptables,
  macie,
  passbolt,
  rds,
  'slack-audit': slackAudit,
  whatsapp,
};

const readerNamed = (name: string): SourceReader => {
  const reader = shipped.readers.get(name);
  if (!reader) throw new Error(`no source ${name}`);
  return reader;
};

it('every mapping that ships has its table here', () => {
  expect(Object.keys(tables).toSorted()).toEqual(mapped.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(tables))('%s', (name, table) => {
  const reader = readerNamed(name);

  it('has a row for every file of its folder', () => {
    expect(readdirSync(new URL(`../../../../events/${name}/`, import.meta.url)).toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it.each(Object.entries(table))('reads %s', (file, rows) => {
    const facts = eventsIn(reader, `${name}/${file}`).map((event): Record<string, unknown> => told(reader, event));
    expect(facts).toHaveLength(rows.length);
    for (const [i, row] of rows.entries()) {
      const named = Object.fromEntries(Object.keys(row).map((key) => [key, facts[i]?.[key]]));
      expect(named).toEqual(row);
    }
  });
});
