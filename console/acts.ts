// Decides what a form on an incident does: one command, under the name of the person behind the session.
import type { Context, Hono } from 'hono';
import type { Command, Refused } from '#core/incident/decide.ts';
import { firstKnown, holdAtMost } from '#core/incident/decide.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import { noticeTerm } from '#core/clock/deadline.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type DutyId, type IncidentId, controllerId, incidentSubject } from '#core/kernel/ids.ts';
import type { Result } from '#core/kernel/result.ts';
import { type Instant, durationOf, earliest, instantOf, parseInstant, plus } from '#core/kernel/time.ts';
import { command } from '#flow/change.ts';
import { receive } from '#flow/receive.ts';
import { viewIncident } from './view-incident.ts';
import type { ConsoleDeps } from './deps.ts';
import { type Env, actorOf } from './guard.ts';
import { page } from './layout.ts';
import { scopeCommands } from './scope.ts';

type Person = Extract<Actor, { readonly by: 'person' }>;
type Form = Readonly<Record<string, string>>;
type Act = {
  readonly incident: Incident;
  readonly now: Instant;
  readonly actor: Person;
  readonly form: Form;
  readonly configuration: Configuration;
};

const minuteOf = (at: Instant): number => Math.floor(at / 60_000);

/**
 * The browser sends wall-clock minutes without a zone; the label says UTC. The offered default is a known instant cut to its
 * minute: left as it was, it means that instant.
 */
const sinceOf = ({ incident, form, now }: Pick<Act, 'incident' | 'form' | 'now'>): Instant => {
  const typed = form['since'] ?? '';
  const parsed = parseInstant(`${typed}${typed.length === 16 ? ':00' : ''}Z`);
  // Refused by the command, with words; never taken for now.
  if (!parsed.ok) return instantOf(Number.NaN);
  const offered = firstKnown(incident) ?? now;
  return minuteOf(offered) === minuteOf(parsed.value) ? offered : parsed.value;
};

const strictestTerm = ({ incident, configuration, now }: Act): Instant => {
  const terms = incident.controllers.flatMap((id) => {
    const controller = configuration.directory.controllers.get(id);
    return controller ? (noticeTerm(incident, controller, configuration.policy) ?? []) : [];
  });
  return terms.length === 0 ? plus(now, holdAtMost) : earliest(...terms);
};

const commands: Readonly<Record<string, (act: Act) => Command>> = {
  acknowledge: ({ now, actor }) => ({ type: 'Acknowledge', at: now, actor }),
  confirm: ({ incident, now, actor, form, configuration }) => ({
    type: 'Confirm',
    at: now,
    since: sinceOf({ incident, form, now }),
    how: form['how'] ?? '',
    ...(form['reason'] ? { reason: form['reason'] } : {}),
    actor,
    release: configuration.policy.release === 'with-confirm' && mayDecide(actor),
  }),
  refute: ({ now, actor, form }) => ({ type: 'Refute', at: now, actor, evidence: form['evidence'] ?? '' }),
  release: ({ now, actor }) => ({ type: 'Release', at: now, actor }),
  hold: (act) => ({
    type: 'Hold',
    at: act.now,
    by: act.actor.person,
    reason: act.form['reason'] ?? '',
    until: plus(act.now, durationOf(Math.round((Number(act.form['hours']) || 0) * 3_600_000))),
    atMost: holdAtMost,
    term: strictestTerm(act),
  }),
  identify: ({ now, actor, form, configuration }) => ({
    type: 'Identify',
    at: now,
    actor,
    controllers: configuration.directory.controllers.has(controllerId(form['controller'] ?? ''))
      ? [controllerId(form['controller'] ?? '')]
      : [],
    reason: form['reason'] ?? '',
  }),
  contain: ({ now, actor }) => ({ type: 'Contain', at: now, actor }),
  'assess-own': ({ now, actor, form }) => ({ type: 'AssessOwn', at: now, actor, risk: form['risk'] ?? '', reason: form['reason'] ?? '' }),
  ...scopeCommands,
};

/** The lead decides and releases, management deputises (D-5); anybody of the house may take an incident. */
export const mayDecide = (actor: Person): boolean => actor.role === 'incident-lead' || actor.role === 'management';
const deciding: ReadonlySet<string> = new Set(['confirm', 'refute', 'release', 'hold', 'assess-own', ...Object.keys(scopeCommands)]);

/** A person's word ends a notice (it arrived) or a reminder (it is done). */
const byWord = async (
  deps: ConsoleDeps,
  id: IncidentId,
  what: 'delivered' | 'done',
  { actor, form }: { actor: Person; form: Form },
): Promise<string | undefined> => {
  if ((form['how'] ?? '').trim() === '') return 'Say how: the register keeps it under your name.';
  const noted = await receive(deps.world, {
    duty: { subject: incidentSubject(id), id: (form['duty'] ?? '') as DutyId },
    what,
    by: { person: actor.person, how: form['how'] ?? '' },
  });
  return noted.ok ? undefined : 'There is no such duty, or it can’t be ended in this way.';
};

const words: Readonly<Record<string, 'delivered' | 'done'>> = { arrived: 'delivered', done: 'done' };

const run = async (
  deps: ConsoleDeps,
  id: IncidentId,
  name: string,
  { actor, form }: { actor: Person; form: Form },
): Promise<Result<unknown, Refused>> => {
  const { configuration } = deps.world.directory.current();
  const build = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!build) return { ok: false, error: { kind: 'invalid', message: 'There is no such act.' } };
  return command(deps.world, id, (incident, now) => build({ incident, now, actor, form, configuration }));
};

export const refused = async (c: Context<Env>, deps: ConsoleDeps, id: IncidentId, refusal: string) => {
  const body = await viewIncident(deps, id, { formToken: c.var.session.formToken, refusal });
  return body ? c.html(page(deps, { title: 'Incident', here: '/', session: c.var.session, body }), 409) : c.notFound();
};

export const addActs = (app: Hono<Env>, deps: ConsoleDeps): void => {
  app.post('/incidents/:id/:act', async (c) => {
    const id = c.req.param('id') as IncidentId;
    const name = c.req.param('act');
    const actor = actorOf(deps, c.var.session);
    if (!actor) return c.redirect('/who', 303);
    if (deciding.has(name) && !mayDecide(actor))
      return refused(c, deps, id, `Only the incident lead or management may do this; you act as ${actor.role}.`);
    const done = { actor, form: c.var.form };
    const word = Object.hasOwn(words, name) ? words[name] : undefined;
    const refusal = word
      ? await byWord(deps, id, word, done)
      : await run(deps, id, name, done).then((r) => (r.ok ? undefined : r.error.message));
    return refusal === undefined ? c.redirect(`/incidents/${id}`, 303) : refused(c, deps, id, refusal);
  });
};
