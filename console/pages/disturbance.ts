// Decides how a case shows the services that are or were away, apart from its notices, and the form that says one is back (P-23, R-205).
import { html } from 'hono/html';
import { type Disturbance, type Effect, effects } from '#core/incident/disturbance.ts';
import { reference } from '#core/kernel/ids.ts';
import { between, durationText, rfc3339 } from '#core/kernel/time.ts';
import type { Html } from '../layout.ts';
import { timeOf } from '../words.ts';
import { actForm } from './act-form.ts';
import type { IncidentView } from './incident-view.ts';

const effectWords: Readonly<Record<Effect, string>> = {
  none: 'nothing',
  unreachable: 'they could not reach it; nothing is lost',
  delayed: 'what was sent came late; nothing is lost',
  lost: 'data may be lost: a breach of availability is suspected',
};

const nameOf = ({ configuration }: IncidentView, { assets }: Disturbance): string =>
  configuration.directory.assets
    .filter(({ id }) => assets.includes(id))
    .map(({ name }) => name)
    .join(', ') || 'a service that the directory does not know';

const ending = ({ since, restored }: Disturbance): Html =>
  restored === undefined
    ? html`<span class="clock late">still away</span>`
    : html`${timeOf(restored.at)} <span class="quiet">after ${durationText(between(since, restored.at))}</span>`;

const row = (view: IncidentView, one: Disturbance): Html => html`<tr>
    <th scope="row">${nameOf(view, one)}</th>
    <td data-label="Away since">${timeOf(one.since)}</td>
    <td data-label="Back since">${ending(one)}</td>
    <td data-label="What it meant for people">${one.restored?.effect === undefined ? 'not stated' : effectWords[one.restored.effect]}</td>
    <td data-label="Told under">${one.home === undefined || one.home === view.incident.id ? 'this reference' : html`<a href="/incidents/${one.home}">${reference(one.home)}</a>`}</td>
  </tr>`;

/** Told by the machine at once, whatever people decide about data: here, so that nobody takes it for a notice. */
export const disturbances = (view: IncidentView): Html => {
  const { disturbances: all = [] } = view.incident;
  if (all.length === 0) return html``;
  return html`<section><h2>Disturbances of services</h2>
  <p class="quiet">Technical contacts hear of these at once, by the hour and at the end, without a release. Such a message is no notice of a breach and starts no clock.</p>
  <div class="scroll"><table class="stack"><thead><tr><th>Service</th><th>Away since</th><th>Back since</th><th>What it meant for people</th><th>Told under</th></tr></thead>
  <tbody>${all.map((one) => row(view, one))}</tbody></table></div></section>`;
};

/** Open while it lasts. Afterwards what it meant for people is still asked for: documentation needs it (R-205). */
const form = (view: IncidentView, one: Disturbance): Html => {
  const { restored, key } = one;
  const name = nameOf(view, one);
  const [what, at] = restored === undefined ? ['is back', view.now] : ['was away: what did it mean for people?', restored.at];
  return html`<details ${restored === undefined ? html`open data-offered` : ''}><summary>${name} ${what}</summary>${actForm(
    view,
    'restored',
    html`<input type="hidden" name="key" value="${key}">
  <label>Back since (UTC)<input type="datetime-local" name="restoredAt" value="${rfc3339(at).slice(0, 16)}" required ${restored === undefined ? '' : 'readonly'}></label>
  <label>What did it mean for people?<select name="effect" required>${effects.toReversed().map((effect) => html`<option value="${effect}" ${effect === 'unreachable' ? 'selected' : ''}>${effectWords[effect]}</option>`)}</select></label>
  <label>How do you know?<input name="how" required></label>
  <p class="hint">${restored === undefined ? 'Whoever was told that it is away is told that it is back, at once and in these words.' : 'For the register. Whoever was told has the end of it already.'}</p><button>${restored === undefined ? 'It is back' : 'Put it on record'}</button>`,
  )}</details>`;
};

/** The last one of each service that is not told to its end. */
export const restoredForms = (view: IncidentView): Html => {
  const last = new Map((view.incident.disturbances ?? []).map((one) => [one.key, one]));
  return html`${[...last.values()].filter(({ restored }) => restored?.effect === undefined).map((one) => form(view, one))}`;
};
