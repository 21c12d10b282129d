// Decides how a report is taken down in the console, and who may read what was reported: people of the house; each look is registered (P-8).
import type { Hono } from 'hono';
import type { Directory } from '#core/directory/directory.ts';
import { knownSender } from '#core/directory/sender.ts';
import type { SignalRef } from '#core/incident/incident.ts';
import { type IncidentId, reportReference } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import { actorText } from '#core/register/record.ts';
import { type Report, type Reporter, longestReport as longest, reporters, toldSources } from '#core/signal/report-form.ts';
import { recordLook } from '#flow/look.ts';
import type { ConsoleDeps, Reports } from './deps.ts';
import { type Env, actorOf } from './guard.ts';
import { page } from './layout.ts';
import { type ToldView, reportPage, toldPage } from './pages/report.ts';

type Form = Readonly<Record<string, string>>;

const filled = (form: Form, name: string): string | undefined => form[name]?.trim().slice(0, 200) || undefined;

const isReporter = (word: string | undefined): word is Reporter => word !== undefined && Object.hasOwn(reporters, word);

const reportOf = (form: Form, id: string, by: string): Report | string => {
  const [who, text] = [form['report'], (form['text'] ?? '').trim()];
  if (!isReporter(who)) return 'Say who tells it.';
  if (text === '') return 'Write down what happened, in a few words.';
  if (text.length > longest) return `Write at most ${longest} characters; the rest belongs into a second report.`;
  const more = (['caller', 'callback', 'controller', 'subprocessor'] as const).flatMap((name) => {
    const value = filled(form, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { report: who, id, by, text, ...Object.fromEntries(more) };
};

const viewOf = async (reports: Reports, directory: Directory, signal: SignalRef): Promise<ToldView> => {
  const bytes = await reports.words(signal.rawRef);
  // Read by those alone who ask for it: mail takes much code.
  const { toldIn } = await import('#core/signal/told.ts');
  const told = bytes && toldIn(bytes);
  const known = told?.sender && knownSender(told.sender, directory);
  return {
    at: signal.received,
    told,
    verified: known?.sender.verified ?? false,
    onFile: directory.subProcessors.filter((one) => one.id === known?.sender.subprocessor),
  };
};

export const addReports = (app: Hono<Env>, deps: ConsoleDeps): void => {
  const { reports, world } = deps;
  if (!reports) return;
  const directory = (): Directory => world.directory.current().configuration.directory;
  const shown = (session: Env['Variables']['session'], more: { readonly taken?: string; readonly refusal?: string }) =>
    page(deps, {
      title: 'Report',
      here: '/report',
      session,
      body: reportPage({
        controllers: [...directory().controllers.values()],
        subProcessors: directory().subProcessors,
        formToken: session.formToken,
        ...more,
      }),
    });
  app.get('/report', (c) => c.html(shown(c.var.session, {})));
  app.post('/report', async (c) => {
    const id = world.ids.fresh();
    const report = reportOf(c.var.form, id, c.var.session.person ?? '');
    if (typeof report === 'string') return c.html(shown(c.var.session, { refusal: report }), 409);
    await reports.take({ report, delivery: `console:${id}`, received: world.clock.now() });
    return c.html(shown(c.var.session, { taken: reportReference(id) }));
  });
  app.get('/incidents/:id/reported', async (c) => {
    const incident = await world.ledger.incident(c.req.param('id') as IncidentId);
    const told = incident?.signals.filter((signal) => toldSources.has(signal.source)) ?? [];
    if (!incident || told.length === 0) return c.notFound();
    const actor = actorOf(deps, c.var.session);
    if (!actor) return c.redirect('/who', 303);
    for (const source of new Set(told.map((signal) => signal.source))) {
      const signals = told.filter((signal) => signal.source === source).map(({ id }) => id);
      await recordLook(world, {
        source,
        actor: actorText(actor),
        of: { incident: incident.id, signals },
        reason: 'to see what was reported',
      });
    }
    world.log.info('report-read', { incident: safeId(incident.id) });
    const views = await Promise.all(told.map((signal) => viewOf(reports, directory(), signal)));
    // Without a session it looks for no news: a look is a person's.
    return c.html(page(deps, { title: 'Reported', here: '/', body: toldPage(incident, views) }));
  });
};
