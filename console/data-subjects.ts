// Decides where the forms about affected people are taken, and by whom: a function loads what they do for whoever sends one (D-23).
import type { Hono } from 'hono';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';

export const addDataSubjects = (app: Hono<Env>, deps: ConsoleDeps): void => {
  const { envelopes, world } = deps;
  if (!envelopes) return;
  app.post('/incidents/:id/people/:act', async (c) => {
    const actor = actorOf(deps, c.var.session);
    if (!actor) return c.redirect('/who', 303);
    const { answerForm } = await import('./data-subject-acts.ts');
    return answerForm(c, deps, { world, envelopes }, actor);
  });
};
