// Decides how a case shows which others it took in or went into, and the form that makes one of two (P-14).
import { html } from 'hono/html';
import { type IncidentId, reference } from '#core/kernel/ids.ts';
import type { Html } from '../layout.ts';
import type { IncidentView } from './incident-view.ts';

const linkTo = (id: IncidentId): Html => html`<a href="/incidents/${id}">${reference(id)}</a>`;

/** Every reference that somebody may have been given. */
export const parts = ({ incident }: IncidentView): Html => {
  const into = incident.state === 'closed' ? incident.mergedInto : undefined;
  const { absorbed = [] } = incident;
  return html`${into === undefined ? '' : html`<p class="refusal">This case was merged. It goes on as ${linkTo(into)}.</p>`}
  ${absorbed.length === 0 ? '' : html`<p class="quiet">Also known as ${absorbed.map((id) => html`${linkTo(id)} `)}: merged into this one.</p>`}`;
};

export const mergeForm = (view: IncidentView): Html =>
  html`<details><summary>Merge with another case</summary><form method="post" action="/incidents/${view.incident.id}/merge">
  <input type="hidden" name="token" value="${view.formToken}">
  <label>Reference of the other case<input name="other" required placeholder="ART33-…" autocomplete="off"></label>
  <label>Why are they one case?<input name="reason" required></label>
  <p class="hint">The older one goes on with the findings, controllers and duties of both, by the earlier times. Both references stay valid. Nobody is told the same twice.</p><button>Merge</button></form></details>`;
