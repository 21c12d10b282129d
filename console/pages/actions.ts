// Decides which acts an incident offers in its state, each as a form that works without JavaScript.
import { html } from 'hono/html';
import { firstKnown, releasedTo } from '#core/incident/decide.ts';
import { endsByDelivery, endsByWord, isTerminal } from '#core/duty/duty.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import type { Html } from '../layout.ts';
import { actForm } from './act-form.ts';
import type { IncidentView } from './incident-view.ts';
import { scopeForms, withdrawForm } from './scope.ts';
import { ownForm } from './own.ts';
import { partForms } from './parts.ts';
import { restoredForms } from './disturbance.ts';

const acknowledge = (view: IncidentView): Html =>
  view.incident.ack
    ? html``
    : actForm(
        view,
        'acknowledge',
        html`<button class="primary">Take it: I am on this</button><p class="hint">Stops the calls. It is no confirmation and ends no clock towards a controller.</p>`,
      );

const confirm = (view: IncidentView): Html => {
  const first = firstKnown(view.incident);
  const since = rfc3339(first ?? view.now).slice(0, 16);
  const known = first
    ? `It was known here at ${rfc3339(first)}: somebody took it, or a message stated it as a fact. A later time needs a reason.`
    : 'Nobody took it yet: the default is now.';
  return html`<details><summary>Confirm the breach</summary>${actForm(
    view,
    'confirm',
    html`<label>Since when did anyone here have reasonable certainty? (UTC)<input type="datetime-local" name="since" value="${since}" required></label><p class="hint">${known} Earlier is always possible.</p>
    <label>How did it become certain?<textarea name="how" required rows="2"></textarea></label>
    <label>Reason, if later than the first human view<input name="reason"></label>
    <button class="danger">Confirm${view.configuration.policy.release === 'with-confirm' ? ' and release the notices' : ''}</button>
    <p class="hint">This stays on record. Should it turn out false, what was told is withdrawn. ${view.incident.controllers.length} controller(s) are told.</p>`,
  )}</details>`;
};

const refute = (view: IncidentView): Html =>
  html`<details><summary>Refute the suspicion</summary>${actForm(
    view,
    'refute',
    html`<label>Evidence that nothing was compromised, and which logs cover the time<textarea name="evidence" required rows="3" minlength="20"></textarea></label>
  <p class="hint">Absence of evidence is not enough. Please write no personal data here: the register keeps it.</p><button>Refute</button>`,
  )}</details>`;

const release = (view: IncidentView): Html => {
  const as = view.incident.aware ? 'confirmed' : 'suspected';
  const open = view.incident.controllers.filter((id) => !releasedTo(view.incident, as).has(id));
  if (open.length === 0) return html``;
  const text = as === 'confirmed' ? 'Release the notices under Art. 33(2)' : 'Release a notice of suspicion';
  // Behind a step of its own: a thumb that slips beside "Take it" sends nothing to a controller.
  return html`<details><summary>${text}</summary>${actForm(
    view,
    'release',
    html`<p class="hint">One mail to each, naming only that controller. Read the drafts below first. A mail can’t be called back.</p><button class="primary">Release to ${open.length} controller(s)</button>`,
  )}</details>`;
};

const hold = (view: IncidentView): Html =>
  html`<details><summary>Hold the notices</summary>${actForm(
    view,
    'hold',
    html`<label>Reason (an unfinished investigation is none)<input name="reason" required></label><label>Hours, at most 2<input type="number" name="hours" min="0.25" max="2" step="0.25" value="1"></label><button>Hold</button>`,
  )}</details>`;

const identify = (view: IncidentView): Html =>
  html`<details open data-offered><summary>Identify the controllers</summary>${actForm(
    view,
    'identify',
    html`<label>Controller<select name="controller">${[...view.configuration.directory.controllers.values()].map((c) => html`<option value="${c.id}">${c.name}</option>`)}</select></label>
  <label>How was it identified?<input name="reason" required></label><button>Add controller</button>`,
  )}</details>`;

/** A word on a disturbance is no notice of a breach: which it is stands beside it. */
const namedDuty = ({ kind, step }: IncidentView['duties'][number]): string => (kind === 'disturbance' ? `${kind}, ${step}` : kind);

const arrived = (view: IncidentView): Html => {
  const sent = view.duties.filter((duty) => endsByDelivery(duty) && duty.state === 'SENT');
  if (sent.length === 0) return html``;
  return html`<details><summary>Confirm that a message arrived</summary>${actForm(
    view,
    'arrived',
    html`<label>Message to<select name="duty">${sent.map((duty) => html`<option value="${duty.id}">${duty.recipient}${duty.kind === 'notice' ? '' : ` (${namedDuty(duty)})`}</option>`)}</select></label>
    <label>How do you know?<input name="how" required placeholder="spoke to the contact at the number on file"></label><button>It arrived</button>`,
  )}</details>`;
};

const reminderWords: Readonly<Record<string, string>> = {
  update: 'the update promised to the controllers',
  withdraw: 'withdrawing a notice that was refuted',
  lasting: 'saying whether the service is still away',
  archived: 'saying what it means that the finding was archived at its source',
  triage: 'looking at the report from outside',
  'verify-sender': 'calling the sub-processor at the number on file',
  inform: 'informing the sub-processor',
  'review-protection': 'reviewing the sub-processor’s level of protection',
  'review-destruction': 'reviewing whether the sub-processor’s copies are destroyed',
  'own-report': 'reporting our own breach to our authority',
  'own-art34': 'telling the people of our own data',
};

const reminders = (view: IncidentView): Html => {
  const open = view.duties.filter((duty) => endsByWord(duty) && !isTerminal(duty.state));
  if (open.length === 0) return html``;
  const about = ({ parent, kind, step }: (typeof open)[number]): string =>
    view.duties.find((duty) => duty.id === parent)?.kind ?? reminderWords[step] ?? reminderWords[kind] ?? step;
  const waits = open.some((duty) => duty.nextAt <= view.now || duty.state === 'SENT');
  return html`<details ${waits ? html`open data-offered` : ''}><summary>${open.length === 1 ? 'One reminder' : `${open.length} reminders`} for a person</summary>${actForm(
    view,
    'done',
    html`<label>About<select name="duty">${open.map((duty) => html`<option value="${duty.id}">${about(duty)}</option>`)}</select></label>
    <label>What was done?<input name="how" required></label><button>It is done</button>`,
  )}</details>`;
};

const contain = (view: IncidentView): Html => actForm(view, 'contain', html`<button>Mark as contained</button>`);

/** What can be done now; what can't is not shown. */
export const actions = (view: IncidentView): Html => {
  const { incident } = view;
  if (incident.state === 'closed' || incident.state === 'refuted')
    return html`<section class="acts" aria-label="What you can do">${restoredForms(view)}${arrived(view)}${reminders(view)}${withdrawForm(view)}</section>`;
  const undecided = incident.state === 'open' || incident.state === 'suspected';
  const mayRelease = incident.state !== 'open' && incident.controllers.length > 0;
  return html`<section class="acts" aria-label="What you can do">
    ${acknowledge(view)} ${restoredForms(view)} ${mayRelease ? release(view) : ''} ${undecided ? confirm(view) : ''} ${undecided ? refute(view) : ''}
    ${incident.aware && mayRelease && incident.controllers.some((id) => !releasedTo(incident, 'confirmed').has(id)) ? hold(view) : ''} ${incident.unidentified ? identify(view) : ''} ${scopeForms(view)} ${ownForm(view)} ${arrived(view)} ${reminders(view)} ${incident.state === 'confirmed' ? contain(view) : ''} ${partForms(view)}
  </section>`;
};
