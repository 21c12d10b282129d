// Decides which effect of which duty a message is, from the message alone and from the ledger alone: the two must name it alike.
import type { Configuration } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import { againStep } from '#core/duty/spec.ts';
import type { PageTopic } from '#core/duty/turn.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type IncidentId, personId, reference } from '#core/kernel/ids.ts';
import { instantOf } from '#core/kernel/time.ts';
import { pageText } from '#core/notice/page-text.ts';
import type { Taken } from './facts.ts';

const topics: readonly PageTopic[] = [
  'inform',
  'call',
  'decide',
  'release',
  'assess',
  'identify',
  'human',
  'withdraw',
  'narrow',
  'update',
  'again',
  'digest',
];

const humanTopics: Readonly<Record<string, PageTopic>> = { withdraw: 'withdraw', update: 'update' };

/** What a page of this duty is about. */
const topicOf = ({ kind, step }: Duty): PageTopic => {
  if (kind === 'call') return step.startsWith(againStep) ? 'again' : step === 'decide' ? 'decide' : 'call';
  if (kind === 'review') return 'assess';
  if (kind === 'identify-controller') return 'identify';
  if (kind === 'human') return humanTopics[step] ?? 'human';
  if (kind === 'release') return 'release';
  if (kind === 'narrow') return 'narrow';
  return step.startsWith('digest') ? 'digest' : 'inform';
};

/** The name of an effect: mail by duty and mailbox, Slack by incident, topic and person, a ticket by its incident. */
export const effectOf = (duty: Duty, channel: string, configuration: Configuration): string => {
  if (channel === 'ticket') return `ticket ${duty.incident}`;
  if (!channel.startsWith('slack.')) return `mail ${duty.id} ${channel}`;
  const person = configuration.directory.people.get(personId(channel.slice('slack.'.length)));
  return `slack ${reference(duty.incident as IncidentId)} ${topicOf(duty)} ${person?.name ?? channel}`;
};

/** `[ART33-…] headline: ` of each topic; the title behind it may have changed since. */
const headlines = (incident: Incident, configuration: Configuration): ReadonlyMap<string, PageTopic> =>
  new Map(
    topics.map((topic) => [pageText(topic, incident, configuration, instantOf(0)).title.slice(0, -incident.title.length), topic] as const),
  );

/** Slack escapes these three. */
const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const slackEffect = (text: string, incidents: readonly Incident[], configuration: Configuration): string | undefined => {
  const words = unescaped((JSON.parse(text) as { readonly text: string }).text);
  const person = /^For: (.+)$/m.exec(words)?.[1];
  const ref = /^\[(ART33-[A-Z2-7]{8})\]/.exec(words)?.[1];
  const incident = incidents.find((one) => reference(one.id) === ref);
  if (!incident) return undefined;
  for (const [headline, topic] of headlines(incident, configuration))
    if (words.startsWith(headline)) return `slack ${ref} ${topic} ${person}`;
  return undefined;
};

export type MailId = { readonly duty: string; readonly round: number; readonly channel: string };

export const mailIdOf = (text: string): MailId | undefined => {
  const [, duty, round, channel] = /^Message-ID:\s+<(duty-[a-z2-7]+)\.(\d+)\.([A-Za-z0-9.-]+)@/m.exec(text) ?? [];
  return duty === undefined || channel === undefined ? undefined : { duty, round: Number(round), channel };
};

const ticketEffect = (text: string): string | undefined => {
  const { fields } = JSON.parse(text) as { readonly fields: { readonly labels?: readonly string[] } };
  const label = fields.labels?.[0];
  return label?.startsWith('art33-inc-') ? `ticket ${label.slice('art33-'.length)}` : undefined;
};

/** Undefined: it is no message of ours. */
export const effectOfMessage = (taken: Taken, incidents: readonly Incident[], configuration: Configuration): string | undefined => {
  if (taken.sink === 'ticket') return ticketEffect(taken.text);
  if (taken.sink === 'slack') return slackEffect(taken.text, incidents, configuration);
  const id = mailIdOf(taken.text);
  return id && `mail ${id.duty} ${id.channel}`;
};
