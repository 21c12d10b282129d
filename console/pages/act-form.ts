// Decides how a form of an incident is sent: to its act, with the token of the page that it stands on.
import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import type { IncidentView } from './incident-view.ts';

export const actForm = (view: IncidentView, act: string, body: Html): Html =>
  html`<form method="post" action="/incidents/${view.incident.id}/${act}"><input type="hidden" name="token" value="${view.formToken}">${body}</form>`;
