// Decides which settings the handlers are given in tests, and how a real configuration lies beside them.
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { prepared } from '#core/detection/sigma/prepared.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { type Sources, sourcesOf } from '#core/signal/sources.ts';
import { mappingsFor } from '#local/configuration.ts';
import type { Deployed } from '#lambdas/deployed.ts';

export const variables = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  LEDGER_TABLE: 'ledger',
  LEDGER_SHARDS: '1',
  EVIDENCE_BUCKET: 'evidence',
  KEYS_SECRET: 'keys',
  DATA_KEY: 'arn:aws:kms:eu-central-1:111122223333:key/data',
  TOKENS_SECRET: 'tokens',
  SINKS_SECRET: 'sinks',
  MAIL_CONFIGURATION_SET: 'notices',
  MAIL_RATE: '14',
  ANCHOR_BUCKET: 'anchors',
  VAULT_BUCKET: 'vault',
  VAULT_REGION: 'eu-west-1',
  KIT_RECIPIENTS: 'age1,age1',
  CONSOLE_HOSTS: 'console.example.com',
  OBJECTS: '{"example-trail/AWSLogs/":"cloudtrail"}',
  ASSESS_QUEUE_URL: 'https://sqs.example.com/assess',
  LOG_GROUPS: '{"/var/log/fail2ban":"fail2ban","/aws/auth0":"auth0"}',
  NOTIFY_QUEUE_URL: 'https://sqs.example.com/notify',
  PAGE_QUEUE_URL: 'https://sqs.example.com/page',
  TICKET_QUEUE_URL: 'https://sqs.example.com/ticket',
  OTHER_QUEUE_URL: 'https://sqs.example.com/other',
};

export const setEnvironment = (): void => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

const config = fileURLToPath(new URL('../../config', import.meta.url));

/** The shipped example, as a deployment would carry it. */
export const exampleDeployed = async (): Promise<Deployed> => {
  const loaded = await loadConfiguration(config, instantOf(1_773_453_600_000));
  if (!loaded.ok) throw new Error('the example configuration is refused');
  const { documents } = await readRuleDocuments([`${config}/rules`]);
  return {
    madeAt: instantOf(1_773_453_600_000),
    configuration: loaded.value.configuration,
    lists: loaded.value.lists,
    documents: documents.map(({ tree, where }) => prepared({ tree, where }, loaded.value.lists)),
    mappings: (await mappingsFor(config)).mappings,
  };
};

const example = await exampleDeployed();

/** The sources of the example, as a bundle would lay them beside the doors. */
export const exampleSources = (): Sources => sourcesOf(example.mappings.map(readerOf));
