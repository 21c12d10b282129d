// Decides whether Jira holds the ticket: created once, found again by its label, and "not known" said where it is so (F-44, F-46, D-20).
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { Duration } from '#core/kernel/time.ts';
import { type Clock, type Effect, PortError, type Sent, type Ticket, type TicketDesk } from '#flow/ports.ts';
import { isLoopback } from '#adapters/http/loopback.ts';
import { type Reply, isPassing, post } from '#adapters/http/post.ts';
import { descriptionOf, labelOf, summaryOf } from './issue.ts';

export type JiraSettings = {
  /** `https://example.atlassian.net` */
  readonly base: string;
  readonly mail: string;
  readonly token: string;
  readonly project: string;
  /** @default Task */
  readonly issueType?: string;
  readonly clock: Clock;
  /** @default 10 s */
  readonly timeout?: Duration;
};

type Fields = Readonly<Record<string, unknown>>;

const known = [
  'project',
  'issuetype',
  'summary',
  'description',
  'labels',
  'priority',
  'components',
  'reporter',
  'assignee',
  'duedate',
  'parent',
];

const object = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});

const parsed = (reply: Reply): Fields => {
  try {
    return object(JSON.parse(reply.text));
  } catch {
    return {};
  }
};

/** The fields a 400 complains of, by names from a closed list: the rest of the reply is Jira's to say, not ours. */
const fieldsNamed = (reply: Reply): readonly string[] =>
  Object.keys(object(parsed(reply)['errors'])).map((name) =>
    known.includes(name) || /^customfield_\d{1,10}$/.test(name) ? name : 'another field',
  );

const refusal = (reply: Reply): PortError => {
  if (reply.status >= 300 && reply.status < 400)
    return new PortError('tickets', 'refused', 'Jira answered with a redirect, which is never followed');
  const named = fieldsNamed(reply);
  const reason = named.length > 0 ? `, because of: ${[...new Set(named)].join(', ')}` : '';
  return new PortError('tickets', 'refused', `Jira refuses (${reply.status})${reason}`);
};

const again = (reply: Reply): PortError =>
  new PortError(
    'tickets',
    'again',
    `Jira answered ${reply.status}`,
    reply.retryAfter === undefined ? {} : { retryAfter: reply.retryAfter },
  );

const keyOf = (issue: unknown): string | undefined => {
  const key = object(issue)['key'];
  return typeof key === 'string' && /^[A-Z][A-Z0-9_]{0,20}-\d{1,12}$/.test(key) ? key : undefined;
};

/** A create that ended in 5xx may have made the issue: the probe finds out (formats.md C2). */
const created = (reply: Reply): Sent => {
  const providerId = reply.whole ? keyOf(parsed(reply)) : undefined;
  if (reply.status === 201 && providerId !== undefined) return { via: 'provider', providerId };
  if (reply.status >= 500 || reply.status === 408 || (reply.status >= 200 && reply.status < 300)) {
    throw new PortError('tickets', 'unsure', `Jira answered ${reply.status} without the key of a new issue`);
  }
  throw isPassing(reply.status) ? again(reply) : refusal(reply);
};

const found = (reply: Reply): Sent | undefined => {
  const issues = parsed(reply)['issues'];
  if (reply.status !== 200 || !reply.whole || !Array.isArray(issues)) {
    // A search changes nothing, so an answer that can't be read is asked for again.
    throw isPassing(reply.status) || reply.status === 200 ? again(reply) : refusal(reply);
  }
  const providerId = keyOf(issues[0]);
  return providerId === undefined ? undefined : { via: 'provider', providerId };
};

/** TH-15: https, and nothing in the address but the site. */
const siteOf = (text: string): URL | undefined => {
  const url = URL.parse(text.trim());
  if (url?.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/') return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)) ? url : undefined;
};

const checked = (settings: JiraSettings): Result<URL> => {
  const site = siteOf(settings.base);
  if (!site) return fail('JIRA_URL: the address of a site such as https://example.atlassian.net was expected');
  if (!/^[!-9;-~]+@[!-9;-~]+$/.test(settings.mail))
    return fail('JIRA_MAIL: the address of the account, such as robot@example.com, was expected');
  if (!/^[!-~]+$/.test(settings.token)) return fail('JIRA_TOKEN: an API token without blanks was expected');
  if (!/^[A-Z][A-Z0-9_]{1,20}$/.test(settings.project)) return fail('JIRA_PROJECT: a project key such as SEC was expected');
  return ok(site);
};

export const jiraDesk = (settings: JiraSettings): Result<TicketDesk> => {
  const site = checked(settings);
  if (!site.ok) return site;
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(`${settings.mail}:${settings.token}`).toString('base64')}`,
  };
  const { clock, timeout } = settings;

  const ask = (path: string, body: unknown, effect: Effect): Promise<Reply> =>
    post({
      port: 'tickets',
      url: new URL(path, site.value),
      headers,
      body,
      signal: effect.signal,
      clock,
      ...(timeout === undefined ? {} : { timeout }),
    });

  const required = (ticket: Ticket): Fields => ({
    project: { key: settings.project },
    issuetype: { name: settings.issueType ?? 'Task' },
    summary: summaryOf(ticket),
  });

  const find: TicketDesk['find'] = async (label, effect) => {
    const jql = `project = "${settings.project}" AND labels = "${labelOf(label)}" ORDER BY created ASC`;
    try {
      return found(await ask('/rest/api/3/search/jql', { jql, fields: ['key'], maxResults: 1 }, effect));
    } catch (failure) {
      if (failure instanceof PortError && failure.kind === 'unsure') throw new PortError('tickets', 'again', 'the search got no answer');
      throw failure;
    }
  };

  const open: TicketDesk['open'] = async (ticket, effect) => {
    const labels = [labelOf(ticket.label)];
    const first = await ask('/rest/api/3/issue', { fields: { ...required(ticket), labels, description: descriptionOf(ticket) } }, effect);
    const named = first.status === 400 ? fieldsNamed(first) : [];
    if (named.length === 0) return created(first);
    // One field that is not on the screen fails the whole create. The label stays while it can: the probe needs it.
    const fields = { ...required(ticket), ...(named.includes('labels') ? {} : { labels }) };
    return created(await ask('/rest/api/3/issue', { fields }, effect));
  };

  return ok({ find, open });
};
