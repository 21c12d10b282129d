// Decides what happens to pages and tickets when their sinks are set, not set, or set wrongly.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DutyId } from '#core/kernel/ids.ts';
import { safe } from '#core/kernel/safe.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Effect } from '#flow/ports.ts';
import { sinksOf } from '#lambdas/sinks.ts';

vi.stubEnv('AWS_REGION', 'eu-central-1');
const secrets = mockClient(SecretsManagerClient);
let now = 0;
const open = () => sinksOf({ SINKS_SECRET: 'sinks' }, { now: () => instantOf(now) });
const hold = (settings: unknown) =>
  secrets.on(GetSecretValueCommand).resolves({ SecretString: typeof settings === 'string' ? settings : JSON.stringify(settings) });
const effect: Effect = { key: 'k', duty: 'duty-1' as DutyId, signal: AbortSignal.timeout(2_000) };
const page = { title: safe`Incident`, lines: [], link: safe`https://console.example.com/`, to: safe`SysOp` };
const ticket = { summary: safe`Incident`, lines: [], link: safe`https://console.example.com/`, label: safe`art33-inc-1` };

beforeEach(() => {
  secrets.reset();
  now = 0;
});

describe('the sinks of a function', () => {
  it('refuse a page where no Slack is set, so that the next channel is taken', async () => {
    hold({});
    await expect(open().pager.page(page, effect)).rejects.toMatchObject({
      port: 'pager',
      kind: 'refused',
      message: 'no Slack is configured',
    });
  });

  it('keep the ticket in Art33 where no Jira is set, and say that it did not leave', async () => {
    hold({ JIRA_URL: '' });
    expect(await open().tickets.find(ticket.label, effect)).toBeUndefined();
    expect(await open().tickets.open(ticket, effect)).toEqual({ via: 'outbox', providerId: 'art33-inc-1' });
  });

  it('refuse wrong settings by name, and never repeat a value', async () => {
    hold({
      SLACK_WEBHOOK_URL: 'https://evil.example.net/hook-value',
      JIRA_URL: 'http://jira.example.net/value',
      JIRA_TOKEN: 'token-value',
    });
    await expect(open().pager.page(page, effect)).rejects.toMatchObject({ kind: 'refused', message: expect.not.stringContaining('value') });
    await expect(open().tickets.open(ticket, effect)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.not.stringContaining('value'),
    });
  });

  it.each(['no json', 'null', '7'])('refuse a secret that is no object: %s', async (text) => {
    hold(text);
    await expect(open().pager.page(page, effect)).rejects.toMatchObject({ port: 'secrets', kind: 'refused' });
  });

  it('take new settings within five minutes, without a new start', async () => {
    hold({});
    const { tickets } = open();
    await tickets.open(ticket, effect);
    hold({ JIRA_URL: 'http://jira.example.net/' });
    expect(await tickets.open(ticket, effect)).toMatchObject({ via: 'outbox' });
    now = 300_000;
    await expect(tickets.open(ticket, effect)).rejects.toMatchObject({ kind: 'refused' });
  });
});
