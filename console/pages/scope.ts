// Decides how people say who is affected, and take back what was told in error: each a form that works without JavaScript (P-14).
import { html } from 'hono/html';
import { evidenceAtLeast } from '#core/incident/rescope.ts';
import { liveReleases, unanswered } from '#core/incident/scope.ts';
import { type ControllerId, controllerId } from '#core/kernel/ids.ts';
import type { Html } from '../layout.ts';
import { timeOf } from '../words.ts';
import { actForm } from './act-form.ts';
import type { IncidentView } from './incident-view.ts';

const nameOf = ({ configuration }: IncidentView, id: ControllerId): string => configuration.directory.controllers.get(id)?.name ?? id;

/** Words that hold, by controller: whoever has one gets a withdrawal. */
const told = ({ incident }: IncidentView): ReadonlySet<ControllerId> => new Set(liveReleases(incident).map((one) => one.controller));

const draftLink = (view: IncidentView, id: ControllerId, why: 'not-affected' | 'no-breach'): Html =>
  html`<a href="/incidents/${view.incident.id}/withdrawal/${id}?why=${why}">read its withdrawal</a>`;

const box = (id: ControllerId, text: Html | string): Html =>
  html`<label class="choice"><input type="checkbox" name="controller:${id}">${text}</label>`;

const evidence = html`<p class="hint">Absence of evidence is not enough. Please write no personal data here: the register keeps it.</p>`;

const narrow = (view: IncidentView): Html => {
  const { controllers } = view.incident;
  if (controllers.length === 0) return html``;
  const known = told(view);
  return html`<details><summary>Some are not affected</summary>${actForm(
    view,
    'narrow',
    html`<fieldset><legend>Not affected after all</legend>${controllers.map((id) =>
      box(id, known.has(id) ? html`${nameOf(view, id)} (was told: ${draftLink(view, id, 'not-affected')})` : nameOf(view, id)),
    )}</fieldset>
    <label>What shows it, and which logs cover the time<textarea name="reason" required rows="3" minlength="${evidenceAtLeast}"></textarea></label>
    ${evidence}<p class="hint">Who was told nothing yet is told nothing. Who was told gets a withdrawal by mail.</p><button class="danger">Not affected</button>`,
  )}</details>`;
};

const widen = (view: IncidentView): Html => {
  const others = [...view.configuration.directory.controllers.values()].filter(({ id }) => !view.incident.controllers.includes(id));
  if (others.length === 0) return html``;
  return html`<details><summary>One more is affected</summary>${actForm(
    view,
    'widen',
    html`<fieldset><legend>Affected too</legend>${others.map(({ id, name }) => box(id, name))}</fieldset>
    <label>What shows it?<input name="reason" required></label>
    <p class="hint">Its own clock begins now, or when it was first named here. No other clock changes.</p><button>Add</button>`,
  )}</details>`;
};

const confirm = (view: IncidentView): Html => {
  const open = unanswered(view.incident, view.configuration.directory);
  if (open.length === 0) return html``;
  return html`<details><summary>Which of those that share it are affected?</summary>
    <p class="hint">${open.map((id) => nameOf(view, id)).join(', ')}: possibly, because they share what was hit. All of them count until somebody says.</p>${actForm(
      view,
      'scope',
      html`<label>All of them are. What shows it?<input name="reason" required></label><button>All are affected</button>`,
    )}</details>`;
};

/** Offered as long as a word holds; a refutation alone reaches nobody outside. */
export const withdrawForm = (view: IncidentView): Html => {
  const known = [...told(view)].sort();
  if (known.length === 0 || view.incident.state === 'closed') return html``;
  return html`<details><summary>Withdraw what was told: there was no breach</summary>${actForm(
    view,
    'withdraw',
    html`<p class="hint">Told so far: ${known.map((id) => html`${nameOf(view, id)} (${draftLink(view, id, 'no-breach')}) `)}</p>
    <label>What shows that there was no breach, and which logs cover the time<textarea name="reason" required rows="3" minlength="${evidenceAtLeast}"></textarea></label>
    ${evidence}<p class="hint">Each of them gets a mail that takes the notice back. A mail can’t be called back.</p><button class="danger">Withdraw from ${known.length} controller(s)</button>`,
  )}</details>`;
};

export const scopeForms = (view: IncidentView): Html => html`${confirm(view)} ${narrow(view)} ${widen(view)} ${withdrawForm(view)}`;

/** Who counted as affected once: nobody is dropped in silence. */
export const ruledOut = (view: IncidentView): Html => {
  const { ruledOut: out = [] } = view.incident;
  if (out.length === 0) return html``;
  return html`<h3>No longer counted as affected here</h3><ul class="plain">${out.map(
    ({ at, reason, since }) =>
      html`<li><strong>${Object.keys(since)
        .map((id) => nameOf(view, controllerId(id)))
        .join(', ')}</strong> <span class="quiet">since ${timeOf(at)}</span><br>${reason}</li>`,
  )}</ul>`;
};
