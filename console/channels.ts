// Decides who turns the trust in a channel: anybody of the house takes it away at once, those who decide give it back (P-13).
import type { Context, Hono } from 'hono';
import { actorText } from '#core/register/record.ts';
import { allDistrusted, isChannel, turnTrust } from '#flow/trust.ts';
import { mayDecide } from './acts.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';
import { page } from './layout.ts';
import { channelsPage } from './pages/channels.ts';

export const addChannels = (app: Hono<Env>, deps: ConsoleDeps): void => {
  const show = async (c: Context<Env>, refusal?: string) =>
    page(deps, {
      title: 'Channels',
      here: '/channels',
      session: c.var.session,
      body: channelsPage({ all: await allDistrusted(deps.world), formToken: c.var.session.formToken, ...(refusal && { refusal }) }),
    });
  app.get('/channels', async (c) => c.html(await show(c)));
  app.post('/channels/:channel/:verb', async (c) => {
    const { channel, verb } = c.req.param();
    const actor = actorOf(deps, c.var.session);
    if (!actor) return c.redirect('/who', 303);
    if (!isChannel(channel) || (verb !== 'trust' && verb !== 'distrust')) return c.notFound();
    if (verb === 'trust' && !mayDecide(actor))
      return c.html(await show(c, `Only the incident lead or management gives trust back; you act as ${actor.role}.`), 409);
    const reason = (c.var.form['reason'] ?? '').trim().slice(0, 200);
    if (reason === '') return c.html(await show(c, 'Say why: the register keeps it under your name.'), 409);
    await turnTrust(deps.world, { channel, trust: verb === 'trust', actor: actorText(actor), reason });
    return c.redirect('/channels', 303);
  });
};
