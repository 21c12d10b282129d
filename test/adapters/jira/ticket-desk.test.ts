// Decides that Jira's failures are told apart: what may have made an issue, what has not, and what never will.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '#core/kernel/time.ts';
import type { PortError, TicketDesk } from '#flow/ports.ts';
import { type JiraSettings, jiraDesk } from '#adapters/jira/ticket-desk.ts';
import { kindOf, sampleEffect, sampleTicket } from '#test/contract/effects.ts';
import { tickingClock } from '#test/contract/worlds.ts';
import { type JiraSink, jiraAccount, openJiraSink } from '#test/sinks/jira.ts';

const settings = (base: string, change: Partial<JiraSettings> = {}): JiraSettings => ({
  base,
  ...jiraAccount,
  clock: tickingClock(),
  timeout: seconds(30),
  ...change,
});

const deskAt = (base: string, change: Partial<JiraSettings> = {}): TicketDesk => {
  const desk = jiraDesk(settings(base, change));
  if (!desk.ok) throw new Error(desk.error);
  return desk.value;
};

describe('the Jira ticket desk', () => {
  let sink: JiraSink;
  let desk: TicketDesk;
  beforeEach(async () => {
    sink = await openJiraSink();
    desk = deskAt(sink.url);
  });
  afterEach(() => sink.close());

  const open = () => desk.open(sampleTicket(1), sampleEffect(1));
  const find = () => desk.find(sampleTicket(1).label, sampleEffect(1));

  it('creates an issue with the label and gives back its key', async () => {
    expect(await open()).toEqual({ via: 'provider', providerId: 'SEC-1' });
    expect(sink.issues[0]?.fields).toMatchObject({
      project: { key: 'SEC' },
      issuetype: { name: 'Task' },
      summary: 'Suspected breach 1',
      labels: ['art33-sample1'],
    });
  });

  it('creates it once more with the required fields when one is not on the screen, and keeps the label', async () => {
    sink.forbid('description');
    expect(await open()).toEqual({ via: 'provider', providerId: 'SEC-1' });
    expect(Object.keys(sink.issues[0]?.fields ?? {}).toSorted()).toEqual(['issuetype', 'labels', 'project', 'summary']);
  });

  it('goes without the label only where labels are not on the screen', async () => {
    sink.forbid('labels');
    expect(await open()).toEqual({ via: 'provider', providerId: 'SEC-1' });
    expect(sink.issues[0]?.fields['labels']).toBeUndefined();
  });

  it('gives up after the second refusal and names the field, if it is a known one', async () => {
    sink.forbid('summary');
    const failure = (await open().catch((error: PortError) => error)) as PortError;
    expect([failure.kind, failure.message]).toEqual(['refused', 'Jira refuses (400), because of: summary']);
    expect(sink.requests).toHaveLength(2);
  });

  it('repeats no field of a name it does not know', async () => {
    const answer = { status: 400, body: '{"errors":{"marker-of-the-test":"x","customfield_10010":"y"}}' };
    sink.misbehave(answer, answer);
    await expect(open()).rejects.toThrow(/^Jira refuses \(400\), because of: another field, customfield_10010$/);
  });

  it.each([
    ['silence', 'hang', 'unsure'],
    ['a broken line', 'cut', 'unsure'],
    ['an outage', { status: 500, body: '' }, 'unsure'],
    ['a gateway without backend', { status: 503, body: '' }, 'unsure'],
    ['a 201 without key', { status: 201, body: '{}' }, 'unsure'],
    ['a 201 with a strange key', { status: 201, body: '{"key":"<b>"}' }, 'unsure'],
    ['half a 201', { half: { status: 201, body: '{"key":"SEC-1"}' } }, 'unsure'],
    ['a 200 of a proxy', { status: 200, body: '<html>' }, 'unsure'],
    ['too many', { status: 429, body: '' }, 'again'],
    ['no permission', { status: 403, body: '' }, 'refused'],
    ['no project', { status: 404, body: '' }, 'refused'],
    ['a redirect', { status: 301, body: '', headers: { location: 'https://example.com/' } }, 'refused'],
    ['a 400 that names no field', { status: 400, body: '{"errorMessages":["no"]}' }, 'refused'],
  ] as const)('judges %s at a create', async (_name, misdeed, kind) => {
    sink.misbehave(misdeed);
    if (misdeed === 'hang') desk = deskAt(sink.url, { timeout: seconds(0.2) });
    expect(await kindOf(open())).toBe(kind);
    expect(sink.requests.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['silence', 'hang', 'again'],
    ['a broken line', 'cut', 'again'],
    ['an outage', { status: 500, body: '' }, 'again'],
    ['a page of a proxy', { status: 200, body: '<html>' }, 'again'],
    ['too many', { status: 429, body: '' }, 'again'],
    ['no permission', { status: 401, body: '' }, 'refused'],
    ['a search that is gone', { status: 410, body: '' }, 'refused'],
  ] as const)('judges %s at a search, which changes nothing', async (_name, misdeed, kind) => {
    sink.misbehave(misdeed);
    if (misdeed === 'hang') desk = deskAt(sink.url, { timeout: seconds(0.2) });
    expect(await kindOf(find())).toBe(kind);
  });

  it('waits as long as it is told to', async () => {
    sink.misbehave({ status: 429, body: '', headers: { 'retry-after': '42' } });
    expect(((await open().catch((error: PortError) => error)) as PortError).retryAfter).toBe(seconds(42));
  });

  it('finds the issue of a create whose answer was lost, once the index has it', async () => {
    sink.lag();
    sink.misbehave('late-cut');
    expect(await kindOf(open())).toBe('unsure');
    expect(await find()).toBeUndefined();
    sink.index();
    expect(await find()).toEqual({ via: 'provider', providerId: 'SEC-1' });
  });

  it('gives the oldest of several', async () => {
    await open();
    await open();
    expect(await find()).toEqual({ via: 'provider', providerId: 'SEC-1' });
  });

  it('is refused with a wrong token, without repeating it', async () => {
    const failure = (await deskAt(sink.url, { token: 'marker' })
      .open(sampleTicket(1), sampleEffect(1))
      .catch((error: PortError) => error)) as PortError;
    expect([failure.kind, failure.message]).toEqual(['refused', 'Jira refuses (401)']);
  });

  it.each([
    ['JIRA_URL', { base: 'http://jira.example.com' }],
    ['JIRA_URL', { base: 'https://user:pass@jira.example.com' }],
    ['JIRA_URL', { base: 'https://jira.example.com/wiki?x=1' }],
    ['JIRA_URL', { base: 'marker' }],
    ['JIRA_MAIL', { mail: 'robot' }],
    ['JIRA_MAIL', { mail: 'ro:bot@example.com' }],
    ['JIRA_TOKEN', { token: 'two words' }],
    ['JIRA_PROJECT', { project: 'SEC" OR' }],
  ])('refuses a wrong %s by name: %j', (name, change) => {
    const desk = jiraDesk(settings('https://example.atlassian.net', change));
    expect(desk.ok ? '' : desk.error.slice(0, name.length + 1)).toBe(`${name}:`);
  });
});
