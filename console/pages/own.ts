// Decides where a case asks the management for the risk to those whose data the operator holds for its own ends (P-4).
import { html } from 'hono/html';
import { risks, touchesOwn } from '#core/incident/own.ts';
import type { Html } from '../layout.ts';
import { actForm } from './act-form.ts';
import type { IncidentView } from './incident-view.ts';

const riskWords = { none: 'unlikely to result in a risk', risk: 'a risk', high: 'a high risk' } as const;

/** What was said last is shown with it; who knows better says so anew. */
export const ownForm = (view: IncidentView): Html => {
  const { incident, configuration } = view;
  if (incident.state === 'open' || !touchesOwn(incident, configuration.directory)) return html``;
  const { own } = incident;
  return html`<details ${own ? '' : html`open data-offered`}><summary>Assess the risk to the people of our own data</summary>${actForm(
    view,
    'assess-own',
    html`${own ? html`<p class="hint">Said last: ${riskWords[own.risk]}. ${own.reason}</p>` : ''}
  <label>For the people concerned this is<select name="risk">${risks.map((one) => html`<option value="${one}"${one === 'risk' ? html` selected` : ''}>${riskWords[one]}</option>`)}</select></label>
  <label>Why? Without personal data: the register keeps it<textarea name="reason" required rows="2"></textarea></label>
  <p class="hint">Here we are the controller ourselves: Art. 33(1) gives 72 hours from awareness, unless a risk is unlikely; Art. 34 asks us to tell the people where it is high. The notices to others do not depend on it. Advice of the data protection officer stands below.</p><button>Put on record</button>`,
  )}</details>`;
};
