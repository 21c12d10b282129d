// Decides what the external data protection officer sees: one incident by typed code, and a field for advice (D-5, D-11).
import { html } from 'hono/html';
import type { Incident } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import { natureText } from '#core/notice/page-text.ts';
import type { Html } from '../layout.ts';
import { levelTag, outcomeTag, timeOf } from '../words.ts';

export const codePage = (refusal?: string): Html => html`<h1>Your code, please</h1>
  ${refusal === undefined ? '' : html`<p class="refusal" role="alert">${refusal}</p>`}
  <form method="post" action="/act"><label>Reference<input name="reference" required placeholder="ART33-…" autocomplete="off"></label>
  <label>Code from the mail<input name="code" required autocomplete="off" placeholder="ABCD-EFGH-2345"></label><button class="primary">Open</button></form>`;

export const advicePage = (
  incident: Incident,
  typed: { readonly reference: string; readonly code: string },
  saved: boolean,
): Html => html`<h1>${incident.title}</h1>
  <p>${outcomeTag(incident.outcome)} ${levelTag(incident.level)} <span class="quiet">${reference(incident.id)} · ${incident.state}</span></p>
  <dl class="facts wide"><div><dt>Nature</dt><dd>${natureText(incident)}</dd></div><div><dt>Personal data</dt><dd>${incident.personalData}</dd></div>
  <div><dt>Controllers affected</dt><dd>${incident.controllers.length}</dd></div><div><dt>Opened</dt><dd>${timeOf(incident.openedAt)}</dd></div></dl>
  ${saved ? html`<p class="ok">Your advice is on record. Thank you.</p>` : ''}
  <form method="post" action="/act"><input type="hidden" name="reference" value="${typed.reference}"><input type="hidden" name="code" value="${typed.code}">
  <label>Your advice<textarea name="advice" rows="6" required></textarea></label><p class="hint">It is put on record and shown to those who decide. Nothing waits for it.</p><button class="primary">Put on record</button></form>`;
