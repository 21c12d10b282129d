// Decides how affected people are shown: counts on the incident's page; names only to whoever asked for them, on a page of their own (D-14, D-15).
import { html } from 'hono/html';
import type { Controller } from '#core/directory/directory.ts';
import { type DataSubject, type RowProblem, listColumns, listLimits } from '#core/incident/data-subject-list.ts';
import type { DataSubjectCount } from '#core/incident/data-subjects.ts';
import type { Incident } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import type { Resolved } from '#flow/handles.ts';
import type { Html } from '../layout.ts';
import { tag, timeOf } from '../words.ts';
import { actForm } from './act-form.ts';
import type { IncidentView } from './incident-view.ts';

const bases: Readonly<Record<DataSubjectCount['basis'], string>> = {
  list: 'counted from a list',
  estimate: 'estimated, without a list',
  both: 'of two cases that became one; who stands in both is not known',
};

const standing = (known: DataSubjectCount | undefined): Html => {
  if (!known) return html`<span class="quiet">not counted</span>`;
  const { count, checked, basis, asOf } = known;
  const range = count.min === count.max ? html`` : html` <span class="quiet">(at least ${count.min}, at most ${count.max})</span>`;
  return html`<strong>${count.best}</strong>${range} ${checked ? tag('checked by a second person', 'calm') : tag('estimated', 'level-high')}
    <br><span class="quiet">${bases[basis]}, as of ${timeOf(asOf)}</span>`;
};

type Forms = { readonly view: IncidentView; readonly controller: Controller; readonly known: DataSubjectCount | undefined };

const form = ({ view, controller }: Forms, act: string, body: Html, enctype = 'application/x-www-form-urlencoded'): Html =>
  html`<form method="post" action="/incidents/${view.incident.id}/people/${act}" enctype="${enctype}"><input type="hidden" name="token" value="${view.formToken}">
  <input type="hidden" name="controller" value="${controller.id}">${body}</form>`;

const upload = (forms: Forms): Html =>
  html`<details><summary>Give a list</summary>${form(
    forms,
    'import',
    html`<label>CSV in UTF-8 with the columns ${listColumns.join(',')}<input type="file" name="file" accept=".csv,text/csv"></label>
  <p class="hint">basis: seen (a record shows it), likely, or possible. category, country: may be empty. At most ${listLimits.rows} rows. Accounts that the signs
  surely name are added; without a file the list has these alone. It is sealed for this controller, and erased after 180 days.</p><button>Take the list over</button>`,
    'multipart/form-data',
  )}</details>`;

const estimate = (forms: Forms): Html =>
  html`<details><summary>Give numbers</summary>${form(
    forms,
    'estimate',
    html`<label>At least<input type="number" name="min" min="0" required></label><label>Best estimate<input type="number" name="best" min="0" required></label>
  <label>At most<input type="number" name="max" min="0" required></label><label>On what does it rest?<input name="why" required></label>
  <p class="hint">The register keeps the reason: no personal data in it, please.</p><button>Take the numbers over</button>`,
  )}</details>`;

const check = (forms: Forms): Html =>
  forms.known === undefined || forms.known.checked
    ? html``
    : html`<details><summary>Check the count</summary>${form(
        forms,
        'check',
        html`<input type="hidden" name="countedAt" value="${rfc3339(forms.known.at)}"><label>Against what was it checked?<input name="how" required></label>
  <p class="hint">By somebody else than ${forms.known.actor.person}. From then on notices say it as checked.</p><button>I have checked it</button>`,
      )}</details>`;

const read = (forms: Forms): Html =>
  forms.known === undefined || forms.known.lists.length === 0
    ? html``
    : html`<details><summary>Read the list</summary>${form(
        forms,
        'list',
        html`<label>Why do you need to see it?<input name="reason" required></label><p class="hint">The register keeps that you looked, and why.</p>
  <button>Read it</button> <button name="as" value="csv">Download it as CSV</button>`,
      )}</details>`;

/** One row for each controller. */
export const dataSubjectsSection = (view: IncidentView): Html => {
  const { incident, configuration } = view;
  const controllers = incident.controllers.flatMap((id) => configuration.directory.controllers.get(id) ?? []);
  if (!view.seals || controllers.length === 0) return html``;
  const isClosed = incident.state === 'closed';
  return html`<section><h2>Affected people</h2><div class="scroll"><table class="stack"><thead><tr><th>Controller</th><th>People</th><th></th></tr></thead><tbody>
  ${controllers.map((controller) => {
    const forms = { view, controller, known: incident.dataSubjects?.[controller.id] };
    return html`<tr><th scope="row">${controller.name}</th><td data-label="People">${standing(forms.known)}</td>
    <td>${isClosed ? '' : html`${upload(forms)} ${estimate(forms)} ${check(forms)}`} ${read(forms)}</td></tr>`;
  })}</tbody></table></div></section>`;
};

/** To see what stands behind the handles of the signals. */
export const handlesForm = (view: IncidentView, handles: readonly string[]): Html =>
  view.seals !== true || handles.length === 0
    ? html``
    : actForm(
        view,
        'people/handles',
        html`<label>Whom or what does it stand for?<select name="handle"><option value="">all of them</option>${handles.map((one) => html`<option>${one}</option>`)}</select></label>
  <label>Why do you need to see it?<input name="reason" required></label><p class="hint">The register keeps that you looked, and why.</p><button>Look</button>`,
      );

const crumb = (incident: Incident, here: string): Html =>
  html`<p class="quiet"><a href="/incidents/${incident.id}">${reference(incident.id)}</a> / ${here}</p>`;

const warning = html`<p class="lead">Names people. Copy it into no chat, mail or ticket. That you looked stands in the register.</p>`;

export const handlesPage = (incident: Incident, resolved: readonly Resolved[]): Html => html`${crumb(incident, 'behind the handles')}
  <h1>Behind the handles</h1>${warning}<dl class="facts wide">${resolved.map(
    ({ handle, value }) => html`<div><dt>${handle}</dt><dd>${value ?? html`<span class="quiet">kept no longer</span>`}</dd></div>`,
  )}</dl>`;

/** So many on a page; the whole of it is the download. */
const shownAtMost = 500;

export const listPage = (
  incident: Incident,
  controller: Controller,
  rows: readonly DataSubject[],
): Html => html`${crumb(incident, 'affected people')}
  <h1>Affected people of ${controller.name}</h1>${warning}
  <p>${rows.length} in all${rows.length > shownAtMost ? `; these are the first ${shownAtMost}, the rest is in the download` : ''}. Least sure first.</p>
  <div class="scroll"><table><thead><tr><th>Id</th><th>Category</th><th>Country</th><th>Basis</th><th>As of</th></tr></thead><tbody>${rows
    .slice(0, shownAtMost)
    .map(
      (row) =>
        html`<tr><td>${row.id}</td><td>${row.category}</td><td>${row.country}</td><td>${row.basis}</td><td>${timeOf(row.asOf)}</td></tr>`,
    )}</tbody></table></div>`;

/** So many are mended in one go. */
const problemsAtMost = 50;

export const problemsPage = (
  incident: Incident,
  message: string,
  problems: readonly RowProblem[],
): Html => html`${crumb(incident, 'affected people')}
  <h1>The list was not taken over</h1><p class="refusal" role="alert">${message}</p>
  <div class="scroll"><table><thead><tr><th>Row</th><th>Column</th><th>What would be right</th></tr></thead><tbody>${problems
    .slice(0, problemsAtMost)
    .map(
      ({ row, column, message: wrong }) => html`<tr><td>${row === 0 ? 'the file' : row}</td><td>${column ?? ''}</td><td>${wrong}</td></tr>`,
    )}</tbody></table></div>
  ${problems.length > problemsAtMost ? html`<p>and ${problems.length - problemsAtMost} more.</p>` : ''}`;
