// Decides what the functions are called with here: the shapes in which AWS hands over requests and messages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { demoEvents } from '#local/configuration.ts';

/** A group whose lines are signals. */
export const logGroup = { name: '/app/bans', source: 'fail2ban' };
export const doorToken = 'a-token-of-the-door-0123456789';
/** Public keys that were made for this; nobody kept the other half. */
export const kitRecipients =
  'age14l2xd7el00erfrrz0v7e54h4j4qag7szpy9cjrxt7r2x5kx9apuqd9yzqs,age1mptfelzwwg5fpg2vnqgflqqjxtm2e8ktwn0qfx7jdgzcpq23euvs6spl4t';
export const consoleHost = 'console.example.com';

export const secretsAt = (url: string): Readonly<Record<string, string>> => ({
  keys: 'k'.repeat(64),
  tokens: JSON.stringify({ fail2ban: doorToken, auth0: doorToken, guardduty: doorToken }),
  sinks: JSON.stringify({
    SLACK_WEBHOOK_URL: `${url}/slack/hook`,
    JIRA_URL: `${url}/`,
    JIRA_MAIL: 'robot@example.com',
    JIRA_TOKEN: 'token',
    JIRA_PROJECT: 'SEC',
    ART33_HEARTBEAT: `${url}/heartbeat`,
  }),
});

type More = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly authorizer?: unknown };

/** HTTP API, payload format 2.0. */
export const httpEvent = (method: string, rawPath: string, { headers = {}, body, authorizer }: More = {}): unknown => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: '',
  headers: { host: consoleHost, 'user-agent': 'bench', ...headers },
  requestContext: {
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
    domainName: consoleHost,
    stage: '$default',
    requestId: 'request',
    ...(authorizer === undefined ? {} : { authorizer }),
  },
  isBase64Encoded: false,
  ...(body === undefined ? {} : { body }),
});

/** One ban by fail2ban, another for each number. */
export const ban = (n: number): string =>
  `2026-03-14 02:${String(10 + (n % 49))}:26,${String(n % 1_000).padStart(3, '0')} fail2ban.actions [101]: NOTICE [sshd] Ban 192.0.2.${(n % 250) + 1}`;

export const delivery = (body: string, source = 'fail2ban'): unknown =>
  httpEvent('POST', `/signals/${source}`, { headers: { authorization: `Bearer ${doorToken}`, 'content-type': 'text/plain' }, body });

/** A finding of the demo that has all these words; `n` makes it another one of the same. */
const findingWith = (words: readonly string[], n: number): string => {
  const all = JSON.parse(readFileSync(join(demoEvents, '30-guardduty.json'), 'utf8')) as readonly unknown[];
  const found = all.map((one) => JSON.stringify(one)).find((text) => words.every((word) => text.includes(word)));
  if (found === undefined) throw new Error(`the demo has no finding with ${words.join(', ')}`);
  return found
    .replaceAll(/"id":"[0-9a-f]{32}"/g, `"id":"${String(n).padStart(32, '0')}"`)
    .replaceAll(/"id":"0{8}-[^"]*"/g, `"id":"bus-${n}"`);
};

/** A breach of the archive. */
export const breach = (n: number): string => findingWith(['Exfiltration:S3/AnomalousBehavior', 'muster-message-archive'], n);
/** Everyday noise: read, held against the rules, and no incident. */
export const probe = (n: number): string => findingWith(['Recon:EC2/PortProbeUnprotectedPort'], n);

type Message = { readonly id: string; readonly body: string; readonly sentAt: number };

/** A batch of an event source mapping. */
export const batch = (messages: readonly Message[]): unknown => ({
  Records: messages.map(({ id, body, sentAt }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: '1' },
    eventSource: 'aws:sqs',
    awsRegion: 'eu-central-1',
  })),
});

/** What a subscription of CloudWatch Logs sends: lines of one group, zipped. */
export const logLines = (lines: readonly string[]): unknown => {
  const data = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: logGroup.name,
    logStream: 'stream',
    subscriptionFilters: ['art33'],
    logEvents: lines.map((message, i) => ({ id: String(i), timestamp: 1_773_453_600_000 + i, message })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
};

export const bySchedule: unknown = {};
