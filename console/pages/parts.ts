// Decides how a case shows which others it took in, went into or was a part of, and the forms that merge and split (P-14).
import { html } from 'hono/html';
import { type IncidentId, reference } from '#core/kernel/ids.ts';
import type { Html } from '../layout.ts';
import { actForm } from './act-form.ts';
import type { IncidentView } from './incident-view.ts';

const linkTo = (id: IncidentId): Html => html`<a href="/incidents/${id}">${reference(id)}</a>`;

const links = (ids: readonly IncidentId[]): readonly Html[] => ids.map((id) => html`${linkTo(id)} `);

/** Every reference that somebody may have been given. */
export const parts = ({ incident }: IncidentView): Html => {
  const into = incident.state === 'closed' ? incident.mergedInto : undefined;
  const { absorbed = [], parted = [], splitFrom } = incident;
  return html`${into === undefined ? '' : html`<p class="refusal">This case was merged. It goes on as ${linkTo(into)}.</p>`}
  ${absorbed.length === 0 ? '' : html`<p class="quiet">Also known as ${links(absorbed)}: merged into this one.</p>`}
  ${splitFrom === undefined ? '' : html`<p class="quiet">Split off from ${linkTo(splitFrom.incident)}.</p>`}
  ${parted.length === 0 ? '' : html`<p class="quiet">Parts that go on by themselves: ${links(parted.map((one) => one.into))}</p>`}`;
};

const choice = (name: string, text: Html | string): Html =>
  html`<label class="choice"><input type="checkbox" name="${name}">${text}</label>`;

const merge = (view: IncidentView): Html =>
  html`<details><summary>Merge with another case</summary>${actForm(
    view,
    'merge',
    html`<label>Reference of the other case<input name="other" required placeholder="ART33-…" autocomplete="off"></label>
  <label>Why are they one case?<input name="reason" required></label>
  <p class="hint">The older one goes on with the findings, controllers and duties of both, by the earlier times. Both references stay valid. Nobody is told the same twice.</p><button>Merge</button>`,
  )}</details>`;

/** Nothing to choose from: nothing can be split off. */
const split = (view: IncidentView): Html => {
  const { findings, controllers } = view.incident;
  if (findings.length < 2 && controllers.length < 2) return html``;
  const names = view.configuration.directory.controllers;
  return html`<details><summary>Split off a part</summary>${actForm(
    view,
    'split',
    html`<fieldset><legend>Findings; none chosen: all of them</legend>${findings.map(({ rule }) => choice(`rule:${rule.name}`, rule.title))}</fieldset>
  <fieldset><legend>Controllers; none chosen: whoever they touch</legend>${controllers.map((id) => choice(`controller:${id}`, names.get(id)?.name ?? id))}</fieldset>
  <label>Why is it a case of its own?<input name="reason" required></label>
  <p class="hint">It gets a reference of its own and keeps every time. Whoever was told something under this one is told the new one by mail.</p><button>Split off</button>`,
  )}</details>`;
};

export const partForms = (view: IncidentView): Html => html`${merge(view)} ${split(view)}`;
