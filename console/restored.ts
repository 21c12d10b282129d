// Decides what the form does that says a service is back: the word of a named person, for every case that knows of it (P-23).
import type { Hono } from 'hono';
import { lastOf } from '#core/incident/disturbance.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Instant, instantOf, parseInstant } from '#core/kernel/time.ts';
import { restoreService } from '#flow/restore-service.ts';
import { refused } from './acts.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';

/**
 * Wall-clock minutes, UTC: whoever gives the minute in which it was last seen to be away means the end of that. What can't be read is
 * refused by the command, with words.
 */
const instantFrom = (typed: string, notBefore: Instant): Instant => {
  const read = parseInstant(`${typed}${typed.length === 16 ? ':00' : ''}Z`);
  if (!read.ok) return instantOf(Number.NaN);
  const isThatMinute = Math.floor(read.value / 60_000) === Math.floor(notBefore / 60_000);
  return isThatMinute && read.value < notBefore ? notBefore : read.value;
};

/** Anybody of the house: whoever stands at the machine knows it first. */
export const addRestored = (app: Hono<Env>, deps: ConsoleDeps): void => {
  app.post('/incidents/:id/restored', async (c) => {
    const id = c.req.param('id') as IncidentId;
    const actor = actorOf(deps, c.var.session);
    if (!actor) return c.redirect('/who', 303);
    const { key = '', restoredAt = '', effect = '', how = '' } = c.var.form;
    const incident = await deps.world.ledger.incident(id);
    const lastAt = (incident && lastOf(incident, key)?.lastAt) ?? instantOf(0);
    const done = await restoreService(deps.world, { id, actor, key, restoredAt: instantFrom(restoredAt, lastAt), effect, how });
    return done.ok ? c.redirect(`/incidents/${id}`, 303) : refused(c, deps, id, done.error.message);
  });
};
