// Decides who sees an event that could not be read: a person of the house who says why; the look is registered before anything is shown (P-8).
import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { actorText } from '#core/register/record.ts';
import { shownBytes } from '#core/signal/shown.ts';
import { type Asking, type Seen, lookAt } from '#flow/quarantine.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';
import { type Html, page } from './layout.ts';

/** Enough to see what it is; the command line writes all of it to a file. */
const charactersAtMost = 20_000;

const textIn = (bytes: Uint8Array): Html => {
  const { lines, left } = shownBytes(bytes, charactersAtMost);
  return html`<pre class="letter">${lines.join('\n')}</pre>${left > 0 ? html`<p class="hint">And ${left} more characters: <code>art33 quarantine show ID --out FILE</code> writes them all.</p>` : ''}`;
};

const form = (
  id: string,
  formToken: string,
  refusal: string | undefined,
): Html => html`${refusal === undefined ? '' : html`<p class="refusal" role="alert">${refusal}</p>`}
  <form method="post" action="/quarantine/look"><input type="hidden" name="token" value="${formToken}"><input type="hidden" name="id" value="${id}">
  <label>Why do you look at it?<input name="reason" required maxlength="200" autocomplete="off"></label>
  <p class="hint">It may be personal data. The register keeps that you looked, and why.</p><button class="primary">Show it</button></form>`;

const view = (
  { event, size, bytes }: Seen,
  formToken: string,
  refusal?: string,
): Html => html`<p class="quiet"><a href="/signals#quarantine">Quarantine</a> / one event</p>
  <h1>Could not be read</h1><dl class="facts wide"><div><dt>Event</dt><dd><code>${event.id}</code></dd></div><div><dt>Since</dt><dd>${event.since}</dd></div>
  <div><dt>Why</dt><dd>${event.reason}</dd></div></dl>
  ${size === null ? html`<p>The event itself is kept no longer.</p>` : bytes === undefined ? form(event.id, formToken, refusal) : textIn(bytes)}`;

export const addLooks = (app: Hono<Env>, deps: ConsoleDeps): void => {
  if (!deps.showsRaw) return;
  const show = async (c: Context<Env>, id: string, { asking, refusal }: { readonly asking?: Asking; readonly refusal?: string } = {}) => {
    const seen = await lookAt(deps.world, id, asking);
    if (!seen) return c.notFound();
    const body = view(seen, c.var.session.formToken, refusal);
    // Without a session it looks for no news: a look is a person's.
    return c.html(
      page(deps, { title: 'Event', here: '/signals', ...(asking ? {} : { session: c.var.session }), body }),
      refusal ? 409 : 200,
    );
  };
  app.get('/quarantine/look', (c) => show(c, c.req.query('id') ?? ''));
  app.post('/quarantine/look', async (c) => {
    const actor = actorOf(deps, c.var.session);
    if (!actor) return c.redirect('/who', 303);
    const [id, reason] = [c.var.form['id'] ?? '', (c.var.form['reason'] ?? '').trim().slice(0, 200)];
    return reason === ''
      ? show(c, id, { refusal: 'Say why: the register keeps it under your name.' })
      : show(c, id, { asking: { actor: actorText(actor), reason } });
  });
};
