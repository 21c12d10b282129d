// Decides that a page counts as delivered only on Slack's word, and that each way to fail leads where it should.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '#core/kernel/time.ts';
import type { PortError } from '#flow/ports.ts';
import { slackPager } from '#adapters/slack/pager.ts';
import { kindOf, sampleEffect, samplePage } from '#test/contract/effects.ts';
import { tickingClock } from '#test/contract/worlds.ts';
import { type SlackSink, openSlackSink } from '#test/sinks/slack.ts';

describe('the Slack pager', () => {
  let sink: SlackSink;
  beforeEach(async () => {
    sink = await openSlackSink();
  });
  afterEach(() => sink.close());

  const page = (timeout = seconds(30)) => {
    const pager = slackPager({ webhook: sink.webhook, clock: tickingClock(), timeout });
    if (!pager.ok) throw new Error(pager.error);
    return pager.value.page(samplePage(1), sampleEffect(1));
  };

  it('sends once more without blocks when the blocks are refused', async () => {
    sink.misbehave({ status: 400, body: 'invalid_blocks' });
    expect(await page()).toEqual({ via: 'provider' });
    expect(sink.posts).toHaveLength(1);
    expect(sink.posts[0]?.blocks).toBeUndefined();
    expect(sink.posts[0]?.text).toContain('Suspected breach 1');
  });

  it('gives up when the plain form is refused too', async () => {
    sink.misbehave({ status: 400, body: 'invalid_blocks' }, { status: 400, body: 'invalid_payload' });
    expect(await kindOf(page())).toBe('refused');
    expect(sink.requests).toHaveLength(2);
  });

  it.each([
    [404, 'no_service'],
    [410, 'channel_is_archived'],
    [404, 'channel_not_found'],
    [403, 'action_prohibited'],
    [403, 'invalid_token'],
    [404, 'no_team'],
  ])('takes %i %s as the end of this channel, and names it', async (status, word) => {
    sink.misbehave({ status, body: word });
    const failure = (await page().catch((error: PortError) => error)) as PortError;
    expect([failure.kind, failure.message]).toEqual(['refused', `Slack refuses: ${word}`]);
    expect(sink.requests).toHaveLength(1);
  });

  it('waits as long as it is told to when there were too many', async () => {
    sink.misbehave({ status: 429, body: 'rate_limited', headers: { 'retry-after': '17' } });
    const failure = (await page().catch((error: PortError) => error)) as PortError;
    expect([failure.kind, failure.retryAfter]).toEqual(['again', seconds(17)]);
  });

  it.each([
    ['a reply that is not ok', { status: 200, body: 'okay, really' }, 'unsure'],
    ['a page of a proxy', { status: 200, body: '<html>ok</html>' }, 'unsure'],
    ['ok:false for now', { status: 200, body: '{"ok":false,"error":"message_limit_exceeded"}' }, 'again'],
    ['ok:false for good', { status: 200, body: '{"ok":false,"error":"channel_is_archived"}' }, 'refused'],
    ['an empty 200', { status: 200, body: '' }, 'unsure'],
    ['ok with 201', { status: 201, body: 'ok' }, 'unsure'],
    ['an outage', { status: 500, body: 'server_error' }, 'again'],
    ['a gateway without backend', { status: 504, body: '' }, 'unsure'],
    ['a redirect', { status: 302, body: '', headers: { location: 'https://example.com/' } }, 'refused'],
    ['an unknown refusal', { status: 400, body: 'something_new' }, 'refused'],
    ['silence', 'hang', 'unsure'],
    ['a broken line', 'cut', 'unsure'],
    ['half an ok', { half: { status: 200, body: 'ok' } }, 'unsure'],
  ] as const)('judges %s', async (_name, misdeed, kind) => {
    sink.misbehave(misdeed);
    expect(await kindOf(page(misdeed === 'hang' ? seconds(0.2) : undefined))).toBe(kind);
  });

  it('repeats nothing of a reply that it does not know', async () => {
    sink.misbehave({ status: 400, body: 'marker-of-the-test' });
    await expect(page()).rejects.toThrow(/^Slack refuses \(400\)$/);
  });

  it.each([
    'http://hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com.evil.example/services/T/B/x',
    'https://hooks.slack.com@evil.example/services/T/B/x',
    'https://user:marker@hooks.slack.com/services/T/B/x',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/services',
    'marker',
    '',
  ])('refuses %j as a webhook and does not repeat it', (webhook) => {
    const pager = slackPager({ webhook, clock: tickingClock() });
    expect(pager).toEqual({ ok: false, error: 'SLACK_WEBHOOK_URL: an address that starts with https://hooks.slack.com/ was expected' });
  });

  it('takes the webhook that Slack hands out', () => {
    expect(slackPager({ webhook: 'https://hooks.slack.com/services/T000/B000/XXXX', clock: tickingClock() }).ok).toBe(true);
  });
});
