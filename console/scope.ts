// Decides what the forms on an incident's scope do, and that a withdrawal can be read before it is decided on (P-14).
import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { ScopeCommand } from '#core/incident/rescope.ts';
import type { Actor } from '#core/incident/incident.ts';
import { type ControllerId, type IncidentId, controllerId, reference } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Configuration } from '#core/directory/directory.ts';
import type { ConsoleDeps } from './deps.ts';
import type { Env } from './guard.ts';
import { page } from './layout.ts';

type Act = {
  readonly now: Instant;
  readonly actor: Actor;
  readonly form: Readonly<Record<string, string>>;
  readonly configuration: Configuration;
};

/** Boxes are named for what they choose: `controller:…`. What the directory does not know is nobody. */
const chosen = ({ form, configuration }: Act): readonly ControllerId[] =>
  Object.keys(form)
    .filter((name) => name.startsWith('controller:'))
    .map((name) => controllerId(name.slice('controller:'.length)))
    .filter((id) => configuration.directory.controllers.has(id));

const by = ({ now, actor, form }: Act) => ({ at: now, actor, reason: form['reason'] ?? '' });

export const scopeCommands: Readonly<Record<'widen' | 'narrow' | 'scope' | 'withdraw', (act: Act) => ScopeCommand>> = {
  widen: (act) => ({ type: 'Widen', ...by(act), controllers: chosen(act) }),
  narrow: (act) => ({ type: 'Narrow', ...by(act), controllers: chosen(act) }),
  scope: (act) => ({ type: 'ConfirmScope', ...by(act) }),
  withdraw: (act) => ({ type: 'Withdraw', ...by(act) }),
};

export const addScope = (app: Hono<Env>, deps: ConsoleDeps): void => {
  app.get('/incidents/:id/withdrawal/:controller', async (c) => {
    const incident = await deps.world.ledger.incident(c.req.param('id') as IncidentId);
    if (!incident) return c.notFound();
    const why = c.req.query('why') === 'no-breach' ? 'no-breach' : 'not-affected';
    const { draftWithdrawal } = await import('#flow/draft-withdrawal.ts');
    const draft = await draftWithdrawal(deps.world, incident, { controller: controllerId(c.req.param('controller')), why });
    if (!draft) return c.notFound();
    const body = html`<p class="quiet"><a href="/incidents/${incident.id}">${reference(incident.id)}</a> / draft of a withdrawal</p><h1>${draft.subject}</h1><pre class="letter">${draft.text}</pre>`;
    return c.html(page(deps, { title: 'Draft', here: '/', session: c.var.session, body }));
  });
};
