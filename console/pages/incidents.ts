// Decides what the front page shows: every incident with its clocks, the worst first.
import { html } from 'hono/html';
import type { Configuration } from '#core/directory/directory.ts';
import { isTerminal } from '#core/duty/duty.ts';
import type { Duty } from '#core/duty/duty.ts';
import { outcomes, type Incident } from '#core/incident/incident.ts';
import { accessOfSubject, recipientsSubject, reference, ruleOfSubject, sourceOfSubject } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import { nextTerm } from '#core/notice/page-text.ts';
import type { State } from '#flow/report.ts';
import type { Html } from '../layout.ts';
import { clockOf, levelTag, outcomeTag, timeOf } from '../words.ts';

const decided: ReadonlySet<string> = new Set(['refuted', 'closed']);

/** Undecided before decided, graver before lighter, newer before older. */
const order = (a: Incident, b: Incident): number =>
  Number(decided.has(a.state)) - Number(decided.has(b.state)) ||
  outcomes.indexOf(b.outcome) - outcomes.indexOf(a.outcome) ||
  b.openedAt - a.openedAt;

const openDuties = (incident: Incident, duties: readonly Duty[]): readonly Duty[] =>
  duties.filter((duty) => duty.incident === incident.id && !isTerminal(duty.state)).sort((a, b) => a.deadlineAt - b.deadlineAt);

const card = (
  incident: Incident,
  duties: readonly Duty[],
  view: { readonly configuration: Configuration; readonly now: Instant },
): Html => {
  const term = nextTerm(incident, view.configuration);
  const open = openDuties(incident, duties);
  const [next] = open;
  return html`<li class="card">
    <h2><a href="/incidents/${incident.id}">${incident.title}</a></h2>
    <p>${outcomeTag(incident.outcome)} ${levelTag(incident.level)} <span class="quiet">${reference(incident.id)} · ${incident.state} · opened ${timeOf(incident.openedAt)}</span></p>
    <dl class="facts">
      <div><dt>Controllers affected</dt><dd>${incident.controllers.length}${incident.unidentified ? ' (not all identified)' : ''}</dd></div>
      <div><dt>Taken by</dt><dd>${incident.ack ? (incident.ack.actor.by === 'person' ? incident.ack.actor.role : 'machine') : 'nobody yet'}</dd></div>
      <div><dt>Strictest term</dt><dd>${term === undefined || decided.has(incident.state) ? 'no clock runs' : clockOf(term, view.now)}</dd></div>
      <div><dt>Next duty</dt><dd>${next ? html`${next.kind} ${clockOf(next.deadlineAt, view.now)}` : 'none open'}</dd></div>
    </dl>
  </li>`;
};

/** What is not shown is said (I-43). */
const unread = (count: number): Html =>
  count === 0
    ? html``
    : html`<p class="refusal" role="alert">${count} item(s) here were written by a newer version of Art33. This one leaves them alone and cannot show them: start the newer version.</p>`;

export const incidentsPage = (state: State, view: { readonly configuration: Configuration; readonly now: Instant }): Html => {
  const open = state.incidents.filter((incident) => !decided.has(incident.state)).length;
  return html`<h1>Incidents</h1>
  ${unread(state.unknown)}<p class="lead">${state.incidents.length === 0 ? 'No incident. Signals that mean nothing bad are counted under Signals.' : `${open} open, ${state.incidents.length} in all.`}</p>
  <ul class="cards">${[...state.incidents].sort(order).map((incident) => card(incident, state.duties, view))}</ul>`;
};

/** What belongs to no incident is about a source, a rule or somebody who came in, or waits for what must not come. */
const about = ({ subject, kind }: Duty): Html => {
  const rule = ruleOfSubject(subject);
  if (rule !== undefined) return html`<span class="quiet">rule ${rule}</span>`;
  if (kind === 'absence') return html`<span class="quiet">opens one if nothing comes</span>`;
  if (subject === recipientsSubject) return html`<span class="quiet">controllers are to hear of it</span>`;
  const person = accessOfSubject(subject);
  if (person !== undefined) return html`<span class="quiet">break-glass by ${person}</span>`;
  const source = sourceOfSubject(subject);
  return source === undefined ? html`` : html`<a href="/signals">source ${source}</a>`;
};

export const duePage = (duties: readonly Duty[], incidents: readonly Incident[], now: Instant): Html => {
  const titles = new Map(incidents.map((incident) => [incident.id, incident]));
  return html`<h1>Due</h1>
  <p class="lead">${duties.length === 0 ? 'Nothing is owed.' : `${duties.length} open duties, nearest deadline first.`}</p>
  <div class="scroll"><table class="stack"><thead><tr><th>Deadline</th><th>Duty</th><th>To</th><th>State</th><th>Tries</th><th>Incident</th></tr></thead><tbody>
  ${duties.map((duty) => {
    const incident = duty.incident && titles.get(duty.incident);
    return html`<tr><td>${timeOf(duty.deadlineAt)} ${clockOf(duty.deadlineAt, now)}</td><td data-label="Duty">${duty.kind}</td><td data-label="To">${duty.recipient}</td><td data-label="State">${duty.state}</td><td data-label="Tries">${duty.attempts}</td>
      <td data-label="Incident">${incident ? html`<a href="/incidents/${incident.id}">${reference(incident.id)}</a>` : about(duty)}</td></tr>`;
  })}
  </tbody></table></div>`;
};
