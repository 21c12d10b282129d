// Decides whether Slack, Jira and the watcher outside can be reached, without sending anything. Addresses are secrets and not said.
import { get, hostOf, reach } from '#adapters/http/reach.ts';
import { foreignReaders } from '#adapters/slack/room.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { sinkAllowed } from '#adapters/config/sinks.ts';
import { type Line, bad, fine, warn } from './line.ts';

export type SinkSettings = Readonly<Record<string, string | undefined>>;

export type Outside = { readonly reach: typeof reach; readonly get: typeof get; readonly readers: typeof foreignReaders };
export const outside: Outside = { reach, get, readers: foreignReaders };

const listed = (check: string, configuration: Configuration | undefined): readonly Line[] => {
  if (!configuration || sinkAllowed(configuration, check).ok) return [];
  return [bad(check, `there is no row ${check} in processing.yml`, `add the row ${check}: without it nothing may be sent there (P-5)`)];
};

const slack = async (settings: SinkSettings, { reach: connect }: Outside): Promise<Line> => {
  const text = settings['SLACK_WEBHOOK_URL'];
  if (!text)
    return warn('slack', 'not set up: pages go by mail alone', 'set SLACK_WEBHOOK_URL, so that a dead mail server silences nobody');
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return bad('slack', 'SLACK_WEBHOOK_URL is no address', 'write it as Slack shows it: https://hooks.slack.com/…');
  const reached = await connect(hostOf(url));
  return reached.ok
    ? fine('slack', 'reachable (a webhook can be tried only by posting)')
    : bad('slack', reached.error, 'look at the network, a firewall, and the address in SLACK_WEBHOOK_URL');
};

/** A webhook tells nobody who reads the channel behind it: a bot has to. */
const room = async (settings: SinkSettings, { readers }: Outside): Promise<readonly Line[]> => {
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL: channel } = settings;
  if (!settings['SLACK_WEBHOOK_URL']) return [];
  const mend = 'page into a private channel of the house alone, and make a new webhook for it';
  if (!token || !channel)
    return [
      warn(
        'slack-channel',
        'who reads the channel can’t be seen from a webhook',
        'set SLACK_BOT_TOKEN (channels:read, groups:read, users:read) and SLACK_CHANNEL (its id)',
      ),
    ];
  const found = await readers({ token, channel });
  if (!found.ok) return [bad('slack-channel', found.error, 'look at SLACK_BOT_TOKEN, SLACK_CHANNEL, and whether the bot is in it')];
  return found.value.length === 0
    ? [fine('slack-channel', 'private, not shared, no guests')]
    : [bad('slack-channel', `it is read by ${found.value.join(', ')}`, mend)];
};

const jiraNames = ['JIRA_URL', 'JIRA_MAIL', 'JIRA_TOKEN', 'JIRA_PROJECT'] as const;

const jira = async (settings: SinkSettings, { get: ask }: Outside): Promise<Line> => {
  const missing = jiraNames.filter((name) => !settings[name]);
  if (missing.length === jiraNames.length) return fine('jira', 'not set up: the incident itself is the ticket');
  if (missing.length > 0) return bad('jira', `missing: ${missing.join(', ')}`, 'set all four, or none');
  const url = URL.parse('/rest/api/3/myself', settings['JIRA_URL']);
  if (!url) return bad('jira', 'JIRA_URL is no address', 'write it as https://example.atlassian.net');
  const authorization = `Basic ${Buffer.from(`${settings['JIRA_MAIL']}:${settings['JIRA_TOKEN']}`).toString('base64')}`;
  const got = await ask(url, { authorization, accept: 'application/json' });
  if (!got.ok) return bad('jira', got.error, 'look at the network, a firewall, and JIRA_URL');
  const { status } = got.value;
  if (status === 200) return fine('jira', 'reachable, and the token is accepted');
  if (status === 401 || status === 403)
    return bad('jira', `refuses the account (${status})`, 'make a new API token, and look at JIRA_MAIL');
  return bad('jira', `answers ${status}`, 'look at JIRA_URL: it is the address of the site, without a path');
};

const heartbeat = async (settings: SinkSettings, { reach: connect }: Outside): Promise<Line> => {
  const url = URL.parse(settings['ART33_HEARTBEAT'] ?? '');
  if (!url)
    return warn('heartbeat', 'nobody outside hears when Art33 falls silent', 'set ART33_HEARTBEAT to the address of a dead man’s switch');
  const reached = await connect(hostOf(url));
  return reached.ok
    ? fine('heartbeat', 'the watcher outside can be reached')
    : bad('heartbeat', reached.error, 'look at the network and at ART33_HEARTBEAT');
};

export const sinkLines = async (
  settings: SinkSettings,
  configuration: Configuration | undefined,
  world: Outside = outside,
): Promise<readonly Line[]> => {
  const own = (
    await Promise.all([
      slack(settings, world).then((line) => [line]),
      room(settings, world),
      jira(settings, world).then((line) => [line]),
      heartbeat(settings, world).then((line) => [line]),
    ])
  ).flat();
  const used = [settings['SLACK_WEBHOOK_URL'] ? 'slack' : '', settings['JIRA_URL'] ? 'jira' : ''].filter((name) => name !== '');
  return [...own, ...used.flatMap((name) => listed(name, configuration))];
};
