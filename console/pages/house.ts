// Decides what the pages about the house itself show: outbox, signals and quarantine, register, sign-in.
import { html } from 'hono/html';
import type { SourceState } from '#core/duty/source-duty.ts';
import { durationText } from '#core/kernel/time.ts';
import type { Directory } from '#core/directory/directory.ts';
import { rolesOf } from '#core/directory/lookup.ts';
import type { Verdict } from '#core/register/verify.ts';
import type { Ledger, OutboxMessage } from '#flow/ports.ts';
import type { Html } from '../layout.ts';
import { timeOf } from '../words.ts';

export const outboxPage = (messages: readonly OutboxMessage[]): Html => html`<h1>Outbox</h1>
  <p class="lead">${messages.length === 0 ? 'Nothing has gone out.' : `${messages.length} messages, each exactly as it leaves. “Not sent” means: no sender is configured, it only stands here.`}</p>
  <div class="scroll"><table class="stack"><thead><tr><th>When</th><th>Channel</th><th>To</th><th>Subject</th><th></th></tr></thead><tbody>
  ${[...messages]
    .reverse()
    .map(
      (m) =>
        html`<tr><td>${timeOf(m.at)}</td><td data-label="Channel">${m.channel}</td><td data-label="To">${m.to}</td><td><a href="/outbox/${encodeURIComponent(m.file)}">${m.subject}</a></td><td>${m.sent ? 'sent' : html`<span class="tag quiet">not sent</span>`}</td></tr>`,
    )}</tbody></table></div>`;

export const messagePage = (
  message: OutboxMessage,
  shown: string,
): Html => html`<p class="quiet"><a href="/outbox">Outbox</a> / ${message.channel}</p>
  <h1>${message.subject}</h1><p class="quiet">${message.channel} to ${message.to}, ${timeOf(message.at)}${message.sent ? '' : ', not sent'}</p>
  <pre class="letter">${shown}</pre><p><a href="/outbox/${encodeURIComponent(message.file)}?raw=1">As raw bytes</a></p>`;

type Intake = Awaited<ReturnType<Ledger['intake']>>;

const countOf = (intake: Intake, source: string, disposition: string): number =>
  intake.find((row) => row.source === source && row.disposition === disposition)?.count ?? 0;

const heardOf = (state: SourceState | undefined): Html =>
  html`${state?.heardAt === undefined ? 'never' : timeOf(state.heardAt)}${state?.expectedEvery === undefined ? '' : html` <span class="quiet">expected every ${durationText(state.expectedEvery)}</span>`}`;

export type SignalsView = {
  readonly intake: Intake;
  readonly states: readonly SourceState[];
  readonly quarantine: Html;
  readonly turnedAway: Readonly<Record<string, number>>;
};

export const signalsPage = ({ intake, states, quarantine, turnedAway }: SignalsView): Html => {
  const names = [...new Set([...intake, ...states].map(({ source }) => source))].sort();
  return html`<h1>Signals</h1><p class="lead">Every stored raw event has one fate; the four add up to what was stored.</p>
  <div class="scroll"><table><thead><tr><th>Source</th><th>Last heard of</th><th>Stored</th><th>Part of an incident</th><th>Assessed, nothing bad</th><th>Seen before</th><th>Unreadable</th></tr></thead><tbody>
  ${names.map((name) => html`<tr><th scope="row">${name}</th><td>${heardOf(states.find((state) => state.source === name))}</td>${['stored', 'attached', 'assessed', 'duplicate', 'quarantined'].map((kind) => html`<td>${countOf(intake, name, kind)}</td>`)}</tr>`)}
  </tbody></table></div>
  ${quarantine}
  <h2>Turned away at the door</h2>${Object.keys(turnedAway).length === 0 ? html`<p>Nobody.</p>` : html`<ul class="plain">${Object.entries(turnedAway).map(([name, n]) => html`<li>${name}: ${n}</li>`)}</ul>`}`;
};

const verdictText = (verdict: Verdict): Html => {
  switch (verdict.verdict) {
    case 'broken':
      return html`<p class="refusal">Broken at entry ${verdict.seq} of chain <code>${verdict.chain}</code>: ${verdict.reason}.</p>`;
    case 'self-consistent':
      return html`<p class="ok">Self-consistent: ${verdict.entries} entries in ${verdict.chains} chains follow from each other.</p><p class="quiet">Not proved against rewriting. That needs an anchor kept where the operator’s own administrators can’t write: <code>art33 register anchor --out FILE</code>, and <code>register verify --anchors FILE</code>.</p>`;
    case 'proved':
      return html`<p class="ok">Proved: ${verdict.entries} entries, unchanged since the anchor of ${verdict.anchoredAt}.</p>`;
  }
};

export const registerPage = (entries: number, verdict: Verdict | undefined, formToken: string): Html => html`<h1>Register</h1>
  <p class="lead">${entries} entries. Every step of every incident and duty is one, bound to the one before by its hash.</p>
  <form method="post" action="/register/verify"><input type="hidden" name="token" value="${formToken}"><button class="primary">Verify now</button></form>
  <p><a href="/channels">Channels that nothing goes over</a></p>
  ${verdict === undefined ? '' : verdictText(verdict)}`;

export const whoPage = (directory: Directory, formToken: string): Html => html`<h1>Who are you?</h1>
  <p class="lead">Everything you do here is written down under this name.</p>
  <form method="post" action="/who"><input type="hidden" name="token" value="${formToken}">
  <fieldset><legend>Person</legend>${[...directory.people.values()]
    .filter((person) => !rolesOf(directory, person.id).includes('dpo'))
    .map(
      (person) =>
        html`<label class="choice"><input type="radio" name="person" value="${person.id}" required> ${person.name} <span class="quiet">${rolesOf(directory, person.id).join(', ')}</span></label>`,
    )}
  </fieldset><button class="primary">Go on</button></form>`;
