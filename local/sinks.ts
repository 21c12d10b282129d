// Decides where messages go on one machine: to the real sink when it is configured, and into the outbox in any case (D-28).
import { journalled } from '#adapters/embedded/journal.ts';
import { heartbeatTo } from '#adapters/http/heartbeat.ts';
import { issueFields } from '#adapters/jira/issue.ts';
import { type JiraSettings, jiraDesk } from '#adapters/jira/ticket-desk.ts';
import { withMailCopies, withPageCopies, withTicketCopies } from '#adapters/outbox/copies.ts';
import { type FileOutbox, fileOutbox } from '#adapters/outbox/outbox.ts';
import { blockPayload } from '#adapters/slack/message.ts';
import { slackPager } from '#adapters/slack/pager.ts';
import { smtpMailer } from '#adapters/smtp/mailer.ts';
import { smtpServer } from '#adapters/smtp/settings.ts';
import type { StoreKind } from '#adapters/embedded/meta.ts';
import type { Result } from '#core/kernel/result.ts';
import { type Safe, safe } from '#core/kernel/safe.ts';
import { type Clock, type Heartbeat, type Journal, type Log, type Mailer, type Pager, PortError, type TicketDesk } from '#flow/ports.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Sinks = {
  readonly mailer: Mailer;
  readonly pager: Pager;
  readonly tickets: TicketDesk /** Names of those that really send, for the start's own words. */;
  readonly real: readonly string[];
  readonly close: () => void;
};

export const openOutbox = (folder: string, clock: Clock): FileOutbox =>
  fileOutbox({ folder, clock, render: { page: blockPayload, ticket: issueFields } });

/** Mails per second where nothing else is known: what SES gives most accounts (D-18). */
const defaultRate = 14;

const orThrow = <T>(result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new Error(result.error);
};

type Wanted = {
  readonly environment: Environment;
  readonly outbox: FileOutbox;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
};

const rateOf = (text: string | undefined): number => {
  const rate = Number(text ?? defaultRate);
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw new Error('SMTP_RATE: not a number of mails per second; write it as 14.');
};

const mailerOf = ({
  environment: env,
  outbox,
  clock,
  log,
}: Wanted): { readonly mailer: Mailer; readonly close: () => void } | undefined => {
  if (!env['SMTP_URL']) return undefined;
  const real = smtpMailer({ server: orThrow(smtpServer(env['SMTP_URL'])), rate: rateOf(env['SMTP_RATE']), clock });
  return { mailer: withMailCopies(real, outbox.copies, log), close: real.close };
};

const pagerOf = ({ environment: env, outbox, clock, log }: Wanted): Pager | undefined =>
  env['SLACK_WEBHOOK_URL']
    ? withPageCopies(orThrow(slackPager({ webhook: env['SLACK_WEBHOOK_URL'], clock })), outbox.copies, log)
    : undefined;

const jiraNames = ['JIRA_URL', 'JIRA_MAIL', 'JIRA_TOKEN', 'JIRA_PROJECT'] as const;

/** All four or none: half a configuration would look like one that works. */
const jiraSettings = (env: Environment, clock: Clock): JiraSettings | undefined => {
  const missing = jiraNames.filter((name) => !env[name]);
  if (missing.length === jiraNames.length) return undefined;
  if (missing.length > 0) throw new Error(`Jira needs ${jiraNames.join(', ')}; missing: ${missing.join(', ')}.`);
  const [base = '', mail = '', token = '', project = ''] = jiraNames.map((name) => env[name]);
  return { base, mail, token, project, clock, ...(env['JIRA_ISSUE_TYPE'] ? { issueType: env['JIRA_ISSUE_TYPE'] } : {}) };
};

const deskOf = ({ environment: env, outbox, clock, log }: Wanted): TicketDesk | undefined => {
  const settings = jiraSettings(env, clock);
  return settings && withTicketCopies(orThrow(jiraDesk(settings)), outbox.copies, log);
};

type Kind = { readonly kind: StoreKind };

/** Where a night has no Slack or no Jira nobody looks into a folder instead: who is called is called on the next channel. */
const lacking = (port: 'pager' | 'tickets', what: Safe) => async (): Promise<never> => {
  throw new PortError(port, 'refused', safe`this machine has no ${what}`);
};

const noPager: Pager = { page: lacking('pager', safe`Slack`) };
const noDesk: TicketDesk = { findsAtOnce: true, find: async () => undefined, open: lacking('tickets', safe`Jira`) };

/** The demo is outbox only, whatever the environment says. */
export const chooseSinks = ({ kind, ...wanted }: Wanted & Kind): Sinks => {
  const own: Wanted = kind === 'demo' ? { ...wanted, environment: {} } : wanted;
  const [mail, pager, tickets] = [mailerOf(own), pagerOf(own), deskOf(own)];
  return {
    mailer: journalled({ ...wanted, mailer: mail?.mailer ?? wanted.outbox, by: mail ? 'smtp' : 'outbox' }),
    pager: pager ?? (kind === 'night' ? noPager : wanted.outbox),
    tickets: tickets ?? (kind === 'night' ? noDesk : wanted.outbox),
    real: [mail ? 'mail' : '', pager ? 'Slack' : '', tickets ? 'Jira' : ''].filter((name) => name !== ''),
    close: mail?.close ?? (() => undefined),
  };
};

/** Nobody outside hears of a rehearsal, nor where nobody is named: then the log line of the audit is all there is. */
export const chooseHeartbeat = ({ kind, environment, clock }: Pick<Wanted, 'environment' | 'clock'> & Kind): Heartbeat => {
  const url = kind === 'demo' ? undefined : environment['ART33_HEARTBEAT'];
  return url ? orThrow(heartbeatTo({ url, clock })) : { beat: async () => undefined };
};
