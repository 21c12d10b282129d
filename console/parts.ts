// Decides what the forms do that make one case of two, or two of one, under the name of the person behind the session (P-14).
import type { Hono } from 'hono';
import type { Refused } from '#core/incident/decide.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import { type IncidentId, controllerId, reference } from '#core/kernel/ids.ts';
import { type Result, fail } from '#core/kernel/result.ts';
import { mergeCases } from '#flow/merge.ts';
import { splitCase } from '#flow/split.ts';
import { mayDecide, refused } from './acts.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';

type Person = Extract<Actor, { readonly by: 'person' }>;
type Asked = { readonly id: IncidentId; readonly actor: Person; readonly form: Readonly<Record<string, string>> };

/** Whatever people call it by on the phone. */
export const byReference = async (deps: ConsoleDeps, typed: string): Promise<Incident | undefined> => {
  const wanted = typed.trim().toUpperCase();
  for await (const incident of deps.world.ledger.incidents(() => undefined)) if (reference(incident.id) === wanted) return incident;
  return undefined;
};

const merge = async (deps: ConsoleDeps, { id, actor, form }: Asked): Promise<Result<Incident, Refused>> => {
  const other = await byReference(deps, form['other'] ?? '');
  if (!other) return fail({ kind: 'invalid', field: 'other', message: 'No case has this reference. Write it as ART33-K7QF2MXA.' });
  return mergeCases(deps.world, { one: id, other: other.id, actor, reason: form['reason'] ?? '' });
};

/** Boxes are named for what they choose: `rule:…`, `controller:…`. */
const chosen = (form: Asked['form'], kind: 'rule' | 'controller'): readonly string[] =>
  Object.keys(form).flatMap((name) => (name.startsWith(`${kind}:`) ? [name.slice(kind.length + 1)] : []));

const split = (deps: ConsoleDeps, { id, actor, form }: Asked): Promise<Result<Incident, Refused>> =>
  splitCase(deps.world, {
    id,
    part: { rules: chosen(form, 'rule'), controllers: chosen(form, 'controller').map(controllerId) },
    actor,
    reason: form['reason'] ?? '',
  });

/** Each leads to the case that came of it. */
export const addParts = (app: Hono<Env>, deps: ConsoleDeps): void => {
  for (const [name, act] of Object.entries({ merge, split }))
    app.post(`/incidents/:id/${name}`, async (c) => {
      const id = c.req.param('id') as IncidentId;
      const actor = actorOf(deps, c.var.session);
      if (!actor) return c.redirect('/who', 303);
      if (!mayDecide(actor)) return refused(c, deps, id, `Only the incident lead or management may do this; you act as ${actor.role}.`);
      const done = await act(deps, { id, actor, form: c.var.form });
      return done.ok ? c.redirect(`/incidents/${done.value.id}`, 303) : refused(c, deps, id, done.error.message);
    });
};
