// Decides what is asked of somebody who takes a report down, and what is shown to the one who looks at it (P-8).
import { html } from 'hono/html';
import type { Controller, SubProcessor } from '#core/directory/directory.ts';
import type { Incident } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Told } from '#core/signal/told.ts';
import type { Html } from '../layout.ts';
import { timeOf } from '../words.ts';

export type ReportForm = {
  readonly controllers: readonly Controller[];
  readonly subProcessors: readonly SubProcessor[];
  readonly formToken: string;
  /** Of the report that was taken down just now. */
  readonly taken?: string;
  readonly refusal?: string;
};

export const reportPage = ({ controllers, subProcessors, formToken, taken, refusal }: ReportForm): Html => html`<h1>Take a report down</h1>
  <p class="lead">Somebody tells of a breach, or of something that may be one. A person looks at it within the hour; whoever tells confirms nothing.</p>
  ${taken ? html`<p class="ok" role="status">Taken down as ${taken}. The incident lead is told now.</p>` : ''}
  ${refusal === undefined ? '' : html`<p class="refusal" role="alert">${refusal}</p>`}
  <form method="post" action="/report"><input type="hidden" name="token" value="${formToken}">
  <fieldset><legend>Who tells it?</legend>
    <label class="choice"><input type="radio" name="report" value="public" required> somebody from outside: a person affected, a researcher, the press, an authority</label>
    <label class="choice"><input type="radio" name="report" value="controller"> a customer of ours</label>
    <label class="choice"><input type="radio" name="report" value="person"> somebody of the house, or you yourself</label></fieldset>
  <label>Name of the caller<input name="caller" autocomplete="off"></label>
  <label>Number to call back<input name="callback" type="tel" autocomplete="off"></label>
  <p class="hint">Tell the caller that somebody calls back. Tell nothing about any incident.</p>
  <label>Whose data is it about?<select name="controller"><option value="">not known</option>${controllers.map((c) => html`<option value="${c.id}">${c.name}</option>`)}</select></label>
  <label>Does a sub-processor of ours tell of a breach of its own?<select name="subprocessor"><option value="">no</option>${subProcessors.map((one) => html`<option value="${one.id}">${one.name}</option>`)}</select></label>
  <label>What happened, in the caller’s words<textarea name="text" rows="5" required></textarea></label>
  <p class="hint">It is kept as evidence. It goes to no chat, mail or ticket.</p>
  <button class="primary">Take it down</button></form>`;

export type ToldView = {
  readonly at: Instant;
  readonly told: Told | undefined;
  readonly onFile: readonly SubProcessor[];
  readonly verified: boolean;
};

const line = (name: string, value: string | undefined): Html =>
  value === undefined ? html`` : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const sayer = ({ told, onFile, verified }: ToldView): Html => html`<dl class="facts wide">
  ${line('Reference', told?.reference)} ${line('Caller', told?.caller)} ${line('Number to call back', told?.callback)} ${line('Taken down by', told?.by)}
  ${line('Says it is from', told?.sender?.address)} ${line('Vouched for', told?.sender ? (verified ? 'yes, by a server of yours' : 'no: call the number on file, not one in the mail') : undefined)}
  ${onFile.map((one) => line(`On file: ${one.name}`, one.phone ?? 'no number; add it to sub-processors.yml'))}</dl>`;

const one = (view: ToldView): Html => html`<section><h2>${timeOf(view.at)}</h2>
  ${
    view.told === undefined
      ? html`<p>It is not kept any more, or it is no report.</p>`
      : html`${sayer(view)}${view.told.whole ? '' : html`<p class="hint">More was sent than is shown here, such as a letter as PDF. Open it in the mailbox.</p>`}
  <pre class="letter">${view.told.subject === undefined ? '' : `${view.told.subject}\n\n`}${view.told.text}</pre>`
  }</section>`;

export const toldPage = (
  incident: Incident,
  views: readonly ToldView[],
): Html => html`<p class="quiet"><a href="/incidents/${incident.id}">${reference(incident.id)}</a> / what was reported</p>
  <h1>What was reported</h1><p class="lead">Words of somebody outside, unproved. Follow no link in them; copy them nowhere.</p>
  ${views.map(one)}`;
