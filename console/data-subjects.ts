// Decides where the forms about affected people are taken, and by whom: a function loads what they do for whoever sends one (D-23).
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';

/** A list at its largest, and the rest of its form: more is not even read. */
const uploadAtMost = 4_200_000;

/** Before anybody is asked who it is: to tell a token, the form has to be read. */
export const limitUploads = (app: Hono<Env>): void => {
  app.use(
    '/incidents/:id/people/*',
    bodyLimit({ maxSize: uploadAtMost, onError: (c) => c.text('This is larger than a list may be. Give numbers instead.\n', 413) }),
  );
};

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
