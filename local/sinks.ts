// Decides where messages go on one machine: to the real sink when it is configured, and into the outbox in any case (D-28).
import { issueFields } from '#adapters/jira/issue.ts';
import { type JiraSettings, jiraDesk } from '#adapters/jira/ticket-desk.ts';
import { type FileOutbox, fileOutbox } from '#adapters/outbox/outbox.ts';
import { blockPayload } from '#adapters/slack/message.ts';
import { slackPager } from '#adapters/slack/pager.ts';
import { smtpMailer } from '#adapters/smtp/mailer.ts';
import { smtpServer } from '#adapters/smtp/settings.ts';
import type { Result } from '#core/kernel/result.ts';
import type { Clock, Mailer, Pager, TicketDesk } from '#flow/ports.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Sinks = { readonly mailer: Mailer; readonly pager: Pager; readonly tickets: TicketDesk; /** Names of those that really send, for the start's own words. */ readonly real: readonly string[] };

export const openOutbox = (folder: string, clock: Clock): FileOutbox => fileOutbox({ folder, clock, render: { page: blockPayload, ticket: issueFields } });

/** Mails per second where nothing else is known: what SES gives most accounts (D-18). */
const defaultRate = 14;

const orThrow = <T>(result: Result<T>, name: string): T => {
  if (result.ok) return result.value;
  throw new Error(`${name}: ${result.error}`);
};

const mailerOf = (env: Environment, outbox: FileOutbox, clock: Clock): Mailer | undefined => {
  if (!env['SMTP_URL']) return undefined;
  const real = smtpMailer({ server: orThrow(smtpServer(env['SMTP_URL']), 'SMTP_URL'), rate: Number(env['SMTP_RATE'] ?? defaultRate), clock });
  return {
    send: async (mail, envelope, effect) => {
      const sent = await real.send(mail, envelope, effect);
      await outbox.copies.mail(mail, envelope, effect);
      return sent;
    },
  };
};

const pagerOf = (env: Environment, outbox: FileOutbox, clock: Clock): Pager | undefined => {
  if (!env['SLACK_WEBHOOK_URL']) return undefined;
  const real = orThrow(slackPager({ webhook: env['SLACK_WEBHOOK_URL'], clock }), 'SLACK_WEBHOOK_URL');
  return {
    page: async (page, effect) => {
      const sent = await real.page(page, effect);
      await outbox.copies.page(page, effect);
      return sent;
    },
  };
};

const jiraNames = ['JIRA_URL', 'JIRA_MAIL', 'JIRA_TOKEN', 'JIRA_PROJECT'] as const;

/** All four or none: half a configuration would look like one that works. */
const jiraSettings = (env: Environment, clock: Clock): JiraSettings | undefined => {
  const missing = jiraNames.filter((name) => !env[name]);
  if (missing.length === jiraNames.length) return undefined;
  if (missing.length > 0) throw new Error(`Jira needs ${jiraNames.join(', ')}; missing: ${missing.join(', ')}.`);
  const [base = '', mail = '', token = '', project = ''] = jiraNames.map((name) => env[name]);
  return { base, mail, token, project, clock, ...(env['JIRA_ISSUE_TYPE'] ? { issueType: env['JIRA_ISSUE_TYPE'] } : {}) };
};

const deskOf = (env: Environment, outbox: FileOutbox, clock: Clock): TicketDesk | undefined => {
  const settings = jiraSettings(env, clock);
  if (!settings) return undefined;
  const real = orThrow(jiraDesk(settings), 'JIRA_URL');
  return {
    find: real.find,
    open: async (ticket, effect) => {
      const sent = await real.open(ticket, effect);
      await outbox.copies.ticket(ticket, effect);
      return sent;
    },
  };
};

export const chooseSinks = (wanted: { readonly kind: 'demo' | 'own'; readonly environment: Environment; readonly outbox: FileOutbox; readonly clock: Clock }): Sinks => {
  // The demo is outbox only, whatever the environment says.
  const env = wanted.kind === 'demo' ? {} : wanted.environment;
  const { outbox, clock } = wanted;
  const [mailer, pager, tickets] = [mailerOf(env, outbox, clock), pagerOf(env, outbox, clock), deskOf(env, outbox, clock)];
  return {
    mailer: mailer ?? outbox,
    pager: pager ?? outbox,
    tickets: tickets ?? outbox,
    real: [mailer ? 'mail' : '', pager ? 'Slack' : '', tickets ? 'Jira' : ''].filter((name) => name !== ''),
  };
};
