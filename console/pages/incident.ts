// Decides what one incident shows: what is known, both clocks of each controller, what is owed, who did what when.
import { html } from 'hono/html';
import { awarenessDeadline, contractDeadline, controllerDeadline, suspectedLimit } from '#core/clock/deadline.ts';
import type { Controller } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import { firstKnown, releasedTo } from '#core/incident/decide.ts';
import { type HandleKind, pseudonymIn } from '#core/incident/handles.ts';
import type { RuleFinding, SignalRef } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import { type Instant, between, durationText, hours } from '#core/kernel/time.ts';
import { earlierReferences } from '#core/notice/earlier.ts';
import type { Entry } from '#core/register/entry.ts';
import { toldSources } from '#core/signal/report-form.ts';
import { handlesIn } from '#flow/handles.ts';
import type { Html } from '../layout.ts';
import { clockOf, eventWords, levelTag, outcomeTag, timeOf } from '../words.ts';
import { actions } from './actions.ts';
import { dataSubjectsSection, handlesForm } from './data-subjects.ts';
import { disturbances } from './disturbance.ts';
import type { IncidentView } from './incident-view.ts';
import { ruledOut } from './scope.ts';
import { severitySection } from './severity.ts';
import { parts } from './parts.ts';

const clock = (at: Instant | undefined, now: Instant, idle = 'does not run'): Html =>
  at === undefined ? html`<span class="quiet">${idle}</span>` : html`${timeOf(at)} ${clockOf(at, now)}`;

/** The controller's own 72 hours, from the earliest moment it can have been told: for information, we don't run them. */
const ownClock = (notice: Duty): Html =>
  notice.sentAt === undefined
    ? html``
    : html`<br><span class="quiet">its own 72 h end ${timeOf(controllerDeadline(notice.sentAt))} at the earliest</span>`;

const noticeState = (view: IncidentView, controller: Controller): Html => {
  const own = view.duties.filter(({ recipient, kind, state }) => {
    // A withdrawal that was called off is no word.
    const isWord = kind === 'notice' || (kind === 'withdrawal' && state !== 'CANCELLED');
    return isWord && recipient === controller.id;
  });
  // The latest word to this controller counts.
  const last = own.toSorted((a, b) => a.createdAt - b.createdAt).at(-1);
  if (last)
    return html`${last.kind === 'notice' ? last.step : 'withdrawal'}: ${last.state.toLowerCase()}${last.evidence.at(-1)?.via === 'outbox' ? ' (outbox only, not sent)' : ''}${ownClock(last)}`;
  const under = earlierReferences(view.incident, controller.id);
  if (under.length > 0) return html`told under ${under.map((id) => reference(id)).join(', ')}`;
  if (view.incident.heldByPolicy.includes(controller.id)) return html`held by the contract’s policy`;
  return releasedTo(view.incident, 'suspected').has(controller.id) ? html`released` : html`draft, not released`;
};

const controllerRow = (view: IncidentView, controller: Controller): Html => {
  const { incident, configuration, now } = view;
  return html`<tr>
    <th scope="row">${controller.name}</th>
    <td data-label="C1 contract">${clock(contractDeadline(incident, controller), now, controller.contract.notice === undefined ? 'no hours agreed' : 'does not run yet')}</td>
    <td data-label="C2 Art. 33(2), own target">${clock(awarenessDeadline(incident, controller, configuration.policy), now, 'runs from confirmation')}</td>
    <td data-label="Undecided until">${clock(incident.aware ? undefined : suspectedLimit(incident, controller, configuration.policy), now, 'decided')}</td>
    <td data-label="Notice">${noticeState(view, controller)}</td>
    <td><a href="/incidents/${incident.id}/draft/${controller.id}">Read draft</a></td>
  </tr>`;
};

const clocks = (view: IncidentView): Html => {
  const controllers = view.incident.controllers.flatMap((id) => view.configuration.directory.controllers.get(id) ?? []);
  if (controllers.length === 0)
    return html`<p>${view.incident.unidentified ? 'The affected data belongs to no controller in the directory. Identify it below; nobody is told on a guess.' : 'No controller is affected as far as is known.'}</p>`;
  return html`<div class="scroll"><table class="stack">
    <thead><tr><th>Controller</th><th>C1 contract</th><th>C2 Art. 33(2), own target</th><th>Undecided until</th><th>Notice</th><th></th></tr></thead>
    <tbody>${controllers.map((controller) => controllerRow(view, controller))}</tbody></table></div>`;
};

/** P-7: awareness is not a click. What lay unread is said: the hours in between are asked about. */
const firstKnownHere = (incident: IncidentView['incident']): Html => {
  const first = firstKnown(incident);
  if (first === undefined) return html`nobody has seen it yet`;
  const unread = between(first, incident.openedAt);
  return html`${timeOf(first)}${unread >= hours(1) ? html` <span class="clock late">lay unread for ${durationText(unread)}</span>` : ''}`;
};

const known = ({ incident }: IncidentView): Html => html`<dl class="facts wide">
  <div><dt>Confidentiality</dt><dd>${incident.nature.confidentiality}</dd></div>
  <div><dt>Integrity</dt><dd>${incident.nature.integrity}</dd></div>
  <div><dt>Availability</dt><dd>${incident.nature.availability}</dd></div>
  <div><dt>Personal data</dt><dd>${incident.personalData}</dd></div>
  <div><dt>First and last sign</dt><dd>${timeOf(incident.occurredFrom)} – ${timeOf(incident.occurredTo)}</dd></div>
  <div><dt>Suspected since</dt><dd>${incident.suspectedAt === undefined ? 'not suspected' : timeOf(incident.suspectedAt)}</dd></div>
  <div><dt>First known here</dt><dd>${firstKnownHere(incident)}</dd></div>
  <div><dt>Aware since</dt><dd>${incident.aware === undefined ? 'not confirmed' : timeOf(incident.aware.at)}</dd></div>
  <div><dt>Taken</dt><dd>${incident.ack === undefined ? 'nobody yet' : timeOf(incident.ack.at)}</dd></div>
</dl>`;

/** By what it was decided, so that it can be done again. */
const decidedBy = ({ decidedBy: all, members = [] }: RuleFinding): Html =>
  all === undefined
    ? html``
    : html`; rests on ${members.length} signal(s), decided by ${all.map(({ ruleset, engine }) => html`rules <code title="${ruleset}">${ruleset.slice(0, 12)}</code> read by engine ${engine} `)}`;

const rules = ({ incident }: IncidentView): Html =>
  html`<ul class="plain">${incident.findings.map(
    (f) =>
      html`<li><strong>${f.rule.title}</strong> ${levelTag(f.rule.level)} <span class="quiet">${f.rule.name}, version ${f.rule.version}, last sign ${timeOf(f.lastAt)}${decidedBy(f)}</span></li>`,
  )}</ul>`;

const signals = (view: IncidentView): Html => {
  const handles = handlesIn(view.configuration.directory, view.incident);
  const called = (kind: HandleKind, signal: SignalRef): string => {
    const pseudonym = pseudonymIn(signal, kind);
    return handles.find((one) => one.kind === kind && one.pseudonym === pseudonym)?.handle ?? pseudonym ?? '';
  };
  return html`<details><summary>${view.incident.signalCount} signals, persons and addresses under handles</summary>
  <div class="scroll"><table><thead><tr><th>Event time</th><th>Source</th><th>Kind</th><th>Result</th><th>Account</th><th>Address</th><th>Target</th></tr></thead><tbody>
  ${view.incident.signals.map(
    (s) =>
      html`<tr><td>${timeOf(s.time)}</td><td>${s.source}</td><td>${s.kind}</td><td>${s.outcome}</td><td><code>${called('account', s)}</code></td><td><code>${called('address', s)}</code></td><td><code>${called('target', s)}</code></td></tr>`,
  )}
  </tbody></table></div>${handlesForm(
    view,
    handles.map(({ handle }) => handle),
  )}</details>`;
};

/** Only where somebody told it in words. */
const reported = ({ incident, reported: shown }: IncidentView): Html =>
  shown && incident.signals.some((signal) => toldSources.has(signal.source))
    ? html`<p><a href="/incidents/${incident.id}/reported">Read what was reported, and where to call back</a></p>`
    : html``;

const cameOf = (duty: Duty): string => {
  const said = duty.reason ?? duty.lastFailure ?? (duty.evidence.length > 0 ? `${duty.evidence.length} message(s)` : 'waiting');
  return duty.evidence.at(-1)?.via === 'outbox' ? `${said} (outbox only, not sent)` : said;
};

const dutyTable = (view: IncidentView): Html => html`<div class="scroll"><table class="stack">
  <thead><tr><th>Duty</th><th>To</th><th>State</th><th>Deadline</th><th>Tries</th><th>What came of it</th></tr></thead><tbody>
  ${[...view.duties]
    .sort((a, b) => a.createdAt - b.createdAt || a.kind.localeCompare(b.kind))
    .map(
      (
        duty,
      ) => html`<tr><td>${duty.kind}${duty.kind === 'notice' || duty.kind === 'disturbance' ? ` (${duty.step})` : ''}</td><td data-label="To">${duty.recipient}</td><td data-label="State">${duty.state}</td><td data-label="Deadline">${timeOf(duty.deadlineAt)}</td><td data-label="Tries">${duty.attempts}</td>
      <td data-label="What came of it">${cameOf(duty)}</td></tr>`,
    )}
  </tbody></table></div>`;

const messages = (view: IncidentView): Html =>
  html`<ul class="plain">${view.messages.map(
    (m) =>
      html`<li><span class="quiet">${timeOf(m.at)} ${m.channel} to ${m.to}${m.sent ? '' : ' · not sent'}</span><br><a href="/outbox/${encodeURIComponent(m.file)}">${m.subject}</a></li>`,
  )}</ul>`;

/** By time. At the same instant the incident speaks before its duties: what is owed follows from what was decided. */
const inOrder =
  (incident: string) =>
  (a: Entry, b: Entry): number =>
    (a.at < b.at ? -1 : a.at > b.at ? 1 : 0) || Number(a.chain !== incident) - Number(b.chain !== incident) || a.seq - b.seq;

const timeline = (view: IncidentView): Html =>
  html`<ol class="timeline">${[...view.entries]
    .sort(inOrder(view.incident.id))
    .map(
      (entry) =>
        html`<li><time datetime="${entry.at}">${entry.at.slice(0, 19).replace('T', ' ')}</time> <strong>${eventWords[entry.type] ?? entry.type}</strong>${entry.data['kind'] ? ` ${entry.data['kind']} to ${entry.data['recipient']}` : ''} <span class="quiet">${entry.actor}</span></li>`,
    )}</ol>`;

export const incidentPage = (view: IncidentView): Html => html`
  <p class="quiet"><a href="/">Incidents</a> / ${reference(view.incident.id)}</p>
  <h1>${view.incident.title}</h1>
  <p>${outcomeTag(view.incident.outcome)} ${levelTag(view.incident.level)} <span class="quiet">${reference(view.incident.id)} · ${view.incident.state} · opened ${timeOf(view.incident.openedAt)}</span></p>
  ${view.refusal === undefined ? '' : html`<p class="refusal" role="alert">${view.refusal}</p>`}
  ${parts(view)}
  ${actions(view)}
  <section><h2>Controllers and their clocks</h2>${clocks(view)}${ruledOut(view)}</section>
  ${disturbances(view)}
  ${dataSubjectsSection(view)}
  <section><h2>What is known</h2>${known(view)}</section>
  <section><h2>Severity</h2>${severitySection(view.incident.severity)}</section>
  <section><h2>Why</h2>${rules(view)}${reported(view)}${signals(view)}</section>
  <section><h2>Duties</h2>${dutyTable(view)}</section>
  <section><h2>Messages</h2>${messages(view)}</section>
  ${view.incident.advice.length > 0 ? html`<section><h2>Advice of the data protection officer</h2>${view.incident.advice.map((a) => html`<blockquote>${a.text}<br><span class="quiet">${timeOf(a.at)}</span></blockquote>`)}</section>` : ''}
  <section><h2>Timeline</h2>${timeline(view)}</section>`;
