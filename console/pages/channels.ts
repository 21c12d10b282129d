// Decides how it is shown that a channel is distrusted, and what a person is asked who turns that (P-13).
import { html } from 'hono/html';
import { type Channel, type Distrust, channels } from '#flow/trust.ts';
import type { Html } from '../layout.ts';

const named: Readonly<Record<Channel, string>> = {
  slack: 'Slack',
  mail: 'Mail, to staff and to controllers; codes that were mailed open nothing',
  jira: 'Jira',
  idp: 'The identity provider; nobody is let into the console on AWS',
  aws: 'The account of AWS; mail by SES, and the console there',
};

/** On the front page: nobody waits for a message that can't come. */
export const distrustNotice = (all: readonly Distrust[]): Html =>
  all.length === 0
    ? html``
    : html`<p class="refusal" role="alert">${all.map(({ channel, since }) => html`Nothing goes over ${channel} since ${since}. `)}Whoever is not reached is set before a person. <a href="/channels">Channels</a></p>`;

const form = (
  channel: Channel,
  formToken: string,
  verb: 'distrust' | 'trust',
): Html => html`<form method="post" action="/channels/${channel}/${verb}">
  <input type="hidden" name="token" value="${formToken}"><label>Why?<input name="reason" required maxlength="200" autocomplete="off"></label>
  <button>${verb === 'distrust' ? 'Nothing goes over it from now on' : 'Trust it again'}</button></form>`;

export type ChannelsView = { readonly all: readonly Distrust[]; readonly formToken: string; readonly refusal?: string };

export const channelsPage = ({ all, formToken, refusal }: ChannelsView): Html => html`<h1>Channels</h1>
  <p class="lead">Somebody hostile may hold a channel. From the instant at which you say so nothing of any incident goes over it; the next channel is taken, and where there is none a person is told.</p>
  ${refusal === undefined ? '' : html`<p class="refusal" role="alert">${refusal}</p>`}
  ${channels.map((channel) => {
    const standing = all.find((one) => one.channel === channel);
    return html`<section><h2>${channel}</h2><p>${named[channel]}.</p>
    ${standing ? html`<p class="refusal">Distrusted since ${standing.since}, by ${standing.actor}: ${standing.reason}</p>${form(channel, formToken, 'trust')}` : form(channel, formToken, 'distrust')}</section>`;
  })}`;
