// Decides what the forms about affected people do: a list, numbers, a check, a look; each under the name of the person behind the session (D-14, D-15).
import type { Context } from 'hono';
import { handlingRoles } from '#core/directory/directory.ts';
import { rolesOf } from '#core/directory/lookup.ts';
import { type RowProblem, subjectCsv } from '#core/incident/data-subject-list.ts';
import { type ControllerId, type IncidentId, controllerId, reference } from '#core/kernel/ids.ts';
import type { Result } from '#core/kernel/result.ts';
import { type Instant, instantOf, parseInstant } from '#core/kernel/time.ts';
import {
  type Person,
  type Refusal,
  bySureness,
  checkSubjects,
  estimateSubjects,
  importSubjects,
  readSubjects,
} from '#flow/data-subjects.ts';
import type { Sealing } from '#flow/data-keys.ts';
import { resolveHandles } from '#flow/handles.ts';
import { refused } from './acts.ts';
import type { ConsoleDeps } from './deps.ts';
import type { Env } from './guard.ts';
import { page } from './layout.ts';
import { handlesPage, listPage, problemsPage } from './pages/data-subjects.ts';

type Form = Readonly<Record<string, string>>;
type Asked = {
  readonly incident: IncidentId;
  readonly controller: ControllerId;
  readonly actor: Person;
  readonly form: Form;
  readonly file: Uint8Array | undefined;
};

/** Whoever works on the case may see whom it is about; nobody else has to (Art. 32(4)). */
const mayHandle = (deps: ConsoleDeps, actor: Person): boolean => {
  const roles = rolesOf(deps.world.directory.current().configuration.directory, actor.person);
  return roles.some((role) => (handlingRoles as readonly string[]).includes(role));
};

/** What a browser leaves empty is no number: it is refused, not taken for nought. */
const numberIn = (form: Form, name: string): number => (/^\d{1,12}$/.test(form[name] ?? '') ? Number(form[name]) : Number.NaN);

const instantIn = (text: string): Instant => {
  const parsed = parseInstant(text);
  return parsed.ok ? parsed.value : instantOf(Number.NaN);
};

/** An empty file field arrives as a file without a byte. */
const fileOf = async (c: Context<Env>): Promise<Uint8Array | undefined> => {
  const { file } = await c.req.parseBody();
  return file instanceof File && file.size > 0 ? new Uint8Array(await file.arrayBuffer()) : undefined;
};

const writing: Readonly<Record<string, (sealing: Sealing, asked: Asked) => Promise<Result<unknown, Refusal>>>> = {
  import: (sealing, { form: _form, file, ...place }) =>
    importSubjects(sealing, { ...place, ...(file === undefined ? {} : { bytes: file }) }),
  estimate: ({ world }, { form, file: _file, ...place }) =>
    estimateSubjects(world, {
      ...place,
      count: { min: numberIn(form, 'min'), best: numberIn(form, 'best'), max: numberIn(form, 'max') },
      why: form['why'] ?? '',
    }),
  check: ({ world }, { form, file: _file, ...place }) =>
    checkSubjects(world, { ...place, countedAt: instantIn(form['countedAt'] ?? ''), how: form['how'] ?? '' }),
};

const askedIn = async (c: Context<Env>, actor: Person): Promise<Asked> => ({
  incident: c.req.param('id') as IncidentId,
  controller: controllerId(c.var.form['controller'] ?? ''),
  actor,
  form: c.var.form,
  file: await fileOf(c),
});

/** What is wrong with a file gets a page of its own: it may be fifty rows. */
const notDone = async (c: Context<Env>, deps: ConsoleDeps, id: IncidentId, { message, rows }: Refusal) => {
  const incident = rows && (await deps.world.ledger.incident(id));
  return incident ? shown(c, deps, problemsPage(incident, message, rows as readonly RowProblem[]), 409) : refused(c, deps, id, message);
};

/** Without a session in it the page looks for no news: a look is a person's. */
const shown = (c: Context<Env>, deps: ConsoleDeps, body: ReturnType<typeof handlesPage>, status: 200 | 409 = 200) =>
  c.html(page(deps, { title: 'Affected people', here: '/', body }), status);

const showList = async (c: Context<Env>, deps: ConsoleDeps, sealing: Sealing, { incident: id, controller, actor, form }: Asked) => {
  const done = await readSubjects(sealing, { incident: id, controller, actor, reason: form['reason'] ?? '' });
  if (!done.ok) return refused(c, deps, id, done.error.message);
  const rows = bySureness(done.value);
  if (form['as'] === 'csv')
    return c.body(subjectCsv(rows), 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${reference(id)}-${controller}.csv"`,
    });
  const incident = await deps.world.ledger.incident(id);
  const known = deps.world.directory.current().configuration.directory.controllers.get(controller);
  return incident && known ? shown(c, deps, listPage(incident, known, rows)) : c.notFound();
};

const showHandles = async (c: Context<Env>, deps: ConsoleDeps, sealing: Sealing, { incident: id, actor, form }: Asked) => {
  const { handle, reason = '' } = form;
  const done = await resolveHandles(sealing, { incident: id, actor, reason, ...(handle ? { handle } : {}) });
  if (!done.ok) return refused(c, deps, id, done.error.message);
  const incident = await deps.world.ledger.incident(id);
  return incident ? shown(c, deps, handlesPage(incident, done.value)) : c.notFound();
};

const write = async (c: Context<Env>, deps: ConsoleDeps, sealing: Sealing, asked: Asked) => {
  const name = c.req.param('act') ?? '';
  const act = Object.hasOwn(writing, name) ? writing[name] : undefined;
  const done = await act?.(sealing, asked);
  if (!done) return c.notFound();
  return done.ok ? c.redirect(`/incidents/${asked.incident}`, 303) : notDone(c, deps, asked.incident, done.error);
};

const looking: ReadonlyMap<string, typeof write> = new Map([
  ['list', showList],
  ['handles', showHandles],
]);

/** Answers one form. */
export const answerForm = async (c: Context<Env>, deps: ConsoleDeps, sealing: Sealing, actor: Person): Promise<Response> => {
  const asked = await askedIn(c, actor);
  if (!mayHandle(deps, actor))
    return refused(c, deps, asked.incident, `Only ${handlingRoles.join(', ')} may see or count affected people; you act as ${actor.role}.`);
  return (looking.get(c.req.param('act') ?? '') ?? write)(c, deps, sealing, asked);
};
