// Decides how pages and tickets leave on AWS: by Slack and Jira where the sinks' secret has their settings, else it is said that they do not.
import type { JiraSettings } from '#adapters/jira/ticket-desk.ts';
import type { Secrets } from '#adapters/secrets/secrets.ts';
import type { Result } from '#core/kernel/result.ts';
import { type Clock, type Pager, type Failing, PortError, type TicketDesk } from '#flow/ports.ts';
import { parsed } from './batch.ts';
import { secretsOf } from './secrets.ts';

/** The secret is one JSON object of text: `SLACK_WEBHOOK_URL`, `JIRA_URL`, `JIRA_MAIL`, `JIRA_TOKEN`, `JIRA_PROJECT`, `ART33_HEARTBEAT`. */
type Settings = Readonly<Record<string, string>>;

export const readSinks = async (secrets: Secrets, id: string): Promise<Settings> => {
  const value = parsed(await secrets.get(id));
  if (typeof value !== 'object' || value === null)
    throw new PortError('secrets', 'refused', 'the secret of the sinks is not a JSON object');
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  );
};

export const usable = <Port>(port: Failing, made: Result<Port>): Port => {
  // The text names the setting and what was expected, never its value.
  if (!made.ok) throw new PortError(port, 'refused', made.error);
  return made.value;
};

/** Made anew only when its settings changed: the sink keeps its pace between pages. */
const remembered = <Port>(make: (settings: Settings) => Promise<Port>) => {
  let known: { readonly text: string; readonly port: Promise<Port> } | undefined;
  return (settings: Settings): Promise<Port> => {
    const text = JSON.stringify(settings);
    if (known?.text !== text) known = { text, port: make(settings) };
    return known.port;
  };
};

export const sinksOf = (env: { readonly SINKS_SECRET: string }, clock: Clock): { readonly pager: Pager; readonly tickets: TicketDesk } => {
  const secrets = secretsOf(clock);
  const slack = remembered(async (settings): Promise<Pager> => {
    const webhook = settings['SLACK_WEBHOOK_URL'];
    if (webhook === undefined) throw new PortError('pager', 'refused', 'no Slack is configured');
    const { slackPager } = await import('#adapters/slack/pager.ts');
    return usable('pager', slackPager({ webhook, clock }));
  });
  const jira = remembered(async (settings): Promise<TicketDesk> => {
    if (settings['JIRA_URL'] === undefined) return ownDesk;
    const { jiraDesk } = await import('#adapters/jira/ticket-desk.ts');
    return usable('tickets', jiraDesk(jiraSettings(settings, clock)));
  });
  return {
    pager: { page: async (page, effect) => (await slack(await readSinks(secrets, env.SINKS_SECRET))).page(page, effect) },
    tickets: {
      find: async (label, effect) => (await jira(await readSinks(secrets, env.SINKS_SECRET))).find(label, effect),
      open: async (ticket, effect) => (await jira(await readSinks(secrets, env.SINKS_SECRET))).open(ticket, effect),
    },
  };
};

const jiraSettings = (settings: Settings, clock: Clock): JiraSettings => ({
  base: settings['JIRA_URL'] ?? '',
  mail: settings['JIRA_MAIL'] ?? '',
  token: settings['JIRA_TOKEN'] ?? '',
  project: settings['JIRA_PROJECT'] ?? '',
  clock,
});

/** Without Jira the incident itself is the ticket: it is in the console from its first second (D-20). */
const ownDesk: TicketDesk = {
  find: async () => undefined,
  open: async (ticket) => ({ via: 'outbox', providerId: ticket.label }),
};
